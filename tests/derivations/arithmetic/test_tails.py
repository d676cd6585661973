"""Tails: limits against SymPy's, signs and balls against samples of the whole tail by mpmath."""

from __future__ import annotations

import math
import re
from collections import Counter

import mpmath
import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from sympy import (
    Abs,
    Expr,
    Function,
    Rational,
    atan,
    cos,
    erfc,
    exp,
    lambdify,
    limit,
    log,
    oo,
    pi,
    preorder_traversal,
    sin,
    sqrt,
    sympify,
    tanh,
)  # fmt: skip

from derivations import Unproven, v
from derivations.arithmetic.exact import Sum, ball
from derivations.arithmetic.expansions import Tails
from derivations.arithmetic.growths import W
from derivations.arithmetic.identities import sign
from derivations.arithmetic.jets import EXACT, Jets, as_fmpq
from derivations.arithmetic.points import Point, Smooth, number
from derivations.arithmetic.tails import Tail
from derivations.arithmetic.values import STARTS

# SymPy takes the sign out of asinh(-v) and erfc(1 - v), but of erf(log(1/v)) and atan(v*(1 - v)) it does not.
TEXTS = [
    "1/(1 + exp(-v))",
    "v*exp(-v)/(1 + exp(-v))**2 + 1/(1 + exp(-v))",
    "tanh(log(1 + exp(v)))",
    "v*tanh(exp(-v))",
    "v*(erf(v/sqrt(2)) - 1)",
    "erfc(v)*exp(v**2)",
    "erf(-v) + 1",
    "erfc(-v) - 2",
    "v*erfc(v)*exp(v**2)",
    "erfc(1/v)",
    "erfc(log(v))",
    "erfc(v)",
    "erfc(log(1/v)) - 2",
    "erf(log(1/v)) + 1",
    "tanh(v*(1 - v)) + 1",
    "atan(v*(1 - v))*v",
    "asinh(v*(1 - v)) + 2*log(v)",
    "(sqrt(v**2 + 4) - v)*v",
    "atan(v)*v - v",
    "atan(-v**2) + pi/2",
    "atan(1/v)*v",
    "atan(exp(v))",
    "atan(asinh(v)) - pi/2",
    "asinh(v) - log(2 + exp(-v)) + 1/v",
    "asinh(-v) + log(v)",
    "asinh(v) - log(v) - 1/v",
    "asinh(1/v)*v",
    "asinh(log(v))",
    "asinh(exp(v)) - v",
    "exp(-asinh(v))*v",
    "acosh(v) - log(v)",
    "acosh(2 + 1/v)",
    "acosh(v**2)/log(v)",
    "exp(-acosh(v))*v",
    "acosh(1 + log(v))",
    "asin(1/v)*v",
    "asin(tanh(v))",
    "asin(v/(v + 1))",
    "acos(1/v)",
    "acos(exp(-v))",
    "atanh(1 - 1/v) - log(v)/2",
    "atanh(1/v)*v",
    "atanh(tanh(v))",
    "exp(-exp(v))*exp(v)",
    "tanh(exp(v))",
    "tanh(1/v)*v",
    "(v**3 - 2*v)/(5*v**3 + exp(-v**2))",
    "log(1 + exp(v)) - v",
    "sin(1/v)*v",
    "cos(1/v)",
    "tan(1/v)*v",
    "log(cosh(v)) - v",
    "sinh(v)/cosh(v)",
    "sinh(1/v)*v",
    "cosh(1/v)",
    "v*log(1 + 1/v)",
    "log(log(v + 2))/log(v)",
    "log(asinh(v))/log(log(v))",
    "v**(1/3) - (v + 1)**(1/3)",
    "(1 + 1/v)**v",
]
EXPRESSIONS = [sympify(text, {"v": v}, rational=True) for text in TEXTS]
#: Bounded, but by an exponential of an exponential, around which there is no ball.
STEEP = ["exp(-exp(v))*exp(v)", "tanh(exp(v))"]
FACTORS = ("1", "1.01", "1.3", "1.5", "2", "3", "5", "9", "40")


def tail(expression: Expr, start: object = 16, terms: int = 8, order: int = 0) -> Tail:
    """An expression in v for all v >= start."""
    ring = Tails(start if isinstance(start, fmpq) else as_fmpq(Rational(start)), terms)
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
    with mp.workdps(700):  # 1 - tanh(700)^2 is 1e-607
        return [function(place * mpf(factor)) for factor in FACTORS if place * mpf(factor) < 700]


def signs(values: list[mpf]) -> set[int]:
    """The signs of samples that are not too small for their digits, which the first is not."""
    assert values[0]
    return {int(mpmath.sign(value)) for value in values if value}


def holds(around: arb, value: mpf) -> bool:
    with mp.workdps(60):
        return bool(around.overlaps(arb(mpmath.nstr(value, 50)) + arb(0, 1e-45)))


def as_limit(found: Sum | int) -> mpf:
    if isinstance(found, int):
        return mpf("inf") * found
    with mp.workdps(50):
        return mpf(ball(found, 256).str(45, radius=False))


@pytest.mark.parametrize("text", TEXTS)
def test_sympy_cancels_no_function_before_the_proofs_see_it(text):
    written = Counter(re.findall(r"[a-z]+(?=\()", text)) - Counter(sqrt=text.count("sqrt"))
    nodes = (type(part) for part in preorder_traversal(EXPRESSIONS[TEXTS.index(text)]))
    assert Counter(node.__name__ for node in nodes if issubclass(node, Function)) == written


def test_every_function_that_tails_know_is_written_in_some_expression():
    written = set(re.findall(r"[a-z]+(?=\()", " ".join(TEXTS)))
    assert written >= {
        "exp", "log", "erf", "erfc", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh",
        "acosh", "atanh",
    }  # fmt: skip


@pytest.mark.slow
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
    assert signs(sampled(expression, found.ring.start)) == {side}


@pytest.mark.parametrize("start", [4, 16, 64])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_ball_holds_samples_of_the_whole_tail(expression, start):
    try:
        around = tail(expression, start).around()
    except Unproven:
        assert start < 64
        return
    if around.is_finite():
        assert all(holds(around, value) for value in sampled(expression, fmpq(start)))


@pytest.mark.parametrize("text", TEXTS)
def test_a_tail_has_a_ball_where_its_limit_is_finite(text):
    found = tail(EXPRESSIONS[TEXTS.index(text)], 64)
    finite = not isinstance(found.limit(), int)
    assert found.around().is_finite() == (finite and text not in STEEP)


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    "expression", [each for text, each in zip(TEXTS, EXPRESSIONS, strict=True) if text != "atanh(tanh(v))"]
)
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
        assert signs(values) == {side}
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
