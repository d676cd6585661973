"""`verify`: what a certificate proves, or why it proves nothing. Nothing here knows how it was found.

It rests on Arb's balls (python-flint), on exact rationals, and on rules of its own, each in one file: identities
between exact numbers (exact), differentiation (jets), expansions towards an end of the line (tails), signs of smooth
formulas between two points (points), branches and domains (branches). There is no sampling, no floating point, no
simplification and no solving by SymPy, whose expressions are only read.

The theorem: at every real v the expression is a real number; on each piece it follows the one formula given; on each
stretch of a piece its derivative is monotone, or bounded by what is attained elsewhere; so the range is that between
the least and the greatest of its values at marks and limits at ends, together with its values where pieces meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flint import arb, fmpq
from sympy import Expr, Float, Rational, oo

from derivations.language.pieces import Unproven
from derivations.proofs import exact, waves
from derivations.proofs.branches import at_point, on_interval
from derivations.proofs.certificate import Certificate, Extreme, Joint, Part, PieceCertificate, is_infinite
from derivations.proofs.exact import Sum, rational
from derivations.proofs.numbers import as_expression, decimal_between
from derivations.proofs.points import (
    End,
    Point,
    Smooth,
    check_point,
    equal_at,
    is_constant,
    limit_at,
    mirrored,
    number,
    precise,
    same_throughout,
    sign_throughout,
    symbolic,
    value_at,
)

Number = Sum | arb | int  # exact; somewhere in a ball; 1 or -1 for the infinities
RADIUS = fmpq(1, 10**20)  # an enclosed end is known better than this


class CertificateError(ValueError):
    """A certificate that does not prove what it claims; the message says which statement fails."""


@dataclass(frozen=True)
class Bound:
    """A value that is attained, or only approached."""

    value: Number
    attained: bool
    of: tuple[Smooth, Point] | None = None  # what has this value, and where


def verify(certificate: Certificate) -> None:
    """Check every statement of a certificate; raises `CertificateError` naming the first that fails."""
    try:
        _compare(established(replace(certificate, claimed=(), by_piece=())), certificate)
    except CertificateError:
        raise
    except Exception as error:  # of a certificate that is none, such as one without pieces
        raise CertificateError(
            f"the certificate is malformed: {str(error) or type(error).__name__}"
        ) from None


def _compare(found: Certificate, certificate: Certificate) -> None:
    if found.joints != certificate.joints:
        raise CertificateError("the pieces do not meet as is claimed")
    for ours, claims in ((found.claimed, certificate.claimed), (found.by_piece, certificate.by_piece)):
        if len(ours) != len(claims):
            raise CertificateError(f"the range has {len(ours)} parts, not {len(claims)}")
        for part, claim in zip(ours, claims, strict=True):
            for name, end, said in (("lower", part.lower, claim.lower), ("upper", part.upper, claim.upper)):
                _compare_claim(name, end, said)


def _compare_claim(name: str, end: Extreme, said: Extreme) -> None:
    if end.attained != said.attained:
        what = "attained" if said.attained else "not attained"
        raise CertificateError(f"the {name} end {said.value} is claimed to be {what}, which is wrong")
    if end.exact and said.exact:
        infinite = is_infinite(end.value) or is_infinite(said.value)
        same = end.value == said.value if infinite else exact.is_zero(number(end.value) - number(said.value))
    else:
        same = end == said
    if not same:
        raise CertificateError(f"the {name} end is {end.value}, not {said.value}")


@precise
def established(certificate: Certificate) -> Certificate:
    """The certificate with what it proves: its joints and the range; raises `CertificateError`."""
    try:
        _check_cover(certificate)
        pieces = certificate.pieces
        for piece in pieces:
            _check_formula(certificate, piece)
        joints = joints_of(certificate.expression, pieces, certificate.period, certificate.order)
        values = dict(_values(certificate, joints))
        by_piece = [_range_of(piece, certificate.order, values) for piece in pieces]
        parts = _united([*by_piece, *((value, value) for value in values.values())])
    except Unproven as error:
        raise CertificateError(str(error)) from None
    return replace(
        certificate, joints=joints, claimed=tuple(map(_part, parts)), by_piece=tuple(map(_part, by_piece))
    )


def _check_cover(certificate: Certificate) -> None:
    """The pieces lie end to end, over the whole line or over one period; every point is what it says."""
    pieces = certificate.pieces
    if certificate.order not in (0, 1, 2):
        raise CertificateError(f"a range is one of f, f' or f'', not of a derivative {certificate.order}")
    ends: tuple[End, End] = (pieces[0].start, pieces[-1].end) if pieces else (oo, oo)
    if certificate.period is None:
        covered = ends == (-oo, oo)
    else:
        waves.check_period(certificate.expression, certificate.period, with_line=certificate.order > 0)
        first, last = ends
        covered = isinstance(first, Point) and isinstance(last, Point) and not (first.zero_of or last.zero_of)
        covered = covered and exact.is_zero(last.exact - first.exact - number(certificate.period))
    if not covered or any(
        left.end != right.start or is_infinite(right.start) for left, right in pairwise(pieces)
    ):
        raise CertificateError("the pieces do not lie end to end, from one end of the line to the other")
    for piece in pieces:
        bounds = piece.bounds
        if len(piece.stretches) != len(bounds) - 1 or any(map(is_infinite, piece.marks)):
            raise CertificateError("the stretches do not cover their piece")
        for point in bounds:
            if isinstance(point, Point):
                check_point(point)
        for left, right in pairwise(bounds):
            if isinstance(left, Point) and isinstance(right, Point) and not left.ball < right.ball:
                raise CertificateError(f"{left.value} and {right.value} are not in order")


def _check_formula(certificate: Certificate, piece: PieceCertificate) -> None:
    """f follows the formula on the piece, and is real there; its derivative is what is shown."""
    if on_interval(certificate.expression, piece.start, piece.end) != piece.formula:
        raise CertificateError(f"f is not {piece.formula} from {piece.start} to {piece.end}")
    derivative = Smooth(piece.formula, certificate.order)
    if not same_throughout(Smooth(piece.shown, 0), derivative, piece.start, piece.end):
        raise CertificateError(f"{piece.shown} is not known to be the derivative of {piece.formula}")


@precise
def joints_of(
    expression: Expr, pieces: Sequence[PieceCertificate], period: Expr | None, order: int = 1
) -> tuple[tuple[Point, Joint], ...]:
    """Where pieces meet, and how; order 0 asks for no more than that f is continuous."""
    pairs = [*pairwise(pieces)]
    if period is not None:
        pairs.insert(0, (pieces[-1], pieces[0]))
    found = []
    for left, right in pairs:
        assert isinstance(right.start, Point)
        found.append((right.start, _joint(expression, left, right, order)))
    return tuple(found)


def _values(certificate: Certificate, joints: Sequence[tuple[Point, Joint]]) -> Iterator[tuple[Point, Bound]]:
    """The values of the derivative where pieces meet; f itself has one everywhere."""
    pieces, order = certificate.pieces, certificate.order
    for point, joint in joints:
        if order == 0:
            value = value_at(_here(certificate.expression, point), point)
            met = isinstance(value, Sum) or joint == "smooth"
            yield point, Bound(value, True, (_here(certificate.expression, point), point) if met else None)
        elif joint == "smooth":
            limits = [
                limit_at(Smooth(piece.formula, order), point, side)
                for side, end in ((1, "start"), (-1, "end"))
                for piece in pieces
                if getattr(piece, end) == point
            ]
            of = Smooth(next(piece.formula for piece in pieces if piece.start == point), order)
            yield point, Bound(min(limits, key=lambda value: isinstance(value, arb)), True, (of, point))


def _here(expression: Expr, point: Point) -> Smooth:
    return Smooth(at_point(expression, point), 0)


def _joint(expression: Expr, left: PieceCertificate, right: PieceCertificate, order: int) -> Joint:
    """By the mean value theorem f has a derivative where f is continuous and f' has one finite limit."""
    before, after = left.end, right.start
    assert isinstance(before, Point) and isinstance(after, Point)
    for piece, point, side in ((left, before, -1), (right, after, 1)):
        limit = limit_at(Smooth(piece.formula, 0), point, side)
        if isinstance(limit, int) or not equal_at(
            Smooth(piece.formula, 0), _here(expression, point), point, side
        ):
            return "jump"
    for n in range(1, order + 1):
        one, two = limit_at(Smooth(left.formula, n), before, -1), limit_at(Smooth(right.formula, n), after, 1)
        if isinstance(one, int) or isinstance(two, int):
            return "vertical"
        if before == after:
            same = equal_at(Smooth(left.formula, n), Smooth(right.formula, n), after, 0)
        else:
            same = _order(Bound(one, True), Bound(two, True)) == 0
        if not same:
            return "kink"
    return "smooth"


