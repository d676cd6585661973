"""Points of the real line, exact or enclosed, and the values that f and its derivatives have at and near them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import ParamSpec, TypeAlias, TypeVar

from flint import arb, ctx, fmpq
from sympy import Expr, Rational, oo

from derivations.language.pieces import Unproven
from derivations.proofs import exact, identities
from derivations.proofs.exact import Sum, kernel, rational
from derivations.proofs.jets import BALLS, EXACT, Jets
from derivations.proofs.tails import Tail, Tails, W

P = ParamSpec("P")
T = TypeVar("T")
Starts = Sequence[tuple[fmpq, int]]
BITS = 192  # of every ball here, at least: 57 decimal digits
#: where a tail may begin, and how many terms of its series are used
STARTS = tuple(
    (fmpq(n), k)
    for n, k in (
        (4, 4),
        (16, 4),
        (16, 8),
        (64, 8),
        (256, 4),
        (1024, 8),
        (4096, 4),
        (2**20, 8),
        (2**40, 8),
        (2**160, 8),
    )
)
_CLOSER = tuple((fmpq(1, n), 4) for n in (256, 32, 4))
#: precision, where tails are tried first, and how many cells may be looked at: one attempt after the other
ATTEMPTS: tuple[tuple[int, Starts, int], ...] = (
    (BITS, (), 2000), (BITS, _CLOSER, 6000), (1024, _CLOSER, 6000), (4096, (), 6000)
)  # fmt: skip
_PLACES = (fmpq(3, 7), fmpq(-5, 7), fmpq(22, 7))  # where what is not zero shows it soonest
_ORDERS = 8  # derivatives that may vanish at a point
_CLOSE = fmpq(1, 10**20)  # a zero is so near to its decimal
_REACHES = 40  # halvings of a neighbourhood


def precise(function: Callable[P, T]) -> Callable[P, T]:
    """The function, its balls computed with so many bits at least."""

    @wraps(function)
    def computed(*args: P.args, **options: P.kwargs) -> T:
        with ctx.workprec(max(BITS, ctx.prec)):
            return function(*args, **options)

    return computed


@dataclass(frozen=True)
class Smooth:
    """The derivative of a formula without case distinctions, of this order: what keeps a sign, or vanishes."""

    formula: Expr
    order: int

    def on(self, around: arb, more: int = 0) -> list[arb]:
        """Its Taylor coefficients over a ball: itself, its derivative, half its second one, ..."""
        with ctx.workprec(max(BITS, ctx.prec)):
            found = Jets(BALLS, around, self.order + more)(self.formula)[self.order :]
            return [_binomials(self.order, n) * part for n, part in enumerate(found)]

    def at(self, number: Sum, more: int = 0) -> list[Sum]:
        """The same, exactly, at a number."""
        found = Jets(EXACT, number, self.order + more)(self.formula)[self.order :]
        return [rational(_binomials(self.order, n)) * part for n, part in enumerate(found)]

    @cache  # noqa: B019 - what a formula does towards an end does not change
    def towards(self, end: Point | Expr, side: int, start: fmpq, terms: int) -> Tail:
        """The same towards an end, side 1 of it being the right: v is end + side/w, or w or -w."""
        ring = Tails(start, terms)
        if isinstance(end, Point):
            if end.zero_of is not None:
                raise Unproven(f"what {self.formula} does near {end.value} is not known in closed form")
            at = end.exact + rational(side) / W
        else:
            at = W if end == oo else -W
        found = Jets(ring, ring.of(at), self.order)(self.formula)[self.order]
        return found * ring.rational(_binomials(self.order, 0))


@cache
def _binomials(order: int, n: int) -> fmpq:
    """order! (order + n choose n): what turns a coefficient of f into one of its derivative."""
    found = fmpq(1)
    for k in range(n + 1, order + n + 1):
        found *= k
    return found


@dataclass(frozen=True)
class Point:
    """A real number: `value` in closed form; or, near the decimal `value`, the one zero of a derivative."""

    value: Expr
    zero_of: Smooth | None = None
    low: Rational | None = None
    high: Rational | None = None

    @property
    def exact(self) -> Sum:
        """The number itself, where it has a closed form; raises `Unproven`."""
        if self.zero_of is not None:
            raise Unproven(f"the zero near {self.value} is not known in closed form")
        return number(self.value)

    @property
    def ball(self) -> arb:
        """A ball around it."""
        if self.zero_of is None:
            return exact.ball(self.exact, BITS)
        return as_ball(self.low).union(as_ball(self.high))


End: TypeAlias = Point | Expr  # or an infinity


@cache
def number(value: Expr) -> Sum:
    """A closed form as an exact number."""
    found = Jets(EXACT, kernel("v"), 0)(value)[0]
    if not (found.is_constant and exact.ball(found, BITS).is_finite()):
        raise Unproven(f"{value} is no real number")
    return found


def as_ball(value: Expr | None) -> arb:
    """A ball around a rational number."""
    assert isinstance(value, Rational)
    return arb(fmpq(int(value.p), int(value.q)))


@precise
def check_point(point: Point) -> None:
    """Whether a point is what it says; raises `Unproven`."""
    if point.zero_of is None:
        _ = point.exact
        return
    low, high = as_ball(point.low), as_ball(point.high)
    value, slope = point.zero_of.on(low.union(high), 1)
    below, above = point.zero_of.on(low)[0], point.zero_of.on(high)[0]
    if not (low < high and slope.is_finite() and not slope.contains(0) and value.is_finite()):
        raise Unproven(f"the zero near {point.value} may not be the only one")
    if not (below * above < 0):
        raise Unproven(f"there may be no zero near {point.value}")
    said = as_ball(Rational(point.value)) if point.value.is_Number else arb.nan()
    if not (abs(low.union(high) - said) < arb(_CLOSE) * (1 + abs(said))):
        raise Unproven(f"the zero is not known to be near {point.value}")


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


def around(value: Sum | arb) -> arb:
    """A ball around a number."""
    return value if isinstance(value, arb) else exact.ball(value, BITS)


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


@precise
def near(what: Smooth, end: End, side: int, first: Starts = ()) -> tuple[int, arb]:
    """The sign that it has close to an end, and up to where; the end itself where it has it there, too."""
    if isinstance(end, Point):
        around = end.ball
        here = what.on(around)[0]
        if here.is_finite():
            if not here.contains(0):
                return (1 if here > 0 else -1), arb(around.upper() if side == 1 else around.lower())
            return _near_zero(what, end, side)
    failed = Unproven("")
    for start, terms in (*first, *STARTS):
        try:
            found = what.towards(end, side, start, terms).sign()
        except Unproven as error:
            failed = error
            continue
        return found, _inner(end, side, start)
    raise failed


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
            if value.is_finite() and not value.contains(0):
                sign = 1 if value > 0 else -1
                reach = arb(fmpq(side, 2**n))
                return sign * side**order, around + reach
        raise Unproven(f"a zero near {end.value} is not known to be alone")
    raise Unproven(f"too many derivatives vanish at {end.value}")


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


@cache
def symbolic(what: Smooth) -> Sum:
    """It as a function of v."""
    return what.at(kernel("v"))[0]


@cache
def is_constant(what: Smooth) -> bool:
    """Whether it is identically zero; also shown where it is the derivative of plus or minus a root of a rational."""
    for place in _PLACES:
        value = what.on(arb(place))[0]
        if value.is_finite() and not value.contains(0):
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


def described(what: Smooth) -> str:
    """It in words, for messages."""
    return f"{what.formula}" if what.order == 0 else f"derivative {what.order} of {what.formula}"


def sign_on(what: Smooth, cell: arb) -> int:
    """The sign on a ball, 0 where it is not known."""
    value, slope = what.on(cell, 1)
    if value.is_finite() and not value.contains(0):
        return 1 if value > 0 else -1
    if slope.is_finite():
        centre = arb(cell.mid())
        value = what.on(centre)[0] + slope * (cell - centre)
        if value.is_finite() and not value.contains(0):
            return 1 if value > 0 else -1
    return 0
