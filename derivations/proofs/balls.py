"""Ball arithmetic: an expression evaluated on a ball contains every value that it takes there (Arb).

Nothing here knows how a proof was found; `certificates.verify` stands on this file and on `tails.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx, fmpq
from sympy import (
    Add,
    Basic,
    Expr,
    Mul,
    Pow,
    Rational,
    Symbol,
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
    csch,
    erf,
    erfc,
    exp,
    log,
    pi,
    sec,
    sech,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.core.numbers import Exp1

from derivations.language.pieces import Unproven

PRECISION = 160  # bits: 48 decimal digits
ctx.prec = PRECISION

_METHODS: dict[type, Callable[[arb], arb]] = {
    function: getattr(arb, function.__name__)
    for function in (
        exp, log, erf, erfc, sin, cos, tan, cot, asin, acos, atan, sinh, cosh, tanh, coth, sech, csch, sec,
        asinh, acosh, atanh,
    )
}  # fmt: skip


def hull(low: arb, high: arb) -> arb:
    """The ball from the one to the other."""
    return low.union(high)


def ball(expression: Basic, at: dict[Symbol, arb] | None = None) -> arb:
    """A ball with every value of the expression, its symbols anywhere in their balls.

    Where the expression is not defined throughout, the ball is not finite.
    """
    values: dict[Basic, arb] = dict(at or {})

    def value(part: Basic) -> arb:
        if part not in values:
            values[part] = _value(part, value)
        return values[part]

    return value(expression)


def _value(part: Basic, value: Callable[[Basic], arb]) -> arb:
    if isinstance(part, Rational):
        return arb(fmpq(int(part.p), int(part.q)))
    if part is pi:
        return arb.pi()
    if isinstance(part, Exp1):
        return arb.const_e()
    if isinstance(part, Add):
        return sum((value(term) for term in part.args[1:]), value(part.args[0]))
    if isinstance(part, Mul):
        product = value(part.args[0])
        for factor in part.args[1:]:
            product = product * value(factor)
        return product
    if isinstance(part, Pow):
        return power(value(part.base), part.exp, value)
    method = _METHODS.get(part.func)
    if method is None:
        raise Unproven(f"no ball arithmetic for {part.func.__name__}")
    return method(value(part.args[0]))


def power(base: arb, exponent: Expr, value: Callable[[Basic], arb]) -> arb:
    """base ** exponent; an even power of a ball around zero is not negative."""
    if exponent.is_Integer:
        whole = int(exponent)
        if whole < 0:
            return 1 / power(base, -exponent, value)
        if whole % 2 == 0 and base.contains(0):
            return hull(arb(0), _product(abs(base).upper(), whole))
        return _product(base, whole)
    if exponent.is_Rational and exponent.q == 2:
        root = base.sqrt() if base.lower() > 0 else hull(arb(0), base.upper()).nonnegative_part().sqrt()
        if base.upper() < 0 or (base.lower() < 0 and not base.contains(0)):
            return arb.nan()
        return power(root, Rational(exponent.p), value)
    return base ** value(exponent)


def _product(base: arb, count: int) -> arb:
    """The base multiplied with itself; Arb's own power is not finite for a ball around zero."""
    half = _product(base, count // 2) if count > 1 else arb(1)
    return half * half * base if count % 2 else half * half
