"""Differences over seeds, ends of gradients, growth of delta: on tables small enough to be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.results.tables import (
    ENDS,
    delta_growth,
    gradient_ends,
    growth_by_epoch,
    growth_headings,
    paired_differences,
)


def summary(**scores):
    """Of each activation, the accuracies of one depth by seed."""
    rows = [(name, 5, seed, score) for name, of in scores.items() for seed, score in enumerate(of)]
    return pl.DataFrame(rows, schema=["activation", "depth", "seed", "test_accuracy"], orient="row")


def test_differences_are_taken_seed_by_seed_whatever_the_order_of_the_rows():
    table = summary(relu=[0.9, 0.8, 0.7], tanh=[0.5, 0.6, 0.65])
    for shuffled in (table, table.reverse()):
        [row] = paired_differences(shuffled, against="tanh").to_dicts()
        assert row["differences"] == pytest.approx([0.4, 0.2, 0.05])


def test_the_interval_is_that_of_a_paired_t_test():
    random = np.random.default_rng(0)
    one, other = random.normal(0.9, 0.1, 10), random.normal(0.8, 0.1, 10)
    [row] = paired_differences(summary(relu=one, tanh=other), against="tanh").to_dicts()
    gap = one - other
    assert row["mean"] == pytest.approx(gap.mean())
    # Student's t of 9 degrees of freedom, 2.262: from any table.
    assert row["half"] == pytest.approx(2.262157 * gap.std(ddof=1) / math.sqrt(10), rel=1e-6)


def test_what_the_seeds_share_does_not_widen_the_interval():
    shared = np.array([0.1, 0.9, 0.4, 0.6])
    own = np.array([0.011, 0.009, 0.010, 0.010])
    [row] = paired_differences(summary(relu=shared + own, tanh=shared), against="tanh").to_dicts()
    assert row["half"] < 0.002


@pytest.mark.parametrize("seeds", [1, 2])
def test_one_seed_or_two_have_no_interval(seeds):
    [row] = paired_differences(summary(relu=[0.9] * seeds, tanh=[0.1] * seeds), against="tanh").to_dicts()
    assert row["half"] is None
    assert row["mean"] is None


def test_growth_is_that_of_delta_from_the_last_hidden_layer_to_the_first():
    delta = [1e-3, 1e-2, 1e-1, 7.0]  # the last is of the output layer
    rows = [("tanh", 4, 0, 0, layer, value) for layer, value in enumerate(delta, start=1)]
    columns = ["activation", "depth", "seed", "epoch", "layer", "delta_rms"]
    found = delta_growth(pl.DataFrame(rows, schema=columns, orient="row"))
    assert found["growth"].to_list() == pytest.approx([-2.0])


def test_where_nothing_arrives_there_is_no_growth():
    rows = [("relu", 4, 0, 0, layer, value) for layer, value in enumerate([0.0, 0.0, 1e-1, 1.0], start=1)]
    columns = ["activation", "depth", "seed", "epoch", "layer", "delta_rms"]
    assert delta_growth(pl.DataFrame(rows, schema=columns, orient="row"))["growth"].to_list() == [None]


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
