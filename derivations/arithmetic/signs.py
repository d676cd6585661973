"""The one sign that a smooth formula keeps between two points, proven by bisection with balls."""

from __future__ import annotations

from functools import cache

from flint import arb, ctx, fmpq
from sympy import cos, oo, sin, tan

from derivations.arithmetic import identities
from derivations.arithmetic.exact import rational
from derivations.arithmetic.points import BITS, End, Point, Smooth, described, number, precise, symbolic
from derivations.arithmetic.values import STARTS, Starts, vanishes_at
from derivations.language.pieces import Unproven

_CLOSER = tuple((fmpq(1, n), 4) for n in (256, 32, 4))
#: precision, where tails are tried first, and how many cells may be looked at: one attempt after the other
ATTEMPTS: tuple[tuple[int, Starts, int], ...] = (
    (BITS, (), 2000), (BITS, _CLOSER, 6000), (1024, _CLOSER, 6000), (4096, (), 6000)
)  # fmt: skip
_PLACES = (fmpq(3, 7), fmpq(-5, 7), fmpq(22, 7))  # where what is not zero shows it soonest
_ORDERS = 16  # derivatives that may vanish at a point
_REACHES = 40  # halvings of a neighbourhood


@precise
def sign_throughout(what: Smooth, start: End, end: End) -> int:
    """The one sign that it has everywhere strictly between; raises `Unproven`, or gives 0 if identically zero.

    By bisection: a ball, or the mean value theorem, shows the sign on each cell.
    """
    if not what.formula.free_symbols:
        return identities.sign(number(what.formula)) if what.order == 0 else 0
    if is_constant(what):
        return 0
    for bits, starts, cells in ATTEMPTS:
        try:
            with ctx.workprec(bits):
                return _sign_throughout(what, start, end, starts, cells)
        except Unproven as error:
            failed = error
            if isinstance(error, Changing):
                break
    raise failed


def same_throughout(one: Smooth, other: Smooth, start: End, end: End) -> bool:
    """Whether two are known to be equal everywhere between: identical, or with equal squares and one sign."""
    first, second = symbolic(one), symbolic(other)
    if identities.is_zero(first - second):
        return True
    if not identities.is_zero(first * first - second * second):
        return False
    return sign_throughout(one, start, end) == sign_throughout(other, start, end) != 0


class Changing(Unproven):
    """It has both signs."""


def _sign_throughout(what: Smooth, start: End, end: End, starts: Starts, cells: int) -> int:
    (first, low), (last, high) = near(what, start, 1, starts), near(what, end, -1, starts)
    if first != last:
        raise Changing(f"{described(what)} changes its sign")
    waiting, seen = [] if low >= high else [(low, high)], 0
    while waiting:
        left, right = waiting.pop()
        found, seen = sign_on(what, left.union(right)), seen + 1
        if found == -first:
            raise Changing(f"{described(what)} changes its sign near v = {float(left.mid()):.6g}")
        middle = arb(((left + right) / 2).mid())
        if found == 0 and (seen > cells or not left < middle < right):
            raise Unproven(
                f"{described(what)} is not known to keep its sign near v = {float(left.mid()):.6g}"
            )
        if found == 0:
            waiting += [(left, middle), (middle, right)]
    return first


def sign_of_ball(ball: arb) -> int:
    """The one sign of all numbers in a ball, 0 where there is none."""
    if not ball.is_finite() or ball.contains(0):
        return 0
    return 1 if ball > 0 else -1


def sign_on(what: Smooth, cell: arb) -> int:
    """The sign on a ball, 0 where it is not known."""
    value, slope = what.on(cell, 1)
    centre = arb(cell.mid())
    return sign_of_ball(value) or sign_of_ball(what.on(centre)[0] + slope * (cell - centre))


@precise
def near(what: Smooth, end: End, side: int, first: Starts = ()) -> tuple[int, arb]:
    """The sign that it has close to an end, and up to where; the end itself where it has it there, too."""
    if isinstance(end, Point):
        around = end.ball
        here = what.on(around)[0]
        if here.is_finite():
            if sign := sign_of_ball(here):
                return sign, arb(around.upper() if side == 1 else around.lower())
            return _near_zero(what, end, side)
    failed = Unproven("")
    for start, terms in (*first, *STARTS):
        try:
            found = what.towards(end, side, start, terms).sign()
        except Unproven as error:
            failed = error
            continue
        return found, _inner(end, side, start)
    where = f"v = {end.value}" if isinstance(end, Point) else f"v = {end}"
    hint = (
        "; a function whose waves do not die out is proven if they have one frequency" if _waves(what) else ""
    )
    raise Unproven(f"the sign of {described(what)} towards {where} is not known: {failed}{hint}")


def _waves(what: Smooth) -> bool:
    return bool(what.formula.has(sin, cos, tan))


def _inner(end: End, side: int, start: fmpq) -> arb:
    """Where a tail begins: the point that w = start stands for."""
    return end.ball + arb(side / start) if isinstance(end, Point) else arb(start if end == oo else -start)


def _near_zero(what: Smooth, end: Point, side: int) -> tuple[int, arb]:
    """The same beside a zero: that of the first derivative that does not vanish there."""
    for order in range(_ORDERS):
        if vanishes_at(what, order, end):
            continue
        around, derivative = end.ball, Smooth(what.formula, what.order + order)
        for n in range(_REACHES):
            reached = around.union(around + arb(fmpq(side, 2**n)))
            value = derivative.on(reached)[0]
            if sign := sign_of_ball(value):
                reach = arb(fmpq(side, 2**n))
                return sign * side**order, around + reach
        raise Unproven(f"a zero near {end.value} is not known to be alone")
    raise Unproven(f"too many derivatives vanish at {end.value}")


@cache
def is_constant(what: Smooth) -> bool:
    """Whether it is identically zero; also shown where it is the derivative of plus or minus a root of a rational."""
    for place in _PLACES:
        if sign_of_ball(what.on(arb(place))[0]):
            return False
    if identities.is_zero(symbolic(what)):
        return True
    if what.order == 0:
        return False
    before = Smooth(what.formula, what.order - 1)
    for place in _PLACES:
        square = before.on(arb(place))[0] ** 2
        if square.is_finite():
            nearest = (square * 144 + arb("0.5")).floor().unique_fmpz()
            if nearest is None or not (square - arb(fmpq(nearest, 144))).contains(0):
                return False
            formula = symbolic(before)
            return identities.is_zero(formula * formula - rational(fmpq(nearest, 144)))
    return False
