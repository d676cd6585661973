"""Initial weights: their variances from fan-in and fan-out, and orthogonality."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.studies.initial_weights import INITIALIZERS, initial_weights

BELOW, HERE = 400, 200
# For fan-in 400 and fan-out 200: Glorot and Bengio (2010), He et al. (2015), LeCun et al. (1998).
VARIANCE = {"glorot": 2 / 600, "he": 2 / 400, "lecun": 1 / 400}


def drawn(name, below=BELOW, here=HERE):
    return initial_weights(name, np.random.default_rng(1), below, here)


@pytest.mark.parametrize("shape", ["uniform", "normal"])
@pytest.mark.parametrize("scale", VARIANCE)
def test_variances_are_the_published_ones(scale, shape):
    W = drawn(f"{scale}_{shape}")
    assert W.shape == (HERE, BELOW)
    assert W.var() == pytest.approx(VARIANCE[scale], rel=0.02)
    assert abs(W.mean()) < 4 * (VARIANCE[scale] / W.size) ** 0.5
    # The fourth moment tells the shapes apart: 9/5 and 3 times the squared variance.
    assert (W**4).mean() / W.var() ** 2 == pytest.approx(1.8 if shape == "uniform" else 3, rel=0.05)


@pytest.mark.parametrize(("below", "here"), [(30, 30), (40, 20), (20, 40)])
def test_orthogonal_weights_keep_lengths(below, here):
    W = drawn("orthogonal", below, here)
    assert W.shape == (here, below)
    product = W @ W.T if here <= below else W.T @ W
    assert np.allclose(product, np.eye(min(below, here)))


def test_orthogonal_weights_have_no_preferred_sign():
    traces = [np.trace(initial_weights("orthogonal", np.random.default_rng(n), 8, 8)) for n in range(400)]
    # The trace of a uniformly distributed orthogonal matrix has mean 0 and variance 1.
    assert abs(np.mean(traces)) < 0.2
    assert np.var(traces) == pytest.approx(1, abs=0.25)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_can_be_trained_with(name, run, small_data):
    from analysis.training.epochs import train_stack

    [result] = train_stack([run(initializer=name)], small_data)
    assert result.diverged_at is None
