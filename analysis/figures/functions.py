"""The figures of the report: activations with their derivatives, learning curves, gradients by layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from sympy import Expr, FiniteSet, Set

from analysis.figures.drawing import blank, styled
from analysis.figures.style import TEXT_WIDTH, looks
from derivations import Derivation, registered
from derivations.printing.notation import intervals
from derivations.wide.expectations import numeric

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def title(name: str) -> str:
    """How an activation is called in print."""
    known = registered(name)
    return known.title if known else name


@styled
def activation_functions(derived: Sequence[Derivation]) -> Figure:
    """f and f' of each activation side by side, the gradient range as a bar beside the axis of f'."""
    figure = blank(TEXT_WIDTH, 1.35 * len(derived))
    rows = figure.subplots(len(derived), 2, squeeze=False, sharex=True)
    look = looks(derivation.activation.name for derivation in derived)
    for (left, right), derivation in zip(rows, derived, strict=True):
        colour = look[derivation.activation.name].colour
        _curve(left, derivation.activation.expression, (), colour)
        left.set_ylabel(derivation.activation.title)
        _curve(right, derivation.slopes.derivative, derivation.slopes.not_differentiable_at, colour)
        _range_bar(right, derivation, colour)
    rows[0][0].set_title("$f(v)$")
    rows[0][1].set_title("$f'(v)$, with its range beside it")
    for axes in rows[-1]:
        axes.set_xlabel("$v$")
    return figure


_TALLEST = 20.0  # of what a panel of the atlas shows of a range without bounds


@styled
def atlas(derived: Sequence[Derivation]) -> Figure:
    """Small multiples: f (thin) and f' (thick) of each activation, its gradient range a bar at the right."""
    columns = 4
    rows = -(-len(derived) // columns)
    figure = blank(TEXT_WIDTH, 1.28 * rows)
    panels = list(figure.subplots(rows, columns, squeeze=False, sharex=True).flat)
    look = looks(derivation.activation.name for derivation in derived)
    for axes, derivation in zip(panels, derived, strict=False):
        colour = look[derivation.activation.name].colour
        axes.axhline(0, color="#bbbbbb", linewidth=0.4)
        _curve(axes, derivation.activation.expression, (), colour, linewidth=0.6)
        _curve(axes, derivation.slopes.derivative, derivation.slopes.not_differentiable_at, colour)
        _range_bar(axes, derivation, colour)
        axes.set_title(derivation.activation.title, fontsize=8, pad=2)
        low, high = (0, 0) if derivation.unproven else _ends(derivation.gradient_range.values)
        axes.set_ylim(min(-1.2, max(low, -_TALLEST) - 0.2), max(2.2, min(high, _TALLEST) + 0.2))
        axes.tick_params(labelsize=7)
    for axes in panels[len(derived) :]:
        axes.set_visible(False)
    return figure


def _curve(axes: Axes, expression: Expr, breaks: Iterable[Expr], colour: str, linewidth: float = 1.1) -> None:
    """The expression over [-5, 5], interrupted at the breaks, with a hollow circle at each open end."""
    function = numeric(expression)  # nan, and a gap, where it has no value
    ends = [-5.0, *(float(point) for point in breaks), 5.0]
    for start, end in pairwise(ends):
        points = np.linspace(start, end, 201)[1:-1]
        axes.plot(points, function(points), color=colour, linewidth=linewidth)
    for point in ends[1:-1]:
        heights = function(np.array([point - 1e-9, point + 1e-9]))
        axes.plot([point, point], heights, "o", markerfacecolor="white", markeredgecolor=colour)
    axes.set_xlim(-5, 5)


def _ends(values: Set) -> tuple[float, float]:
    return float(values.inf), float(values.sup)


def _range_bar(axes: Axes, derivation: Derivation, colour: str) -> None:
    """The gradient range as a bar: filled circles are attained, hollow ones are not. None if unproven."""
    beside = 5.9
    for part in () if derivation.unproven else intervals(derivation.gradient_range.values):
        low, high = _ends(part)
        attained = [True] if isinstance(part, FiniteSet) else [part.inf in part, part.sup in part]
        axes.plot(
            [beside, beside], [low, high], color=colour, linewidth=2.5, solid_capstyle="butt", clip_on=False
        )
        for height, closed in zip([low, high], attained, strict=False):
            face = colour if closed else "white"
            axes.plot(
                beside,
                height,
                "o",
                markersize=4.5,
                markerfacecolor=face,
                markeredgecolor=colour,
                clip_on=False,
            )
    axes.set_xlim(-5, 6.3)


@styled
def learning_curves(history: pl.DataFrame, names: Sequence[str], chance: float | None = None) -> Figure:
    """Test accuracy (thick) and training accuracy (thin) per epoch, a panel for each depth.

    Lines are medians over seeds, bands reach from the lowest to the highest seed. `chance` marks the accuracy
    of always answering the most frequent digit. The curve of a run that diverged ends there.
    """
    depths = history["depth"].unique(maintain_order=True).to_list()
    figure = blank(TEXT_WIDTH, 0.44 * TEXT_WIDTH)
    panels = figure.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    look = looks(names)
    for axes, depth in zip(panels, depths, strict=True):
        for name in names:
            runs = history.filter(
                pl.col("activation") == name, pl.col("depth") == depth, pl.col("train_loss").is_finite()
            )
            for measure, width, opacity in (("train_accuracy", 0.6, 0.7), ("test_accuracy", 1.3, 1.0)):
                spread = _over_seeds(runs, "epoch", measure)
                dash = {"color": look[name].colour, "linestyle": look[name].dash}
                label = title(name) if measure == "test_accuracy" else None
                axes.plot(
                    spread["epoch"],
                    100 * spread["median"],
                    linewidth=width,
                    alpha=opacity,
                    label=label,
                    **dash,
                )
            axes.fill_between(
                spread["epoch"],
                100 * spread["low"],
                100 * spread["high"],
                color=look[name].colour,
                alpha=0.15,
                lw=0,
            )
        if chance is not None:
            axes.axhline(100 * chance, color="#888888", linewidth=0.6, linestyle=":")
        axes.set_title(f"{depth} layers")
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_ylim(0, 101)
    panels[0].set_ylabel("accuracy / %")
    legend_below(figure, panels[0])
    return figure


@styled
def gradient_profiles(
    probes: pl.DataFrame, names: Sequence[str], epoch: int, measure: str = "gradient_max"
) -> Figure:
    """A gradient measure against the layer at one epoch, a panel for each depth, on a logarithmic scale.

    Thin lines are seeds, thick lines their medians. A layer whose gradient is exactly zero has no place
    on the scale; it is drawn as a cross on the lower edge.
    """
    at_epoch = probes.filter(pl.col("epoch") == epoch, pl.col("activation").is_in(names))
    depths = at_epoch["depth"].unique(maintain_order=True).to_list()
    positive = _positive(at_epoch[measure])
    least = np.nanmin(positive) if np.isfinite(positive).any() else 1.0  # all gradients may be zero
    floor = 10.0 ** np.floor(np.log10(least) - 1)
    figure = blank(TEXT_WIDTH, 0.5 * TEXT_WIDTH)
    panels = figure.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    look = looks(names)
    for axes, depth in zip(panels, depths, strict=True):
        for name in names:
            runs = at_epoch.filter(pl.col("activation") == name, pl.col("depth") == depth)
            for _, seed in runs.group_by("seed", maintain_order=True):
                axes.plot(
                    seed["layer"], _positive(seed[measure]), color=look[name].colour, linewidth=0.4, alpha=0.6
                )
            spread = _over_seeds(runs, "layer", measure)
            median = _positive(spread["median"])
            line = look[name].line() | {"markevery": max(1, depth // 10)}
            axes.plot(spread["layer"], median, label=title(name), **line)
            if len(zeros := spread["layer"].to_numpy()[np.isnan(median)]):
                axes.plot(zeros, np.full(len(zeros), floor), "x", color=look[name].colour, clip_on=False)
        axes.set_yscale("log")
        axes.set_title(f"{depth} layers")
        axes.set_xlabel("layer $r$")
        axes.xaxis.get_major_locator().set_params(integer=True)
    panels[0].set_ylim(bottom=floor)
    panels[0].set_ylabel(_MEASURES[measure])
    legend_below(figure, panels[0])
    return figure


_MEASURES = {
    "gradient_max": r"$\max_{ij}\,|\partial E/\partial w^{(r)}_{ij}|$",
    "gradient_rms": r"RMS of $\partial E/\partial w^{(r)}_{ij}$",
    "delta_max": r"$\max_{i\mu}\,|\delta^{(r)}_{i\mu}|$",
}


def _over_seeds(runs: pl.DataFrame, along: str, measure: str) -> pl.DataFrame:
    """Median, lowest and highest value of a measure over seeds."""
    finite = runs.filter(pl.col(measure).is_finite())
    return finite.group_by(along, maintain_order=True).agg(
        median=pl.col(measure).median(), low=pl.col(measure).min(), high=pl.col(measure).max()
    )


def _positive(values: pl.Series) -> np.ndarray:
    numbers = values.to_numpy().astype(float)
    return np.where((numbers > 0) & np.isfinite(numbers), numbers, np.nan)


def legend_below(figure: Figure, axes: Axes) -> None:
    """The legend of a panel, below all of them; more than one row of it makes the figure higher."""
    handles, labels = axes.get_legend_handles_labels()
    columns = len(labels) if len(labels) <= 6 else 5
    rows = -(-len(labels) // columns)
    figure.set_figheight(figure.get_figheight() + 0.16 * (rows - 1))
    size = {} if rows == 1 else {"fontsize": 7, "columnspacing": 1.2}
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, **size)
