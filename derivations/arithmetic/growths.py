"""Growths: products of powers of w, of its iterated logarithms, and of exponentials of what grows.

They are ordered by which is faster. The quotient of two falls for all w >= T if its logarithmic derivative is negative
there, which is again the sign of a sum of growths; so the values at T bound the whole of it. A sine of what grows is a
coefficient anywhere between -1 and 1.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import add

from flint import arb, fmpq

from derivations.arithmetic import elementary, exact, identities
from derivations.arithmetic.exact import Product, Sum, ball, kernel, rational
from derivations.language.pieces import Unproven

W = kernel("w", 0)
BITS = 256
WAVES = ("sin", "cos")


@cache
def parts(product: Product) -> tuple[Product, Product]:
    """The growth of a product, and its coefficient: constants, sines and cosines."""
    growth = frozenset(
        pair for pair in product if pair[0][0] not in WAVES and not exact.is_constant_kernel(pair[0])
    )
    return growth, product - growth


def grouped(total: Sum) -> dict[Product, Sum]:
    """Growth -> coefficient."""
    found: dict[Product, dict[Product, fmpq]] = {}
    for product, c in total.terms.items():
        growth, coefficient = parts(product)
        found.setdefault(growth, {})[coefficient] = c
    sums = {growth: Sum(terms) for growth, terms in found.items()}
    return {growth: c for growth, c in sums.items() if not _vanishes(c)}


@cache
def _vanishes(c: Sum) -> bool:
    """Whether a coefficient of several terms is zero."""
    return len(c.terms) > 1 and c.is_constant and ball(c, BITS).contains(0) and identities.is_zero(c)


def as_sum(growth: Product) -> Sum:
    """A product as a sum of one term."""
    return Sum({growth: fmpq(1)})


@cache
def over(one: Product, other: Product) -> Product:
    """The quotient of two growths."""
    (found,) = (as_sum(one) * as_sum(other) ** fmpq(-1)).terms
    return found


@cache
def product_of(one: Product, other: Product) -> Product:
    """The product of two growths."""
    (found,) = (as_sum(one) * as_sum(other)).terms
    return found


@cache
def trend(growth: Product) -> int:
    """1 where it tends to infinity, 0 where it is constant, -1 where it tends to zero."""
    if not growth:
        return 0
    if all(name == "w" for (name, _), _ in growth):
        return 1 if min((k, p) for (_, k), p in growth)[1] > 0 else -1
    logarithm = grouped(elementary.log(as_sum(growth)))
    if not logarithm:  # of what is 1, written in another way
        return 0
    return identities.sign(logarithm[leading(logarithm)])


def leading(growths: dict[Product, Sum]) -> Product:
    """The fastest; raises `Unproven` where there is none."""
    if not growths:
        raise Unproven("the terms of an expansion cancel")
    best, *others = growths
    for other in others:
        if trend(over(other, best)) > 0:
            best = other
    return best


def iterated_logarithm(times: int, start: fmpq) -> arb:
    """The iterated logarithm of w = start."""
    return reduce(lambda x, _: x.log(), range(times), arb(start))


def value_at_start(growth: Product, start: fmpq) -> arb:
    """Its value at w = start."""
    found = arb(1)
    for (name, argument), power in growth:
        if name == "w":
            value = iterated_logarithm(argument, start)
            if not value > 0:
                return arb.nan()
        elif name == "exp":
            inner, constant = parts(argument)
            value = (value_at_start(inner, start) * ball(as_sum(constant), BITS)).exp()
        else:
            return arb.nan()
        found = found * (value ** int(power.p) if power.q == 1 else value ** arb(power))
    return found


def _slope_of_logarithm(growth: Product) -> Sum:
    """w g'(w) / g(w)."""
    found = rational(0)
    for (name, argument), power in growth:
        if name == "w":
            inner = reduce(lambda total, k: total / kernel("w", k), range(1, argument + 1), rational(1))
        else:
            inner = as_sum(argument) * _slope_of_logarithm(parts(argument)[0])
        found = found + rational(power) * inner
    return found


@cache
def falling(growth: Product, start: fmpq) -> arb:
    """A ball with its values for all w >= start, where it falls towards zero or is constant; else not finite."""
    if not growth:
        return arb(1)
    if trend(growth) >= 0 or sign_of(_slope_of_logarithm(growth), start) != -1:
        return arb.nan()
    return arb(0).union(value_at_start(growth, start))


def sign_of(total: Sum, start: fmpq) -> int:
    """The sign of a sum for all w >= start; 0 where it is not known."""
    if not total.terms:
        return 0
    around = scaled(total, start)[1]
    return 1 if around > 0 else -1 if around < 0 else 0


def scaled(total: Sum, start: fmpq) -> tuple[Product, arb]:
    """The leading growth of a sum, and a ball around the sum divided by it, for all w >= start."""
    growths = grouped(total)
    lead = leading(growths)
    return lead, reduce(
        add, (around_coefficient(c) * falling(over(growth, lead), start) for growth, c in growths.items())
    )


def around_coefficient(c: Sum) -> arb:
    """A ball around a coefficient; sines and cosines are anywhere between -1 and 1."""
    found = arb(0)
    for product, number in c.terms.items():
        constant = frozenset(pair for pair in product if exact.is_constant_kernel(pair[0]))
        waves = arb(1) if constant == product else arb(0, 1)
        found += ball(Sum({constant: number}), BITS) * waves
    return found
