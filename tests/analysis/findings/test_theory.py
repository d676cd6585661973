"""What is found in theory and beside it, on predictions and networks made by hand: it holds, fails, or is nothing."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import theory
from analysis.theory.factors import Factors

GLOROT, HE = study_of(), study_of(initializer="he_normal")


def chi(*between, limit, q=0.0):
    return {"mine": Factors(between, q, limit)}


@pytest.mark.parametrize(
    ("found", "bears_out", "fails"),
    [
        (theory.chi_is_one_half, chi(0.5, 0.5, limit=0.5), chi(0.5, 0.51, limit=0.5)),
        (theory.chi_is_one_half, chi(0.5, limit=0.5 + 1e-12), chi(0.5, limit=0.49)),
        (theory.chi_nears_one, chi(0.7, 0.8, limit=1), chi(0.8, 0.7, limit=1)),
        (theory.chi_nears_one, chi(0.7, 0.8, limit=1), chi(0.7, 0.8, limit=0.9)),
        (theory.chi_nears_one, chi(0.7, 0.8, limit=1), chi(0.7, 1.0, limit=1)),
        (theory.chi_nears_one, chi(0.7, 0.8, limit=1), chi(0.7, 0.8, limit=1, q=0.1)),
        (theory.chi_exceeds_one, chi(1.1, 1.02, limit=1.01), chi(1.1, 1.02, limit=1.0)),
    ],
)
def test_chi_is_looked_at_in_every_layer_and_in_the_limit(found, bears_out, fails):
    assert found(GLOROT, bears_out, "mine").holds
    assert not found(GLOROT, fails, "mine").holds
    assert found(GLOROT, bears_out, "another") is None
    assert found(HE, bears_out, "mine") is None


def test_delta_shrinks_by_the_root_of_chi():
    assert theory.delta_shrinks(GLOROT, chi(1 / 17, limit=1 / 18), "mine", by=4).holds
    assert not theory.delta_shrinks(GLOROT, chi(1 / 17, 1 / 15, limit=1 / 18), "mine", by=4).holds
    assert theory.delta_shrinks(GLOROT, {}, "mine", by=4) is None
    factor = theory.delta_shrinks(GLOROT, chi(0.04, limit=0), "mine", by=4).numbers
    assert list(factor.values())[-1] == pytest.approx([5.0])


def test_one_layer_nears_nothing():
    assert theory.chi_nears_one(GLOROT, chi(0.7, limit=1), "mine") is None


def predicted(depth=20, delta=lambda r: 1.0, gradient=lambda r: 1.0, shift=lambda r: -0.1, spread=0.1):
    """Theory of networks of ReLU, layer by layer."""
    layers = range(1, depth + 1)
    return pl.DataFrame(
        {
            "activation": ["relu"] * depth,
            "depth": [depth] * depth,
            "layer": list(layers),
            "delta": [delta(r) for r in layers],
            "gradient": [gradient(r) for r in layers],
            "delta_spread": [spread * math.sqrt(depth - r) for r in layers],
            "gradient_spread": [spread] * depth,
            "delta_shift": [0.0] * depth,
            "gradient_shift": [shift(r) for r in layers],
        }
    )


def test_gradients_of_hidden_layers_above_the_first_are_compared():
    ends = {1: 9.0, 20: 9.0}
    assert theory.same_gradient(
        GLOROT, predicted(gradient=lambda r: ends.get(r, 1.9)), "relu", within=2
    ).holds
    odd = predicted(gradient=lambda r: 2.1 if r == 7 else 1.0)
    assert not theory.same_gradient(GLOROT, odd, "relu", within=2).holds


@pytest.mark.parametrize(
    ("study", "theirs", "activation"),
    [
        (HE, predicted(), "relu"),
        (study_of(depths=(5,)), predicted(5), "relu"),
        (GLOROT, predicted(), "tanh"),
        (GLOROT, predicted(gradient=lambda r: None).cast({"gradient": pl.Float64}), "relu"),
    ],
)
def test_without_deep_networks_of_glorots_weights_there_is_no_flat_gradient(study, theirs, activation):
    assert theory.same_gradient(study, theirs, activation, within=2) is None
    assert theory.narrowness_lowers_it(study, theirs, activation) is None


def test_narrowness_lowers_the_gradient_above_all_near_the_output():
    found = theory.narrowness_lowers_it(GLOROT, predicted(shift=lambda r: -0.01 * r), "relu")
    assert found.holds
    assert found.remark == "the most in layer 19"
    assert not theory.narrowness_lowers_it(GLOROT, predicted(shift=lambda r: 0.01 * r - 1), "relu").holds
    assert not theory.narrowness_lowers_it(GLOROT, predicted(shift=lambda r: 0.1 - 0.01 * r), "relu").holds


RELU = study_of(activations=["relu"], depths=(20,))


def measured(rate, gradient=lambda seed, layer: 1.0):
    """ReLU networks whose ln(delta) changes by `rate(seed)` from a layer to the one below."""

    def probes(activation, depth, seed, epoch, layer):
        delta = math.exp(rate(seed) * (depth - layer))
        return {"delta_rms": delta, "gradient_rms": gradient(seed, layer)}

    return made_up(RELU, probes=probes)


def test_a_slope_is_too_far_where_it_is_farther_than_the_farthest_of_so_many():
    assert theory.no_farther_than_chance(measured(lambda seed: 0.01 * seed), predicted()).holds
    far = theory.no_farther_than_chance(measured(lambda seed: 0.5 if seed == 1 else 0.0), predicted())
    assert not far.holds
    assert far.remark == "3 networks"
    assert theory.no_farther_than_chance(measured(lambda seed: 0.0), predicted().clear()) is None


def deviating(narrow, wide):
    """Rows of `beside_wider` for two activations, from what each seed is off."""
    rows = [
        {
            "activation": name,
            "measured": float(np.sqrt(np.square(narrow).mean())),
            "seeds": list(range(len(narrow))),
            "by_seed": narrow,
            "measured_wide": float(np.sqrt(np.square(wide).mean())),
            "seeds_wide": list(range(len(wide))),
            "by_seed_wide": wide,
        }
        for name in ("relu", "tanh")
    ]
    return pl.DataFrame(rows)


def test_wider_networks_are_closer_by_orders_of_magnitude_for_each_seed_that_both_have():
    found = theory.wider_are_closer(deviating([1.0, 1.0, 1.0, 5.0], [0.1, 0.01, 0.1]))
    assert found.holds
    assert found.margin == pytest.approx([1, 2, 1])
    assert not theory.wider_are_closer(deviating([0.1, 0.1], [1.0, 1.0])).holds
    assert theory.wider_are_closer(pl.DataFrame()) is None
