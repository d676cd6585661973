"""Certificates of gradient ranges, and `verify`, which checks a range from its certificate alone.

A certificate cuts the real line into pieces, on which f' is one smooth formula g, and each piece into cells:

    monotone   g' has one sign inside the cell
    critical   g' has exactly one zero in the cell: a higher derivative, not zero there, has one sign in it
    within     g stays strictly inside the range claimed for the piece: the cell hides no extreme
    constant   g' is identically zero
    swinging   g takes all real values: along two arithmetic sequences in the cell it tends to oo and to -oo

So the extremes of g are its values at the critical points and its limits at the ends of the piece. All of it
is checked by ball arithmetic (`balls.py`, `tails.py`), in whatever way the cells were found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from flint import arb
from sympy import (
    Expr,
    FiniteSet,
    Float,
    Interval,
    Rational,
    S,
    Set,
    Symbol,
    cos,
    expand_trig,
    oo,
    simplify,
    sin,
)

from derivations.language.activation import v
from derivations.language.pieces import split
from derivations.language.trees import DIGITS
from derivations.proofs.balls import ball, hull
from derivations.proofs.tails import Tail, w

Kind = Literal["monotone", "critical", "within", "constant", "swinging"]
RADIUS = arb("1e-20")  # an enclosed extreme is known better than this
_DEPTH = 40  # bisections of a cell


class CertificateError(ValueError):
    """A certificate that does not prove what it claims; the message says which statement fails."""


@dataclass(frozen=True)
class Cell:
    """A part of a piece, from `start` to `end`.

    point   the critical point in closed form, where there is one; the period of a swinging cell
    order   of a critical point: the number of derivatives of g that vanish there
    """

    kind: Kind
    start: Expr
    end: Expr
    point: Expr | None = None
    order: int = 1


@dataclass(frozen=True)
class Extreme:
    """A value that bounds g: exact, or a decimal within 1e-20 of it; attained or only approached."""

    value: Expr
    exact: bool
    attained: bool


@dataclass(frozen=True)
class PieceCertificate:
    """g on the open interval from `start` to `end`; a periodic g on one period, its ends included."""

    start: Expr
    end: Expr
    slope: Expr
    cells: tuple[Cell, ...]
    periodic: bool = False

    @property
    def bounded(self) -> bool:
        """Whether it has an end."""
        return (self.start, self.end) != (-oo, oo)

    @cached_property
    def extremes(self) -> tuple[Extreme, Extreme]:
        """The least and the greatest bound, checked; raises `CertificateError` where a statement fails."""
        return _check_piece(self)


@dataclass(frozen=True)
class Certificate:
    """The pieces of f', the points where it does not exist, and the extremes claimed for each piece."""

    expression: Expr
    pieces: tuple[PieceCertificate, ...]
    not_differentiable_at: tuple[Expr, ...]
    joints: tuple[tuple[Expr, Expr], ...]
    claimed: tuple[tuple[Extreme, Extreme], ...]

    @property
    def kind(self) -> str:
        """`exact` where every extreme has a closed form, else `enclosed`."""
        return "exact" if all(extreme.exact for pair in self.claimed for extreme in pair) else "enclosed"


def interval_between(low: Extreme, high: Extreme) -> Set:
    """The values of a continuous g with these extremes: all between them, and the ends that are attained."""
    if low.value == high.value and low.attained:
        return FiniteSet(low.value)
    return Interval(low.value, high.value, not low.attained, not high.attained)


def verify(certificate: Certificate) -> None:
    """Check every statement of a certificate; raises `CertificateError` naming the first that fails."""
    _check_cover(certificate)
    for piece, claimed in zip(certificate.pieces, certificate.claimed, strict=True):
        _check_formula(certificate.expression, piece)
        found = _check_piece(piece)
        for name, extreme, claim in zip(("lower", "upper"), found, claimed, strict=True):
            if extreme.attained != claim.attained:
                said = "attained" if claim.attained else "not attained"
                raise CertificateError(
                    f"the {name} end {claim.value} is claimed to be {said}, which is wrong"
                )
            if not _same(extreme.value, claim.value) or (claim.exact and not extreme.exact):
                raise CertificateError(f"the {name} end is {extreme.value}, not {claim.value}")


