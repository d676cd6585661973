"""Comparisons of theory and measurement, on networks drawn from the theory itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from made_up import study_of

from analysis.studies.reading import read
from analysis.theory.agreement import alone, among_drawn, beside, coverage, in_first_layer, slopes, widest
from analysis.theory.bands import bands
from analysis.theory.predictions import predictions
from analysis.theory.wide_networks import beside_wider, times_smaller, widened

DEPTH = 21
RATE, STEP = -0.3, 0.05  # of ln(delta), by layer: theory's, and its deviation
NORMAL = 1.959964  # deviations that hold 95 per cent, from any table of the normal distribution


@pytest.fixture
def theory():
    layers = np.arange(1, DEPTH + 1)
    return pl.DataFrame(
        {
            "activation": ["tanh"] * DEPTH,
            "depth": [DEPTH] * DEPTH,
            "layer": layers,
            "delta": np.exp(RATE * (DEPTH - layers)),
            "gradient": np.ones(DEPTH),
            "alone": np.sqrt(DEPTH - layers) * 0.1,
        }
    )


@pytest.fixture
def walked(theory):
    """Bands of networks whose ln(delta) walks randomly downwards from theory's."""
    spread = STEP * np.sqrt(DEPTH - theory["layer"].to_numpy())
    low, high = (theory["delta"] * np.exp(sign * NORMAL * spread) for sign in (-1, 1))
    return theory.select(
        "activation", "depth", "layer", delta_low=low, delta_high=high, alone=pl.lit(0.3), deviation=spread
    )


def drawn(theory, seeds, noise=1.0):
    """Probes of networks that walk so."""
    random, rows = np.random.default_rng(5), []
    for seed in range(seeds):
        steps = np.append(random.normal(0, STEP * noise, DEPTH - 1), 0.0)
        logarithm = np.log(theory["delta"]) + np.cumsum(steps[::-1])[::-1]
        rows += [
            ("tanh", DEPTH, seed, 0, layer, float(np.exp(value)), 1.0)
            for layer, value in zip(theory["layer"], logarithm, strict=True)
        ]
    columns = ["activation", "depth", "seed", "epoch", "layer", "delta_rms", "gradient_rms"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_a_fitted_slope_is_that_of_the_line(theory):
    [row] = slopes(drawn(theory, 1, noise=0), theory).to_dicts()
    assert row["predicted"] == pytest.approx(RATE)
    assert row["measured"] == pytest.approx([RATE])
    assert row["seeds"] == [0]


def test_networks_in_which_nothing_arrives_are_left_out(theory):
    probes = drawn(theory, 2).with_columns(
        delta_rms=pl.when(pl.col("seed") == 1, pl.col("layer") < 5).then(0.0).otherwise("delta_rms")
    )
    [row] = slopes(probes, theory).to_dicts()
    assert len(row["measured"]) == 1
    assert row["seeds"] == [0]


def test_ninety_five_per_cent_of_the_slopes_drawn_lie_between_low_and_high(theory):
    fits, values = slopes(drawn(theory, 1), theory), np.random.default_rng(1).normal(RATE, 0.1, 4000)
    given = pl.DataFrame({"activation": ["tanh"], "depth": [DEPTH], "drawn": [values.tolist()]})
    [row] = among_drawn(fits, given).to_dicts()
    assert row["low"] == pytest.approx(RATE - 0.196, abs=0.01)
    assert row["typical"] == pytest.approx(RATE, abs=0.01)
    assert row["high"] == pytest.approx(RATE + 0.196, abs=0.01)
    assert among_drawn(fits, given.clear()).is_empty()
    assert among_drawn(pl.DataFrame(), given).is_empty()


def test_coverage_is_the_share_of_layers_within_the_bands(theory, walked):
    assert coverage(drawn(theory, 2000), walked, "delta") == pytest.approx(0.95, abs=0.01)
    assert coverage(drawn(theory, 500, noise=3), walked, "delta") < 0.6
    assert coverage(drawn(theory, 1).clear(), walked, "delta") is None


def test_layers_are_set_beside_theory_by_their_ratio(theory):
    silent = pl.when(pl.col("layer") == 3).then(0.0).otherwise(2 * pl.col("delta_rms"))
    probes = drawn(theory, 2, noise=0).with_columns(delta_rms=silent)
    rows = beside(probes, theory, "delta", ["tanh"])
    assert rows.height == 2 * (DEPTH - 2)  # neither the output layer nor the one where nothing arrives
    assert rows["ratio"].to_list() == pytest.approx([2.0] * rows.height)
    assert beside(probes, theory, "delta", ["relu"]).is_empty()


def test_the_widest_band_of_the_first_layer_is_told_by_a_factor(theory, walked):
    first = in_first_layer(walked, ["tanh"], DEPTH)
    assert first["layer"].to_list() == [1]
    assert widest(first) == pytest.approx(np.exp(2 * NORMAL * STEP * np.sqrt(DEPTH - 1)))
    assert in_first_layer(theory, ["relu"], DEPTH).is_empty()
    assert widest(first.clear()) is None


def test_one_pattern_is_set_beside_networks_drawn_in_the_first_layer(theory, walked):
    [row] = alone(theory, walked).to_dicts()
    assert row["predicted"] == pytest.approx(0.1 * np.sqrt(DEPTH - 1))
    assert (row["drawn"], row["together"]) == (0.3, pytest.approx(STEP * np.sqrt(DEPTH - 1)))
    assert alone(theory, walked.clear()).is_empty()


def test_wide_networks_are_those_of_the_study_but_for_their_width():
    wide = widened(read("standard"))
    assert (wide.width, wide.depths) == (256, (40,))
    assert wide.activations == read("standard").activations
    assert widened(read("standard").model_copy(update={"width": 512})) is None
    assert widened(read("standard").model_copy(update={"depths": (100,)})) is None


def test_a_study_is_set_beside_networks_of_eight_times_its_width(mnist_cache):
    study = study_of(activations=["tanh", "sigmoid"], depths=(3, 5), width=8)
    rows = beside_wider(study, mnist_cache)
    assert rows.select("activation", "width").rows() == [
        ("tanh", 8), ("tanh", 64), ("sigmoid", 8), ("sigmoid", 64)
    ]  # fmt: skip
    for column in ("off", "drawn", "predicted"):  # as one over the root of the width
        assert all(1.5 < times < 6 for times in times_smaller(rows, column))
    theory = predictions(study, mnist_cache).filter(activation="tanh", depth=5)
    own = bands(study, mnist_cache).filter(activation="tanh", depth=5)
    assert rows["predicted"][0] == theory["alone"][0]
    assert rows["drawn"][0] == own["alone"][0]
    apart = (own["mean"] - theory["delta"].log())[:4]
    assert rows["off"][0] == pytest.approx(np.sqrt((apart**2 + own["deviation"][:4] ** 2).mean()))


def test_nothing_is_set_beside_a_study_that_is_wide_itself(mnist_cache):
    rows = beside_wider(study_of(activations=["tanh"], depths=(3,), width=512), mnist_cache)
    assert rows.is_empty()
    assert times_smaller(rows, "off") == []
