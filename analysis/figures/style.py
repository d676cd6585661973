"""How figures look: the report's fonts and sizes, and one colour, marker and dash for each activation."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

# The report's text block in inches (145 mm): a figure this wide is printed at its own size, so that its
# 9-point labels are 9 points on paper.
TEXT_WIDTH = 145 / 25.4

# Okabe and Ito's colours, told apart with every common colour blindness
# (https://jfly.uni-koeln.de/color/); their yellow is left out, too pale for a line on white.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK = "#E69F00", "#56B4E9", "#000000"
THIN = 0.4  # the width of the line of one seed
MOST = 6  # activations; the curves of more can't be told apart in one panel


@dataclass(frozen=True)
class Look:
    """What tells an activation from the others, in colour and without."""

    colour: str
    marker: str
    dash: str | tuple[int, tuple[float, ...]]

    def line(self) -> dict[str, Any]:
        """Keyword arguments for Matplotlib's `plot`."""
        return {"color": self.colour, "marker": self.marker, "linestyle": self.dash}


_KNOWN = {
    "relu": Look(VERMILLION, "s", "--"),
    "tanh": Look(BLUE, "o", "-"),
    "sigmoid": Look(GREEN, "^", "-."),
    "lecun": Look(PURPLE, "D", (0, (5, 1, 1, 1, 1, 1))),
}
_FURTHER = [
    Look(colour, marker, dash)
    for dash in ("-", "--", ":")
    for colour, marker in [
        (ORANGE, "v"),
        (SKY, "P"),
        (BLACK, "X"),
        (VERMILLION, "<"),
        (BLUE, ">"),
        (GREEN, "p"),
    ]
]


def looks(names: Iterable[str]) -> dict[str, Look]:
    """The look of each activation: the four of the report have their own, others take the further ones.

    >>> looks(["tanh", "mine"])["tanh"] == looks(["mine", "relu", "tanh"])["tanh"]
    True
    """
    names = list(dict.fromkeys(names))
    others = [name for name in names if name not in _KNOWN]
    further = {name: _FURTHER[i % len(_FURTHER)] for i, name in enumerate(others)}
    return {name: _KNOWN.get(name) or further[name] for name in names}


def shades(count: int) -> list[Look]:
    """Looks of curves in an order, such as depths, from black to grey.

    >>> [look.colour for look in shades(3)]
    ['0.00', '0.35', '0.70']
    """
    dashes = ("-", "--", ":", "-.")
    return [Look(f"{0.7 * i / max(1, count - 1):.2f}", "", dashes[i % len(dashes)]) for i in range(count)]


def colour(name: str, among: Sequence[str] = ()) -> str:
    """The colour of an activation; one of the user's own is told from those it is shown `among`."""
    return looks([*among, name])[name].colour


# For `with matplotlib.rc_context(FIGURE_STYLE):` or `matplotlib.rcParams.update(FIGURE_STYLE)`.
FIGURE_STYLE: dict[str, Any] = {
    # Computer Modern, as the report; cmr10 lacks some characters, which DejaVu then provides.
    "font.family": ["cmr10", "DejaVu Serif"],
    "mathtext.fontset": "cm",
    # cmr10 has no Unicode minus: let mathtext set the numbers of the axes.
    "axes.formatter.use_mathtext": True,
    "axes.unicode_minus": False,
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "figure.figsize": (TEXT_WIDTH, TEXT_WIDTH * 0.5),
    "figure.constrained_layout.use": True,
    "lines.linewidth": 1.1,
    "lines.markersize": 3,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.4,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
}


def svg(drawing: Figure) -> bytes:
    """A figure as SVG, the same bytes for the same figure.

    Its labelled curves are groups with ids of their own, and their points stand in its metadata as JSON, so
    that a page can show the values: see `curves`.
    """
    import matplotlib

    buffer, found = io.BytesIO(), curves(drawing)
    # Without a fixed salt the ids of clip paths are random. Matplotlib's own metadata say when and by what the
    # file was made, in RDF, which is not valid in a page.
    none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with matplotlib.rc_context({"svg.hashsalt": "report", "svg.fonttype": "path"}):
        drawing.savefig(buffer, format="svg", metadata=none, transparent=True)
    points = f'<metadata id="curves">{json.dumps(found, ensure_ascii=False, separators=(",", ":"))}</metadata>\n</svg>'
    drawn = _lean(buffer.getvalue().decode())
    head, _, _ = drawn.rpartition("</svg>")
    return f"{head}{points}\n".encode() if found else drawn.encode()