def _range_of(piece: PieceCertificate, order: int, values: Mapping[Point, Bound]) -> tuple[Bound, Bound]:
    """The least and the greatest bound of the derivative on a piece."""
    what, slope = Smooth(piece.formula, order), Smooth(piece.formula, order + 1)
    if is_constant(slope):
        value = Bound(_constant(what, piece), True)
        return value, value
    # A mark beside a stretch that is bounded strictly belongs to that.
    marks = [
        mark
        for mark, sides in zip(piece.marks, pairwise(piece.stretches), strict=True)
        if "within" not in sides
    ]
    bounds = [Bound(value_at(what, mark), True, (what, mark)) for mark in marks]
    stretches = [*zip(pairwise(piece.bounds), piece.stretches, strict=True)]
    swings: dict[tuple[End, End], tuple[Sum | int | None, Sum | int | None]] = {}
    for (left, right), kind in stretches:
        if kind == "monotone":
            if sign_throughout(slope, left, right) == 0:
                raise CertificateError(f"the derivative does not keep its sign from {left} to {right}")
            for end, side in ((left, 1), (right, -1)):
                if end in (piece.start, piece.end):
                    bounds.append(_limit(what, end, side, values))
        elif kind == "wave":
            if not (is_infinite(left) or is_infinite(right)):
                raise CertificateError("a wave goes up to infinity")
            swings[left, right] = waves.swing_bounds(what, left, right)
            bounds += [Bound(value, False) for value in swings[left, right] if value is not None]
        elif kind == "periodic":
            waves.check_repeats(what, left, right, piece)
        elif kind != "within":
            raise CertificateError(f"no stretch is {kind}")
    if not bounds:
        raise CertificateError("nothing bounds the derivative")
    least, greatest = _least(bounds), _least(bounds, -1)
    low, high = _ball(least.value), _ball(greatest.value)
    for (left, right), kind in stretches:
        if kind == "within":
            waves.check_within(what, left, right, low, high)
        elif kind == "wave":
            below, above = swings[left, right]
            waves.check_within(what, left, right, *_open_sides(low, high, below, above))
    return least, greatest


