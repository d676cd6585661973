"""Jets: Taylor coefficients over balls, and over exact numbers, against SymPy's derivatives and mpmath."""

from __future__ import annotations

from math import factorial

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from sympy import (
    Abs,
    E,
    Expr,
    Max,
    Piecewise,
    Pow,
    Rational,
    S,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    cot,
    coth,
    csc,
    csch,
    erf,
    erfc,
    exp,
    floor,
    gamma,
    lambdify,
    log,
    pi,
    sec,
    sech,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    zeta,
)  # fmt: skip

from derivations import Unproven, v
from derivations.arithmetic import exact, identities
from derivations.arithmetic.exact import kernel, rational
from derivations.arithmetic.jets import BALLS, EXACT, Jets

ORDER = 4
PLACE = Rational(3, 7)  # where all of them are defined
SINGLE = [
    exp(v), log(v), erf(v), erfc(v), sin(v), cos(v), tan(v), asin(v), acos(v), atan(v), sinh(v), cosh(v),
    tanh(v), asinh(v), acosh(v + 1), atanh(v), cot(v), coth(v), sec(v), csc(v), sech(v), csch(v), sqrt(v),
    v**7, v**-3,
    v ** Rational(5, 3), v ** Rational(-2, 3), 2**v, v**v, v**pi, v**sqrt(2), Pow(E, v, evaluate=False),
    v**70,
]  # fmt: skip
COMPOSED = [
    v / (1 + exp(-v)),
    v * (1 + erf(v / sqrt(2))) / 2,
    v * tanh(log(1 + exp(v))),
    sin(v) ** 2 * cos(3 * v + 1) / (2 + sin(v)),
    exp(-(v**2)) * atan(v) + pi * E,
    sqrt(1 + v**2) * asinh(v),
    (1 + v**2) ** Rational(-7, 2),
    tanh(exp(v)) / v,
    log(1 + log(1 + v**2)),
]
ALL = [*SINGLE, *COMPOSED]


def coefficient(expression: Expr, n: int, place: object) -> mpf:
    """f^(n)(place) / n!, by SymPy's derivative and mpmath's numbers."""
    with mp.workdps(60):
        value = lambdify(v, expression.diff(v, n), "mpmath")(mpf(place.p) / place.q)
        return value / factorial(n)


def as_arb(value: mpf) -> arb:
    with mp.workdps(60):
        return arb(mpmath.nstr(value, 50)) + arb(0, 1e-45) * abs(arb(mpmath.nstr(value, 5)))


@pytest.mark.slow
@pytest.mark.parametrize("expression", ALL)
def test_over_a_ball_about_a_point(expression):
    with ctx.workprec(200):
        place = arb(fmpq(PLACE.p, PLACE.q))
        found = Jets(BALLS, place, ORDER)(expression)
        for n, part in enumerate(found):
            truth = as_arb(coefficient(expression, n, PLACE))
            assert part.overlaps(truth), n
            assert part.rad() < 1e-40 * (1 + abs(truth))


@pytest.mark.parametrize("expression", ALL)
def test_over_exact_numbers(expression):
    found = Jets(EXACT, rational(fmpq(3, 7)), 3)(expression)
    for n, part in enumerate(found):
        around = exact.ball(part, 256)
        assert around.is_finite()
        assert around.overlaps(as_arb(coefficient(expression, n, PLACE))), n


@pytest.mark.parametrize("expression", ALL)
def test_as_functions_of_v_they_are_the_derivatives(expression):
    found, place = Jets(EXACT, kernel("v"), 2)(expression), rational(fmpq(2, 9))
    for n, part in enumerate(found):
        again = Jets(EXACT, kernel("v"), 0)(expression.diff(v, n) / factorial(n))[0]
        if identities.is_zero(part - again):
            continue
        # Not every identity is known; then the numbers must agree.
        theirs = exact.ball(
            Jets(EXACT, rational(fmpq(2, 9)), 0)(expression.diff(v, n) / factorial(n))[0], 256
        )
        ours = exact.ball(Jets(EXACT, place, 2)(expression)[n], 256)
        assert ours.overlaps(theirs)


@pytest.mark.parametrize("width", ["1e-6", "0.01", "0.1", "0.3", "1", "3"])
@pytest.mark.parametrize("expression", ALL)
def test_over_a_wide_ball_every_value_in_it_is_held(expression, width):
    reach = Rational(width)
    with ctx.workprec(200):
        middle = arb(fmpq(PLACE.p, PLACE.q)) + arb(0, 1) * arb(fmpq(reach.p, reach.q))
        found = Jets(BALLS, middle, 2)(expression)
    for n, part in enumerate(found):
        if not part.is_finite():
            assert reach >= Rational(3, 10)  # there a logarithm or a pole is near
            continue
        for share in (-1, Rational(-2, 3), 0, Rational(1, 5), Rational(9, 10)):
            assert part.overlaps(as_arb(coefficient(expression, n, PLACE + share * reach))), (n, share)


@pytest.mark.parametrize(
    "expression",
    [log(v), sqrt(v), 1 / v, v ** Rational(-1, 3), atanh(1 - v), asin(1 + v), acos(1 + v), acosh(1 + v), v**v,
     cot(v),      coth(v), csch(v), v**-2, v ** Rational(4, 3)],
)  # fmt: skip
def test_over_a_ball_on_which_it_is_not_defined_everywhere_it_is_not_finite(expression):
    with ctx.workprec(200):
        for around in (arb(0, 1), arb("0.05", "0.1"), arb(0, 1e-30)):
            assert not Jets(BALLS, around, 0)(expression)[0].is_finite()


@settings(max_examples=150, deadline=None)
@given(st.floats(-20, 20), st.floats(1e-9, 5), st.floats(-1, 1), st.integers(1, 6), st.integers(1, 4))
def test_powers_and_products_hold_their_values(middle, reach, share, p, q):
    ball = arb(middle, reach)
    with mp.workdps(60):
        x = mpf(middle) + mpf(share) * mpf(reach)
        for power in (fmpq(p, q), fmpq(-p, q), fmpq(p), fmpq(-p)):
            found = BALLS.power(ball, power)
            if found.is_finite():
                base = mp.root(x, int(power.q)) if power.q != 1 else x
                assert found.overlaps(as_arb(base ** int(power.p)))
        other = arb(share, reach / 7)
        assert BALLS.times(ball, other).overlaps(as_arb(x * mpf(share)))


@pytest.mark.parametrize(
    "expression",
    [Abs(v), Max(0, v), Piecewise((v, v < 0), (1, True)), floor(v), gamma(v + 2), zeta(v + 2), S.Infinity,
     S.NaN,      log(v + 2, 2, evaluate=False), S.ImaginaryUnit, S.EulerGamma],
)  # fmt: skip
@pytest.mark.parametrize("order", [0, 1])
def test_what_no_rule_is_known_for_is_unproven(expression, order):
    for ring, at in ((BALLS, arb("0.4")), (EXACT, kernel("v")), (EXACT, rational(2))):
        with pytest.raises(Unproven):
            Jets(ring, at, order)(expression)
        with pytest.raises(Unproven):
            Jets(ring, at, order)(expression * v + 1)


def test_tanh_far_out_loses_no_digit():
    with ctx.workprec(200):
        slope = Jets(BALLS, arb(300), 1)(tanh(v))[1]
    with mp.workdps(400):
        truth = 1 / mp.cosh(300) ** 2
    assert slope.overlaps(as_arb(truth))
    assert slope > 0
    assert slope.rad() < slope.mid() * arb("1e-40")
