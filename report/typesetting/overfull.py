"""What LaTeX's log says of what is too wide for its line or too high for its page, and at which lines of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass

SEEN = 2.0  # points: about half a letter, from which on a reader sees it


@dataclass(frozen=True)
class Overfull:
    """What is too large, by how many points, and the line of the LaTeX source; 0 where it is not known."""

    what: str
    points: float
    line: int

    def __str__(self) -> str:
        where = f" (report.tex:{self.line})" if self.line else ""
        return f"LaTeX: {self.what} by {self.points:.1f} pt{where}"


def overfull(log: str) -> list[Overfull]:
    """All that is too large by more than two points, each once, in the order of the log."""
    found = [_read(line) for line in log.splitlines()]
    return list(dict.fromkeys(box for box in found if box and box.points > SEEN))


def _read(line: str) -> Overfull | None:
    for pattern, what in _WHAT.items():
        if match := re.match(pattern, line):
            place = re.search(r" lines? (\d+)", line)
            return Overfull(what, float(match[1]), int(place[1]) if place else 0)
    return None


_WHAT = {
    r"Overfull \\hbox \(([\d.]+)pt too wide\)": "a line is too wide",
    r"Overfull \\vbox \(([\d.]+)pt too high\)": "a page or a box is too high",
    r"LaTeX Warning: Float too large for page by ([\d.]+)pt": "a figure or table is too high for its page",
}
