"""The key figure: marks on the left, lines and bands of the deepest networks on the right."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis.figures.answer import answer

KINDS = pl.DataFrame(
    [("Glorot", 5, -3.0, 0.9), ("He", 20, -13.0, 0.1)],
    schema=["weights", "depth", "sum", "accuracy"],
    orient="row",
)
LAYERS = [
    (name, depth, layer) for name in ("tanh", "relu") for depth in (2, 3) for layer in range(1, depth + 1)
]
KEYS = pl.DataFrame(LAYERS, schema=["activation", "depth", "layer"], orient="row")
PREDICTIONS = KEYS.with_columns(delta=pl.col("layer") * pl.when(activation="relu").then(0.01).otherwise(0.1))


@pytest.fixture
def panels():
    bands = KEYS.with_columns(delta_low=PREDICTIONS["delta"] / 2, delta_high=PREDICTIONS["delta"] * 2)
    return answer(KINDS, 6.0, 0.1, PREDICTIONS, bands, ["tanh", "relu"]).figure().axes


def test_the_left_panel_has_each_kind_of_network(panels):
    marks = [line.get_xydata() for line in panels[0].lines[1:] if line.get_label() == "_"]
    assert np.allclose([points[0] for points in marks if len(points)], [(-3, 90), (-13, 10)])


def test_the_right_panel_has_delta_of_the_deepest_networks_with_its_band(panels):
    right = panels[1]
    assert [line.get_label() for line in right.lines] == ["tanh", "ReLU"]
    tanh = right.lines[0].get_xydata()
    assert np.allclose(tanh, [(1, 0.1), (2, 0.2), (3, 0.3)])
    extent = right.collections[0].get_paths()[0].get_extents()
    assert (extent.ymin, extent.ymax) == pytest.approx((0.05, 0.6))
    assert right.get_title() == "untrained, 3 layers"


def test_without_bands_there_are_lines_alone():
    none = KEYS.clear().with_columns(delta_low=pl.lit(0.0), delta_high=pl.lit(0.0))
    right = answer(KINDS, 6.0, 0.1, PREDICTIONS, none, ["tanh"]).figure().axes[1]
    assert len(right.lines) == 1
    assert all(not len(band.get_paths()[0].vertices) for band in right.collections if band.get_paths())
