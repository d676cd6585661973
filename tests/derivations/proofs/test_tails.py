"""Tails: limits against SymPy's, signs and balls against samples of the whole tail by mpmath."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from sympy import (
    Abs,
    Expr,
    Rational,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    lambdify,
    limit,
    log,
    oo,
    sin,
    sinh,
    sqrt,
    tanh,
)  # fmt: skip

from derivations import Unproven, v
from derivations.proofs.exact import Sum, ball
from derivations.proofs.expansions import Tails
from derivations.proofs.growths import W
from derivations.proofs.identities import sign
from derivations.proofs.jets import EXACT, Jets
from derivations.proofs.points import Point, Smooth, number
from derivations.proofs.tails import Tail
from derivations.proofs.values import STARTS

EXPRESSIONS = [
    1 / (1 + exp(-v)),
    v * exp(-v) / (1 + exp(-v)) ** 2 + 1 / (1 + exp(-v)),
    tanh(log(1 + exp(v))),
    v * tanh(exp(-v)),
    v * (erf(v / sqrt(2)) - 1),
    erfc(v) * exp(v**2),
    erf(-v) + 1,
    (sqrt(v**2 + 4) - v) * v,
    atan(v) * v - v,
    asinh(v) - log(2 + exp(-v)) - asinh(v) + 1 / v,
    asinh(-v) + log(v),
    atanh(1 - 1 / v) - log(v) / 2,
    exp(-exp(v)) * exp(v),
    tanh(exp(v)),
    (v**3 - 2 * v) / (5 * v**3 + exp(-(v**2))),
    log(1 + exp(v)) - v,
    sin(1 / v) * v,
    log(cosh(v)) - v,
    sinh(v) / cosh(v),
    v * log(1 + 1 / v),
    log(log(v + 2)) / log(v),
    v ** Rational(1, 3) - (v + 1) ** Rational(1, 3),
    (1 + 1 / v) ** v,
]
FACTORS = ("1", "1.01", "1.3", "1.5", "2", "3", "5", "9", "40")


def tail(expression: Expr, start: object = 16, terms: int = 8, order: int = 0) -> Tail:
    """An expression in v for all v >= start."""
    ring = Tails(fmpq(start), terms)
    return Jets(ring, ring.of(W), order)(expression)[order]


def first_that_works(expression: Expr, ask: str) -> tuple[Tail, object]:
    """The first of the starts that the proofs use at which a question is answered."""
    failed = Unproven("")
    for start, terms in STARTS:
        try:
            found = tail(expression, start, terms)
            return found, getattr(found, ask)()
        except Unproven as error:
            failed = error
    raise failed


def sampled(expression: Expr, start: fmpq) -> list[mpf]:
    function = lambdify(v, expression, "mpmath")
    place = mpf(int(start.p)) / int(start.q)
    with mp.workdps(400):
        return [function(place * mpf(factor)) for factor in FACTORS if place * mpf(factor) < 700]


def holds(around: arb, value: mpf) -> bool:
    with mp.workdps(60):
        return bool(around.overlaps(arb(mpmath.nstr(value, 50)) + arb(0, 1e-45)))


def as_limit(found: Sum | int) -> mpf:
    if isinstance(found, int):
        return mpf("inf") * found
    with mp.workdps(50):
        return mpf(ball(found, 256).str(45, radius=False))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_limit_is_that_of_sympy(expression):
    ours, theirs = as_limit(first_that_works(expression, "limit")[1]), limit(expression, v, oo)
    if theirs.is_infinite:
        assert ours == mpf(str(theirs).replace("oo", "inf"))
    else:
        with mp.workdps(50):
            assert abs(ours - mpf(str(theirs.evalf(45)))) < mpf(10) ** -40


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_sign_holds_at_samples_of_the_whole_tail(expression):
    found, side = first_that_works(expression, "sign")
    assert side in (1, -1)
    for value in sampled(expression, found.ring.start):
        assert mpmath.sign(value) in (side, 0)


@pytest.mark.parametrize("start", [4, 16, 64])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_ball_holds_samples_of_the_whole_tail(expression, start):
    try:
        around = tail(expression, start).around()
    except Unproven:
        return
    if around.is_finite():
        assert all(holds(around, value) for value in sampled(expression, fmpq(start)))


def test_most_tails_have_a_ball():
    finite = [expression for expression in EXPRESSIONS if tail(expression, 64).around().is_finite()]
    assert len(finite) >= len(EXPRESSIONS) - 6


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("expression", [each for each in EXPRESSIONS if not each.has(erfc, sinh)])
def test_derivatives_keep_their_sign_and_lie_in_the_ball(expression, order):
    slope = expression.diff(v, order)
    factorial = order  # 1! or 2!
    for start, terms in STARTS:
        try:
            found = tail(expression, start, terms, order)
            side = found.sign()
        except Unproven:
            continue
        values = sampled(slope, start)
        assert all(mpmath.sign(value) in (side, 0) for value in values)
        if found.around().is_finite():
            assert all(holds(found.around(), value / factorial) for value in values)
        return
    pytest.fail("no sign is proven")


@pytest.mark.parametrize("place", [0, 1, -2])
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    "make", [lambda x: sqrt(x), lambda x: x * log(x), lambda x: exp(-1 / x), lambda x: 1 / x]
)
def test_beside_a_point_too(make, place, side):
    expression = make(side * (v - place))
    found = Smooth(expression, 0).towards(Point(Rational(place)), side, fmpq(64), 8)
    assert as_limit(found.limit()) == mpf(str(limit(make(v), v, 0, "+")).replace("oo", "inf"))
    function = lambdify(v, expression, "mpmath")
    for distance in (mpf(1) / 64, mpf(1) / 100, mpf(1) / 10**4):
        assert mpmath.sign(function(place + side * distance)) == found.sign()


def test_waves_have_a_ball_and_no_limit():
    found = tail(1 + sin(v) * exp(-v) + cos(v) / 10)
    with pytest.raises(Unproven):
        found.limit()
    assert found.around() < 1.2
    assert found.around() > 0.8


def test_a_damped_wave_has_a_limit():
    assert as_limit(tail(2 + sin(v) / v).limit()) == 2
    with pytest.raises(Unproven):
        tail(sin(v) / v).sign()


def test_growth_is_told():
    assert tail(v - v**2).limit() == -1
    assert tail(exp(v) / v**9, 64).limit() == 1
    assert tail(exp(v) - exp(2 * v)).limit() == -1
    assert tail(log(v) - sqrt(v)).limit() == -1
    assert as_limit(tail(log(v) ** 9 / sqrt(v), 4096).limit()) == 0


def test_what_cancels_to_zero_is_zero():
    for expression in ((1 + exp(-v)) * exp(v) - exp(v) - 1, sqrt(v) * sqrt(v) - v, log(exp(v)) - v):
        found = tail(expression)
        assert found.is_zero
        assert found.sign() == 0


def test_what_may_cancel_is_not_guessed():
    with pytest.raises(Unproven):
        tail(1 / (1 + exp(-v)) - exp(v) / (1 + exp(v))).sign()
    with pytest.raises(Unproven):
        tail(sin(v) ** 2 + cos(v) ** 2 - 1 + exp(-v) * sin(v)).sign()


def test_a_start_too_early_proves_no_sign():
    with pytest.raises(Unproven):
        tail(v - 10, 4).sign()
    assert tail(v - 10, 16).sign() == 1
    with pytest.raises(Unproven):
        tail(log(v) - 3, 16).sign()
    assert tail(log(v) - 3, 64).sign() == 1


@pytest.mark.parametrize("start", [Rational(1, 256), 1, 2, 4, 16, 4096, 10**5])
def test_logarithms_of_logarithms_are_positive_where_a_tail_has_them(start):
    deep = v
    for _ in range(5):
        deep = log(deep)
        bump = 10 / (1 + 1000 * deep**2)
        for expression in (deep, bump, 1 / deep):
            ring_start = fmpq(int(Rational(start).p), int(Rational(start).q))
            try:
                found = tail(expression, ring_start)
                side = found.sign()
            except Unproven:
                continue
            with mp.workdps(50):
                places = [mpf(str(start)) if start >= 1 else mpf(1) / 256, *(mpf(10) ** k for k in range(9))]
                function = lambdify(v, expression, "mpmath")
                for place in places:
                    if place * int(ring_start.q) < int(ring_start.p):
                        continue
                    value = function(place)
                    assert not isinstance(value, mpmath.mpc) or value.imag == 0
                    assert mpmath.sign(value) == side
                    assert not found.around().is_finite() or holds(found.around(), value)


def test_what_no_rule_is_known_for_is_unproven():
    for expression in (Abs(v), tanh(v, evaluate=False) * Abs(v - 3)):
        with pytest.raises(Unproven):
            tail(expression)


def test_the_exact_ring_and_a_tail_agree_far_out():
    for expression in (1 / (1 + exp(-v)), sqrt(v**2 + 4) - v, atan(v)):
        (exactly,) = Jets(EXACT, number(Rational(100)), 0)(expression)
        assert tail(expression, 64).around().overlaps(ball(exactly, 128))
        assert sign(exactly) == tail(expression, 64).sign()
