"""A figure that is drawn when it is first looked at, and then kept in the store."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import polars as pl
from pydantic import BaseModel

from analysis.figures.style import FIGURE_STYLE, TEXT_WIDTH, THIN, svg
from analysis.keeping.fingerprints import PACKAGES, source_digests
from analysis.keeping.memo import MadeWith, memo
from derivations import Derivation
from derivations.language.trees import tree
from derivations.proofs.serial import certificate_to_json

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")


@dataclass(frozen=True)
class Drawing:
    """A function that draws a figure, and all that the figure depends on, as JSON can write it."""

    draw: Callable[[], Figure]
    what: Any
    made_with: MadeWith

    def figure(self) -> Figure:
        """The figure, drawn and laid out in the report's style, whatever the session's own settings are."""
        from matplotlib import style

        with style.context(["default", FIGURE_STYLE]):
            figure = self.draw()
            layout = figure.get_layout_engine()
            assert layout is not None
            layout.execute(figure)
        with style.context("default"):
            figure.set_layout_engine(None)  # saving would lay it out again, twice
        return figure

    def svg(self, cache: Path) -> tuple[bytes, float]:
        """The SVG and its width in inches, from the store where it is there."""

        def make() -> dict[str, Any]:
            figure = self.figure()
            return {"svg": svg(figure).decode(), "width": figure.get_figwidth()}

        stored = memo(cache / "figures", self.what, self.made_with, make)
        return stored["svg"].encode(), stored["width"]

    def _repr_svg_(self) -> str:
        return svg(self.figure()).decode()


def styled(draw: Callable[P, Figure]) -> Callable[P, Drawing]:
    """The function, but it returns a `Drawing`, which is drawn when it is first looked at."""

    @wraps(draw)
    def later(*args: P.args, **kwargs: P.kwargs) -> Drawing:
        what = [draw.__qualname__, _plain([*args, kwargs])]
        versions = {name: version(name) for name in ("matplotlib", "numpy", "sympy")}
        return Drawing(
            partial(draw, *args, **kwargs), what, {"sources": _sources(draw), "versions": versions}
        )

    return later


def _sources(draw: Callable[..., object]) -> Mapping[str, str]:
    """The code that a drawing depends on; of a function outside the project, its own."""
    if draw.__module__.partition(".")[0] in PACKAGES:
        return source_digests(draw.__module__)
    return {draw.__qualname__: inspect.getsource(draw)}


HIGHEST = 8.0  # inches of a figure: what a page has, without the caption


def blank(width: float, height: float) -> Figure:
    """An empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def grid(count: int, sharey: bool = False) -> tuple[Figure, list[Axes]]:
    """An empty figure of so many small panels, in rows from the left; it has a place on a page with its caption."""
    columns = 4 if count <= 12 else 6
    rows = -(-count // columns)
    figure = blank(TEXT_WIDTH, min(1.15 * rows, HIGHEST))
    panels = list(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=sharey).flat)
    for axes in panels[count:]:
        axes.set_visible(False)
    for axes in panels[max(0, count - columns) : count]:  # the lowest of each column
        axes.xaxis.set_tick_params(labelbottom=True)
    return figure, panels[:count]


def by_layer(axes: Axes, runs: pl.DataFrame, measure: str, colour: str, label: str) -> None:
    """A measure over the layers: each seed as a thin line, the median as a thick one."""
    for _, seed in runs.group_by("seed", maintain_order=True):
        axes.plot(seed["layer"], seed[measure], color=colour, linewidth=THIN, alpha=0.8)
    median = runs.group_by("layer").agg(pl.col(measure).median()).sort("layer")
    axes.plot(median["layer"], median[measure], color=colour, linewidth=1.8, alpha=0.8, label=label)


def legend_below(figure: Figure, axes: Axes) -> None:
    """The legend of a panel, below all of them; more than one row of it makes the figure higher."""
    handles, labels = axes.get_legend_handles_labels()
    columns = len(labels) if len(labels) <= 6 else 5
    rows = -(-len(labels) // columns)
    figure.set_figheight(figure.get_figheight() + 0.16 * (rows - 1))
    size = {} if rows == 1 else {"fontsize": 7, "columnspacing": 1.2}
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, **size)


def _plain(value: Any) -> Any:
    """The argument of a drawing as JSON can write it; raises `TypeError` for what it can't."""
    if isinstance(value, pl.DataFrame):
        return {"columns": value.columns, "sha256": hashlib.sha256(value.write_csv().encode()).hexdigest()}
    if isinstance(value, Derivation):
        activation = value.activation
        return [
            activation.name,
            activation.title,
            tree(activation.expression),
            value.unproven or certificate_to_json(value.gradient_range.certificate),
        ]
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a drawing can't depend on a {type(value).__name__}")
