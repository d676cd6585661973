import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import erf

from derivations import Activation, activations, derive, parse, v
from derivations.wide.propagation import Propagation, depth_scale

ERF = Activation("error", erf(v), "erf")
LINEAR = Activation("linear", 1.0 * v, "linear")
variances = st.floats(-3, 2).map(lambda power: 10**power)


def correlated(activation, variance):
    network = propagation(activation)
    return network.mean_square.correlated(variance), network.mean_square_slope.correlated(variance)


def propagation(activation):
    return Propagation(derive(activations[activation] if isinstance(activation, str) else activation))


@given(variances, st.floats(0.1, 5))
def test_relu_has_the_formula_of_he(variance, weight_variance):
    relu = propagation("relu")
    assert relu.chi(variance, weight_variance) == weight_variance / 2
    assert relu.next(variance, weight_variance, 0.3) == pytest.approx(
        weight_variance * variance / 2 + 0.3, rel=1e-15
    )


@pytest.mark.slow
@given(variances, st.floats(0.1, 5))
def test_erf_has_the_formulas_of_williams(variance, weight_variance):
    error = propagation(ERF)
    kernel = 2 / math.pi * math.asin(2 * variance / (1 + 2 * variance))
    assert error.next(variance, weight_variance) == pytest.approx(weight_variance * kernel, rel=1e-13)
    slope = 4 / math.pi / math.sqrt(1 + 4 * variance)
    assert error.chi(variance, weight_variance) == pytest.approx(weight_variance * slope, rel=1e-13)


