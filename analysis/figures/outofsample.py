"""Test accuracy against the predicted change of the squared delta: each network a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analysis.figures.drawing import blank, legend_below, styled
from analysis.figures.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, TEXT_WIDTH, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = (-30.0, 15.0)  # sums; what lies beyond is drawn at the edge
_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
_MARKERS = ("o", "s", "^", "D", "v")


@styled
def accuracy_by_change(rows: pl.DataFrame, trainable: float, chance: float) -> Figure:
    """Test accuracy against the sum of ln(chi): colours are initial distributions, marks are depths.

    `rows` have weights, depth, sum and accuracy; networks should train whose sum is within `trainable`.
    """
    figure = blank(TEXT_WIDTH, 0.6 * TEXT_WIDTH)
    axes = figure.subplots()
    draw_changes(axes, rows, trainable, chance)
    legend_below(figure, axes)
    return figure


def draw_changes(axes: Axes, rows: pl.DataFrame, trainable: float, chance: float) -> None:
    """The same in a panel of a figure."""
    axes.axvspan(-trainable, trainable, color="#888888", alpha=0.15, linewidth=0)
    axes.axhline(100 * chance, color="#888888", linewidth=0.6, linestyle=":")
    weights, depths = (rows[name].unique(maintain_order=True).to_list() for name in ("weights", "depth"))
    for name, colour in zip(weights, _COLOURS, strict=False):
        for depth, marker in zip(depths, _MARKERS, strict=False):
            here = rows.filter(weights=name, depth=depth)
            x = np.clip(here["sum"].to_numpy(), *SHOWN)
            axes.plot(
                x,
                100 * here["accuracy"],
                marker,
                color=colour,
                markersize=3,
                alpha=0.7,
                clip_on=False,
                label="_",
            )
        axes.plot([], [], "o", color=colour, markersize=4, label=name)
    for depth, marker in zip(depths, _MARKERS, strict=False):
        axes.plot([], [], marker, color=BLACK, fillstyle="none", markersize=4, label=f"{depth} layers")
    axes.set_xlim(*SHOWN)
    axes.set_ylim(0, 101)
    axes.set_xlabel(r"predicted change of $\ln \delta^2$, the sum of $\ln \chi$")
    axes.set_ylabel("test accuracy / %")