def _limit(what: Smooth, end: End, side: int, values: Mapping[Point, Bound]) -> Bound:
    """The limit at an end of a piece, which it does not reach; where pieces meet smoothly, the value there."""
    if not isinstance(end, Point):
        return Bound(limit_at(what, end, side), False)
    met = values.get(end)
    smooth = what.order > 0 or (met is not None and met.of is not None and isinstance(met.value, arb))
    if met is not None and smooth:
        return replace(met, attained=False)
    return Bound(limit_at(what, end, side), False, (what, end))


def _open_sides(
    low: arb, high: arb, below: Sum | int | None, above: Sum | int | None
) -> tuple[arb | None, arb | None]:
    """The bounds that are still to be shown, where the limits of a swing are none."""
    return low if below is None else None, high if above is None else None


def _constant(what: Smooth, piece: PieceCertificate) -> Number:
    """The value of what is constant: as it is written, or at an end, or at an exact point."""
    if (written := symbolic(what)).is_constant:
        return written
    ends = [end for end in piece.bounds if isinstance(end, Point) and end.zero_of is None]
    inner = Point(Rational(0)) if not ends else None
    if inner is not None and is_infinite(piece.start) and is_infinite(piece.end):
        return value_at(what, inner)
    return limit_at(what, ends[0], 1 if ends[0] == piece.start else -1)


# Comparing and joining


def _ball(value: Number) -> arb:
    if isinstance(value, int):
        return arb.pos_inf() if value > 0 else arb.neg_inf()
    return value if isinstance(value, arb) else exact.ball(value, 256)


def _order(one: Bound, other: Bound) -> int:
    """-1, 0 or 1 as one is less, equal or more; two in overlapping balls count as equal."""
    a, b = one.value, other.value
    if _is_same(one, other):
        return 0
    if isinstance(a, int) or isinstance(b, int):
        return _infinity(a) - _infinity(b) and (1 if _infinity(a) > _infinity(b) else -1)
    if isinstance(a, Sum) and isinstance(b, Sum):
        return exact.sign(a - b)
    difference = _ball(a) - _ball(b)
    if not difference.contains(0):
        return 1 if difference > 0 else -1
    if isinstance(a, arb) and isinstance(b, arb):
        return 0
    raise Unproven(f"it is not known whether {_ball(a).str(12, radius=False)} is one value or two")


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


def _least(bounds: Iterable[Bound], side: int = 1) -> Bound:
    """The least, or with side -1 the greatest."""
    best, *others = bounds
    for other in others:
        order = side * _order(other, best)
        best = other if order < 0 else _joined(best, other) if order == 0 else best
    return best


def _united(parts: Sequence[tuple[Bound, Bound]]) -> list[tuple[Bound, Bound]]:
    """The union of intervals, disjoint and ascending."""
    left, found = list(parts), []
    while left:
        low = _least(part[0] for part in left)
        at_low = [part for part in left if _order(part[0], low) == 0]
        high = _least((part[1] for part in at_low), -1)
        left = [part for part in left if part not in at_low]
        grown = True
        while grown:
            touching = [part for part in left if _touches(part, high)]
            high = _least([high, *(part[1] for part in touching)], -1)
            left = [part for part in left if part not in touching]
            grown = bool(touching)
        found.append((low, high))
    return found


def _touches(part: tuple[Bound, Bound], high: Bound) -> bool:
    """Whether a part that begins later continues one that ends at `high`."""
    low = part[0]
    order = _order(low, high)
    if order == 0 and isinstance(low.value, arb) and not _is_same(low, high):
        raise Unproven(f"it is not known whether the range has a gap at {low.value.str(12, radius=False)}")
    return order < 0 or (order == 0 and (low.attained or high.attained))


def _part(bounds: tuple[Bound, Bound]) -> Part:
    low, high = (_extreme(bound) for bound in bounds)
    return Part(low, high)


def _extreme(bound: Bound) -> Extreme:
    value = bound.value
    if isinstance(value, int):
        return Extreme(value * oo, False)
    if isinstance(value, Sum):
        return Extreme(as_expression(value), bound.attained)
    if not value.rad() < arb(RADIUS):
        raise CertificateError(f"an end near {value.str(8, radius=False)} is not known to 20 decimals")
    shown, low, high = decimal_between(value)
    return Extreme(Float(shown, 30), bound.attained, low, high)
