"""What is said of gradients by layer holds for such as bear it out, fails for others, or does not apply."""

import math

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import gradients

STUDY = study_of(depths=(5, 20, 40))
DECADE_PER_LAYER = {"sigmoid": 1.0, "tanh": 0.1, "lecun": 0.05, "relu": 0.2}


def falling(**decades):
    """Results in which gradients fall by so many orders of magnitude for each layer on the way down."""
    per_layer = DECADE_PER_LAYER | decades
    return made_up(
        STUDY,
        probes=lambda activation, depth, seed, epoch, layer: {
            "gradient_max": 10.0 ** (-per_layer[activation] * (depth - layer))
        },
    )


def first_layers(values, **study):
    """Results in which the largest gradient of the first layer is that of the activation, times 1.1 for each seed."""
    return made_up(
        study_of(**study),
        probes=lambda activation, depth, seed, epoch, layer: {
            "gradient_max": values.get(activation, 1.0) * 1.1**seed if layer == 1 else 1.0
        },
    )


def test_a_fall_of_ten_per_layer_is_more_than_three():
    found = gradients.falls_per_layer(falling(), "sigmoid", (20, 40), 3, by=3)
    assert found.holds
    assert found.numbers["40 layers"] == pytest.approx([10, 10, 10])
    assert found.margin == pytest.approx([19 * (1 - math.log10(3))] * 3)  # at 20 layers


def test_a_fall_of_a_tenth_of_an_order_per_layer_is_not():
    found = gradients.falls_per_layer(falling(), "tanh", (20, 40), 3, by=3)
    assert not found.holds
    assert found.margin == pytest.approx([39 * (0.1 - math.log10(3))] * 3)  # at 40 layers


@pytest.mark.parametrize(("activation", "depths"), [("sigmoid", ()), ("silu", (20,))])
def test_a_fall_of_networks_that_there_are_none_of_does_not_apply(activation, depths):
    assert gradients.falls_per_layer(falling(), activation, depths, 3, by=3) is None


def test_nothing_left_in_the_first_layer_is_an_infinite_fall():
    found = gradients.falls_per_layer(first_layers({"sigmoid": 0.0}, depths=(20,)), "sigmoid", (20,), 3, by=3)
    assert found.holds
    assert found.numbers["20 layers"] == [math.inf] * 3
    assert found.margin == [math.inf] * 3


def test_a_gradient_that_is_no_number_has_not_fallen():
    found = gradients.falls_per_layer(
        first_layers({"sigmoid": math.nan}, depths=(20,)), "sigmoid", (20,), 3, by=3
    )
    assert not found.holds


def test_tanh_keeps_more_than_ten_orders_of_magnitude_more_than_sigmoid():
    found = gradients.far_larger_in_the_first_layer(falling(), "tanh", "sigmoid", 40, 3, orders=10)
    assert found.holds
    assert found.margin == pytest.approx([0.9 * 39] * 3)
    failed = gradients.far_larger_in_the_first_layer(falling(), "tanh", "sigmoid", 40, 3, orders=36)
    assert not failed.holds


def test_in_shallow_networks_or_without_both_it_does_not_apply():
    assert gradients.far_larger_in_the_first_layer(falling(), "tanh", "sigmoid", 20, 3, orders=10) is None
    assert gradients.far_larger_in_the_first_layer(falling(), "tanh", "silu", 40, 3, orders=10) is None


def test_larger_at_every_depth_has_the_least_margin_of_each_seed():
    def probes(activation, depth, seed, epoch, layer):
        ahead = {("lecun", 5): 2.0, ("lecun", 20): 4.0 - 1.25 * seed}
        return {"gradient_max": ahead.get((activation, depth), 1.0)}

    found = gradients.larger_in_the_first_layer(
        made_up(study_of(depths=(5, 20)), probes=probes), "lecun", "tanh", (5, 20), 0
    )
    assert found.holds
    assert found.margin == pytest.approx([math.log10(2), math.log10(2), math.log10(1.5)])
    assert found.numbers["20 layers, LeCun / tanh"] == pytest.approx([4, 2.75, 1.5])


def test_it_is_not_larger_where_one_depth_has_it_smaller():
    def probes(activation, depth, seed, epoch, layer):
        return {"gradient_max": {("lecun", 5): 0.9, ("lecun", 20): 4.0}.get((activation, depth), 1.0)}

    results = made_up(study_of(depths=(5, 20)), probes=probes)
    found = gradients.larger_in_the_first_layer(results, "lecun", "tanh", (5, 20), 0)
    assert not found.holds
    assert gradients.larger_in_the_first_layer(results, "lecun", "silu", (5, 20), 0) is None


def theory(*variances):
    """Predictions of a tanh network with these variances of v."""
    return pl.DataFrame(
        [
            {"activation": "tanh", "depth": len(variances), "layer": layer, "q": q}
            for layer, q in enumerate(variances, 1)
        ]
    )


def limit(q):
    return pl.DataFrame({"activation": ["tanh"], "q": [q]}, schema={"activation": pl.String, "q": pl.Float64})


def test_v_stays_near_zero_where_all_hidden_variances_are_small():
    found = gradients.stays_near_zero(theory(0.2, 0.1, 7.0), limit(0.0), "tanh", 3, below=0.25)
    assert found.holds
    assert found.numbers == {"variance of $v$": [0.2, 0.1]}  # not that of the output layer
    failed = gradients.stays_near_zero(theory(0.3, 0.1, 0.1), limit(0.0), "tanh", 3, below=0.25)
    assert not failed.holds


@pytest.mark.parametrize("q", [0.6, None])
def test_weights_that_draw_no_variance_to_zero_do_not_keep_v_there(q):
    assert gradients.stays_near_zero(theory(0.2, 0.2, 0.2), limit(q), "tanh", 3, below=0.25) is None
    assert gradients.stays_near_zero(theory(0.2, 0.2, 0.2), limit(0.0), "relu", 3, below=0.25) is None
