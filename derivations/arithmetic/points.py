"""Points: numbers in closed form, or the one zero of a smooth formula near a decimal, as `check_point` proves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import ParamSpec, TypeAlias, TypeVar

from flint import arb, ctx, fmpq
from sympy import Expr, Rational, oo

from derivations.arithmetic import exact
from derivations.arithmetic.exact import Sum, kernel, rational
from derivations.arithmetic.expansions import Tails
from derivations.arithmetic.growths import W
from derivations.arithmetic.jets import BALLS, EXACT, Jets, as_fmpq
from derivations.arithmetic.tails import Tail
from derivations.language.pieces import Unproven

P = ParamSpec("P")
T = TypeVar("T")
BITS = 192  # of every ball here, at least: 57 decimal digits
_CLOSE = fmpq(1, 10**20)  # a zero is so near to its decimal


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
    return arb(as_fmpq(value))


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


@cache
def symbolic(what: Smooth) -> Sum:
    """It as a function of v."""
    return what.at(kernel("v"))[0]


def described(what: Smooth) -> str:
    """It in words, for messages."""
    return f"{what.formula}" if what.order == 0 else f"derivative {what.order} of {what.formula}"
