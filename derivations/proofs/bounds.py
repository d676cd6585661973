"""Bounds of a range: which of two values is less, and the union of intervals between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flint import arb, fmpq
from sympy import Float, oo

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Sum
from derivations.arithmetic.numbers import as_expression, decimal_between
from derivations.arithmetic.points import Point, Smooth
from derivations.arithmetic.values import around, mirrored
from derivations.language.pieces import Unproven
from derivations.proofs.certificate import CertificateError, Extreme, Part

Number = Sum | arb | int  # exact; somewhere in a ball; 1 or -1 for the infinities
RADIUS = fmpq(1, 10**20)  # an enclosed end is known better than this


@dataclass(frozen=True)
class Bound:
    """A value that is attained, or only approached."""

    value: Number
    attained: bool
    of: tuple[Smooth, Point] | None = None  # what has this value, and where


def order_of(one: Bound, other: Bound) -> int:
    """-1, 0 or 1 as one is less, equal or more; two in overlapping balls count as equal."""
    a, b = one.value, other.value
    if _is_same(one, other):
        return 0
    if isinstance(a, int) or isinstance(b, int):
        return _infinity(a) - _infinity(b) and (1 if _infinity(a) > _infinity(b) else -1)
    if isinstance(a, Sum) and isinstance(b, Sum):
        return identities.sign(a - b)
    difference = around(a) - around(b)
    if not difference.contains(0):
        return 1 if difference > 0 else -1
    if isinstance(a, arb) and isinstance(b, arb):
        return 0
    raise Unproven(f"it is not known whether {around(a).str(12, radius=False)} is one value or two")


def _is_same(one: Bound, other: Bound) -> bool:
    """Whether two are known to be one number: one value at one point, or at two that a symmetry exchanges."""
    if one.of is None or other.of is None:
        return False
    return one.of == other.of or mirrored(*one.of, *other.of)


def _infinity(value: Number) -> int:
    return value if isinstance(value, int) else 0


def _joined(one: Bound, other: Bound) -> Bound:
    """Of two that count as equal: attained if either is; two balls become one that holds both."""
    if isinstance(one.value, arb) and isinstance(other.value, arb) and one.value is not other.value:
        if one.attained != other.attained and not _is_same(one, other):
            raise Unproven("it is not known whether an end is attained")
        value = one.value if _is_same(one, other) else one.value.union(other.value)
        return Bound(value, one.attained or other.attained, one.of)
    return Bound(one.value, one.attained or other.attained, one.of)


def least(bounds: Iterable[Bound], side: int = 1) -> Bound:
    """The least, or with side -1 the greatest."""
    best, *others = bounds
    for other in others:
        order = side * order_of(other, best)
        best = other if order < 0 else _joined(best, other) if order == 0 else best
    return best


def united(parts: Sequence[tuple[Bound, Bound]]) -> list[tuple[Bound, Bound]]:
    """The union of intervals, disjoint and ascending."""
    left, found = list(parts), []
    while left:
        low = least(part[0] for part in left)
        at_low = [part for part in left if order_of(part[0], low) == 0]
        high = least((part[1] for part in at_low), -1)
        left = [part for part in left if part not in at_low]
        grown = True
        while grown:
            touching = [part for part in left if _touches(part, high)]
            high = least([high, *(part[1] for part in touching)], -1)
            left = [part for part in left if part not in touching]
            grown = bool(touching)
        found.append((low, high))
    return found


def _touches(part: tuple[Bound, Bound], high: Bound) -> bool:
    """Whether a part that begins later continues one that ends at `high`."""
    low = part[0]
    order = order_of(low, high)
    if order == 0 and isinstance(low.value, arb) and not _is_same(low, high):
        raise Unproven(f"it is not known whether the range has a gap at {low.value.str(12, radius=False)}")
    return order < 0 or (order == 0 and (low.attained or high.attained))


def part_of(bounds: tuple[Bound, Bound]) -> Part:
    """An interval as it is shown in a certificate."""
    low, high = (_extreme(bound) for bound in bounds)
    return Part(low, high)


def _extreme(bound: Bound) -> Extreme:
    value = bound.value
    if isinstance(value, int):
        return Extreme(value * oo, False)
    if isinstance(value, Sum):
        return Extreme(as_expression(value), bound.attained)
    if not value.rad() < arb(RADIUS) * max(arb(1), abs(value)):
        raise CertificateError(f"an end near {value.str(8, radius=False)} is not known to 20 decimals")
    shown, low, high = decimal_between(value)
    return Extreme(Float(shown, 30), bound.attained, low, high)
