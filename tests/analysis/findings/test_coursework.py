"""The gradient of a constant is rounding error, or is not."""

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
