"""What else is proven of an activation: the ranges of f and f'', its bounds, its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TypeVar

from sympy import Abs, Expr, Max, S, oo

from derivations.arithmetic import exact, identities
from derivations.arithmetic.exact import kernel
from derivations.arithmetic.points import Point, Smooth, number, precise, symbolic
from derivations.arithmetic.signs import ATTEMPTS, sign_throughout
from derivations.arithmetic.values import around, limit_at
from derivations.calculus.differentiation import Differentiation
from derivations.calculus.ranges import GradientRange, range_of, verified
from derivations.language.pieces import Unproven
from derivations.proofs.branches import at_point
from derivations.proofs.certificate import Certificate, Extreme, is_infinite
from derivations.proofs.partition import Stretch, partition
from derivations.proofs.zeros import zeros

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """Each None where it could not be proven.

    values               the range of f
    curvature            the range of f'', wherever f' has a derivative
    bounded              whether f is
    lipschitz            the least L with |f(a) - f(b)| <= L |a - b|; oo where there is none
    slope_lipschitz      the same of f'; oo where f' does not exist everywhere
    monotone             "increasing", "decreasing", both in the wide sense, "constant" or "no"
    convex               "convex", "concave", "both" (a line) or "no"
    parity               "odd", "even", "both" (zero) or "neither"
    slope_changes_sign   where f' changes its sign, ascending
    period               that after which f' repeats itself: then those are the changes in one period
    """

    values: GradientRange | None
    curvature: GradientRange | None
    bounded: bool | None
    lipschitz: Expr | None
    slope_lipschitz: Expr | None
    monotone: str | None
    convex: str | None
    parity: str | None
    slope_changes_sign: tuple[Expr, ...] | None
    period: Expr | None = None


@precise
def facts(
    slopes: Differentiation, gradients: GradientRange | None, stored: Mapping[int, Certificate] | None = None
) -> Facts:
    """The facts of an activation, from its proven gradient range, if there is one.

    `stored` may have certificates of f and f'', by order; they are verified, and need not be searched for.
    """
    expression = slopes.expression
    known = {order: partial(verified, certificate) for order, certificate in (stored or {}).items()}
    values, curvature = (
        _or_none(known.get(order) or partial(range_of, expression, order, ATTEMPTS[:1])) for order in (0, 2)
    )
    continuous = "jump" not in slopes.joints
    return Facts(
        values=values,
        curvature=curvature,
        bounded=None if values is None else _is_bounded(values),
        lipschitz=_or_none(partial(_steepest, gradients, continuous)),
        slope_lipschitz=_or_none(partial(_steepest, curvature, not slopes.joints)),
        monotone=_monotone(gradients) if continuous else _monotone_with_jumps(gradients),
        convex=_or_none(partial(_convex, slopes, curvature)) if continuous else "no",
        parity=_or_none(partial(_parity, slopes)),
        slope_changes_sign=_or_none(partial(_sign_changes, expression)),
        period=partition(expression).period,
    )


def _or_none(function: Callable[[], T]) -> T | None:
    """What a proof gives, None where it does not succeed."""
    try:
        return function()
    except Unproven:
        return None


def _ends(proven: GradientRange) -> tuple[Extreme, Extreme]:
    """The least and the greatest value of a range."""
    parts = proven.certificate.claimed
    return parts[0].lower, parts[-1].upper


def _is_bounded(proven: GradientRange) -> bool:
    return not any(is_infinite(end.value) for end in _ends(proven))


def _largest(proven: GradientRange) -> Expr:
    """The greatest absolute value; raises `Unproven` where it is not known which end has it."""
    if not _is_bounded(proven):
        return oo
    low, high = _ends(proven)
    one, other = map(_size, (low, high))
    if one == other or not (low.exact and high.exact):
        return Max(one, other)
    # By Arb: SymPy compares numbers by polynomials that vanish at them, of any degree.
    return one if identities.sign(number(one) - number(other)) == 1 else other


def _size(end: Extreme) -> Expr:
    if not end.exact:
        return Abs(end.value)
    return end.value if _sign(end) >= 0 else -end.value


def _steepest(proven: GradientRange | None, exists: bool) -> Expr | None:
    """A Lipschitz constant: the greatest absolute value of a derivative that exists where it has to."""
    if not exists:
        return oo
    return None if proven is None else _largest(proven)


def _sign(end: Extreme) -> int:
    """The sign of an end; raises `Unproven` where that is not known."""
    if end.low is None or end.high is None:
        if is_infinite(end.value):
            return 1 if end.value == oo else -1
        return identities.sign(number(end.value))
    if end.low <= 0 <= end.high:
        raise Unproven(f"the sign of what is near {end.value} is not known")
    return 1 if end.low > 0 else -1


def _monotone(gradients: GradientRange | None) -> str | None:
    if gradients is None:
        return None
    try:
        low, high = map(_sign, _ends(gradients))
    except Unproven:
        return None
    if low == high == 0:
        return "constant"
    return "increasing" if low >= 0 else "decreasing" if high <= 0 else "no"


def _monotone_with_jumps(gradients: GradientRange | None) -> str | None:
    """With jumps the slope can only show that f is not monotone."""
    return "no" if _monotone(gradients) == "no" else None


def _convex(slopes: Differentiation, curvature: GradientRange | None) -> str | None:
    """By the sign of f'', and by how the slopes on both sides of each kink compare."""
    if curvature is None:
        return None
    low, high = map(_sign, _ends(curvature))
    turns = {*_turns(slopes)}
    if turns <= {0} and low == high == 0:
        return "both"
    if low >= 0 and turns <= {0, 1}:
        return "convex"
    return "concave" if high <= 0 and turns <= {0, -1} else "no"


def _turns(slopes: Differentiation) -> Iterator[int]:
    """At each point where pieces meet with two slopes, the sign of the change."""
    found = partition(slopes.expression)
    pairs = [*pairwise(found.pieces)]
    if found.period is not None:
        pairs.append((found.pieces[-1], found.pieces[0]))
    for left, right in pairs:
        assert isinstance(right.start, Point)
        if right.start.value not in slopes.not_differentiable_at:
            continue
        before, after = (
            limit_at(Smooth(left.formula, 1), left.end, -1),
            limit_at(Smooth(right.formula, 1), right.start, 1),
        )
        if isinstance(before, int) or isinstance(after, int):
            yield -1 if before == 1 or after == -1 else 1
        elif isinstance(before, exact.Sum) and isinstance(after, exact.Sum):
            yield identities.sign(after - before)
        else:
            change = around(after) - around(before)
            if change.contains(0):
                raise Unproven("it is not known which way a kink turns")
            yield 1 if change > 0 else -1


def _parity(slopes: Differentiation) -> str | None:
    """Whether f(-v) is f(v), or -f(v), piece by piece and where pieces meet."""
    expression, found = slopes.expression, partition(slopes.expression)
    if found.period is not None and (len(found.pieces) > 1 or "jump" in slopes.joints):
        return None
    sides = {side for side in (1, -1) if _mirrors(expression, found.pieces, side)}
    if sides:
        return "both" if len(sides) == 2 else "even" if sides == {1} else "odd"
    differs = {1: False, -1: False}
    for place in (1, 3, 10):
        one, other = (_at(expression, Point(S(side * place))) for side in (1, -1))
        for side in (1, -1):
            differs[side] |= identities.sign(one - (other if side == 1 else -other)) != 0
    return "neither" if all(differs.values()) else None


def _mirrors(expression: Expr, pieces: Sequence[Stretch], side: int) -> bool:
    back = -kernel("v")
    for one, other in zip(pieces, reversed(pieces), strict=True):
        here, there = symbolic(Smooth(one.formula, 0)), Smooth(other.formula, 0).at(back)[0]
        if not identities.is_zero(here - (there if side == 1 else -there)):
            return False
    points = [piece.start for piece in pieces[1:]]
    for point, mirror in zip(points, reversed(points), strict=True):
        assert isinstance(point, Point)
        assert isinstance(mirror, Point)
        if point.zero_of is not None or mirror.zero_of is not None:
            return False
        if not identities.is_zero(point.exact + mirror.exact):
            return False
        here, there = (_at(expression, each) for each in (point, mirror))
        if not identities.is_zero(here - (there if side == 1 else -there)):
            return False
    return True


def _at(expression: Expr, point: Point) -> exact.Sum:
    return Smooth(at_point(expression, point), 0).at(point.exact)[0]


def _sign_changes(expression: Expr) -> tuple[Expr, ...]:
    """The points between which f' is proven to keep its sign, those where it has another on both sides.

    Raises `Unproven` where it has another beyond a stretch on which it is zero: it changes at no one point.
    """
    signs: list[tuple[int, Expr]] = []  # of f' on a stretch, and where that begins
    found = partition(expression)
    for piece in found.pieces:
        slope = Smooth(piece.formula, 1)
        bounds = [piece.start, *zeros(slope, piece.start, piece.end), piece.end]
        for start, end in pairwise(bounds):
            begin = start.value if isinstance(start, Point) else start
            signs.append((sign_throughout(slope, start, end), begin))
    known = [n for n, (sign, _) in enumerate(signs) if sign != 0]
    pairs = [*pairwise(known)]
    if found.period is not None and known:
        pairs.insert(0, (known[-1], known[0]))
    changes = [(before, after) for before, after in pairs if signs[before][0] != signs[after][0]]
    if any((after - before) % len(signs) != 1 for before, after in changes):
        raise Unproven("the slope changes its sign over a stretch on which it is zero")
    return tuple(signs[after][1] for _, after in changes)
