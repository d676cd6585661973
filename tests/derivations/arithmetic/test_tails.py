"""Tails: beside points too, of waves, of logarithms, of what cancels; and what is not guessed."""

from __future__ import annotations

import math

import mpmath
import pytest
from far_out import as_limit, first_that_works, holds, sampled, signs, tail
from flint import fmpq
from mpmath import mp, mpf
from sympy import (
    Abs,
    Rational,
    atan,
    cos,
    erfc,
    exp,
    lambdify,
    limit,
    log,
    pi,
    sin,
    sqrt,
    tanh,
)  # fmt: skip

from derivations import Unproven, v
from derivations.arithmetic.exact import ball
from derivations.arithmetic.identities import sign
from derivations.arithmetic.jets import EXACT, Jets
from derivations.arithmetic.points import Point, Smooth, number


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


def test_what_the_series_of_erfc_leaves_out_has_the_sign_of_its_first_term():
    s = 1 / (2 * v**2)
    series = 1 - s + 3 * s**2 - 15 * s**3  # Abramowitz and Stegun, 7.1.23; + 105 s^4
    for terms, side in ((series, 1), (series + 105 * s**4, -1)):
        found, proven = first_that_works(sqrt(pi) * v * erfc(v) * exp(v**2) - terms, "sign")
        assert (proven, signs(sampled(sqrt(pi) * v * erfc(v) * exp(v**2) - terms, found.ring.start))) == (
            side,
            {side},
        )


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
def test_logarithms_of_logarithms_have_a_sign_where_all_of_them_are_positive(start):
    place, positive, proven, deep = float(start), 0, [], v
    while place > 0:
        place = math.log(place)
        positive += place > 0
    for _ in range(5):
        deep = log(deep)
        for expression in (deep, 10 / (1 + 1000 * deep**2), 1 / deep):
            try:
                found = tail(expression, start)
                side = found.sign()
            except Unproven:
                continue
            proven.append(expression)
            function = lambdify(v, expression, "mpmath")
            with mp.workdps(50):
                for place in (mpf(start), *(mpf(10) ** k for k in range(9) if 10**k > start)):
                    value = function(place)
                    assert mpmath.sign(value) == side
                    assert not found.around().is_finite() or holds(found.around(), value)
    logarithms = [expression for expression in proven if expression.is_Function]
    assert len(logarithms) == positive  # as one that is not positive has no logarithm


def test_what_no_rule_is_known_for_is_unproven():
    for expression in (Abs(v), tanh(v, evaluate=False) * Abs(v - 3)):
        with pytest.raises(Unproven):
            tail(expression)


def test_the_exact_ring_and_a_tail_agree_far_out():
    for expression in (1 / (1 + exp(-v)), sqrt(v**2 + 4) - v, atan(v)):
        (exactly,) = Jets(EXACT, number(Rational(100)), 0)(expression)
        assert tail(expression, 64).around().overlaps(ball(exactly, 128))
        assert sign(exactly) == tail(expression, 64).sign()
