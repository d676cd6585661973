"""Exact numbers and balls as SymPy's expressions, to be printed."""

from __future__ import annotations

from functools import cache

from flint import arb, fmpq
from sympy import Add, Expr, Float, Mul, Pow, Rational, Symbol, erf, exp, factor_terms, log, pi, radsimp
from sympy import atan as arctan
from sympy import cos as cosine
from sympy import sin as sine
from sympy import tanh as hyperbolic

from derivations.language.activation import v
from derivations.language.pieces import Unproven
from derivations.proofs import exact
from derivations.proofs.exact import Kernel, Product, Sum, is_zero
from derivations.proofs.points import number

_FUNCTIONS = {"log": log, "erf": erf, "atan": arctan, "sin": sine, "cos": cosine, "tanh": hyperbolic}


@cache
def as_expression(total: Sum) -> Expr:
    """The number in closed form: the shortest of a few forms, each of them checked to be equal."""
    written = Add(*(_rational(c) * _product(product) for product, c in total.terms.items()))
    found = written
    if any(kernel[0] == "sum" for product in total.terms for kernel, _ in product):
        for form in (radsimp(written), factor_terms(written)):
            try:
                if form.count_ops() < found.count_ops() and is_zero(number(form) - total):
                    found = form
            except Unproven:
                continue
    return found


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


def _exactly(end: arb) -> fmpq:
    """A ball of radius zero."""
    mantissa, exponent = end.man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def decimal_between(value: arb) -> tuple[str, Rational, Rational]:
    """A decimal in the ball, of 30 digits, and the ball's ends, rounded outwards to 45 decimals."""
    scale = 10**45
    low, high = (_exactly(end) * scale for end in (value.lower(), value.upper()))
    low, high = int(low.floor()) - 1, int(high.ceil()) + 1
    middle = str(Float(arb(value.mid()).str(35, radius=False), 30))
    return middle, Rational(low, scale), Rational(high, scale)


__all__ = ["as_expression", "decimal_between", "exact"]
