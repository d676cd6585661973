"""Expressions in double precision to the last bit, where formulas of doubles lose all of theirs."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sympy import E, Float, Rational, Symbol, asin, erf, erfc, exp, log, pi, sin, sqrt, tanh

from derivations.arithmetic.closely import closely

x = Symbol("x")


@given(some.fractions(-1000, 1000), some.floats(-1e3, 1e3))
def test_a_polynomial_has_the_double_that_is_nearest_to_it(c, number):
    exactly = Fraction(number) ** 2 - c
    assert closely(x, x**2 - Rational(c.numerator, c.denominator))(number) == float(exactly)


@pytest.mark.parametrize(
    ("expression", "by_mpmath"),
    [
        (exp(x / 2) * erfc(sqrt(x / 2)), lambda at: mpmath.exp(at / 2) * mpmath.erfc(mpmath.sqrt(at / 2))),
        (1 - erf(x), mpmath.erfc),
        (x - tanh(x), lambda at: at - mpmath.tanh(at)),
        (
            asin(2 * x / (1 + 2 * x)) / pi + E,
            lambda at: mpmath.asin(2 * at / (1 + 2 * at)) / mpmath.pi + mpmath.e,
        ),
        ((1 + 2 * x) ** Rational(-3, 2), lambda at: (1 + 2 * at) ** mpmath.mpf(-1.5)),
        (log(1 + exp(x)), lambda at: mpmath.log1p(mpmath.exp(at))),
        (x * Float(-0.75, 30), lambda at: at * mpmath.mpf(-0.75)),
    ],
)
@pytest.mark.parametrize("at", [1e-12, 1e-6, 0.3, 1.0, 30.0])
def test_no_digit_is_lost(expression, by_mpmath, at):
    with mpmath.workdps(600):
        assert closely(x, expression)(at) == float(by_mpmath(mpmath.mpf(at)))


def test_what_has_no_real_value_is_nan_and_what_overflows_infinite():
    assert math.isnan(closely(x, log(x - 3))(1.0))
    assert math.isnan(closely(x, sin(x) / x)(0.0))
    assert closely(x, exp(x))(1e6) == math.inf
    assert closely(x, x - x * exp(0))(2.0) == 0.0
