"""How much delta of one pattern strays, against the literature and against networks that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.data import load
from analysis.studies.initial_weights import Initializer
from analysis.studies.patterns import FULL_INTENSITY
from analysis.theory.one_pattern import Layer, Output, deviations
from analysis.theory.profile import predict
from analysis.theory.sampling import sample
from derivations import Activation, Propagation, activations, derive, v

NOTHING = Output(variance=0.0, response=0.0)
LINEAR = Activation("linear", 1.0 * v, "linear")
WIDTHS = (32, 64, 48, 16)


def network(activation):
    return Propagation(derive(activations[activation] if isinstance(activation, str) else activation))


def of_layers(activation, output=NOTHING, q=0.7):
    return deviations([Layer.of(network(activation), q, width) for width in WIDTHS], output)


def sums_above(numerator):
    """Of each layer, the sum of numerator / n over the hidden layers from it on."""
    parts = [numerator / width for width in (*WIDTHS, np.inf)]
    return [sum(parts[r:]) for r in range(len(parts))]


def test_relu_has_the_variance_of_hanin_and_nica():
    """Theorem 1 there: the variance of ln|delta|^2 is the sum of 5/n."""
    assert 4 * of_layers("relu") ** 2 == pytest.approx(sums_above(5), rel=1e-6)


def test_a_linear_network_has_that_of_a_product_of_matrices():
    """|W u|^2 / |u|^2 is a chi-squared variable of n degrees over n, of relative variance 2/n."""
    assert 4 * of_layers(LINEAR) ** 2 == pytest.approx(sums_above(2), rel=1e-6)


def test_where_the_error_follows_q_the_layers_below_add_their_own():
    """In a linear network ln q, as ln|delta|^2, has the variance 2/n of each layer, and is independent of it."""
    strayed = 4 * of_layers(LINEAR, Output(variance=0.1, response=0.5)) ** 2
    below = 0.25 * sum(2 / width for width in WIDTHS)
    assert strayed == pytest.approx([0.1 + below + part for part in sums_above(2)], rel=1e-6)


@pytest.mark.parametrize("q", [0.01, 0.3, 4.0])
def test_the_error_of_the_outputs_is_that_of_softmax(q):
    random = np.random.default_rng(4)

    def logarithms(variance):
        p = np.exp(random.normal(0, np.sqrt(variance), (400_000, 10)))
        p /= p.sum(axis=1, keepdims=True)
        return np.log(np.square(p - np.eye(10)[3]).sum(axis=1))

    found = Output.of(q, 10)
    assert found.variance == pytest.approx(logarithms(q).var(), rel=0.05)
    change = np.log(np.exp(logarithms(1.2 * q)).mean() / np.exp(logarithms(q / 1.2)).mean())
    assert found.response == pytest.approx(change / (2 * np.log(1.2)), abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "lecun"])
@pytest.mark.parametrize("depth", [5, 20, 40])
def test_of_600_networks_one_pattern_strays_as_is_said(mnist_cache, name, depth):
    theory, drawn = both(mnist_cache, name, depth, "glorot_uniform")
    assert theory[0] == pytest.approx(drawn[0], rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "lecun"])
def test_with_normal_weights_it_does_so_in_every_layer(mnist_cache, name):
    theory, drawn = both(mnist_cache, name, 5, "glorot_normal")
    assert theory == pytest.approx(drawn, rel=0.1)


@pytest.mark.parametrize("name", ["tanh", "lecun"])
def test_with_uniform_weights_the_last_hidden_layer_strays_less(mnist_cache, name):
    theory, drawn = both(mnist_cache, name, 5, "glorot_uniform")
    assert drawn[-2] < 0.95 * theory[-2]


def test_nothing_is_said_of_orthogonal_weights_which_are_not_independent():
    images, labels = np.eye(8), np.zeros(8, int)
    found = predict(network("relu"), [8, 8, 8, 10], Initializer("orthogonal"), images, labels)
    assert np.isnan(found.alone).all()
    assert np.isfinite(found.delta).all()


def both(cache, name, depth, initializer):
    """Standard deviations of ln|delta| of one pattern, by layer: by theory, and of 600 networks of width 32."""
    data = load("MNIST", cache)
    images, labels = data.train_images[:64] / FULL_INTENSITY, data.train_labels[:64]
    units = [784, *[32] * (depth - 1), 10]
    theory = predict(network(name), units, Initializer(initializer), images, labels)
    alone = sample(activations[name], units, Initializer(initializer), images, labels, networks=600).alone
    return theory.alone, np.sqrt(alone.var(axis=0, ddof=1).mean(axis=1))
