"""Initial weights and biases: their variances from fan-in and fan-out, and orthogonality."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analysis.studies.initial_weights import CRITICAL, FREE, INITIALIZERS, Initializer

BELOW, HERE = 400, 200
# For fan-in 400 and fan-out 200: Glorot and Bengio (2010), He et al. (2015), LeCun et al. (1998).
VARIANCE = {"glorot": 2 / 600, "he": 2 / 400, "lecun": 1 / 400}


def drawn(name, below=BELOW, here=HERE, seed=1, **sigmas):
    return Initializer(name, **sigmas).draw(np.random.default_rng(seed), below, here)


@pytest.mark.parametrize("shape", ["uniform", "normal"])
@pytest.mark.parametrize("scale", VARIANCE)
def test_variances_are_the_published_ones(scale, shape):
    W, b = drawn(f"{scale}_{shape}")
    assert not b.any()
    assert W.shape == (HERE, BELOW)
    assert W.var() == pytest.approx(VARIANCE[scale], rel=0.02)
    assert abs(W.mean()) < 4 * (VARIANCE[scale] / W.size) ** 0.5
    # The fourth moment tells the shapes apart: 9/5 and 3 times the squared variance.
    assert (W**4).mean() / W.var() ** 2 == pytest.approx(1.8 if shape == "uniform" else 3, rel=0.05)


@pytest.mark.parametrize(("below", "here"), [(30, 30), (40, 20), (20, 40)])
def test_orthogonal_weights_keep_lengths(below, here):
    W, b = drawn("orthogonal", below, here)
    assert not b.any()
    assert W.shape == (here, below)
    product = W @ W.T if here <= below else W.T @ W
    assert np.allclose(product, np.eye(min(below, here)))


def test_orthogonal_weights_have_no_preferred_sign():
    traces = [np.trace(drawn("orthogonal", 8, 8, seed=n)[0]) for n in range(400)]
    # The trace of a uniformly distributed orthogonal matrix has mean 0 and variance 1.
    assert abs(np.mean(traces)) < 0.2
    assert np.var(traces) == pytest.approx(1, abs=0.25)


def test_weights_and_biases_are_torch_s_own_by_its_name():
    torch.manual_seed(0)
    layer = torch.nn.Linear(BELOW, 5000)
    W, b = drawn("torch_default", BELOW, 5000)
    for ours, theirs in ((W, layer.weight), (b, layer.bias)):
        theirs = theirs.detach().numpy()
        assert ours.shape == theirs.shape
        assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
        assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.002)


@pytest.mark.parametrize("name", [*FREE, CRITICAL])
def test_free_weights_and_biases_have_the_variances_that_are_given(name):
    W, b = drawn(name, BELOW, 5000, sigma_w=1.5, sigma_b=0.3)
    assert W.std() * BELOW**0.5 == pytest.approx(1.5, rel=0.01)
    assert b.std() == pytest.approx(0.3, rel=0.03)
    for sample in (W, b):
        assert (sample**4).mean() / sample.var() ** 2 == pytest.approx(
            1.8 if name == "uniform" else 3, rel=0.1
        )
    assert not drawn(name)[1].any()


def test_glorot_s_weights_and_free_ones_are_the_same_draws_but_for_a_factor():
    free, _ = drawn("uniform", 32, 32, sigma_w=1.144, sigma_b=1.0)
    assert np.allclose(free, 1.144 * drawn("glorot_uniform", 32, 32)[0], rtol=1e-14)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_can_be_trained_with(name, run, small_data):
    from analysis.training.epochs import train_stack

    [result] = train_stack([run(initializer=name)], small_data)
    assert result.diverged_at is None
