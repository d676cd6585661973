"""The prediction against networks that are drawn and differentiated by autograd, in double precision."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from analysis.studies.initial_weights import FREE, INITIALIZERS, Initializer
from analysis.theory.profile import log_deltas, predict, softmax_square
from derivations import Propagation, activations, derive

FUNCTIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "lecun": lambda v: 1.7159 * torch.tanh(2 * v / 3) + 0.01 * v,
}
PATTERNS = 24
GLOROT, HE = Initializer("glorot_uniform"), Initializer("he_normal")


@pytest.fixture(scope="module")
def batch():
    random = np.random.default_rng(3)
    shapes = random.random((10, 196)) < 0.3  # patterns of a class have much in common
    labels = random.integers(0, 10, PATTERNS)
    images = np.clip(shapes[labels] * random.random((PATTERNS, 196)) * 1.5, 0, 1)
    return images, labels


def profile(name, units, initial, images, labels, seed):
    """Root mean square of delta and of dE/dW of each layer of one network."""
    drawn = [
        initial.draw(np.random.default_rng([seed, r]), below, here)
        for r, (below, here) in enumerate(pairwise(units))
    ]
    W = [torch.tensor(weights).requires_grad_() for weights, _ in drawn]
    v, y = [], torch.tensor(images).T
    for weights, (_, b) in zip(W, drawn, strict=True):
        v.append(weights @ y + torch.tensor(b)[:, None])
        v[-1].retain_grad()
        y = FUNCTIONS[name](v[-1])
    torch.nn.functional.cross_entropy(v[-1].T, torch.tensor(labels)).backward()
    return [[part.grad.square().mean().sqrt().item() for part in parts] for parts in (v, W)]


def networks(name, units, initial, batch, seeds):
    """(measure, seed, layer), natural logarithms."""
    found = [profile(name, units, initial, *batch, seed) for seed in range(seeds)]
    return np.log(np.array(found)).transpose(1, 0, 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("initial", [GLOROT, HE, Initializer("normal", 1.2, 0.4)])
def test_wide_networks_are_as_predicted(name, initial, batch):
    units = [196, *[512] * 7, 10]
    theory = predict(Propagation(derive(activations[name])), units, initial, *batch)
    delta, gradient = networks(name, units, initial, batch, seeds=6)
    assert np.log(theory.delta) == pytest.approx(delta.mean(axis=0), abs=0.06)
    assert np.log(theory.gradient) == pytest.approx(gradient.mean(axis=0), abs=0.3)
    assert np.log(theory.chi[:-2]) == pytest.approx(2 * -np.diff(delta.mean(axis=0))[:-1], abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("name", FUNCTIONS)
def test_agreement_tightens_with_width(name, batch):
    off = {}
    for width in (16, 256):
        units = [196, *[width] * 7, 10]
        theory = predict(Propagation(derive(activations[name])), units, GLOROT, *batch)
        delta, _ = networks(name, units, GLOROT, batch, seeds=12)
        off[width] = np.abs(delta - np.log(theory.delta))[:, :-1].mean()
    assert off[256] < 0.5 * off[16]


@pytest.mark.parametrize("q", [0.0, 0.1, 1.0, 9.0])
def test_squares_of_softmax_outputs(q):
    v = np.random.default_rng(0).normal(0, np.sqrt(q), (200_000, 10))
    p = np.exp(v) / np.exp(v).sum(1, keepdims=True)
    assert softmax_square(q, 10) == pytest.approx(np.square(p).mean(), rel=0.01)
    assert softmax_square(0.0, 10) == pytest.approx(0.01, rel=1e-9)


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize(("below", "here"), [(40, 90), (90, 40)])
def test_weights_and_biases_have_the_variances_that_theory_takes(name, below, here):
    initial = Initializer(name, **({"sigma_b": 0.3} if name in FREE else {}))
    drawn = [initial.draw(np.random.default_rng(seed), below, here) for seed in range(200)]
    for parts, variance in zip(zip(*drawn, strict=True), initial.variances(below, here), strict=True):
        assert np.square(parts).mean() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("initial", [GLOROT, HE, Initializer("normal", 1.2, 0.4)])
def test_delta_alone_is_that_of_the_whole_prediction(name, initial, batch):
    units, (images, labels) = [196, *[32] * 19, 10], batch
    network = Propagation(derive(activations[name]))
    whole = predict(network, units, initial, images, labels)
    found = log_deltas(network, units, initial, np.square(images).mean(), PATTERNS)
    assert found == pytest.approx(2 * np.log(whole.delta), abs=1e-6)


def test_delta_of_a_network_that_overflows_is_no_number():
    units = [196, *[32] * 400, 10]
    network = Propagation(derive(activations["relu"]))
    assert np.isnan(log_deltas(network, units, Initializer("normal", 20.0), 0.1, PATTERNS)).all()
