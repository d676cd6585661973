"""Networks that are drawn, against autograd, and the law of their weights against that of a study's networks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS

from analysis.studies.initial_weights import FREE, INITIALIZERS, Initializer
from analysis.theory import sampling
from analysis.theory.sampling import sample, weights_of
from derivations import activations

UNITS, PATTERNS = [30, *[12] * 6, 10], 20
GLOROT = Initializer("glorot_uniform")


@pytest.fixture(scope="module")
def batch():
    random = np.random.default_rng(8)
    return random.random((PATTERNS, UNITS[0])), random.integers(0, 10, PATTERNS)


def by_autograd(name, network, images, labels, units=UNITS):
    """ln of the norm of delta of each pattern, and of the root mean square of dE/dW, by layer; in double precision."""
    W = [torch.tensor(weights).requires_grad_() for weights, _ in weights_of(GLOROT, units, network)]
    v, y = [], torch.tensor(images)
    for weights in W:
        v.append(y @ weights.T)
        v[-1].retain_grad()
        y = ACTIVATIONS[name](v[-1])
    torch.nn.functional.cross_entropy(v[-1], torch.tensor(labels)).backward()
    return (
        np.array([part.grad.norm(dim=1).log().tolist() for part in v]),
        np.array([weights.grad.square().mean().sqrt().log().item() for weights in W]),
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_networks_have_the_gradients_of_autograd(name, batch):
    found = sample(activations[name], UNITS, GLOROT, *batch, networks=3)
    for network in range(3):
        alone, gradient = by_autograd(name, network, *batch)
        units = np.array(UNITS[1:])
        together = np.log(np.square(np.exp(alone)).mean(axis=1) / units) / 2
        assert found.alone[network] == pytest.approx(alone, abs=1e-4)
        assert found.gradient[network] == pytest.approx(gradient, abs=1e-4)
        assert found.delta[network] == pytest.approx(together, abs=1e-4)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_correlations_are_those_of_torch(name, batch):
    found = sample(activations[name], UNITS, GLOROT, *batch, networks=2)
    for network in range(2):
        y = torch.tensor(batch[0])
        for r, (weights, _) in enumerate(weights_of(GLOROT, UNITS, network)):
            v = y @ torch.tensor(weights).T
            direction = torch.nn.functional.normalize(v)
            pairs = (direction @ direction.T)[*torch.triu_indices(PATTERNS, PATTERNS, 1)]
            assert found.decorrelation[network, r] == pytest.approx((1 - pairs).mean().item(), rel=1e-3)
            y = ACTIVATIONS[name](v)


def test_nothing_underflows_on_its_way_down(batch):
    units = [30, *[12] * 79, 10]  # delta of the first layer is about 1e-48, and no single precision has it
    found = sample(activations["sigmoid"], units, GLOROT, *batch, networks=2)
    alone, gradient = by_autograd("sigmoid", 1, *batch, units)
    assert alone.min() < np.log(1e-45)
    assert found.alone[1] == pytest.approx(alone, abs=1e-3)
    assert found.gradient[1] == pytest.approx(gradient, abs=1e-3)


def test_networks_are_the_same_however_many_are_worked_out_together(batch, monkeypatch):
    together = sample(activations["tanh"], UNITS, GLOROT, *batch, networks=5)
    monkeypatch.setattr(sampling, "_WEIGHTS_AT_ONCE", 1)
    alone = sample(activations["tanh"], UNITS, GLOROT, *batch, networks=5)
    assert alone.delta == pytest.approx(together.delta, abs=1e-6)
    assert len({*together.delta[:, 0]}) == 5


def test_where_nothing_arrives_the_logarithm_is_that_of_zero(batch):
    shrunk = sample(activations["hardshrink"], UNITS, GLOROT, batch[0] * 1e-3, batch[1], networks=1)
    assert (shrunk.delta[:, :-1] == -np.inf).all()
    assert np.isfinite(shrunk.delta[:, -1]).all()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_and_biases_have_the_variances_of_their_distribution(name):
    initial = Initializer(name, *((1.2, 0.3) if name in FREE else ()))
    drawn = [weights_of(initial, UNITS, network) for network in range(100)]
    for r, layer in enumerate(zip(*drawn, strict=True)):
        of_weights, of_biases = initial.variances(UNITS[r], UNITS[r + 1])
        assert np.square([W for W, _ in layer]).mean() == pytest.approx(of_weights, rel=0.05)
        assert np.square([b for _, b in layer]).mean() == pytest.approx(of_biases, rel=0.15)


def test_biases_are_added(batch):
    initial = Initializer("normal", 1.0, 0.5)
    found = sample(activations["tanh"], UNITS, initial, *batch, networks=1)
    y = torch.tensor(batch[0])
    for r, (W, b) in enumerate(weights_of(initial, UNITS, 0)):
        v = y @ torch.tensor(W).T + torch.tensor(b)
        direction = torch.nn.functional.normalize(v)
        pairs = (direction @ direction.T)[*torch.triu_indices(PATTERNS, PATTERNS, 1)]
        assert found.decorrelation[0, r] == pytest.approx((1 - pairs).mean().item(), rel=1e-3)
        y = torch.tanh(v)
