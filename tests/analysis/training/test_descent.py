"""The steps of the optimizers, compiled and as calls of torch, against torch.optim."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from reference import batch_of, untrained

from analysis.training.ways import networks_of

FRACTIONS = some.floats(0, 0.99)
DECAYS = some.sampled_from([0.0, 1e-4, 0.3])
PROTOCOLS = some.one_of(
    some.fixed_dictionaries({"optimizer": some.just("sgd"), "weight_decay": DECAYS}),
    some.fixed_dictionaries(
        {"optimizer": some.just("momentum"), "weight_decay": DECAYS, "momentum": FRACTIONS}
    ),
    some.fixed_dictionaries(
        {
            "optimizer": some.just("adam"),
            "weight_decay": DECAYS,
            "beta1": FRACTIONS,
            "beta2": some.floats(0, 0.9999),
            "adam_eps": some.sampled_from([1e-3, 1.0]),  # less would amplify rounding where beta2 is 0
            "learning_rate": some.sampled_from([1e-3, 1e-2]),
        }
    ),
)
LONG = [
    {"optimizer": "momentum", "learning_rate": 0.01, "momentum": 0.95},
    {"optimizer": "adam", "learning_rate": 1e-3, "adam_eps": 1e-5},
]


def check(run, data, libraries, epochs, precision, error):
    """Weights, biases and the running means of their gradients after so many epochs."""
    networks = networks_of([run], data, precision, "cpu", libraries)
    model = untrained(run, data.train_images.shape[1])
    x, labels = batch_of(data.train_images, data.train_labels)
    for epoch in range(epochs):
        order = np.random.default_rng(epoch).permutation(len(x))
        networks.train({run.seed: order})
        for places in torch.from_numpy(order).split(run.batch_size):
            model.step(x[places], labels[places])
    ours = networks.arrays()
    assert set(ours) == {*model.arrays(), "loss", "correct", "steps"}
    assert ours["steps"] == epochs * -(-len(x) // run.batch_size)
    for name, expected in model.arrays().items():
        assert np.abs(ours[name][0] - expected).max() <= error * max(1, np.abs(expected).max()), name


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(protocol=PROTOCOLS)
def test_any_constants_give_the_step_of_torch_optim(run, small_data, way, libraries, protocol):
    check(run("tanh", **protocol), small_data, libraries, 2, np.float64, 1e-10)


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("protocol", LONG, ids=lambda protocol: protocol["optimizer"])
def test_hundreds_of_steps_are_those_of_torch_optim(run, small_data, way, libraries, protocol, precision):
    error = 1e-3 if precision is np.float32 else 1e-9
    check(run("tanh", **protocol), small_data, libraries, 60, precision, error)
