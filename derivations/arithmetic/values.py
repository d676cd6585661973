"""Values and limits of smooth formulas at points, and whether two of them are equal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flint import arb, fmpq

from derivations.arithmetic import exact, identities
from derivations.arithmetic.exact import Sum, kernel, rational
from derivations.arithmetic.points import End, Point, Smooth, precise, symbolic
from derivations.language.pieces import Unproven

Starts = Sequence[tuple[fmpq, int]]
#: where a tail may begin, and how many terms of its series are used
STARTS = tuple(
    (fmpq(n), k)
    for n, k in (
        (4, 4), (16, 4), (16, 8), (64, 8), (256, 4), (1024, 8), (4096, 4), (2**20, 8), (2**40, 8), (2**160, 8),
    )
)  # fmt: skip


@precise
def value_at(what: Smooth, point: Point) -> Sum | arb:
    """The value of a smooth formula at a point inside of its piece; of a zero, by the mean value theorem."""
    if point.zero_of is None:
        return what.at(point.exact)[0]
    if (written := symbolic(what)).is_constant:
        return written
    root = point.ball
    value, slope = what.on(arb(root.mid()))[0], what.on(root, 1)[1]
    return value + slope * (root - root.mid())


@precise
def limit_at(what: Smooth, end: End, side: int) -> Sum | arb | int:
    """The limit towards an end of a piece, from its right (1) or left; 1 and -1 for the infinities."""
    if isinstance(end, Point) and what.on(end.ball)[0].is_finite():
        return value_at(what, end)
    failed = Unproven("")
    for start, terms in STARTS:
        try:
            return what.towards(end, side, start, terms).limit()
        except Unproven as error:
            failed = error
    raise failed


@precise
def equal_at(one: Smooth, other: Smooth, point: Point, side: int) -> bool:
    """Whether two have one value at a point: `one` its limit from that side, or both theirs from both; `Unproven`."""
    first = limit_at(one, point, side or -1)
    second = limit_at(other, point, 1) if side == 0 else value_at(other, point)
    if isinstance(first, int) or isinstance(second, int):
        return first is second
    if isinstance(first, Sum) and isinstance(second, Sum):
        return identities.sign(first - second) == 0
    difference = around(first) - around(second)
    if not difference.contains(0):
        return False
    gap = symbolic(one) - symbolic(other)
    if identities.is_zero(gap):
        return True
    if point.zero_of:
        zero = symbolic(point.zero_of)
        if _proportional(gap, zero) or identities.is_zero(_reduced(gap, zero)):
            return True
    raise Unproven(f"it is not known whether the pieces meet near v = {point.value}")


@cache
@precise
def mirrored(one: Smooth, at: Point, other: Smooth, there: Point) -> bool:
    """Whether a value is the same as another because both, and the points, are mirrored: v becomes -v."""
    if at.zero_of is None or there.zero_of is None or not (-at.ball).overlaps(there.ball):
        return False
    slope = there.zero_of.on(there.ball.union(-at.ball), 1)[1]
    back = -kernel("v")
    if not slope.is_finite() or slope.contains(0):
        return False
    return _proportional(at.zero_of.at(back)[0], symbolic(there.zero_of)) and identities.is_zero(
        one.at(back)[0] - symbolic(other)
    )


def around(value: Sum | arb | int) -> arb:
    """A ball around a number, or an infinity."""
    if isinstance(value, int):
        return arb.pos_inf() if value > 0 else arb.neg_inf()
    return value if isinstance(value, arb) else exact.ball(value, 256)


def vanishes_at(what: Smooth, order: int, end: Point) -> bool:
    """Whether its derivative of this order is exactly zero at the point; raises `Unproven` where not known."""
    derivative = Smooth(what.formula, what.order + order)
    if end.zero_of is None:
        return identities.sign(derivative.at(end.exact)[0]) == 0
    if not derivative.on(end.ball)[0].contains(0):
        return False
    if derivative == end.zero_of or _proportional(symbolic(derivative), symbolic(end.zero_of)):
        return True
    raise Unproven(f"it is not known whether a derivative of {what.formula} is zero near {end.value}")


def _proportional(one: Sum, other: Sum) -> bool:
    """Whether one is known to be a rational multiple of the other, which is not zero."""
    common = next((product for product in one.terms if product in other.terms), None)
    if common is None:
        return identities.is_zero(one)
    return identities.is_zero(one - rational(one.terms[common] / other.terms[common]) * other)


def _reduced(gap: Sum, zero: Sum) -> Sum:
    """What is left of the gap when it is divided by what is zero at the point."""
    lead = max(
        zero.terms, key=lambda product: (sum(abs(power) for _, power in product), exact.named(product))
    )
    for _ in range(60):
        for product, c in gap.terms.items():
            powers = dict(product)
            if lead and all(powers.get(kernel_, fmpq(0)) >= power > 0 for kernel_, power in lead):
                quotient = Sum({product: c}) / Sum({lead: zero.terms[lead]})
                gap = gap - quotient * zero
                break
        else:
            return gap
    return gap
