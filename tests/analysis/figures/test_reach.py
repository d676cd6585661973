"""The map of accuracy by weights and depth, of a frame made by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis.figures.reach import accuracy_by_depth
from analysis.theory.reach import reach
from derivations import Propagation, activations, derive

pytestmark = pytest.mark.slow  # the curve is of many wide networks

TANH = derive(activations["tanh"])
ROWS = pl.DataFrame(
    [(w, depth, 0.9 if depth < 20 * w else 0.1) for w in (1.0, 1.5, 3.0) for depth in (10, 30)],
    schema=["weight_variance", "depth", "accuracy"],
    orient="row",
)


def test_each_network_is_a_cell_with_its_accuracy_about_its_place():
    [axes, _] = accuracy_by_depth(ROWS, TANH, 0.05).figure().axes
    [cells] = axes.collections
    assert np.allclose(cells.get_array(), [[90, 90, 90], [10, 10, 90]])
    assert np.allclose(axes.get_xlim(), (0.75, 3.75))
    assert np.allclose(axes.get_ylim(), (0, 40))
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {(w, depth): f"{100 * value:.0f}" for w, depth, value in ROWS.rows()}


def test_the_curve_is_the_reach_of_such_networks():
    [axes, _] = accuracy_by_depth(ROWS, TANH, 0.05).figure().axes
    [line] = axes.lines
    x, y = line.get_xydata()[0]
    assert y == reach(Propagation(TANH), x, 0.05)
    assert line.get_label() == r"$6\,\xi_c$"
