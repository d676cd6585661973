"""The report's key figure: who learns against what theory says beforehand, and delta by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from analysis.figures.drawing import blank, legend_below, styled
from analysis.figures.outofsample import draw_changes
from analysis.figures.style import TEXT_WIDTH, looks
from derivations.language.registry import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@styled
def answer(
    kinds: pl.DataFrame,
    trainable: float,
    chance: float,
    predictions: pl.DataFrame,
    bands: pl.DataFrame,
    names: Sequence[str],
) -> Figure:
    """Left, test accuracy against the sum of ln(chi) (see `outofsample`); right, delta of untrained networks by layer.

    The right panel has the greatest depth: lines are predicted, between the edges of a band lie 95 per cent of
    networks of the study's width.
    """
    figure = blank(TEXT_WIDTH, 0.42 * TEXT_WIDTH)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    draw_changes(left, kinds, trainable, chance)
    _profiles(right, predictions, bands, names)
    legend_below(figure, left)
    return figure


def _profiles(axes: Axes, predictions: pl.DataFrame, bands: pl.DataFrame, names: Sequence[str]) -> None:
    deepest = max(predictions["depth"].to_list())
    keys = ["activation", "depth", "layer"]
    rows = predictions.filter(depth=deepest).join(bands, on=keys, how="left", maintain_order="left")
    for name, look in looks(names).items():
        here = rows.filter(pl.col("delta") > 0, activation=name)
        band = here.drop_nulls(("delta_low", "delta_high"))
        axes.fill_between(
            band["layer"], band["delta_low"], band["delta_high"], color=look.colour, alpha=0.25, linewidth=0
        )
        axes.plot(here["layer"], here["delta"], color=look.colour, linestyle=look.dash, label=title(name))
    axes.set_yscale("log")
    axes.set_title(f"untrained, {deepest} layers")
    axes.set_xlabel("layer $r$")
    axes.set_ylabel(r"RMS of $\delta^{(r)}_{i\mu}$")
    axes.locator_params(axis="x", integer=True)
    axes.legend(loc="lower right", fontsize=7.5, handlelength=2, borderaxespad=0.2)
