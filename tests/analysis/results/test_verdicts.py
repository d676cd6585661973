"""Verdicts of differences, dead units, weights compared, rounding: on tables worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.results.statistics import MARGIN, interval
from analysis.results.tables import (
    dead_by_run,
    dead_units,
    paired_differences,
    rounding,
    weights_compared,
)
from analysis.studies.beside import with_he_weights


def summary(**scores):
    """Of each activation, the accuracies of one depth by seed, after the only epoch."""
    rows = [(name, 5, seed, 1, score, score) for name, of in scores.items() for seed, score in enumerate(of)]
    columns = ["activation", "depth", "seed", "epoch", "test_accuracy", "train_accuracy"]
    return pl.DataFrame(rows, schema=columns, orient="row")


@pytest.mark.parametrize("seeds", [1, 2])
def test_with_one_seed_or_two_the_verdict_is_that_they_are_too_few(seeds):
    [row] = paired_differences(summary(relu=[0.9] * seeds, tanh=[0.1] * seeds), against="tanh").to_dicts()
    assert row["verdict"] == "too few seeds"


def test_the_verdict_is_what_the_interval_says_of_the_sign_and_of_the_margin():
    random, seen = np.random.default_rng(1), set()
    for width in (0.1, 0.004):
        for _ in range(100):
            one, other = random.uniform(0.7, 0.7 + width, 4), random.uniform(0.7, 0.7 + width, 4)
            [row] = paired_differences(summary(relu=one, tanh=other), against="tanh").to_dicts()
            mean, half = interval(list(one - other))
            expected = "open" if abs(mean) + half > MARGIN else "within the margin"
            if abs(mean) > half:
                expected = "higher" if mean > 0 else "lower"
            assert row["verdict"] == expected
            seen.add(expected)
    assert len(seen) == 4


def test_where_not_all_learn_it_is_counted_how_many_do():
    [row] = paired_differences(summary(relu=[0.1, 0.9, 0.1], tanh=[0.9] * 3), against="tanh").to_dicts()
    assert row["verdict"] == "1 against 3 above half"
    assert row["mean"] is row["half"] is None


def dead(*shares, depth=4, seed=0, epoch=0, delta=1.0):
    """Probes of a ReLU network of which these shares of each layer's units are dead; the last is of the output."""
    return [("relu", depth, seed, epoch, layer, share, delta) for layer, share in enumerate(shares, start=1)]


def dead_probes(*networks):
    columns = ["activation", "depth", "seed", "epoch", "layer", "dead_units", "delta_max"]
    return pl.DataFrame([row for rows in networks for row in rows], schema=columns, orient="row")


def test_dead_units_are_those_of_hidden_layers():
    [row] = dead_by_run(dead_probes(dead(0.1, 0.2, 0.6, 1.0))).to_dicts()
    assert (row["mean"], row["most"]) == (pytest.approx(0.3), 0.6)


def test_a_network_that_is_no_number_any_more_is_left_out():
    probes = dead_probes(dead(1.0, 1.0, 1.0, 1.0, delta=math.nan), dead(0.1, 0.1, 0.1, 0.0, seed=1))
    assert dead_by_run(probes)["seed"].to_list() == [1]


def test_dead_units_are_told_by_weights_depth_and_epoch_over_seeds():
    one = dead_probes(dead(0.1, 0.1, 0.4, 0.0), dead(0.3, 0.3, 0.3, 0.0, seed=1))
    rows = dead_units({"Glorot": one, "He": dead_probes(dead(0.5, 0.5, 0.5, 0.0, epoch=3))}).to_dicts()
    glorot, he = rows
    assert (glorot["weights"], glorot["depth"], glorot["epoch"]) == ("Glorot", 4, 0)
    assert (glorot["mean_share"], glorot["largest_share"]) == (pytest.approx(0.25), 0.4)
    assert (he["weights"], he["epoch"], he["mean_share"]) == ("He", 3, 0.5)


def test_without_relu_there_are_no_dead_units():
    assert dead_units({"Glorot": dead_probes(dead(0.5)).with_columns(activation=pl.lit("tanh"))}).is_empty()


def test_weights_are_compared_seed_by_seed_after_as_many_epochs():
    study = study_of(epochs=20)
    beside = with_he_weights(study)
    assert beside is not None

    def accuracy(activation, depth, seed, epoch):
        return {"test_accuracy": seed / 10 + epoch / 1000}

    def delta(activation, depth, seed, epoch, layer):
        return {"delta_rms": 10.0 ** (seed if layer == 1 and epoch == 0 else 0)}

    he = made_up(beside, lambda *_: {"test_accuracy": 0.9})
    rows = weights_compared(replace(made_up(study, accuracy, delta), beside={"he": he}))
    assert rows["seed"].to_list() == [0, 1, 2]
    assert rows["glorot_growth"].to_list() == pytest.approx([0, 1, 2])
    assert rows["he_growth"].to_list() == [0, 0, 0]
    assert rows["glorot_test"].to_list() == pytest.approx([0.01, 0.11, 0.21])  # after ten of the epochs
    assert rows["he_test"].to_list() == [0.9] * 3


def test_without_other_weights_there_is_nothing_to_compare():
    assert weights_compared(made_up(study_of(depths=(5,)))).is_empty()


def largest(**layers):
    """Untrained networks of one kind: of each seed and layer the largest gradients of sum and loss."""
    rows = [("tanh", 2, seed, 0, *pair) for seed, pairs in enumerate(layers.values()) for pair in pairs]
    columns = ["activation", "depth", "seed", "epoch", "softmax_sum_max", "gradient_max"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_rounding_is_the_largest_of_layers_and_seeds():
    [row] = rounding(largest(one=[(1e-8, 0.1), (2e-8, 0.2)], other=[(4e-8, 0.1), (0.0, 0.3)])).to_dicts()
    assert (row["sum"], row["loss"], row["loss_by_sum"]) == (4e-8, 0.3, pytest.approx(0.3 / 4e-8))


@pytest.mark.parametrize(
    ("pair", "missing"), [((0.0, 0.1), {"loss_by_sum"}), ((1e-8, math.inf), {"loss", "loss_by_sum"})]
)
def test_what_is_not_finite_is_missing(pair, missing):
    [row] = rounding(largest(one=[pair])).to_dicts()
    assert {name for name, value in row.items() if value is None} == missing
