"""Tails of every function: limits against SymPy's, signs and balls against samples of the whole tail by mpmath."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from far_out import as_limit, first_that_works, holds, sampled, signs, tail
from flint import fmpq
from mpmath import mp, mpf
from sympy import Function, limit, oo, preorder_traversal, sympify

from derivations import Unproven, v
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