def _same(value: Expr, claim: Expr) -> bool:
    if value in (oo, -oo) or claim in (oo, -oo):
        return value == claim
    return bool(abs(_number(value) - _number(claim)) < RADIUS)


def _number(value: Expr) -> arb:
    return arb(str(value)) if isinstance(value, Float) else ball(value)


def _check_cover(certificate: Certificate) -> None:
    """The pieces lie end to end, from -oo to oo, and every point between two is a kink or a smooth joint."""
    pieces = certificate.pieces
    if not pieces or len(pieces) != len(certificate.claimed):
        raise CertificateError("each piece needs its extremes")
    if pieces[0].periodic:
        return
    between = [*certificate.not_differentiable_at, *(point for point, _ in certificate.joints)]
    ends = [-oo, *sorted(between, key=lambda point: float(ball(point).mid())), oo]
    if [(piece.start, piece.end) for piece in pieces] != list(pairwise(ends)):
        raise CertificateError("the pieces do not cover the real line from one kink or joint to the next")
    formulas = split(certificate.expression) if certificate.joints else ()
    for point, value in certificate.joints:
        left, right = (limit_at(p, point) for p in pieces if point in (p.start, p.end))
        if not (_same(left, value) and _same(right, value)):
            raise CertificateError(f"the pieces do not meet smoothly at {point}")
        before, after = (part.expression for part in formulas if point in part.interval.args[:2])
        if simplify(before.limit(v, point, "-") - after.limit(v, point, "+")) != 0:
            raise CertificateError(f"f jumps at {point}")


def _check_formula(expression: Expr, piece: PieceCertificate) -> None:
    """At points inside, the formula is f': SymPy's derivative of f with its case distinctions left in."""
    whole = expression.diff(v)
    for point in points_inside(piece.start, piece.end):
        difference = whole.subs(v, point).evalf(40) - piece.slope.subs(v, point).evalf(40)
        if not abs(difference) < Float("1e-25"):
            raise CertificateError(f"f' is not {piece.slope} at {point}")


def points_inside(start: Expr, end: Expr) -> list[Expr]:
    """Three points of the open interval."""
    if start == -oo:
        return [(end if end != oo else S.Zero) - Rational(n, 7) for n in (1, 5, 16)]
    if end == oo:
        return [start + Rational(n, 7) for n in (1, 5, 16)]
    return [start + (end - start) * Rational(n, 7) for n in (1, 3, 6)]


def _check_piece(piece: PieceCertificate) -> tuple[Extreme, Extreme]:
    """Check every cell; the least and the greatest extreme."""
    slope, bend = piece.slope, piece.slope.diff(v)
    cells = piece.cells
    if not cells or (cells[0].start, cells[-1].end) != (piece.start, piece.end):
        raise CertificateError("the cells do not cover their piece")
    if any(left.end != right.start for left, right in pairwise(cells)):
        raise CertificateError("the cells do not lie end to end")
    if cells[0].kind == "constant":
        if len(cells) > 1 or simplify(bend) != 0:
            raise CertificateError(f"{slope} is not constant")
        value = Extreme(simplify(slope.subs(v, points_inside(piece.start, piece.end)[0])), True, True)
        return value, value
    if any(cell.kind == "swinging" and _check_swinging(slope, cell) for cell in cells):
        return Extreme(-oo, True, False), Extreme(oo, True, False)
    ends = [end for end, cell in ((piece.start, cells[0]), (piece.end, cells[-1])) if cell.kind != "within"]
    candidates = [Extreme(limit_at(piece, end), True, piece.periodic) for end in ends]
    if piece.periodic and simplify(slope.subs(v, v + piece.end - piece.start) - slope) != 0:
        raise CertificateError(f"{slope} does not have the period {piece.end - piece.start}")
    for cell in cells:
        if cell.kind == "monotone":
            _check_monotone(bend, cell, piece)
        if cell.kind == "critical":
            candidates.append(critical_value(slope, cell))
    if not candidates:
        raise CertificateError("no cell bounds f'")
    extremes = _least(candidates), _least(candidates, -1)
    for cell in cells:
        if cell.kind == "within":
            _check_within(slope, cell, extremes)
    return extremes


