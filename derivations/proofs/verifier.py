"""`verify`: what a certificate proves, or why it proves nothing. Nothing here knows how it was found.

The theorem: at every real v the expression is a real number; on each piece it follows the one formula given; on each
stretch of a piece its derivative is monotone, or bounded by what is attained elsewhere; so the range is that between
the least and the greatest of its values at marks and limits at ends, together with its values where pieces meet.

It rests on Arb's balls, on exact rationals (both of python-flint), and on rules of its own. To check them, read all of
`arithmetic`, and these files of `proofs`, about 3,000 lines together. Of `arithmetic`:

    exact, identities, elementary   exact numbers, when two are equal, functions of them
    jets                            differentiation
    growths, tails, expansions      what happens towards an end of the line
    points, values, signs           points, values and limits at them, signs between them
    numbers                         numbers as they are shown

Of `proofs`:

    branches                        which case holds, and whether everything there is real
    waves                           what repeats itself, and what swings
    joints, bounds                  how pieces meet, and which bound is the least
    torus                           sums of two waves that have no common period
    certificate, verifier           what is stated, and the theorem

There is no sampling, no floating point and no solving. SymPy's expressions are read. SymPy adds, multiplies and
divides what decided cases leave (branches), and proposes shorter forms of exact ends, which are checked to be equal
(numbers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import get_args

from flint import arb
from sympy import Rational, oo

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Sum
from derivations.arithmetic.points import (
    End,
    Point,
    Smooth,
    check_point,
    described,
    number,
    precise,
    symbolic,
)
from derivations.arithmetic.signs import is_constant, same_throughout, sign_throughout
from derivations.arithmetic.values import around, limit_at, value_at
from derivations.language.pieces import Unproven
from derivations.proofs import waves
from derivations.proofs.bounds import Bound, Number, least, part_of, united
from derivations.proofs.branches import on_interval
from derivations.proofs.certificate import (
    Certificate,
    CertificateError,
    Extreme,
    Kind,
    PieceCertificate,
    is_infinite,
)
from derivations.proofs.joints import joints_of, values_at_joints
from derivations.proofs.torus import part_of_sum

#: the limits below and above of each stretch that swings; None where it may go beyond
Swings = dict[tuple[End, End], tuple[Sum | int | None, Sum | int | None]]


def verify(certificate: Certificate) -> Certificate:
    """The certificate, each statement of it checked; raises `CertificateError` naming the first that fails."""
    if not isinstance(certificate, Certificate):
        raise TypeError(
            f"a certificate is wanted, such as derive('tanh').gradient_range.certificate, not {certificate!r}"
        )
    try:
        _compare(established(replace(certificate, claimed=(), by_piece=())), certificate)
    except CertificateError:
        raise
    except Exception as error:  # of a certificate that is none, such as one without pieces
        raise CertificateError(
            f"the certificate is malformed: {str(error) or type(error).__name__}"
        ) from None
    return certificate


def _compare(found: Certificate, certificate: Certificate) -> None:
    """Whether the joints and ranges that are proven are those that are claimed."""
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
        same = (
            end.value == said.value
            if infinite
            else identities.is_zero(number(end.value) - number(said.value))
        )
    else:
        same = end == said
    if not same:
        raise CertificateError(f"the {name} end is {end.value}, not {said.value}")


@precise
def established(certificate: Certificate) -> Certificate:
    """The certificate with what it proves: its joints and the range; raises `CertificateError`."""
    try:
        if certificate.summands:
            return _sum_established(certificate)
        _check_cover(certificate)
        pieces = certificate.pieces
        for piece in pieces:
            _check_formula(certificate, piece)
        joints = joints_of(certificate.expression, pieces, certificate.period, certificate.order)
        values = dict(values_at_joints(certificate, joints))
        by_piece = [_range_of(piece, certificate.order, values) for piece in pieces]
        parts = united([*by_piece, *((value, value) for value in values.values())])
    except Unproven as error:
        raise CertificateError(str(error)) from None
    return replace(
        certificate, joints=joints, claimed=tuple(map(part_of, parts)), by_piece=tuple(map(part_of, by_piece))
    )


def _sum_established(certificate: Certificate) -> Certificate:
    """The same of a sum of two waves that have no common period."""
    if certificate.pieces or certificate.joints or len(certificate.summands) != 2:
        raise CertificateError("a sum of two waves has no pieces")
    one, two = (established(replace(each, claimed=(), by_piece=())) for each in certificate.summands)
    part = part_of_sum(certificate.expression, certificate.order, one, two)
    return replace(certificate, claimed=(part,), by_piece=(), summands=(one, two))


def _check_cover(certificate: Certificate) -> None:
    """The pieces lie end to end, over the whole line or over one period; every point is what it says."""
    pieces = certificate.pieces
    if certificate.order not in (0, 1, 2):
        raise CertificateError(f"there is no theorem of the order {certificate.order}")
    first, last = (pieces[0].start, pieces[-1].end) if pieces else (oo, oo)
    if certificate.period is None:
        covered = (first, last) == (-oo, oo)
    else:
        waves.check_period(certificate.expression, certificate.period, with_line=certificate.order > 0)
        covered = isinstance(first, Point) and isinstance(last, Point) and not (first.zero_of or last.zero_of)
        covered = covered and identities.is_zero(last.exact - first.exact - number(certificate.period))
    if not covered or any(
        left.end != right.start or is_infinite(right.start) for left, right in pairwise(pieces)
    ):
        raise CertificateError("the pieces do not lie end to end, from one end of the line to the other")
    for piece in pieces:
        bounds = piece.bounds
        if len(piece.stretches) != len(bounds) - 1 or not set(piece.stretches) <= {*get_args(Kind)}:
            raise CertificateError("the stretches do not cover their piece")
        inner = [*piece.marks, *(other.start for other in pieces[1:])]
        if not all(isinstance(point, Point) for point in inner):
            raise CertificateError("pieces and stretches meet at points")
        for point in bounds:
            if isinstance(point, Point):
                check_point(point)
        for left, right in pairwise(bounds):
            if isinstance(left, Point) and isinstance(right, Point) and not left.ball < right.ball:
                raise CertificateError(f"{left.value} and {right.value} are not in order")


def _check_formula(certificate: Certificate, piece: PieceCertificate) -> None:
    """f follows the formula on the piece, and is real there; its derivative is what is shown."""
    found = on_interval(certificate.expression, piece.start, piece.end)
    if found != piece.formula and not same_throughout(
        Smooth(found, 0), Smooth(piece.formula, 0), piece.start, piece.end
    ):
        raise CertificateError(f"f is not {piece.formula} from {piece.start} to {piece.end}")
    for shown, order in ((piece.shown, certificate.order), (piece.bend, certificate.order + 1)):
        if shown is not None and not same_throughout(
            Smooth(shown, 0), Smooth(piece.formula, order), piece.start, piece.end
        ):
            raise CertificateError(f"{shown} is not known to be derivative {order} of {piece.formula}")


def _range_of(piece: PieceCertificate, order: int, values: Mapping[Point, Bound]) -> tuple[Bound, Bound]:
    """The least and the greatest bound of the derivative on a piece."""
    what = Smooth(piece.shown, 0)
    slope = Smooth(piece.shown, 1) if piece.bend is None else Smooth(piece.bend, 0)
    if is_constant(slope):
        value = Bound(_constant(what, piece), True)
        return value, value
    swings: Swings = {}
    bounds = _at_marks(what, piece)
    for (left, right), kind in zip(pairwise(piece.bounds), piece.stretches, strict=True):
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
    lowest, highest = least(bounds), least(bounds, -1)
    _check_inside(
        (what, Smooth(piece.formula, order)), piece, swings, around(lowest.value), around(highest.value)
    )
    return lowest, highest


def _at_marks(what: Smooth, piece: PieceCertificate) -> list[Bound]:
    """The values at marks; a mark beside a stretch that is bounded strictly belongs to that."""
    sides = zip(piece.marks, pairwise(piece.stretches), strict=True)
    marks = [mark for mark, kinds in sides if "within" not in kinds]
    return [Bound(value_at(what, mark), True, (what, mark)) for mark in marks]


def _check_inside(
    forms: tuple[Smooth, Smooth], piece: PieceCertificate, swings: Swings, low: arb, high: arb
) -> None:
    """Whether no value leaves the bounds where they do not follow from monotony or repetition.

    Either form of the derivative may show it: 1 - tanh(v)^2 loses its digits far out, and the rules do not.
    """
    for (left, right), kind in zip(pairwise(piece.bounds), piece.stretches, strict=True):
        if kind == "within":
            _check_within(forms, left, right, low, high)
        elif kind == "wave":
            below, above = swings[left, right]
            _check_within(forms, left, right, *_open_sides(low, high, below, above))


def _check_within(
    forms: tuple[Smooth, Smooth], left: End, right: End, low: arb | None, high: arb | None
) -> None:
    shown, by_rules = forms
    try:
        waves.check_within(shown, left, right, low, high)
    except Unproven:
        waves.check_within(by_rules, left, right, low, high)


def _limit(what: Smooth, end: End, side: int, values: Mapping[Point, Bound]) -> Bound:
    """The limit at an end of a piece, which it does not reach; where pieces meet smoothly, the value there."""
    if not isinstance(end, Point):
        return Bound(limit_at(what, end, side), False)
    met = values.get(end)
    if met is not None and met.of is not None and isinstance(met.value, arb):
        return replace(met, attained=False)
    found = limit_at(what, end, side)
    return Bound(found, False, (what, end) if isinstance(found, arb) else None)


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
    if not ends:
        raise Unproven(f"the constant value of {described(what)} is not known")
    return limit_at(what, ends[0], 1 if ends[0] == piece.start else -1)
