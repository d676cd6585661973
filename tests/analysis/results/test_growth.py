"""The growth of delta through training beside theory, and the ends of gradients of some activations."""

from __future__ import annotations

import math

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.results.tables import ENDS, gradient_ends, growth_by_epoch, growth_headings


def test_ends_are_those_of_the_activations_asked_for():
    results = made_up(
        study_of(depths=(5,)),
        probes=lambda a, d, seed, epoch, layer: {"gradient_max": layer + seed + 10 * epoch},
    )
    ends = gradient_ends(results.probes, 3, ["lecun", "tanh"])
    assert ends["activation"].to_list() == ["tanh", "lecun"]  # as in the study
    assert ends.select(ENDS).row(0) == ("tanh", 5, 32.0, 36.0, pytest.approx(32 / 36), 32.0, 36.0)
    assert gradient_ends(results.probes, 3)["activation"].to_list() == ["relu", "tanh", "sigmoid", "lecun"]
    assert gradient_ends(results.probes, 3, []).is_empty()


def predicted(*deltas, activation="tanh"):
    return pl.DataFrame(
        [
            {"activation": activation, "depth": len(deltas), "layer": layer, "delta": value}
            for layer, value in enumerate(deltas, 1)
        ],
        schema={"activation": pl.String, "depth": pl.Int64, "layer": pl.Int64, "delta": pl.Float64},
    )


def test_growth_by_epoch_has_what_is_predicted_and_medians_of_what_is_measured():
    def probes(activation, depth, seed, epoch, layer):
        return {"delta_rms": 10.0 ** ((seed + epoch) * (depth - layer))}

    study = study_of(activations=("tanh",), depths=(4, 3))
    table = growth_by_epoch(made_up(study, probes=probes), predicted(1e-3, 1e-2, 1e-1, 7.0))
    assert table.columns == list(growth_headings(study))
    assert table["depth"].to_list() == [4, 3]
    assert table["predicted"].to_list() == [pytest.approx(-2), None]
    assert table["epoch 0"].to_list() == pytest.approx([2, 1])  # of the seed in the middle
    assert table["epoch 4"].to_list() == pytest.approx([10, 5])
    assert table["accuracy"].to_list() == [pytest.approx([0.7] * 3)] * 2  # after epoch 3


@pytest.mark.parametrize("first", [0.0, None, math.inf])
def test_where_nothing_finite_is_predicted_there_is_no_growth(first):
    results = made_up(study_of(activations=("tanh",), depths=(4,)))
    assert growth_by_epoch(results, predicted(first, 0.1, 0.1, 1.0))["predicted"].to_list() == [None]
