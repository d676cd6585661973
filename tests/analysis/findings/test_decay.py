"""Which of two activations keeps more of delta, on slopes that are drawn by hand."""

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import decay

SLOPES = {"tanh": -0.1, "lecun": 0.05}


def theory(**slopes):
    """Predictions in which ln(delta) changes by these slopes from each hidden layer to the one below."""
    return pl.DataFrame(
        [
            {
                "activation": name,
                "depth": depth,
                "layer": layer,
                "delta": 2.718281828459045 ** (slope * (depth - layer)),
            }
            for name, slope in slopes.items()
            for depth in (5, 20)
            for layer in range(1, depth + 1)
        ]
    )


def measured(**slopes):
    """Results that have these slopes, a hundredth more for each seed."""
    return made_up(
        study_of(activations=tuple(slopes)),
        probes=lambda activation, depth, seed, epoch, layer: {
            "delta_rms": 2.718281828459045 ** ((slopes[activation] * (1 + seed / 100)) * (depth - layer))
        },
    )


def limits(**of):
    """q and chi in the limit, where tanh's variance goes to zero."""
    found = {"tanh": (0.0, 1.0), "lecun": (0.4, 1.02)} | of
    rows = [{"activation": name, "q": q, "chi": chi, "depth_scale": 47.0} for name, (q, chi) in found.items()]
    return pl.DataFrame(rows)


def test_the_activation_of_the_greater_slope_keeps_more():
    found = decay.keeps_more(measured(**SLOPES), theory(**SLOPES), limits(), "lecun", "tanh")
    assert found.holds
    assert found.margin == pytest.approx([0.15, 0.1515, 0.153])
    assert found.numbers["predicted with 20 layers"] == pytest.approx([0.15] * 3)


def test_it_has_to_be_predicted_and_measured():
    reverse = {"tanh": 0.05, "lecun": -0.1}
    for results, predictions in (
        (measured(**reverse), theory(**SLOPES)),
        (measured(**SLOPES), theory(**reverse)),
    ):
        found = decay.keeps_more(results, predictions, limits(), "lecun", "tanh")
        assert not found.holds


def test_without_both_activations_or_four_layers_it_does_not_apply():
    assert decay.keeps_more(measured(lecun=0.05), theory(lecun=0.05), limits(), "lecun", "tanh") is None
    shallow = made_up(study_of(activations=("tanh", "lecun"), depths=(2, 3)))
    nothing = theory(**SLOPES).filter(pl.col("depth") < 5)
    assert decay.keeps_more(shallow, nothing, limits(), "lecun", "tanh") is None


@pytest.mark.parametrize(
    "of",
    [
        {"tanh": (0.6, 1.1)},  # with such weights the variance of tanh does not go to zero
        {"lecun": (0.0, 1.3)},
        {"lecun": (None, 1.0)},
        {"lecun": (None, None)},
        {"lecun": (0.4, 0.98)},
    ],
)
def test_where_the_explanation_does_not_apply_nothing_is_said(of):
    assert decay.settles_above_one(limits(**of), "lecun", "tanh") is None
    assert decay.keeps_more(measured(**SLOPES), theory(**SLOPES), limits(**of), "lecun", "tanh") is None


def test_the_limit_has_the_chi_that_exceeds_one():
    assert decay.settles_above_one(limits(), "lecun", "tanh") == decay.Limit(chi=1.02, depth_scale=47.0)
    assert decay.settles_above_one(limits().filter(activation="tanh"), "lecun", "tanh") is None


def near_zero(growth, chi=0.9):
    """Predictions for tanh in which 1/q grows by so much per layer."""
    rows = [("tanh", 20, layer, 1 / (5 + growth * layer), chi) for layer in range(1, 21)]
    return pl.DataFrame(rows, schema=["activation", "depth", "layer", "q", "chi"], orient="row")


ZERO = pl.DataFrame({"activation": ["tanh"], "q": [0.0], "chi": [1.0]})


@pytest.mark.parametrize(("growth", "holds"), [(2.0, True), (1.85, True), (1.5, False)])
def test_delta_falls_as_a_power_of_depth_where_one_over_q_grows_by_two(growth, holds):
    found = decay.falls_as_a_power(study_of(), near_zero(growth), ZERO, "tanh")
    assert found.holds is holds
    assert found.numbers[decay.DIVIDED] == pytest.approx([0.9**-18])


def test_it_does_so_at_a_fixed_point_of_zero_and_in_deep_networks_with_glorots_weights_only():
    other = pl.DataFrame({"activation": ["tanh"], "q": [0.4], "chi": [1.02]})
    assert decay.falls_as_a_power(study_of(), near_zero(2.0), other, "tanh") is None
    assert decay.falls_as_a_power(study_of(depths=(5,)), near_zero(2.0), ZERO, "tanh") is None
    assert decay.falls_as_a_power(study_of(initializer="he_uniform"), near_zero(2.0), ZERO, "tanh") is None
