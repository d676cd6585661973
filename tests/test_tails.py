"""Tails: limits against SymPy's, signs and balls against samples far out."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb
from sympy import asinh, atan, cos, erf, exp, lambdify, limit, log, oo, sin, sqrt, tanh

from derivations import Unproven
from derivations.proofs.tails import Tail, w

EXPRESSIONS = [
    1 / (1 + exp(-w)),
    w * exp(-w) / (1 + exp(-w)) ** 2 + 1 / (1 + exp(-w)),
    tanh(log(1 + exp(w))),
    w * tanh(exp(-w)),
    w * (erf(w / sqrt(2)) - 1),
    erf(-w) + 1,
    (sqrt(w**2 + 4) - w) * w,
    atan(w) * w - w,
    asinh(w) - log(2 + exp(-w)) - asinh(w) + 1 / w,
    exp(-exp(w)) * exp(w),
    tanh(exp(w)),
    (w**3 - 2 * w) / (5 * w**3 + exp(-(w**2))),
    log(1 + exp(w)) - w,
    sin(1 / w) * w,
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_limit_is_that_of_sympy(expression):
    ours, theirs = Tail(expression).limit(), limit(expression, w, oo)
    assert ours == theirs or (ours - theirs).equals(0)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_sign_holds_at_samples_of_the_whole_tail(expression):
    sign, start = Tail(expression).sign()
    function = lambdify(w, expression, "mpmath")
    with mpmath.workdps(60):
        for factor in (1, 1.01, 1.5, 2, 3, 5, 9):
            assert mpmath.sign(function(mpmath.mpf(start) * factor)) in (sign, 0)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_ball_holds_samples_of_the_whole_tail(expression):
    around = Tail(expression).ball(arb(8))
    if not around.is_finite():
        pytest.skip("it grows")
    function = lambdify(w, expression, "mpmath")
    with mpmath.workdps(40):
        for point in (8, 8.001, 9, 13, 40):
            sampled = arb(mpmath.nstr(function(mpmath.mpf(point)), 35))
            assert around.overlaps(sampled + arb(0, 1e-30))


def test_waves_have_a_ball_and_no_limit():
    tail = Tail(1 + sin(w) * exp(-w) + cos(w) / 10)
    with pytest.raises(Unproven):
        tail.limit()
    assert tail.ball(arb(10)) < 1.2
    assert tail.ball(arb(10)) > 0.8


def test_growth_is_told():
    assert Tail(w - w**2).limit() == -oo
    assert Tail(exp(w) / w**9).limit() == oo


def test_what_cancels_to_zero_is_zero():
    assert Tail((1 + exp(-w)) / (1 + exp(-w)) - 1).sign()[0] == 0
