"""Comparisons of theory and measurement, on networks drawn from the theory itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.studies.reading import read
from analysis.studies.study import Study
from analysis.theory.agreement import (
    beside,
    coverage,
    deviations,
    farthest,
    in_first_layer,
    one_deviation,
    slopes,
)
from analysis.theory.predictions import predictions
from analysis.theory.wide_networks import beside_wider, untrained, widened
from analysis.training.epochs import train_stack

DEPTH = 21
RATE, STEP, SHIFT = -0.3, 0.05, 0.002  # of ln(delta), by layer: theory's, its deviation, its shift


@pytest.fixture
def theory():
    layers = np.arange(1, DEPTH + 1)
    spread = STEP * np.sqrt(DEPTH - layers)
    return pl.DataFrame(
        {
            "activation": ["tanh"] * DEPTH,
            "depth": [DEPTH] * DEPTH,
            "layer": layers,
            "delta": np.exp(RATE * (DEPTH - layers)),
            "gradient": np.ones(DEPTH),
            "delta_spread": spread,
            "gradient_spread": spread + 0.01,
            "delta_shift": SHIFT * (DEPTH - layers),
            "gradient_shift": np.zeros(DEPTH),
        }
    )


def drawn(theory, seeds, noise=1.0):
    """Probes of networks whose ln(delta) walks randomly downwards, as theory has it."""
    random, rows = np.random.default_rng(5), []
    for seed in range(seeds):
        steps = np.append(random.normal(0, STEP * noise, DEPTH - 1), 0.0)
        strayed = np.cumsum(steps[::-1])[::-1]
        logarithm = np.log(theory["delta"]) + theory["delta_shift"] + strayed
        rows += [
            ("tanh", DEPTH, seed, 0, layer, float(np.exp(value)), 1.0)
            for layer, value in zip(theory["layer"], logarithm, strict=True)
        ]
    columns = ["activation", "depth", "seed", "epoch", "layer", "delta_rms", "gradient_rms"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_a_fitted_slope_is_that_of_the_line(theory):
    [row] = slopes(drawn(theory, 1, noise=0), theory).to_dicts()
    assert row["predicted"] == pytest.approx(RATE)
    assert row["measured"] == pytest.approx([row["typical"]])
    assert row["typical"] == pytest.approx(RATE + SHIFT)
    assert row["seeds"] == [0]


def test_slopes_of_networks_differ_as_is_said(theory):
    [row] = slopes(drawn(theory, 2000), theory).to_dicts()
    assert np.std(row["measured"]) == pytest.approx(row["spread"], rel=0.05)
    assert np.mean(row["measured"]) == pytest.approx(row["typical"], abs=4 * row["spread"] / np.sqrt(2000))


def test_bands_hold_as_many_layers_as_they_should(theory):
    assert coverage(drawn(theory, 2000), theory, "delta") == pytest.approx(0.95, abs=0.01)
    assert coverage(drawn(theory, 500, noise=3), theory, "delta") < 0.6
    assert coverage(drawn(theory, 1).clear(), theory, "delta") is None


def test_deviations_are_as_large_as_the_width_makes_them(theory):
    [row] = deviations(drawn(theory, 2000), theory).to_dicts()
    assert row["measured"] == pytest.approx(row["predicted"], rel=0.05)


def test_deviations_of_each_seed_make_up_those_of_all(theory):
    [row] = deviations(drawn(theory, 5), theory).to_dicts()
    assert row["seeds"] == [0, 1, 2, 3, 4]
    assert np.mean(np.square(row["by_seed"])) == pytest.approx(row["measured"] ** 2)


def test_layers_are_set_beside_theory_by_their_ratio(theory):
    silent = pl.when(pl.col("layer") == 3).then(0.0).otherwise("delta_rms")
    probes = drawn(theory, 2, noise=0).with_columns(delta_rms=silent)
    rows = beside(probes, theory, "delta", ["tanh"])
    assert rows.height == 2 * (DEPTH - 2)  # neither the output layer nor the one where nothing arrives
    expected = [float(np.exp(SHIFT * (DEPTH - layer))) for layer in rows["layer"]]
    assert rows["ratio"].to_list() == pytest.approx(expected)
    assert rows["within"].all()
    assert beside(probes, theory, "delta", ["relu"]).is_empty()


def test_what_is_predicted_of_the_first_layer_is_told_where_anything_is(theory):
    first = in_first_layer(theory, ["tanh"], DEPTH)
    assert first["layer"].to_list() == [1]
    assert one_deviation(first) == pytest.approx(np.exp(STEP * np.sqrt(DEPTH - 1)))
    assert in_first_layer(theory, ["relu"], DEPTH).is_empty()
    assert one_deviation(first.clear()) is None


def test_networks_in_which_nothing_arrives_are_left_out(theory):
    probes = drawn(theory, 2).with_columns(
        delta_rms=pl.when(pl.col("seed") == 1, pl.col("layer") < 5).then(0.0).otherwise("delta_rms")
    )
    [row] = slopes(probes, theory).to_dicts()
    assert len(row["measured"]) == 1
    assert row["seeds"] == [0]


@pytest.mark.parametrize("count", [3, 100])
def test_the_farthest_of_many_is_seldom_beyond(count):
    sample = np.abs(np.random.default_rng(2).normal(size=(20_000, count))).max(axis=1)
    assert (sample > farthest(count)).mean() == pytest.approx(0.01, abs=0.003)


def test_wide_networks_are_those_of_the_study_but_for_their_width():
    wide = widened(read("standard"))
    assert (wide.width, wide.depths, wide.seeds) == (256, (40,), 3)
    assert wide.activations == read("standard").activations
    assert widened(read("standard").model_copy(update={"width": 512})) is None
    assert widened(read("standard").model_copy(update={"depths": (100,)})) is None


def test_a_study_is_set_beside_networks_of_eight_times_its_width(mnist_cache):
    study = study_of(activations=["tanh"], depths=(3, 5), seeds=2, width=8)
    theory = predictions(study, mnist_cache)
    results = made_up(study, probes=lambda *_: {"delta_rms": 0.005})
    [row] = beside_wider(results, theory, mnist_cache).to_dicts()
    assert (row["activation"], row["depth"], row["seeds"], row["seeds_wide"]) == ("tanh", 5, [0, 1], [0, 1])
    [own] = deviations(results.probes.filter(depth=5), theory.filter(depth=5)).to_dicts()
    assert row["measured"] == own["measured"]
    assert row["predicted_wide"] < row["predicted"] / 2  # as one over the root of the width
    assert row["times"] == row["measured_wide"] / row["predicted_wide"]


def test_nothing_is_set_beside_a_study_that_is_wide_itself(mnist_cache):
    wide = made_up(study_of(activations=["tanh"], depths=(3,), width=512))
    assert beside_wider(wide, predictions(wide.study, mnist_cache), mnist_cache).is_empty()


def test_untrained_networks_are_probed_as_those_that_are_trained_afterwards(small_data, tmp_path):
    (tmp_path / "data").mkdir()
    arrays = {
        f"{part}_{what}": getattr(small_data, f"{part}_{what}")
        for part in ("train", "test")
        for what in ("images", "labels")
    }
    np.savez(tmp_path / "data" / "small.npz", **arrays)
    study = Study(
        name="s",
        activations=["tanh", "relu"],
        depths=[3, 5],
        seeds=2,
        epochs=1,
        width=8,
        batch_size=16,
        dataset=str(tmp_path / "data"),
    )
    probes = untrained(study, tmp_path)
    for result in train_stack([run for run in study.runs if run.depth == 5], small_data):
        own = {"activation": result.run.activation, "depth": 5, "seed": result.run.seed}
        rows = probes.filter(**own).sort("layer")
        assert rows["delta_rms"].to_list() == result.probes[0]["delta_rms"]
        assert rows["gradient_rms"].to_list() == result.probes[0]["gradient_rms"]