@given(variances, st.floats(0.1, 5))
def test_a_linear_network_multiplies_by_the_variance_of_its_weights(variance, weight_variance):
    linear = propagation(LINEAR)
    assert linear.next(variance, weight_variance) == pytest.approx(weight_variance * variance, rel=1e-15)
    assert linear.chi(variance, weight_variance) == pytest.approx(weight_variance, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "weight_variance", "expected"),
    [
        ("relu", 1, [(0, 0.5, True)]),
        ("relu", 2, [(None, 1, True)]),  # under He's weights every variance is kept
        ("relu", 3, [(0, 1.5, False)]),
        ("tanh", 1, [(0, 1, True)]),
        (
            "selu",
            1,
            [(0, None, False), (1, None, True)],
        ),  # Klambauer et al. (2017): what its constants are for
        ("hardtanh", 1, [(0, 1, True)]),
    ],
)
def test_fixed_points_are_those_of_the_papers(name, weight_variance, expected):
    found = propagation(name).fixed_points(weight_variance)
    assert [(point.q, point.stable) for point in found] == [
        (None if q is None else pytest.approx(q, abs=1e-12), stable) for q, _, stable in expected
    ]
    assert all(chi is None or point.chi == chi for point, (_, chi, _) in zip(found, expected, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", activations)
@pytest.mark.parametrize(("weight_variance", "bias_variance"), [(1.0, 0.0), (2.0, 0.05)])
def test_a_stable_fixed_point_is_where_many_layers_lead(name, weight_variance, bias_variance):
    network = propagation(name)
    points = network.fixed_points(weight_variance, bias_variance)
    for point in points:
        assert network.next(point.q, weight_variance, bias_variance) == pytest.approx(point.q, rel=1e-12)
        for variance in (point.q * 0.98, point.q * 1.02) if point.q else (0.1,):
            after = network.next(variance, weight_variance, bias_variance)
            assert (abs(after - point.q) < abs(variance - point.q)) == point.stable
    variance = 0.5
    for _ in range(200):
        if variance > 1e-9:  # else it is at zero
            variance = network.next(variance, weight_variance, bias_variance)
    reached = [
        point.q for point in points if variance == pytest.approx(point.q, rel=1e-3, abs=0 if point.q else 0.1)
    ]
    if reached:
        assert all(point.stable for point in points if point.q in reached)
    else:  # it grows without end
        assert all(point.q < variance for point in points)
        assert network.next(variance, weight_variance, bias_variance) > variance


@pytest.mark.slow
@given(variances)
def test_a_mean_follows_a_change_of_the_variance_as_its_closed_form_does(variance):
    assert propagation("relu").mean_square.response(variance) == pytest.approx(1, abs=1e-9)
    h = 1e-4
    below, above = (
        math.log(math.asin(2 * q / (1 + 2 * q))) for q in (variance * math.exp(h * k) for k in (-1, 1))
    )
    found = propagation(ERF).mean_square.response(variance)
    assert found == pytest.approx((above - below) / (2 * h), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("variance", [0.1, 1.0, 7.0])
def test_the_mean_of_the_product_is_that_over_random_numbers(variance):
    z = np.random.default_rng(3).normal(0, math.sqrt(variance), 1_000_000)
    y = np.tanh(z)
    square = np.square(y * (1 - y**2)).mean()
    assert propagation("tanh").mean_product(variance).value == pytest.approx(square, rel=0.01)
    assert propagation("relu").mean_product(variance).value == pytest.approx(variance / 2, rel=1e-12)


def test_where_a_formula_has_a_gap_at_zero_its_limit_is_taken():
    sinc = Propagation(derive(Activation("sinc", parse("Piecewise((1, v == 0), (sin(v)/v, True))"), "sinc")))
    assert sinc.mean_square(0.0).value == pytest.approx(1, abs=1e-7)


def test_on_the_edge_of_chaos_the_squared_delta_is_kept():
    for name in ("tanh", "erf", "lecun"):
        network = propagation(ERF if name == "erf" else name)
        for variance in (0.1, 0.5, 2.0):
            weight_variance, bias_variance = network.edge_of_chaos(variance)
            assert network.chi(variance, weight_variance) == pytest.approx(1, rel=1e-14)
            assert network.next(variance, weight_variance, bias_variance) == pytest.approx(
                variance, rel=1e-14
            )
    assert propagation("tanh").edge_of_chaos(0.0) == (1, 0)  # Poole et al. (2016), figure 1


def test_the_depth_scale_is_the_distance_over_which_the_gradient_changes_by_e():
    assert depth_scale(1 / math.e) == depth_scale(math.e) == 1
    assert depth_scale(1.0) == math.inf
    assert depth_scale(0.0) == 0


ANGLES = np.array([0.05, 0.3, 1.0, math.pi / 2, 2.5, 3.0])


def test_of_correlated_patterns_relu_has_the_arc_cosine_kernels():  # Cho and Saul (2009)
    values, slopes = correlated("relu", 1.7)
    kernel = 1.7 * (np.sin(ANGLES) + (math.pi - ANGLES) * np.cos(ANGLES)) / (2 * math.pi)
    assert values(np.cos(ANGLES)) == pytest.approx(kernel, abs=2e-5)
    assert slopes(np.cos(ANGLES)) == pytest.approx((math.pi - ANGLES) / (2 * math.pi), abs=5e-3)


def test_of_correlated_patterns_erf_has_the_arc_sine_kernels():  # Williams (1997)
    values, slopes = correlated(ERF, 0.8)
    rho = np.cos(ANGLES)
    assert values(rho) == pytest.approx(2 / math.pi * np.arcsin(2 * 0.8 * rho / (1 + 2 * 0.8)), abs=1e-12)
    assert slopes(rho) == pytest.approx(4 / math.pi / np.sqrt((1 + 1.6) ** 2 - (1.6 * rho) ** 2), abs=1e-12)


@pytest.mark.parametrize("name", activations)
def test_fully_correlated_patterns_are_one(name):
    network = propagation(name)
    for mean in (network.mean_square, network.mean_square_slope):
        assert float(mean.correlated(0.6)(1.0)) == pytest.approx(mean(0.6).value, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "weight_variance", "bias_variance"),
    [
        ("tanh", 1.0, 0.0),
        ("tanh", 2.0, 0.1),
        ("sigmoid", 1.0, 0.0),
        ("relu", 2.0, 0.0),
        ("lecun", 1.0, 0.0),
        ("gelu", 2.0, 0.1),
    ],
)
def test_theory_is_met_by_a_random_network_of_width_1024_and_40_layers(name, weight_variance, bias_variance):
    random, width, layers, patterns = np.random.default_rng(7), 1024, 40, 8
    network = propagation(name)
    f, slope = network.mean_square.function, network.mean_square_slope.function
    q = 0.5
    v_r = random.normal(0, math.sqrt(q), (width, patterns))
    W, predicted, slopes = [], [], []
    for _ in range(layers):
        predicted.append(q)
        slopes.append(slope(v_r))
        W.append(random.normal(0, math.sqrt(weight_variance / width), (width, width)))
        v_r = W[-1] @ f(v_r) + random.normal(0, math.sqrt(bias_variance), (width, 1))
        q = network.next(q, weight_variance, bias_variance)
    delta = random.normal(size=(width, patterns))
    factors = []
    for weights, at in zip(reversed(W), reversed(slopes), strict=True):
        below = at * (weights.T @ delta)
        factors.append(np.square(below).mean() / np.square(delta).mean())
        delta = below
    chi = [network.chi(variance, weight_variance) for variance in reversed(predicted)]
    assert np.log(factors).mean() == pytest.approx(np.log(chi).mean(), abs=0.02)
