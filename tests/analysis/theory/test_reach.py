"""How deep networks may be: six depth scales, held against iterated double integrals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.theory.reach import reach
from derivations import Propagation, activations, derive

_Z, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def network(name):
    return Propagation(derive(activations[name]))


def next_covariance(q, rho, weight_variance, bias_variance):
    """E over two normal v of variance q and correlation rho, of a layer of tanh."""
    u = math.sqrt(q) * _Z[:, None]
    v = math.sqrt(q) * (rho * _Z[:, None] + math.sqrt(1 - rho**2) * _Z[None, :])
    return weight_variance * float(_WEIGHTS @ (np.tanh(u) * np.tanh(v)) @ _WEIGHTS) + bias_variance


@pytest.mark.parametrize("weight_variance", [1.0, 1.5, 2.0, 3.0, 4.0])
def test_over_a_sixth_of_it_correlations_come_nearer_to_their_limit_by_a_factor_of_e(weight_variance):
    """As they do from layer to layer in the end, ordered and chaotic."""
    q = 1.0
    for _ in range(300):
        q = next_covariance(q, 1.0, weight_variance, 0.05)
    correlations = [0.5]
    for _ in range(400):
        correlations.append(next_covariance(q, correlations[-1], weight_variance, 0.05) / q)
    steps = np.abs(np.diff(correlations))
    late = int(np.argmax(steps < 1e-6))  # before steps are nothing but rounding
    slope = steps[late] / steps[late - 1]
    assert reach(network("tanh"), weight_variance, 0.05) == pytest.approx(-6 / math.log(slope), rel=1e-3)


def test_on_the_edge_of_chaos_it_has_no_bound():
    assert reach(network("relu"), 2.0, 0.0) == math.inf


def test_there_is_none_where_the_variance_has_no_limit():
    assert reach(network("relu"), 3.0, 0.0) is None
