"""Exact numbers: what is equal tests as zero, what differs never does, and signs are those of 60 digits."""

from __future__ import annotations

import mpmath
import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from sympy import (
    E,
    Expr,
    Mul,
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
    erf,
    erfc,
    exp,
    lambdify,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)  # fmt: skip

from derivations import Unproven, v
from derivations.arithmetic import elementary
from derivations.arithmetic.exact import Sum, ball, kernel, rational
from derivations.arithmetic.identities import is_zero, sign
from derivations.arithmetic.jets import EXACT, Jets

FRACTIONS = st.builds(fmpq, st.integers(-12, 12), st.integers(1, 9))
PLACES = (mpf(3) / 7, -mpf(11) / 9, mpf(5) / 2)


def value(expression: Expr) -> Sum:
    """An expression in v, or a number, as the proofs compute with it."""
    return Jets(EXACT, kernel("v"), 0)(expression)[0]


def digits(expression: Expr, place: mpf = PLACES[0]) -> mpf:
    with mp.workdps(70):
        return mpf(lambdify(v, expression, "mpmath")(place))


def numbers(depth: int = 3) -> st.SearchStrategy[Expr]:
    """Real numbers and functions of v, which are real for every v."""
    leaves = st.one_of(
        st.sampled_from([v, v / 2, 2 * v, pi, E, S.One, S(3), S(-1), sqrt(2), sqrt(3), log(2), pi / 6]),
        st.builds(Rational, st.integers(-9, 9), st.integers(1, 7)),
    )

    def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        def of(*functions):
            return st.builds(lambda f, x: f(x), st.sampled_from(functions), inner)

        return st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a * b, inner, inner),
            st.builds(lambda a, b: a - b, inner, inner),
            of(sin, cos, atan, erf, tanh, lambda x: x**2, lambda x: 1 / (1 + x**2)),
            of(
                lambda x: exp(tanh(x)),
                lambda x: sqrt(1 + x**2),
                lambda x: log(2 + sin(x)),
                lambda x: exp(-(x**2)),
            ),
        )

    return st.recursive(leaves, grown, max_leaves=depth)


LINES = st.builds(
    lambda k, c, unit: k * v + c * unit,
    st.builds(Rational, st.integers(-4, 4), st.integers(1, 3)),
    st.builds(Rational, st.integers(-4, 4), st.integers(1, 3)),
    st.sampled_from([S.One, pi, log(2), sqrt(2)]),
)


def safe(expression: Expr) -> Sum:
    try:
        return value(expression)
    except Unproven:
        assume(False)
        raise AssertionError from None


@settings(max_examples=60, deadline=None)
@given(numbers(), numbers(), numbers())
def test_the_laws_of_algebra_are_zero(a, b, c):
    a, b, c = map(safe, (a, b, c))
    try:
        for law in (
            (a + b) * c - (a * c + b * c),
            (a + b) * (a + b) - (a * a + rational(2) * a * b + b * b),
            (a - b) * (a + b) - (a * a - b * b),
            a * b - b * a,
            (a + b) ** fmpq(3) - (a + b) * (a + b) * (a + b),
            (a * a + rational(1)) ** fmpq(1, 2) * (a * a + rational(1)) ** fmpq(1, 2) - a * a - rational(1),
            (a * a + rational(1)) / (a * a + rational(1)) - rational(1),
            b / (a * a + rational(1)) + c / (a * a + rational(1)) - (b + c) / (a * a + rational(1)),
        ):
            assert is_zero(law)
    except Unproven as error:
        assert "too long" in str(error)  # noqa: PT017


@settings(max_examples=60, deadline=None)
@given(LINES, LINES)
def test_the_laws_of_functions_are_zero(a, b):
    a, b = value(a), value(b)
    one = rational(1)
    try:
        laws = [
            elementary.exp(a + b) - elementary.exp(a) * elementary.exp(b),
            elementary.exp(a) * elementary.exp(-a) - one,
            elementary.log(elementary.exp(a)) - a if len(a.terms) == 1 else rational(0),
            elementary.sin(a) ** fmpq(2) + elementary.cos(a) ** fmpq(2) - one,
            elementary.sin(-a) + elementary.sin(a),
            elementary.cos(-a) - elementary.cos(a),
            elementary.cos(a + rational(2) * kernel("pi")) - elementary.cos(a),
            elementary.sin(a + kernel("pi")) + elementary.sin(a),
            elementary.sin(a + rational(fmpq(1, 2)) * kernel("pi")) - elementary.cos(a),
            elementary.atan(-a) + elementary.atan(a),
            elementary.erf(-a) + elementary.erf(a),
            elementary.tanh(-a) + elementary.tanh(a),
        ]
    except Unproven:
        return
    for n, law in enumerate(laws):
        assert is_zero(law), n


@settings(max_examples=150, deadline=None)
@given(numbers(4), numbers(4), st.sampled_from([lambda a, b: a - b, lambda a, b: a, lambda a, b: a * b - a]))
def test_what_differs_never_tests_as_zero(a, b, combine):
    expression = combine(a, b)
    if is_zero(safe(expression)):
        for place in PLACES:
            assert abs(digits(expression, place)) < mpf(10) ** -50 * (
                1 + abs(digits(a, place)) + abs(digits(b, place))
            )


