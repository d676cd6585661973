"""Tails: what functions do for all w >= T at once, as a sum c g(w) + ... with exact coefficients, and a rest.

The rest is some function of w in a ball, times a growth.
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import Protocol

from flint import arb, fmpq

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Product, Sum, rational
from derivations.arithmetic.growths import (
    around_coefficient,
    as_sum,
    falling,
    grouped,
    leading,
    over,
    product_of,
    scaled,
    trend,
)
from derivations.arithmetic.jets import Ring
from derivations.language.pieces import Unproven

_LONG = 6  # terms of a coefficient
_FEW = 24  # growths of one tail: smaller ones go to the rest


class TailRing(Ring, Protocol):
    """Where tails are computed (`expansions.Tails`)."""

    start: fmpq  # tails are about all w >= start

    def of(self, total: Sum) -> Tail:
        """A sum of w, exactly."""


class Tail:
    """A sum of w, and a rest: a growth, and a ball that holds its coefficient for all w >= start."""

    def __init__(self, ring: TailRing, total: Sum, rest: tuple[Product, arb] | None = None) -> None:
        self.ring, self.total, self.rest = ring, _with_names(total), rest
        if rest is not None or len(total.terms) > _FEW:
            self._shorten()

    def _shorten(self) -> None:
        """Put what grows no faster than the rest into it."""
        growths, start = grouped(self.total), self.ring.start
        if len(growths) > _FEW:
            fastest_first = sorted(growths, key=cmp_to_key(lambda one, other: trend(over(other, one))))
            self._absorb(fastest_first[_FEW], arb(0))
        if self.rest is None:
            return
        slow, around = self.rest
        small = {growth: c for growth, c in growths.items() if trend(over(growth, slow)) <= 0}
        for growth, c in small.items():
            around = around + around_coefficient(c) * falling(over(growth, slow), start)
            self.total = self.total - c * as_sum(growth)
        self.rest = (slow, around)

    def _absorb(self, growth: Product, around: arb) -> None:
        self.rest = _joined(self.rest, (growth, around), self.ring.start)

    def __add__(self, other: Tail) -> Tail:
        return Tail(self.ring, self.total + other.total, _joined(self.rest, other.rest, self.ring.start))

    def __neg__(self) -> Tail:
        return Tail(self.ring, -self.total, None if self.rest is None else (self.rest[0], -self.rest[1]))

    def __sub__(self, other: Tail) -> Tail:
        return self + -other

    def __mul__(self, other: Tail) -> Tail:
        start, rest = self.ring.start, None
        for one, two in ((self, other), (other, self)):
            if one.rest is not None and two.total.terms:
                lead, around = scaled(two.total, start)
                rest = _joined(rest, (product_of(one.rest[0], lead), one.rest[1] * around), start)
        if self.rest is not None and other.rest is not None:
            both = (product_of(self.rest[0], other.rest[0]), self.rest[1] * other.rest[1])
            rest = _joined(rest, both, start)
        return Tail(self.ring, self.total * other.total, rest)

    def __truediv__(self, other: Tail) -> Tail:
        return self * self.ring.power(other, fmpq(-1))

    def lead(self) -> tuple[Product, Sum]:
        """The leading growth and its coefficient; raises `Unproven` where the rest may be as large."""
        growths = grouped(self.total)
        if not growths or (self.rest is not None and trend(over(leading(growths), self.rest[0])) <= 0):
            raise Unproven("the leading terms of an expansion cancel")
        return leading(growths), growths[leading(growths)]

    @property
    def is_zero(self) -> bool:
        """Whether it is exactly zero."""
        return not self.total.terms and self.rest is None

    def sign(self) -> int:
        """Its sign for all w >= start; 0 where it is zero; raises `Unproven`."""
        if self.is_zero:
            return 0
        growth, _ = self.lead()
        around = scaled(self.total, self.ring.start)[1]
        if self.rest is not None:
            around = around + self.rest[1] * falling(over(self.rest[0], growth), self.ring.start)
        if around > 0 or around < 0:
            return 1 if around > 0 else -1
        raise Unproven("it is not that of its leading term")

    def limit(self) -> Sum | int:
        """The limit: exact, or 1 and -1 for the infinities; raises `Unproven` where there is none."""
        if self.is_zero:
            return rational(0)
        if not self.total.terms:
            assert self.rest is not None
            if trend(self.rest[0]) < 0:
                return rational(0)
            raise Unproven("its limit is not known")
        if self.rest is None or trend(self.rest[0]) >= 0:
            growth, c = self.lead()
        else:
            growths = grouped(self.total)
            growth = leading(growths)
            c = growths[growth]
        if trend(growth) < 0:
            return rational(0)
        if not c.is_constant:
            raise Unproven("it swings for ever")
        return c if trend(growth) == 0 else identities.sign(c)

    def around(self) -> arb:
        """A ball with all values for w >= start; not finite where there is none."""
        found = arb(0)
        if self.total.terms:
            lead, around = scaled(self.total, self.ring.start)
            found = around * falling(lead, self.ring.start)
        if self.rest is not None:
            found = found + self.rest[1] * falling(self.rest[0], self.ring.start)
        return found


def _joined(
    one: tuple[Product, arb] | None, other: tuple[Product, arb] | None, start: fmpq
) -> tuple[Product, arb] | None:
    """The sum of two rests, in terms of the faster growth."""
    if one is None or other is None:
        return one or other
    if trend(over(one[0], other[0])) < 0:
        one, other = other, one
    return one[0], one[1] + other[1] * falling(over(other[0], one[0]), start)


def _with_names(total: Sum) -> Sum:
    """The sum with long constant coefficients as kernels of their own, which are multiplied out when it matters."""
    if len(total.terms) <= _LONG:
        return total
    found = rational(0)
    for growth, c in grouped(total).items():
        found = found + (c.named() if len(c.terms) > _LONG and c.is_constant else c) * as_sum(growth)
    return found