#: a group of marks in the same style, which need not say it one by one
_MARKS = re.compile(r'<g((?:(?! style=)[^>])*)>\n(<use [^>]*?( style="[^"]*")/>\n(?:<use [^>]*?\3/>\n)+)</g>')


def _lean(svg: str) -> str:
    """The same picture in half the bytes: places to a hundredth of a point, no style twice, no idle ids and groups."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="(?!figure_|curve-)[^"]*"', "<g", svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg)
    svg = _MARKS.sub(lambda marks: f"<g{marks[1]}{marks[3]}>\n{marks[2].replace(marks[3], '')}</g>", svg)
    svg = re.sub(r' style="[^"]*"', lambda style: style[0].replace(": ", ":").replace("; ", ";"), svg)
    svg = re.sub(
        r"(scale\([^)]*\))|-?\d+\.\d+", lambda found: found[1] or f"{round(float(found[0]), 2):g}", svg
    )
    svg = re.sub(r' d="[^"]*"', lambda path: re.sub(r"\s*([A-Za-z])\s+", r"\1", path[0]), svg)
    return "".join(_without_idle_groups(svg))


def _without_idle_groups(svg: str) -> Iterator[str]:
    """The parts of an SVG but the groups that say nothing of what is in them."""
    idle: list[bool] = []
    for part in re.split(r"(<g(?: [^>]*)?>\n?|</g>\n?)", svg):
        if part.startswith(("<g>", "<g ")):
            idle.append(part.startswith("<g>"))
            if idle[-1]:
                continue
        elif part.startswith("</g>") and idle.pop():
            continue
        yield part


def curves(drawing: Figure) -> list[dict[str, Any]]:
    """The labelled curves: id of the SVG group, label, panel, and points [x, y of the figure, x, y].

    Places are in points from the upper left corner, as the SVG counts them. `seeds` has y of each seed: those are the
    thin lines of the same colour without a label.
    """
    import numpy as np

    scale, height = 72 / drawing.dpi, drawing.get_figheight() * 72
    found = []
    for panel, axes in enumerate(drawing.axes):
        axes.get_xlim()  # sets the limits, which Matplotlib puts off until it draws
        for number, line in enumerate(axes.lines):
            label = str(line.get_label())
            if label.startswith("_") or not np.size(line.get_xdata()):  # an entry of the legend has no points
                continue
            line.set_gid(f"curve-{panel}-{number}")
            values = np.asarray(line.get_xydata(), dtype=float).tolist()
            places = axes.transData.transform(values) * scale
            points = [
                [round(px, 1), round(height - py, 1), _short(x, 6), _short(y, 6)]
                for (px, py), (x, y) in zip(places, values, strict=True)
                if isfinite(px) and isfinite(py)
            ]
            curve = {"id": line.get_gid(), "label": label, "panel": axes.get_title(), "points": points}
            found.append(curve | ({"seeds": seeds} if (seeds := _seeds_of(line, axes)) else {}))
    return found


def _short(value: float, digits: int) -> float:
    """A number to so many digits, a whole one without a point."""
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() else short


def _seeds_of(line: Line2D, axes: Axes) -> list[list[float | None]]:
    """The values of the thin lines of a curve's colour."""
    import numpy as np

    return [
        [_short(y, 5) if isfinite(y) else None for y in np.asarray(thin.get_ydata(), dtype=float)]
        for thin in axes.lines
        if thin.get_linewidth() == THIN
        and thin.get_color() == line.get_color()
        and str(thin.get_label()).startswith("_")
        and np.size(thin.get_ydata()) > 2
    ]
