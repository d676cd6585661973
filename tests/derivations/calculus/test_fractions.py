"""The nicest fractions: as short with many digits as with few, and equal to what was given."""

from __future__ import annotations

import pytest
from sympy import Rational, exp, lambdify, log

from derivations import differentiate, v, y
from derivations.calculus.fractions import nicest

FAMILIES = [
    lambda k: v / (1 + exp(-k * v)),
    lambda k: v * 2 ** (k * v) / (1 + 2 ** (k * v)),
    lambda k: log(1 + exp(k * log(1 + exp(v)))),
    lambda k: (v**2 + 1) ** k * exp(-k * v),
    lambda k: (1 + exp(-v)) ** (-k),
    lambda k: 1 / (1 + exp(-k / (1 + exp(-k * v)))),
    lambda k: exp(-k * exp(-k * v)) / (1 + exp(k * exp(-k * v))),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_many_digits_make_a_derivative_no_longer(family):
    few, many = (nicest(family(k).diff(v)) for k in (Rational(3, 2), Rational("1.7023456789")))
    assert many.count_ops() <= few.count_ops() + 6


@pytest.mark.parametrize("family", FAMILIES)
def test_the_nicest_is_the_derivative(family):
    function = family(Rational("1.7023456789"))
    rules, nicer = lambdify(v, function.diff(v)), lambdify(v, nicest(function.diff(v)))
    for at in (-2.5, -0.3, 0.0, 0.7, 3.1):
        assert nicer(at) == pytest.approx(rules(at), rel=1e-12)


def test_a_slope_in_terms_of_the_output_is_found_whatever_the_digits():
    k = Rational("0.12345")
    softplus = differentiate(log(1 + exp(k * v)) / k)
    assert softplus.in_terms_of_output == 1 - exp(-k * y)
