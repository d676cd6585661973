"""What was measured: learning curves, gradients by layer, differences seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from analysis.figures.drawing import HIGHEST, Drawing, blank, grid, legend_below, styled
from analysis.figures.style import BLACK, MOST, TEXT_WIDTH, THIN, Look, looks, shades
from derivations.language.registry import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Curve(NamedTuple):
    """The runs of one activation and depth, and how they look."""

    label: str
    look: Look
    runs: pl.DataFrame


def panel_for(names: Sequence[str]) -> str:
    """What there is a panel for: each depth, or of more activations than one panel can show, each of those.

    >>> panel_for(["relu", "tanh"])
    'depth'
    """
    return "depth" if len(names) <= MOST else "activation"


def _arranged(runs: pl.DataFrame, names: Sequence[str]) -> dict[str, list[Curve]]:
    """The curves of each panel, by its title."""
    depths = runs["depth"].unique(maintain_order=True).to_list()
    if panel_for(names) == "depth":
        look = looks(names)
        return {
            f"{depth} layers": [
                Curve(title(name), look[name], runs.filter(activation=name, depth=depth)) for name in names
            ]
            for depth in depths
        }
    looked = dict(zip(depths, shades(len(depths)), strict=True))
    return {
        title(name): [
            Curve(f"{depth} layers", looked[depth], runs.filter(activation=name, depth=depth))
            for depth in depths
        ]
        for name in names
    }


def _laid_out(count: int, per: str, height: float) -> tuple[Figure, list[Axes]]:
    """A row of so many panels for depths, a grid of them for activations; of one scale."""
    if per == "activation":
        figure, panels = grid(count, sharey=True)
        for axes in panels:
            axes.tick_params(labelsize=7)
        return figure, panels
    figure = blank(TEXT_WIDTH, height * TEXT_WIDTH)
    return figure, list(figure.subplots(1, count, sharey=True, squeeze=False)[0])


def _labelled(figure: Figure, panels: Sequence[Axes], along: str, measured: str, per: str) -> None:
    """Whole numbers along the axes, what they are, and the legend."""
    for axes in panels:
        axes.locator_params(axis="x", integer=True)
        place = axes.get_subplotspec()
        if place and place.is_last_row():
            axes.set_xlabel(along)
    if per == "activation":
        figure.supylabel(measured, fontsize=9)
    else:
        panels[0].set_ylabel(measured)
    if len(panels[0].get_legend_handles_labels()[1]) > 1 or per == "depth":
        legend_below(figure, panels[0])


@styled
def learning_curves(
    history: pl.DataFrame, names: Sequence[str], chance: float | None = None, least: float = 0.0
) -> Figure:
    """Test accuracy (thick) and training accuracy (thin) per epoch; panels are those of `panel_for`.

    Lines are medians over seeds, bands reach from the lowest to the highest seed. `chance` marks the accuracy
    of always answering the most frequent class. The curve of a run that diverged ends there. Accuracies are shown
    from `least` on, a fraction.
    """
    per, arranged = panel_for(names), _arranged(history, names)
    figure, panels = _laid_out(len(arranged), per, 0.44)
    for axes, (head, curves) in zip(panels, arranged.items(), strict=True):
        for later, curve in zip(reversed(range(len(curves))), curves, strict=True):
            _learning(axes, curve, 1.3 + 0.5 * min(later, 3))  # seen below a later one that coincides with it
        if chance is not None:
            axes.axhline(100 * chance, color="#888888", linewidth=0.6, linestyle=":")
        axes.set_title(head, fontsize=9 if per == "depth" else 8)
        axes.set_ylim(100 * least, 101 if least == 0 else 100)
    _labelled(figure, panels, "epoch", "accuracy / %", per)
    return figure


def _learning(axes: Axes, curve: Curve, thick: float) -> None:
    runs, colour = curve.runs.filter(pl.col("train_loss").is_finite()), curve.look.colour
    dash: dict[str, Any] = {"color": colour, "linestyle": curve.look.dash}
    for measure, width, opacity in (("train_accuracy", 0.6, 0.7), ("test_accuracy", thick, 1.0)):
        spread = _over_seeds(runs, "epoch", measure)
        label = curve.label if measure == "test_accuracy" else None
        axes.plot(
            spread["epoch"], 100 * spread["median"], linewidth=width, alpha=opacity, label=label, **dash
        )
    for _, seed in runs.sort("seed", "epoch").group_by(
        "seed", maintain_order=True
    ):  # not drawn, but there for `style.curves`
        axes.plot(seed["epoch"], 100 * seed["test_accuracy"], color=colour, linewidth=THIN, visible=False)
    axes.fill_between(
        spread["epoch"], 100 * spread["low"], 100 * spread["high"], color=colour, alpha=0.15, lw=0
    )


@styled
def gradient_profiles(
    probes: pl.DataFrame, names: Sequence[str], epoch: int, measure: str = "gradient_max"
) -> Figure:
    """A gradient measure against the layer at one epoch, on a logarithmic scale; panels are those of `panel_for`.

    Thin lines are seeds, thick lines their medians. A layer whose gradient is exactly zero, in any seed, has no place
    on the scale; it is drawn as a cross on the lower edge.
    """
    at_epoch = probes.filter(pl.col("epoch") == epoch, pl.col("activation").is_in(names))
    positive = _positive(at_epoch[measure])
    least = np.nanmin(positive) if np.isfinite(positive).any() else 1.0  # all gradients may be zero
    floor = 10.0 ** np.floor(np.log10(least) - 1)
    per, arranged = panel_for(names), _arranged(at_epoch, names)
    figure, panels = _laid_out(len(arranged), per, 0.5)
    for axes, (head, curves) in zip(panels, arranged.items(), strict=True):
        for curve in curves:
            _profile(axes, curve, measure, floor)
        axes.set_yscale("log")
        axes.set_title(head, fontsize=9 if per == "depth" else 8)
    panels[0].set_ylim(bottom=floor)
    _labelled(figure, panels, "layer $r$", _MEASURES[measure], per)
    return figure


def _profile(axes: Axes, curve: Curve, measure: str, floor: float) -> None:
    runs, colour = curve.runs, curve.look.colour
    for _, seed in runs.group_by("seed", maintain_order=True):
        axes.plot(seed["layer"], _positive(seed[measure]), color=colour, linewidth=THIN, alpha=0.6)
    spread = _over_seeds(runs, "layer", measure)
    line = curve.look.line() | {"markevery": max(1, runs["layer"].n_unique() // 10)}
    axes.plot(spread["layer"], _positive(spread["median"]), label=curve.label, **line)
    zeros = runs.filter(pl.col(measure) == 0)["layer"].unique().sort().to_numpy()
    if len(zeros):
        axes.plot(zeros, np.full(len(zeros), floor), "x", color=colour, clip_on=False)


_MEASURES = {
    "gradient_max": r"$\max_{ij}\,|\partial E/\partial w^{(r)}_{ij}|$",
    "gradient_rms": r"RMS of $\partial E/\partial w^{(r)}_{ij}$",
    "delta_max": r"$\max_{i\mu}\,|\delta^{(r)}_{i\mu}|$",
}


def _over_seeds(runs: pl.DataFrame, along: str, measure: str) -> pl.DataFrame:
    """Median, lowest and highest value of a measure over seeds."""
    finite = runs.filter(pl.col(measure).is_finite())
    return (
        finite.group_by(along)
        .agg(median=pl.col(measure).median(), low=pl.col(measure).min(), high=pl.col(measure).max())
        .sort(along)  # the first seed may have no value at the first place
    )


def _positive(values: pl.Series) -> np.ndarray:
    numbers = values.to_numpy().astype(float)
    return np.where((numbers > 0) & np.isfinite(numbers), numbers, np.nan)


ENOUGH = 5  # seeds, from which on intervals are drawn: with three, they are wider than any difference


def plot_paired_differences(differences: pl.DataFrame, against: str) -> Drawing | None:
    """Differences of test accuracy from the activation `against`, a panel for each depth: each seed is a point.

    `differences` are those of `tables.paired_differences`; None where there are none. Their intervals are drawn
    from `ENOUGH` seeds on, where there are any.
    """
    return None if differences.is_empty() else _differences(differences.explode("differences"), against)


@styled
def _differences(differences: pl.DataFrame, against: str) -> Figure:
    names, depths = (
        differences[key].unique(maintain_order=True).to_list() for key in ("activation", "depth")
    )
    figure = blank(TEXT_WIDTH, min(0.6 + 0.28 * len(names), HIGHEST))
    panels = figure.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    look = looks(names)
    for axes, depth in zip(panels, depths, strict=True):
        axes.axvline(0, color="#888888", linewidth=0.6)
        for place, name in enumerate(names):
            here = (pl.col("activation") == name) & (pl.col("depth") == depth)
            seeds = differences.filter(here)
            points = 100 * seeds["differences"].to_numpy()
            heights = place + np.linspace(-0.2, 0.2, len(points)) if len(points) > 1 else [place]
            axes.plot(points, heights, look[name].marker, color=look[name].colour, alpha=0.8)
            if len(points) >= ENOUGH and seeds["mean"][0] is not None:
                mean, half = 100 * seeds["mean"][0], 100 * seeds["half"][0]
                axes.errorbar(mean, place, xerr=half, color=BLACK, capsize=2, linewidth=0.9)
        axes.set_title(f"{depth} layers")
        axes.set_xlabel(f"percentage points\nabove {title(against)}")
    panels[0].set_yticks(range(len(names)), [title(name) for name in names])
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    return figure
