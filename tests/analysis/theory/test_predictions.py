"""Theory of whole studies, against sums over a fine grid and what the papers say of known networks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.studies.data import load
from analysis.studies.patterns import FULL_INTENSITY
from analysis.studies.reading import read
from analysis.theory.predictions import limits, predictions, propagation, reached, trainability
from derivations import activations

pytestmark = pytest.mark.slow  # it integrates and trains

FUNCTIONS = {
    "relu": (lambda v: np.maximum(v, 0), lambda v: np.heaviside(v, math.sqrt(0.5))),
    "tanh": (np.tanh, lambda v: 1 - np.tanh(v) ** 2),
    "sigmoid": (lambda v: 1 / (1 + np.exp(-v)), lambda v: 1 / (2 + np.exp(v) + np.exp(-v))),
    "lecun": (
        lambda v: 1.7159 * np.tanh(2 * v / 3) + 0.01 * v,
        lambda v: 1.7159 * 2 / 3 / np.cosh(2 * v / 3) ** 2 + 0.01,
    ),
}
Z = np.linspace(-12, 12, 24_001)
WEIGHTS = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()


def mean_square(function, q):
    return float(WEIGHTS @ function(math.sqrt(q) * Z) ** 2)


def variances(name, depth, square, sigma_w=lambda below, here: 2 * below / (below + here)):
    """q of every layer, and chi of every hidden one but the last, as the recursion of the papers has them."""
    f, slope = FUNCTIONS[name]
    q = [sigma_w(784, 32) * square]
    for r in range(1, depth):
        q.append(sigma_w(32, 32 if r < depth - 1 else 10) * mean_square(f, q[-1]))
    return q, [sigma_w(32, 32) * mean_square(slope, at) for at in q[: depth - 2]]


@pytest.fixture
def square(mnist_cache):
    """The mean square of a pixel of the fixed mini-batch."""
    return float(np.square(load("MNIST", mnist_cache).train_images[:64] / FULL_INTENSITY).mean())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_profiles_start_from_the_images_and_follow_the_recursion_layer_by_layer(mnist_cache, square, name):
    found = predictions(read("quick"), mnist_cache)
    for depth in (5, 20, 40):
        layers = found.filter(activation=name, depth=depth)
        q, chi = variances(name, depth, square)
        assert layers["layer"].to_list() == list(range(1, depth + 1))
        assert layers["q"].to_list() == pytest.approx(q, rel=1e-4)  # of pairs of patterns: a truncated series
        assert layers["chi"].to_list()[: depth - 2] == pytest.approx(chi, rel=2e-3)
        assert layers["chi"].to_list()[-1] is None


def test_below_the_last_layer_delta_changes_by_its_own_fan_out(mnist_cache):
    relu = predictions(read("quick"), mnist_cache).filter(activation="relu", depth=5)
    assert relu["chi"][3] == pytest.approx(2 / (32 + 10) * 10 / 2, rel=2e-3)


def test_limits_are_those_of_glorots_weights_between_layers_of_32(mnist_cache):
    row = {row["activation"]: row for row in limits(read("quick"), mnist_cache).to_dicts()}
    assert row["sigmoid"]["chi"] == pytest.approx(0.0557, abs=5e-5)
    assert row["relu"]["chi"] == pytest.approx(0.5, abs=1e-14)
    assert row["relu"]["first"] == pytest.approx(0.5, abs=1e-14)
    assert row["lecun"]["chi"] == pytest.approx(1.0215, abs=5e-5)
    assert row["lecun"]["first"] == pytest.approx(1.14, abs=5e-3)
    assert 0.74 < row["tanh"]["first"] < 0.75 < row["tanh"]["last"] < 1 == row["tanh"]["chi"]
    assert row["tanh"]["depth_scale"] == math.inf
    assert row["relu"]["depth_scale"] == pytest.approx(1 / math.log(2))
    assert [name for name in row if row[name]["closed"]] == ["relu"]
    assert max(row[name]["error"] for name in row) < 1e-13


@pytest.mark.parametrize(("name", "weights"), [("tanh", 2.0), ("sigmoid", 1.0), ("lecun", 1.0)])
def test_the_fixed_point_that_is_reached_is_where_many_layers_lead(mnist_cache, name, weights):
    q = 1.0
    for _ in range(500):
        q = weights * mean_square(FUNCTIONS[name][0], q)
    assert reached(propagation(activations[name], mnist_cache), 1.0, weights).q == pytest.approx(q, rel=1e-6)


def test_relu_with_more_than_hes_weights_reaches_no_fixed_point(mnist_cache):
    relu = propagation(activations["relu"], mnist_cache)
    assert reached(relu, 1.0, 2.5) is None
    assert reached(relu, 1.0, 2.0).q is None  # every variance is one
    assert reached(relu, 1.0, 1.0).q == 0


def test_trainability_is_the_sum_of_ln_chi(mnist_cache, square):
    found = trainability(
        [activations[name] for name in FUNCTIONS], read("quick"), [5, 40], ["glorot_uniform"], mnist_cache
    )
    for row in found.to_dicts():
        _, chi = variances(row["activation"], row["depth"], square)
        assert row["change"] == pytest.approx(np.log(chi).sum(), abs=1e-6)
        assert row["trainable"] == (abs(np.log(chi).sum()) <= 6)


def test_with_hes_weights_relu_keeps_its_gradients(mnist_cache):
    [row] = trainability([activations["relu"]], read("quick"), [40], ["he_normal"], mnist_cache).to_dicts()
    assert row["change"] == pytest.approx(0, abs=1e-9)
    assert row["trainable"]


def test_where_the_variance_vanishes_nothing_is_left(mnist_cache):
    hardshrink = [activations["hardshrink"]]
    [row] = trainability(hardshrink, read("quick"), [40], ["glorot_normal"], mnist_cache).to_dicts()
    assert row["change"] == -math.inf
    assert not row["trainable"]


def test_of_gradients_that_grow_nothing_is_foretold(mnist_cache):
    [row] = trainability([activations["selu"]], read("quick"), [40], ["he_normal"], mnist_cache).to_dicts()
    assert row["change"] > 6
    assert row["trainable"] is None


def test_of_a_large_mini_batch_only_what_does_not_depend_on_its_size_is_predicted(mnist_cache):
    large = read("quick").model_copy(update={"batch_size": 1000, "activations": ("tanh",), "depths": (5,)})
    found = predictions(large, mnist_cache)
    assert found["gradient"].null_count() == 5
    small = predictions(large.model_copy(update={"batch_size": 64}), mnist_cache)
    # delta is that of a mean over the mini-batch.
    assert (found["delta"] * 1000).to_list() == pytest.approx((small["delta"] * 64).to_list(), rel=0.05)


def test_nothing_is_predicted_where_the_variance_vanishes_but_a_table_is_there(mnist_cache):
    shrunk = read("quick").model_copy(update={"activations": ("hardshrink",), "depths": (40,)})
    found = predictions(shrunk, mnist_cache)
    assert found.height == 40
    assert found["delta"].null_count() == 40
