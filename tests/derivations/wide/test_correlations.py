"""The correlation map against the kernels of the literature, random numbers and quadrature in two dimensions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import acos, mp, mpf, pi, sin
from sympy import erf

from derivations import Activation, activations, derive, v
from derivations.wide.correlations import at_fixed_point, correlation_map
from derivations.wide.propagation import FixedPoint, Propagation

ERF = Activation("error", erf(v), "erf")
LINEAR = Activation("linear", 1.0 * v, "linear")
TANH_LIKE = {
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "softplus": lambda v: np.logaddexp(0, v),
}


def mapped(activation, q=1.0, weight_variance=1.0, bias_variance=0.0):
    function = activations[activation] if isinstance(activation, str) else activation
    return correlation_map(Propagation(derive(function)), q, weight_variance, bias_variance)


def by_arc_cosine(c):
    """1 - rho of ReLU above 1 - rho = c (Cho and Saul 2009), with many digits."""
    with mp.workdps(50):
        angle = acos(1 - mpf(c))
        return float(1 - (sin(angle) + (pi - angle) * (1 - mpf(c))) / pi)


@pytest.mark.parametrize("c", [2.0, 1.5, 1.0, 0.5, 0.1, 0.01, 1e-4, 1e-8])
def test_relu_has_the_arc_cosine_kernel(c):
    assert mapped("relu", 0.3, 2.0).apart(c) == pytest.approx(by_arc_cosine(c), rel=5e-3, abs=1e-12)


@given(st.floats(-2, 1), st.floats(-1, 1))
def test_erf_has_the_arc_sine_kernel(power, rho):
    q = 10**power
    kernel = math.asin(2 * q * rho / (1 + 2 * q)) / math.asin(2 * q / (1 + 2 * q))
    assert mapped(ERF, q)(rho) == pytest.approx(kernel, abs=2e-4)


@pytest.mark.parametrize("name", TANH_LIKE)
def test_the_map_is_that_of_a_double_integral(name):
    f, (q, sigma_w2, sigma_b2) = TANH_LIKE[name], (1.7, 2.1, 0.3)
    z, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()
    for rho in (0.9, 0.4, -0.3):
        u, w = (
            math.sqrt(q) * z[:, None],
            math.sqrt(q) * (rho * z[:, None] + math.sqrt(1 - rho**2) * z[None, :]),
        )
        product = weights @ (f(u) * f(w)) @ weights
        square = weights @ f(math.sqrt(q) * z) ** 2
        expected = (sigma_w2 * product + sigma_b2) / (sigma_w2 * square + sigma_b2)
        assert mapped(name, q, sigma_w2, sigma_b2)(rho) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "elu"])
def test_what_correlations_lack_is_multiplied_by_the_slope_where_it_is_little(name):
    layer = mapped(name, 0.4)
    network = Propagation(derive(activations[name]))
    slope = network.chi(0.4, 1.0) * 0.4 / network.next(0.4, 1.0)  # that of E[f f'] by the chain rule
    assert layer.slope_at_one == pytest.approx(slope, rel=1e-12)
    assert layer.apart(1e-20) == pytest.approx(1e-20 * slope, rel=1e-9)


def test_same_patterns_stay_the_same_and_linear_layers_keep_every_correlation():
    assert mapped("sigmoid").apart(0.0) == 0
    linear = mapped(LINEAR)
    assert linear(np.array([-0.7, 0.2])) == pytest.approx([-0.7, 0.2])
    assert linear.fixed_point is None
    assert linear.depth_scale == math.inf


def iterated(layer, rho, layers=2000):
    for _ in range(layers):
        rho = float(layer(rho))
    return rho


@pytest.mark.parametrize(
    ("name", "variances", "layers"),
    [("tanh", (2.0, 3.0, 0.3), 80), ("lecun", (0.4, 1.0, 0.0), 500), ("sigmoid", (1.0, 1.0, 0.0), 4)],
)
def test_layers_come_to_the_fixed_point_at_its_depth_scale(name, variances, layers):
    layer = mapped(name, *variances)
    assert iterated(layer, 0.5) == pytest.approx(layer.fixed_point, abs=1e-6)
    before, after = (iterated(layer, 0.5, count) - layer.fixed_point for count in (layers, layers + 1))
    assert abs(before) > 1e-9
    assert 1 / math.log(before / after) == pytest.approx(layer.depth_scale, rel=0.01)


def test_relu_makes_images_alike_as_a_power_of_depth():
    layer = mapped("relu", 1.0, 2.0)
    assert (layer.fixed_point, layer.depth_scale) == (1.0, math.inf)
    c = [1 - iterated(layer, 0.3, layers) for layers in (20, 40)]
    grown = 1 / math.sqrt(c[1]) - 1 / math.sqrt(c[0])  # c - c' is 2 sqrt(2) / (3 pi) c^(3/2) where c is small
    assert grown / 20 == pytest.approx(math.sqrt(2) / (3 * math.pi), rel=0.1)


def test_near_a_variance_of_zero_tanh_keeps_every_correlation():
    network = Propagation(derive(activations["tanh"]))
    layer = at_fixed_point(network, FixedPoint(0.0, 1.0, stable=True), 1.0)
    assert layer.fixed_point is None
    relu = Propagation(derive(activations["relu"]))
    assert at_fixed_point(relu, FixedPoint(0.0, 0.5, stable=True), 1.0).fixed_point == 1


def test_there_is_no_map_where_nothing_comes_up():
    assert mapped(Activation("nothing", 0 * v, "nothing")) is None
