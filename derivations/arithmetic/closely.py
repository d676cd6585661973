"""Expressions at numbers of double precision, to the last bit: in balls, of more bits until none is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flint import arb, ctx
from sympy import Expr, Symbol, lambdify

_BITS = (128, 512, 2048, 8192)
_DOUBLE = 53  # bits
_FUNCTIONS = (
    "exp", "log", "sqrt", "erf", "erfc", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh",
)  # fmt: skip


def closely(symbol: Symbol, expression: Expr) -> Callable[[float], float]:
    """The expression by its symbol; nan where it has no real value, or none that so many bits show.

    >>> from sympy import tanh
    >>> x = Symbol("x")
    >>> closely(x, x - tanh(x))(1e-9)
    3.3333333333333338e-28
    """
    function = lambdify(symbol, expression, [_in_balls(), "mpmath"])  # printed as for mpmath, but in balls

    def value(number: float) -> float:
        for bits in _BITS:
            with ctx.workprec(bits):
                ball = arb(function(arb(number)))
                if ball.rel_accuracy_bits() >= _DOUBLE:
                    return float(ball)
        return float(ball) if ball.is_finite() else float("nan")  # so many bits cancel at zero only

    return value


def _in_balls() -> dict[str, Any]:
    """What the printed functions and constants stand for; pi is as precise as it is ever needed."""
    functions = {name: partial(_function, name) for name in _FUNCTIONS}
    with ctx.workprec(_BITS[-1]):
        return {**functions, "mpf": _number, "pi": arb.pi(), "e": arb(1).exp()}


def _function(name: str, argument: arb | int) -> arb:
    return getattr(arb(argument), name)()


def _number(printed: int | tuple[int, int, int, int]) -> arb:
    """A whole number; or one that is given by its sign, mantissa and exponent."""
    if isinstance(printed, int):
        return arb(printed)
    sign, mantissa, exponent, _ = printed
    return arb((-mantissa if sign else mantissa, exponent))
