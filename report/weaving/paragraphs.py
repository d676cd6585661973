"""Lines of Markdown and where they come from; paragraphs and sections that speak of what is absent go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from report.authoring import Absent, Block, Claim
from report.authoring.numbers import as_text
from report.mistakes import Source

# The one stands for what is absent, the other before a claim or block that is there; no prose has them.
_ABSENT, _PRESENT = "\x04", "\x05"
#: what leads to something that a report may lack, marked so; the group is without the mark. One may lie in another.
OPTIONAL = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\{\.optional\}")
_EQUATION = "$$ {#eq:"  # ends an equation that is written in the prose


@dataclass(frozen=True)
class Line:
    """A line of Markdown and where it comes from."""

    text: str
    source: Source


def marked(value: Any) -> str:
    """What an expression prints, with a mark of whether it is there."""
    if isinstance(value, Absent):
        return _ABSENT
    return _PRESENT + str(value) if isinstance(value, Block | Claim) else as_text(value)


def without_absent(lines: Sequence[Line]) -> list[Line]:
    """The lines without the paragraphs that print what is absent, and without marks.

    A section that is left with nothing but its introduction goes too: one that had something absent, and shows no
    claim, figure, table or equation.
    """
    parts = list(_paragraphs(lines))
    absent = [any(_ABSENT in line.text for line in part) for part in parts]
    for n in range(1, len(parts)):  # the caption of a table that goes
        absent[n] = absent[n] or (absent[n - 1] and parts[n][0].text.startswith(": "))
    present = [any(_PRESENT in line.text or _EQUATION in line.text for line in part) for part in parts]
    levels = [_level(part[0].text) for part in parts]
    gone: set[int] = set()
    for start, level in enumerate(levels):
        if level:
            ends = (n for n in range(start + 1, len(parts)) if 0 < levels[n] <= level)
            section = range(start, next(ends, len(parts)))
            if any(absent[n] for n in section) and not any(present[n] for n in section if not absent[n]):
                gone.update(section)
    left: list[Line] = []
    for n, part in enumerate(parts):
        if n not in gone:  # of a div that holds others, too, the fences stay
            left += [line for line in part if not absent[n] or line.text.startswith(":::")]
    return [Line(line.text.replace(_PRESENT, ""), line.source) for line in left]


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in groups that end with a blank line or a heading; fenced code is not parted."""
    part: list[Line] = []
    fenced = False
    for line in lines:
        heading = not fenced and _level(line.text) > 0
        if heading and part:
            yield part
            part = []
        part.append(line)
        if line.text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not fenced and (heading or not line.text.strip()):
            yield part
            part = []
    if part:
        yield part


def _level(text: str) -> int:
    """Of a heading, else 0."""
    found = re.match(r"(#{1,6}) ", text)
    return len(found[1]) if found else 0
