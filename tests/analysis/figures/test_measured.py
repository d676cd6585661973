"""Differences are drawn where there are some, their intervals where the seeds suffice."""

from __future__ import annotations

import polars as pl
import pytest
from matplotlib.container import ErrorbarContainer

from analysis.figures.measured import ENOUGH, plot_paired_differences
from analysis.results.tables import paired_differences


def differences(seeds, depths=(5, 20)):
    rows = [
        (name, depth, seed, score - seed / 100)
        for name, score in (("relu", 0.9), ("tanh", 0.8), ("elu", 0.7))
        for depth in depths
        for seed in range(seeds)
    ]
    schema = ["activation", "depth", "seed", "test_accuracy"]
    return paired_differences(pl.DataFrame(rows, schema=schema, orient="row"), against="tanh")


@pytest.mark.parametrize("seeds", [1, ENOUGH - 1, ENOUGH])
def test_each_seed_is_a_point_and_intervals_are_drawn_from_enough_seeds_on(seeds):
    drawing = plot_paired_differences(differences(seeds), "tanh")
    assert drawing is not None
    for axes in drawing.figure().axes:
        lines = [line.get_xdata() for line in axes.lines if line.get_linestyle() == "None"]
        points = [x for x in lines if len(x) == seeds]
        assert len(points) >= 2
        assert points[0] == pytest.approx([10] * seeds)
        bars = [each for each in axes.containers if isinstance(each, ErrorbarContainer)]
        assert len(bars) == (2 if seeds >= ENOUGH else 0)


def test_where_nothing_differs_nothing_is_drawn():
    assert plot_paired_differences(differences(3).clear(), "tanh") is None
