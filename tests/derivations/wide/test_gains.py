import math

import mpmath
import numpy as np
import pytest

from derivations import Activation, activations, derive, gain, parse
from derivations.wide.gains import TORCH_GAINS, selu_constants
from derivations.wide.propagation import wide_networks


def of(name):
    return gain(derive(activations[name]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", math.sqrt(2)),
        ("tanh", 1.5925374),
        ("selu", 1.0),
        ("lecun", 1.1414),
        ("sigmoid", 1.8462),
        ("gelu", 1.5335),
    ],
)
def test_the_gain_keeps_the_variance_one(name, expected):
    assert of(name).gain == pytest.approx(expected, abs=6e-5)
    network = wide_networks(derive(activations[name]))
    assert network.next(1.0, of(name).gain ** 2) == pytest.approx(1, rel=1e-13)
    assert network.chi(1.0, of(name).gain ** 2) == pytest.approx(of(name).chi, rel=1e-13)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("relu", 1.712859), ("gelu", 1.700926), ("silu", 1.787187), ("elu", 1.270843), ("celu", 1.270843)],
)
def test_one_over_the_standard_deviation_about_the_mean(name, expected):
    assert of(name).centred_gain == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize("name", activations)
def test_mean_and_variance_are_those_of_random_numbers(name):
    function = wide_networks(derive(activations[name])).mean_square.function
    values = function(np.random.default_rng(3).standard_normal(400_000))
    found, deviation = of(name), values.std()
    assert found.mean == pytest.approx(values.mean(), abs=6 * deviation / math.sqrt(len(values)))
    assert found.variance == pytest.approx(values.var(), rel=0.02)


def test_the_gains_are_those_of_torch():
    init = pytest.importorskip("torch").nn.init
    for name, constant in TORCH_GAINS.items():
        assert float(constant) == pytest.approx(init.calculate_gain(name), rel=1e-15)
        assert of(name).torch == constant


def test_what_the_gains_of_torch_lead_to():
    (reached,) = (point for point in of("tanh").torch_points if point.stable)
    assert (reached.q, reached.chi) == pytest.approx((1.17848, 1.2098), abs=4e-5)
    (kept,) = of("relu").torch_points
    assert kept.q is None
    assert of("gelu").torch is None


def test_selu_by_another_quadrature():
    alpha, scale = (mpmath.mpf(constant) for constant in ("1.6732632423543772848", "1.0507009873554804934"))

    def mean_square_slope(q):
        below = mpmath.quad(lambda z: mpmath.exp(2 * mpmath.sqrt(q) * z) * mpmath.npdf(z), [-12, -4, -1, 0])
        return scale**2 * (0.5 + alpha**2 * below)

    found = of("selu")
    assert found.chi == pytest.approx(float(mean_square_slope(1)), rel=1e-12)
    assert found.chi_parallel == pytest.approx(0.782648, abs=6e-7)  # Klambauer et al. (2017), section 2
    assert (found.mean, found.variance) == pytest.approx((0, 1), abs=1e-14)
    (reached,) = (point for point in found.torch_points if point.stable)
    assert reached.chi == pytest.approx(9 / 16 * float(mean_square_slope(reached.q)), rel=1e-12)


def test_the_constants_of_selu_follow_from_mean_zero_and_variance_one():
    # PyTorch's, of ATen's Activation.cpp.
    expected = ("1.6732632423543772848170429916717", "1.0507009873554804934193349852946")
    for constant, digits in zip(selu_constants(), expected, strict=True):
        assert abs(constant.evalf(40) - mpmath.mpf(digits)) < 1e-15
        assert str(constant.evalf(32)) == digits


@pytest.mark.parametrize("text", ["0", "exp(v**2)", "exp(v**2/4)"])
def test_where_no_mean_exists_there_is_no_gain(text):
    assert gain(derive(Activation(text, parse(text), text))) is None


@pytest.mark.parametrize(
    ("text", "value"), [("tan(2)", math.tan(2)), ("0.3", 0.3), ("cos(v)**2 + sin(v)**2", 1), ("1e-9", 1e-9)]
)
def test_a_constant_does_not_vary_and_has_no_gain_about_its_mean(text, value):
    found = gain(derive(Activation(text, parse(text), text)))
    assert (found.variance, found.centred_gain) == (0, None)
    assert found.gain == pytest.approx(1 / abs(value))