def limit_at(piece: PieceCertificate, end: Expr) -> Expr:
    """The limit of g at an end of the piece, exact."""
    if end.is_finite and ball(piece.slope, {v: ball(end)}).is_finite():
        return simplify(piece.slope.subs(v, end))
    return simplify(towards(piece.slope, end, piece).limit())


def towards(expression: Expr, end: Expr, piece: PieceCertificate) -> Tail:
    """The expression near an end of the piece, as a tail of w: v = end + 1/w, end - 1/w, w or -w."""
    if end.is_infinite:
        return Tail(expression.subs(v, w if end == oo else -w))
    side = 1 if end == piece.start else -1
    return Tail(expression.subs(v, end + side / w))


def _check_monotone(bend: Expr, cell: Cell, piece: PieceCertificate) -> None:
    start, end = cell.start, cell.end
    for at in (start, end):
        width = end - start
        if at in (piece.start, piece.end) and not has_one_sign(bend, at, at):
            sign, begins = towards(bend, at, piece).sign()
            inner = end if at == start else start
            reach = abs(inner) if at.is_infinite else 1 / width if width.is_finite else S.Zero
            outside = at.is_infinite and (inner > 0) != (at == oo)
            if sign == 0 or outside or not bool(reach >= begins):
                raise CertificateError(f"g' is not known to keep its sign between {start} and {end}")
            return
    if not _keeps_sign(bend, start, end):
        raise CertificateError(f"g' changes its sign, or may, between {start} and {end}")


def has_one_sign(bend: Expr, start: Expr, end: Expr) -> bool:
    """Whether one ball suffices."""
    if start.is_infinite or end.is_infinite:
        return False
    value = ball(bend, {v: hull(ball(start), ball(end))})
    return bool(value.is_finite()) and not value.contains(0)


def _keeps_sign(bend: Expr, start: Expr, end: Expr, depth: int = _DEPTH) -> bool:
    """Whether it has one sign on the closed cell, found by bisection."""
    waiting = [(start, end, depth)]
    signs: set[bool] = set()
    while waiting:
        low, high, left = waiting.pop()
        value = ball(bend, {v: hull(ball(low), ball(high))})
        if value.is_finite() and not value.contains(0):
            signs.add(bool(value > 0))
        elif left == 0:
            return False
        else:
            middle = (low + high) / 2
            waiting += [(low, middle, left - 1), (middle, high, left - 1)]
    return len(signs) == 1


def critical_value(slope: Expr, cell: Cell) -> Extreme:
    """The value at the cell's one critical point."""
    order = cell.order
    next_derivative = slope.diff(v, order + 1)
    if not _keeps_sign(next_derivative, cell.start, cell.end, depth=12):
        raise CertificateError(
            f"between {cell.start} and {cell.end} there may be more than one critical point"
        )
    if cell.point is not None:
        inside = ball(cell.point) > ball(cell.start) and ball(cell.point) < ball(cell.end)
        if not inside or any(
            simplify(slope.diff(v, n).subs(v, cell.point)) != 0 for n in range(1, order + 1)
        ):
            raise CertificateError(f"{cell.point} is not a critical point of {slope}")
        return Extreme(simplify(slope.subs(v, cell.point)), True, True)
    value = _at_root(slope, cell)
    if not value.rad() < RADIUS:
        raise CertificateError(f"the critical value near {cell.start} is not known to 1e-20")
    # From its own digits, so that it is the same when it is read back.
    decimal = str(Float(value.mid().str(DIGITS + 5, radius=False), DIGITS))
    return Extreme(Float(decimal, DIGITS), False, True)