@settings(max_examples=150, deadline=None)
@given(numbers(4))
def test_balls_and_signs_are_those_of_sixty_digits(expression):
    number = safe(expression.subs(v, Rational(3, 7)))
    truth = digits(expression.subs(v, Rational(3, 7)))
    with mp.workdps(60):
        around = ball(number, 256)
        assert around.overlaps(exact_ball(truth))
    try:
        found = sign(number)
    except Unproven:
        assert abs(truth) < mpf(10) ** -50
        return
    if found == 0 or abs(truth) > mpf(10) ** -50:
        assert found == (0 if abs(truth) < mpf(10) ** -50 else mpmath.sign(truth))


def exact_ball(truth: mpf):
    from flint import arb

    return arb(mpmath.nstr(truth, 60)) + arb(0, 1e-50) * (1 + abs(arb(mpmath.nstr(truth, 5))))


@pytest.mark.parametrize(
    "zero",
    [
        sqrt(2) * sqrt(3) - sqrt(6),
        sqrt(2) ** 2 - 2,
        (sqrt(2) + sqrt(3)) ** 2 - 5 - 2 * sqrt(6),
        1 / (sqrt(2) - 1) - sqrt(2) - 1,
        log(6) - log(2) - log(3),
        log(exp(3)) - 3,
        log(sqrt(8)) - 3 * log(2) / 2,
        exp(log(3) / 2) - sqrt(3),
        exp(2) * exp(-1) - E,
        sin(pi / 3) - sqrt(3) / 2,
        cos(3 * pi / 4) + sqrt(2) / 2,
        sin(v + 2 * pi) - sin(v),
        cos(v - pi / 2) - sin(v),
        tan(v) - sin(v) / cos(v),
        tanh(v) - (exp(v) - exp(-v)) / (exp(v) + exp(-v)),
        tanh(log(2)) - Rational(3, 5),
        1 / (1 + exp(-v)) - exp(v) / (1 + exp(v)),
        cosh(v) ** 2 - sinh(v) ** 2 - 1,
        erf(v) + erf(-v),
        erf(v) + erfc(v) - 1,
        atan(1) - pi / 4,
        atan(sqrt(3)) - pi / 3,
        asin(Rational(1, 2)) - pi / 6,
        acos(0) - pi / 2,
        asin(v) + acos(v) - pi / 2,
        asinh(Rational(3, 4)) - log(2),
        acosh(Rational(5, 4)) - log(2),
        atanh(Rational(3, 5)) - log(2),
        sin(v) ** 4 - (1 - cos(v) ** 2) ** 2,
        (1 + v**2) ** Rational(3, 2) - (1 + v**2) * sqrt(1 + v**2),
    ],
)
def test_known_identities_are_zero(zero):
    assert is_zero(value(zero))


@pytest.mark.parametrize("power", [fmpq(2), fmpq(-2), fmpq(4), fmpq(3), fmpq(7, 2)])
@pytest.mark.parametrize("prime", [2, 3, 12])
def test_powers_of_roots_are_multiplied_out(power, prime):
    root = rational(prime) ** fmpq(1, 2)
    assert is_zero(root**power - rational(prime) ** (power / 2))


@pytest.mark.parametrize(
    "other",
    [
        Pow(v**2, Rational(1, 2), evaluate=False) - v,
        exp(Mul(Rational(1, 2), log(v**2), evaluate=False), evaluate=False) - v,
        log(v**2) - 2 * log(3),
        asin(sin(v)) - v,
        acos(cos(v)) - v,
        atan(tan(v)) - v,
        acosh(cosh(v)) - v,
        Pow((v - 1) ** 2, Rational(1, 2), evaluate=False) - v + 1,
        (v**3) ** Rational(1, 3) - v,
        Pow(v**4, Rational(1, 4), evaluate=False) - v,
        atan(v) + atan(1 / v) - pi / 2,
        pi - Rational(355, 113),
        pi - Rational(314159265358979323846264338327950288419716939937510582097494459, 10**62),
        exp(pi) - pi - 20,
        exp(pi * sqrt(163)) - 262537412640768744,
        log(3) / log(2) - Rational(1054, 665),
        sin(11) + 1,
        tanh(40) - 1,
        erf(9) - 1,
    ],
)
def test_what_looks_alike_is_not_zero(other):
    found = value(other)
    assert not is_zero(found)
    if found.is_constant:
        assert sign(found) == mpmath.sign(digits(other))


@pytest.mark.parametrize("text", ["0 ** -1", "0 ** 0.5", "1 / (1 - 1)"])
def test_zero_has_no_inverse(text):
    zero = rational(1) - rational(1)
    if "0.5" in text:
        assert zero ** fmpq(1, 2) == zero
    else:
        with pytest.raises(Unproven):
            _ = rational(1) / zero


def test_sums_that_grow_too_long_are_unproven():
    long = value(sum((exp(n * v) * v**n for n in range(1, 80)), S.Zero))
    with pytest.raises(Unproven):
        _ = long * long
    with pytest.raises(Unproven):
        rational(3) ** fmpq(10**6)
