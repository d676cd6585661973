"""What is found in theory and beside it, on predictions and networks made by hand: it holds, fails, or is nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from made_up import study_of

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


def predicted(depth=20, delta=lambda r: 1.0, gradient=lambda r: 1.0):
    """Theory of networks of ReLU, layer by layer."""
    layers = range(1, depth + 1)
    return pl.DataFrame(
        {
            "activation": ["relu"] * depth,
            "depth": [depth] * depth,
            "layer": list(layers),
            "delta": [delta(r) for r in layers],
            "gradient": [gradient(r) for r in layers],
        }
    )


def medians(of, depth=20):
    """Median gradients of networks of ReLU that were drawn, layer by layer."""
    return predicted(depth, gradient=of).rename({"gradient": "gradient_median"}).drop("delta")


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
    assert theory.narrowness_lowers_it(study, theirs, medians(lambda r: 0.5), activation) is None


def test_narrowness_lowers_the_gradient_above_all_near_the_output():
    def found(of, given=GLOROT):
        return theory.narrowness_lowers_it(given, predicted(), medians(of), "relu")

    lower = found(lambda r: 10 ** (-0.01 * r))
    assert lower.holds
    assert lower.remark == "the most in layer 19"
    assert lower.numbers["changed by orders of magnitude"] == pytest.approx([-0.01 * r for r in range(2, 20)])
    assert not found(lambda r: 10 ** (0.01 * r - 1)).holds  # the most near the input
    assert not found(lambda r: 10 ** (0.05 - 0.01 * r)).holds  # not in every layer
    assert theory.narrowness_lowers_it(GLOROT, predicted(), medians(lambda r: 0.5).clear(), "relu") is None


def fitted(*measured, seed=0):
    """Slopes of three kinds of networks among a thousand drawn, of which 950 lie between the percentiles."""
    drawn = np.random.default_rng(seed).normal(size=(3, 1000))
    return pl.DataFrame(
        [
            {
                "seeds": list(range(len(measured))),
                "measured": list(measured),
                "low": -1.96,
                "high": 1.96,
                "drawn": of,
            }
            for of in drawn.tolist()
        ]
    )


def test_as_many_slopes_lie_within_as_networks_of_chance_would_have():
    chance = np.random.default_rng(7).normal(size=40)
    found = theory.slopes_within_ranges(fitted(*chance))
    assert found.holds
    assert found.remark == "of 120 networks"
    assert found.numbers["slopes within the ranges"] == [3 * int((np.abs(chance) < 1.96).sum())]


def test_too_many_slopes_within_are_as_unlikely_as_too_few():
    assert not theory.slopes_within_ranges(fitted(*[0.0] * 100)).holds
    assert not theory.slopes_within_ranges(fitted(*[0.0] * 30, *[3.0] * 10)).holds
    assert theory.slopes_within_ranges(fitted(0.0)).holds  # one seed tells little
    assert theory.slopes_within_ranges(pl.DataFrame()) is None


def test_networks_that_share_their_weights_are_not_counted_as_independent():
    alike = fitted(*[0.0] * 36, *[3.0] * 4)
    together = alike.with_columns(drawn=pl.Series([alike["drawn"][0]] * 3))
    apart = theory.slopes_within_ranges(alike).numbers["by chance alone"]
    shared = theory.slopes_within_ranges(together).numbers["by chance alone"]
    assert shared[0] < apart[0]


def widths(narrow, wide):
    """Rows of `beside_wider` of two activations."""
    names = [name for name in ("relu", "tanh") for _ in range(2)]
    return pl.DataFrame({"activation": names, "width": [32, 256] * 2, "off": [narrow, wide] * 2})


def test_wider_networks_are_closer_where_those_of_each_activation_are():
    found = theory.wider_are_closer(widths(0.3, 0.1))
    assert found.holds
    assert found.numbers["times closer"] == pytest.approx([3, 3])
    assert not theory.wider_are_closer(widths(0.1, 0.3)).holds
    assert theory.wider_are_closer(pl.DataFrame()) is None
