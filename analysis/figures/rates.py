"""Test accuracy by learning rate, a panel for each depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from analysis.figures.drawing import blank, legend_below, styled
from analysis.figures.style import TEXT_WIDTH, looks
from derivations.language.registry import title

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@styled
def accuracy_by_rate(rows: pl.DataFrame, names: Sequence[str], own: float, chance: float) -> Figure:
    """Test accuracy against the learning rate; lines are means, small marks are seeds.

    `rows` are those of `findings.interventions.by_rate`. `own` is the rate of the report's other networks.
    """
    depths = rows["depth"].unique(maintain_order=True).to_list()
    figure = blank(TEXT_WIDTH, 0.44 * TEXT_WIDTH)
    panels = figure.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    for axes, depth in zip(panels, depths, strict=True):
        for name, look in looks(names).items():
            seeds = rows.filter(activation=name, depth=depth)
            means = seeds.group_by("rate", maintain_order=True).agg(pl.col("accuracy").mean())
            axes.plot(means["rate"], 100 * means["accuracy"], label=title(name), **look.line())
            axes.plot(seeds["rate"], 100 * seeds["accuracy"], "_", color=look.colour, markersize=4, label="_")
        axes.axvline(own, color="#888888", linewidth=0.6)
        axes.axhline(100 * chance, color="#888888", linewidth=0.6, linestyle=":")
        axes.set_xscale("log")
        axes.set_title(f"{depth} layers")
        axes.set_xlabel("learning rate")
        axes.set_ylim(0, 101)
    panels[0].set_ylabel("test accuracy / %")
    legend_below(figure, panels[0])
    return figure
