"""The figure of accuracy by learning rate, of a frame made by hand."""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis.figures.rates import accuracy_by_rate

ROWS = pl.DataFrame(
    [
        ("tanh", depth, rate, seed, rate / 2 + seed / 10)
        for depth in (5, 20)
        for rate in (0.1, 1.0)
        for seed in (0, 1)
    ],
    schema=["activation", "depth", "rate", "seed", "accuracy"],
    orient="row",
)


def test_lines_are_means_and_marks_are_seeds_in_a_panel_for_each_depth():
    panels = accuracy_by_rate(ROWS, ["tanh"], own=0.01, chance=0.11).figure().axes
    assert [axes.get_title() for axes in panels] == ["5 layers", "20 layers"]
    line, marks, own, chance = panels[0].lines
    assert np.allclose(line.get_xydata(), [(0.1, 10), (1, 55)])
    assert np.allclose(marks.get_xydata(), [(0.1, 5), (0.1, 15), (1, 50), (1, 60)])
    assert own.get_xdata()[0] == 0.01
    assert chance.get_ydata()[0] == 11
    assert panels[0].get_xscale() == "log"
