"""The figure of accuracy against the predicted sum, of a frame made by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from analysis.figures.outofsample import SHOWN, accuracy_by_change

ROWS = pl.DataFrame(
    [("Glorot", 5, -3.0, 0.9), ("Glorot", 20, -math.inf, 0.1), ("He", 5, 40.0, 0.5)],
    schema=["weights", "depth", "sum", "accuracy"],
    orient="row",
)


def test_each_network_is_a_mark_and_what_lies_beyond_is_at_the_edge():
    [axes] = accuracy_by_change(ROWS, trainable=6.0, chance=0.11).figure().axes
    points = np.concatenate([line.get_xydata() for line in axes.lines[1:] if line.get_label() == "_"])
    assert np.allclose(points, [(-3, 90), (SHOWN[0], 10), (SHOWN[1], 50)])
    labels = [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]
    assert labels == ["Glorot", "He", "5 layers", "20 layers"]
    [band] = axes.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == (-6, 6)