def _at_root(slope: Expr, cell: Cell) -> arb:
    """A ball with g at the zero of g' in the cell: bisect, then g(c) = g(m) + g'(x)(c - m)."""
    bend = slope.diff(v)
    low, high = ball(cell.start), ball(cell.end)
    at_low, at_high = ball(bend, {v: low}), ball(bend, {v: high})
    if not (at_low * at_high < 0):
        raise CertificateError(f"g' does not change its sign between {cell.start} and {cell.end}")
    for _ in range(110):
        middle = ((low + high) / 2).mid()
        here = ball(bend, {v: middle})
        if here.contains(0):
            break
        low, high = (middle, high) if (here > 0) == (at_low > 0) else (low, middle)
    root = hull(low, high)
    return ball(slope, {v: root.mid()}) + ball(bend, {v: root}) * (root - root.mid())


def _check_swinging(slope: Expr, cell: Cell) -> bool:
    """Whether g tends to both infinities along v = period (n + phase), and so takes all values between."""
    if cell.point is None or (cell.end.is_finite and cell.start.is_finite):
        raise CertificateError("only a cell without end can swing between both infinities, with a period")
    n = Symbol("n", integer=True, positive=True)
    side = 1 if cell.end == oo else -1
    period = cell.point
    found = set()
    for quarter in range(4):
        along = simplify(expand_trig(slope.subs(v, side * period * (n + Rational(quarter, 4)))))
        if not along.has(sin, cos):
            found.add(Tail(along.subs(n, w)).limit())
    if not {oo, -oo} <= found:
        raise CertificateError(f"{slope} does not swing between both infinities with the period {period}")
    return True


def _check_within(slope: Expr, cell: Cell, extremes: tuple[Extreme, Extreme]) -> None:
    low, high = (arb(str(e.value)) if e.value in (oo, -oo) else _number(e.value) for e in extremes)
    if cell.start.is_infinite or cell.end.is_infinite:
        side, start = (1, cell.start) if cell.end == oo else (-1, -cell.end)
        waiting = [Tail(slope.subs(v, side * w)).ball(ball(start))]
    else:
        points = [cell.start + (cell.end - cell.start) * Rational(n, 64) for n in range(65)]
        waiting = [ball(slope, {v: hull(ball(a), ball(b))}) for a, b in pairwise(points)]
    if not all(value.is_finite() and value > low + RADIUS and value < high - RADIUS for value in waiting):
        raise CertificateError(f"f' may leave its range between {cell.start} and {cell.end}")


def _least(candidates: Iterable[Extreme], side: int = 1) -> Extreme:
    """The least candidate, or with side -1 the greatest; of equal ones, one that is attained."""
    best, *others = candidates
    for other in others:
        order = _compare(side * other.value, side * best.value)
        if order < 0 or (order == 0 and other.attained and not best.attained):
            best = other
    return best


def _compare(one: Expr, other: Expr) -> int:
    """-1, 0 or 1; raises `CertificateError` where it can't be told whether two values are equal."""
    if one == other:
        return 0
    if one.is_infinite or other.is_infinite:
        return -1 if one == -oo or other == oo else 1
    difference = _number(one) - _number(other)
    if isinstance(one, Float) or isinstance(other, Float):
        difference = difference + hull(-RADIUS, RADIUS)
    if difference.contains(0):
        if (isinstance(one, Float) and isinstance(other, Float)) or (one - other).equals(0):
            return 0  # two enclosed values this close: the enclosure holds both
        raise CertificateError(f"{one} and {other} can't be told apart")
    return -1 if difference < 0 else 1
