"""Exact numbers and balls as SymPy's expressions, to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from functools import cache

import mpmath
from flint import arb, ctx, fmpq
from sympy import (
    Add,
    Expr,
    Float,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    erf,
    exp,
    factor_terms,
    log,
    pi,
    radsimp,
    sqrt,
)
from sympy import atan as arctan
from sympy import cos as cosine
from sympy import sin as sine
from sympy import tanh as hyperbolic

from derivations.arithmetic import exact
from derivations.arithmetic.exact import Kernel, Product, Sum
from derivations.arithmetic.identities import is_zero
from derivations.arithmetic.points import number
from derivations.language.activation import v
from derivations.language.pieces import Unproven

DIGITS = 40  # of a number whose closed form is looked for
_FUNCTIONS = {"log": log, "erf": erf, "atan": arctan, "sin": sine, "cos": cosine, "tanh": hyperbolic}


@cache
def as_expression(total: Sum) -> Expr:
    """The number in closed form: the shortest of a few forms, each of them checked to be equal."""
    if is_zero(total):
        return S.Zero
    written = Add(*(_rational(c) * _product(product) for product, c in total.terms.items()))
    found = written
    if any(kernel[0] == "sum" for product in total.terms for kernel, _ in product) or len(total.terms) > 3:
        for form in (*_guessed(total), radsimp(written), factor_terms(written)):
            try:
                if form.count_ops() < found.count_ops() and is_zero(number(form) - total):
                    found = form
            except Unproven:
                continue
    return found


def _guessed(total: Sum) -> Iterator[Expr]:
    """Rational numbers and square roots that agree with the number to many digits."""
    with mpmath.workdps(DIGITS + 8):
        digits = exact.ball(total, 256).mid().str(DIGITS + 8, radius=False)
        yield from algebraic(mpmath.mpf(digits), mpmath.mpf(10) ** -34)


def _rational(c: object) -> Rational:
    return Rational(int(c.p), int(c.q))  # type: ignore[attr-defined]


def _product(product: Product) -> Expr:
    return Mul(*(Pow(_kernel(kernel), _rational(power)) for kernel, power in product))


def _kernel(kernel: Kernel) -> Expr:
    name, argument = kernel
    if name == "pi":
        return pi
    if name == "v":
        return v
    if name == "w":
        return Symbol("w")
    if name == "prime":
        return Rational(argument)
    if name == "exp":
        return exp(_product(argument))
    inner = Add(*(_rational(c) * _product(part) for part, c in argument.terms.items()))
    return inner if name == "sum" else _FUNCTIONS[name](inner)


def exactly(end: arb) -> fmpq:
    """A ball of radius zero."""
    mantissa, exponent = end.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def decimal_between(value: arb) -> tuple[str, Rational, Rational]:
    """A decimal in the ball, of 30 digits, and the ball's ends, rounded outwards to 45 digits."""
    middle = Float(arb(value.mid()).str(35, radius=False), 30)
    magnitude = abs(mpmath.mpf(str(middle)))
    size = max(0, -int(mpmath.floor(mpmath.log10(magnitude)))) if magnitude else 0
    scale = 10 ** (45 + size)
    with ctx.workprec(600):  # the ends are rounded to it
        low, high = (exactly(end) * scale for end in (value.lower(), value.upper()))
    return str(middle), Rational(int(low.floor()) - 1, scale), Rational(int(high.ceil()) + 1, scale)


def outwards(value: Expr, low: Rational | None, high: Rational | None, side: int) -> str:
    """An end of a range as a decimal of 20 digits or more: exact where it is short, else rounded down or up.

    >>> outwards(Rational(1, 4), None, None, 1), outwards(Rational(1, 3), None, None, 1)
    ('0.25', '0.333333333333333333334')
    """
    if value.is_infinite:
        return "inf" if value > 0 else "-inf"
    if value.is_Rational and low is None:
        exact_ = Decimal(value.p) / Decimal(value.q)
        if Rational(str(exact_)) == value and len(exact_.as_tuple().digits) <= _DIGITS:
            return f"{exact_.normalize():f}"
    if low is None or high is None:
        around = exact.ball(number(value), 400)
        _, low, high = decimal_between(around)
    end = low if side < 0 else high
    with localcontext() as context:
        context.prec, context.rounding = _DIGITS, ROUND_FLOOR if side < 0 else ROUND_CEILING
        return str(Decimal(end.p) / Decimal(end.q))


_DIGITS = 21  # of a decimal that is not exact


def algebraic(value: mpmath.mpf, tolerance: mpmath.mpf, roots: bool = True) -> Iterator[Expr]:
    """Rational numbers, and zeros of polynomials of degree 2, that agree with a value to the tolerance."""
    most = 10**14 if tolerance < mpmath.mpf(10) ** -20 else 1000
    ratio = Rational(str(mpmath.nstr(value, DIGITS))).limit_denominator(most)
    if abs(mpmath.mpf(ratio.p) / ratio.q - value) < tolerance:
        yield ratio
    elif roots:
        square = Rational(str(mpmath.nstr(value**2, DIGITS))).limit_denominator(most)
        if abs(mpmath.mpf(square.p) / square.q - value**2) < tolerance * (1 + abs(value)):
            yield (1 if value > 0 else -1) * sqrt(square)
        elif 1e-12 < abs(value) < 1e12 and (
            found := mpmath.findpoly(value, 2, maxcoeff=2000, tol=tolerance * 1000)
        ):
            a, b, c = map(int, found) if len(found) == 3 else (0, 0, 0)
            if a and b * b - 4 * a * c >= 0:
                for side in (1, -1):
                    root = (-b + side * sqrt(S(b * b - 4 * a * c))) / (2 * a)
                    if abs(mpmath.mpf(str(root.evalf(DIGITS))) - value) < tolerance * 10**6:
                        yield root
