"""The gradient of a constant is rounding error, or is not; small gradients are where nothing is learned, or not."""

from __future__ import annotations

import pytest
from made_up import made_up, study_of

from analysis.findings import coursework


def gradients(of_sum: float, of_loss: float, trained: float = 1.0):
    """The network with seed 1 has these largest gradients before training, in its first layer."""

    def probes(activation, depth, seed, epoch, layer):
        if epoch > 0:
            return {"softmax_sum_max": trained, "gradient_max": 1.0}
        here = seed == 1 and layer == 1
        return {"softmax_sum_max": of_sum if here else 0.0, "gradient_max": of_loss if here else 1e-3}

    return made_up(study_of(), probes=probes)


@pytest.mark.parametrize(("of_sum", "holds"), [(0.9e-3, True), (1.1e-3, False), (float("nan"), False)])
def test_it_is_rounding_if_it_is_less_than_a_thousandth_in_every_untrained_network(of_sum, holds):
    found = coursework.only_rounding(gradients(of_sum, of_loss=1.0))
    assert found is not None
    assert found.holds == holds


@pytest.mark.parametrize("of_loss", [0.0, float("inf")])
def test_networks_without_a_finite_gradient_do_not_count(of_loss):
    study = study_of(seeds=1, depths=(2,))
    results = made_up(study, probes=lambda *_: {"gradient_max": of_loss})
    assert coursework.only_rounding(results) is None


def relu_networks(failing: float, learning: float, score: float = 0.1):
    """At 20 layers nothing is learned; the largest gradients are those given, after epoch 3."""

    def probes(activation, depth, seed, epoch, layer):
        largest = failing if depth == 20 else learning
        return {"gradient_max": largest if epoch == 3 and layer == 2 else 1e-9}

    def history(activation, depth, seed, epoch):
        return {"test_accuracy": score if depth == 20 else 0.9}

    return made_up(study_of(), history=history, probes=probes)


@pytest.mark.parametrize(("failing", "holds"), [(1e-3, True), (0.2, False), (float("nan"), False)])
def test_gradients_are_smaller_where_nothing_is_learned_if_all_of_them_are(failing, holds):
    found = coursework.smaller_where_nothing_is_learned(relu_networks(failing, 0.1), "relu", 20, 3)
    assert found.holds == holds
    assert len(found.numbers["where nothing is learned"]) == 3


def test_nothing_is_compared_where_all_learn():
    learned = relu_networks(1e-3, 0.1, score=0.9)
    assert coursework.smaller_where_nothing_is_learned(learned, "relu", 20, 3) is None
    assert coursework.smaller_where_nothing_is_learned(learned, "mish", 20, 3) is None


@pytest.mark.parametrize(
    ("before", "after", "holds"), [(1e-9, 1e-9, True), (1e-3, 1e-9, False), (1e-9, 1e-3, False)]
)
def test_a_gradient_is_as_small_at_random_weights_if_it_is_so_before_and_after(before, after, holds):
    def probes(activation, depth, seed, epoch, layer):
        return {"gradient_max": 1.0 if layer == depth else before if epoch == 0 else after}

    results = made_up(study_of(), probes=probes)
    found = coursework.as_small_at_random_weights(results, "sigmoid", [20], 3, below=1e-6)
    assert found.holds == holds
    assert coursework.as_small_at_random_weights(results, "mish", [20], 3, below=1e-6) is None
