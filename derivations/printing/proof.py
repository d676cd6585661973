"""The proof of a gradient range, in sentences: each says what the verifier has checked, and for which v."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from sympy import Expr, Float, Interval, Set, Union, oo

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Sum
from derivations.arithmetic.numbers import as_expression, decimal_between
from derivations.arithmetic.points import End, Point, Smooth, precise
from derivations.arithmetic.signs import is_constant
from derivations.arithmetic.values import limit_at
from derivations.calculus.differentiation import Differentiation
from derivations.language.activation import v
from derivations.language.pieces import Unproven
from derivations.printing.derived import Derived
from derivations.printing.sentences import NEAR, Sentence, Step, equal, listed
from derivations.proofs.bounds import Number
from derivations.proofs.certificate import Certificate, Kind, Part, PieceCertificate
from derivations.proofs.waves import swing_bounds

_LONG = 1000  # denominators from which on a point that the search chose is shown as a decimal


@dataclass(frozen=True)
class _Run:
    """Stretches of one kind that follow each other: where they begin, meet and end."""

    kind: Kind
    bounds: tuple[End, ...]


def proof(derivation: Derived) -> list[Step]:
    """The steps that prove the gradient range: kinks, critical points, limits, range."""
    certificate = derivation.gradient_range.certificate
    found = [
        Step("Kinks", tuple(_kinks(derivation.slopes))),
        Step("Critical points", tuple(_critical_points(certificate))),
    ]
    if limits := tuple(_limits(certificate)):
        found.append(Step("Limits", limits))
    return [*found, Step("Gradient range", tuple(_range(derivation)))]


_HOW = {
    "kink": "the function has no derivative",
    "vertical": "the slope of the function grows without bound, and it has no derivative",
    "jump": "the function jumps, and has no derivative",
}


def _kinks(slopes: Differentiation) -> Iterator[Sentence]:
    if not slopes.joints:
        yield ("The function has a derivative everywhere.",)
        return
    again = () if slopes.period is None else (", and again after every ", slopes.period, ",")
    for how, words in _HOW.items():
        points = [
            p for p, joint in zip(slopes.not_differentiable_at, slopes.joints, strict=True) if joint == how
        ]
        if points:
            at = listed([(equal(v, point),) for point in points])
            yield ("At ", *at, *again, f" {words}: no value comes from there.")


def _critical_points(certificate: Certificate) -> Iterator[Sentence]:
    """Where the slope of the derivative is zero, and what bounds the derivative where that was not asked."""
    if certificate.summands:
        yield _sum_of_waves(*certificate.summands)
    if certificate.period is not None and len(certificate.pieces) > 1:
        yield ("The derivative repeats itself after every ", certificate.period, ": one period is followed.")
    for piece, part in zip(certificate.pieces, certificate.by_piece, strict=True):
        where = _where_on(certificate, piece)
        if part.lower == part.upper:
            yield (*where, "the derivative is the constant ", part.lower.value, ".")
            continue
        runs = _runs(piece)
        if any(run.kind == "monotone" for run in runs):
            yield from _monotone(certificate, piece, where)
        yield from _within(piece, part)
        yield from _swings(piece, [run for run in runs if run.kind == "wave"], part)
        for run in runs:
            if run.kind == "periodic":
                yield (*_where(_open([run])), "the derivative repeats the values of the period before.")


def _sum_of_waves(one: Certificate, two: Certificate) -> Sentence:
    return (
        "The function is the sum of ", one.expression, " and ", two.expression, ", whose derivatives take the values ",
        one.values, " and ", two.values, " and repeat themselves, but have no common period: so its own comes as near"
        " as one likes to the sum of any value of the one and any value of the other.",
    )  # fmt: skip


def _runs(piece: PieceCertificate) -> list[_Run]:
    stretches = zip(piece.stretches, pairwise(piece.bounds), strict=True)
    found = []
    for kind, group in groupby(stretches, key=lambda stretch: stretch[0]):
        ends = [ends for _, ends in group]
        found.append(_Run(kind, (ends[0][0], *(right for _, right in ends))))
    return found


def _monotone(certificate: Certificate, piece: PieceCertificate, where: Sentence) -> Iterator[Sentence]:
    """Where the slope of the derivative is zero, which is all that the monotone stretches leave."""
    runs = [run for run in _runs(piece) if run.kind == "monotone"]
    bend = _bend(piece)
    marks = [mark for run in runs for mark in run.bounds[1:-1] if isinstance(mark, Point)]
    if isinstance(piece.start, Point) and _is_circle(certificate):
        marks.insert(0, piece.start)
    critical = [
        mark
        for mark in marks
        if mark.zero_of is not None or identities.is_zero(Smooth(bend, 0).at(mark.exact)[0])
    ]
    found = ("only at ", *_at(critical)) if critical else ("nowhere",)
    everywhere = runs[0].bounds == piece.bounds
    there = (", which is zero ",) if everywhere else ("; for ", v, " in ", _open(runs), ", it is zero ")
    yield (*where, "the slope of the derivative is ", bend, *there, *found, ".")
    if critical:
        values = listed([(_value(piece, mark),) for mark in critical])
        beside = "between, and up to the ends," if len(critical) > 1 else "on both sides"
        yield ("There the derivative is ", *values, f"; {beside} it is monotone.")
    else:
        yield ("So the derivative is monotone there.",)
    borders = {*(mark for run in _runs(piece) if run.kind in ("wave", "periodic") for mark in run.bounds)}
    ends = [end for run in runs for end in run.bounds if isinstance(end, Point) and end in borders]
    if ends:
        yield ("At ", *_at(ends), " it is ", *listed([(_value(piece, end),) for end in ends]), ".")


def _within(piece: PieceCertificate, part: Part) -> Iterator[Sentence]:
    """What bounds the derivative where it is not known to be monotone."""
    bounds = [run.bounds for run in _runs(piece) if run.kind == "within"]
    low, high = part.lower.value, part.upper.value
    sides = (
        () if low == -oo and high == oo
        else ("below ", high) if low == -oo
        else ("above ", low) if high == oo
        else ("strictly between ", low, " and ", high)
    )  # fmt: skip
    if bounds and sides:
        where = Union(
            *(
                Interval(_shown_end(start), _shown_end(end), start == piece.start, end == piece.end)
                for start, *_, end in bounds
            )
        )
        yield (*_where(where), "the derivative stays ", *sides, ".")


@precise
def _swings(piece: PieceCertificate, waves: Sequence[_Run], part: Part) -> list[Sentence]:
    """What is known of the derivative where it swings, up to infinity."""
    found: dict[tuple[Number | None, Number | None], list[_Run]] = {}
    for run in waves:
        found.setdefault(swing_bounds(Smooth(piece.shown, 0), *run.bounds), []).append(run)
    told: list[Sentence] = []
    for (below, above), runs in found.items():
        low, high = (None if limit is None else _shown(limit) for limit in (below, above))
        told.append((*_where(_open(runs)), "the derivative ", *_swinging(low, high, part), "."))
    if waves and (part.lower.value, part.upper.value) == (-oo, oo):
        told.append(("So it takes every value.",))
    return told


def _swinging(below: Expr | None, above: Expr | None, part: Part) -> Sentence:
    """Between which limits: those that it comes near, or the ends of the range."""
    if (below, above) == (-oo, oo):
        return ("swings between ever larger values of both signs",)
    low = part.lower.value if below is None else below
    high = part.upper.value if above is None else above
    inside = (Interval.open(low, high),)
    if infinite := [(limit,) for limit in (below, above) if limit in (oo, -oo)]:
        stays = () if inside == (Interval(-oo, oo),) else ("stays in ", *inside, " and ")
        return (*stays, "tends to ", *listed(infinite), " as the absolute value of ", v, " grows")
    near = [(limit,) for limit in (below, above) if limit is not None]
    return ("swings in ", *inside, *((", and comes as near as one likes to ", *listed(near)) if near else ()))


def _limits(certificate: Certificate) -> Iterator[Sentence]:
    """The limits at the ends towards which the derivative is monotone, and its values where pieces meet smoothly."""
    if _is_circle(certificate):
        return
    for piece in certificate.pieces:
        if is_constant(Smooth(piece.formula, 2)):
            continue
        ends = [(piece.start, 1, "left", piece.stretches[0]), (piece.end, -1, "right", piece.stretches[-1])]
        limits = [
            (_shown(limit_at(Smooth(piece.formula, 1), end, side)), f" towards the {name} end")
            for end, side, name, kind in ends
            if kind == "monotone"
        ]
        if limits:
            them = "them" if len(limits) == 2 else "it"
            to = [part for limit in limits for part in (" and to ", *limit)][1:]
            yield (
                *_where(_open_piece(piece)), "the derivative tends to ", *to, f", and does not reach {them} there.",
            )  # fmt: skip
    for piece in certificate.pieces:
        if isinstance(piece.start, Point) and (piece.start, "smooth") in certificate.joints:
            yield (
                "At ", *_at([piece.start]), " the pieces meet smoothly, with the derivative ",
                _value(piece, piece.start), ".",
            )  # fmt: skip


def _range(derivation: Derived) -> Iterator[Sentence]:
    proven = derivation.gradient_range
    certificate = proven.certificate
    pairs = [*zip(certificate.pieces, certificate.by_piece, strict=True)]
    for piece, part in pairs if len(pairs) > 1 else ():
        if part.lower != part.upper:
            yield (*_where(_open_piece(piece)), "the derivative takes the values ", part.values, ".")
    yield ("The gradient range is ", proven.values, ".")
    if proven.kind == "enclosed":
        yield ("Ends without a closed form are enclosed: they are proven to 20 decimals.",)


@precise
def _is_circle(certificate: Certificate) -> bool:
    """Whether one formula holds over a whole period, and f'' has one limit on both sides of its ends."""
    if certificate.period is None or len(certificate.pieces) > 1:
        return False
    [piece] = certificate.pieces
    if {*piece.stretches} != {"monotone"} or certificate.not_smooth_at:
        return False
    try:
        left, right = (Smooth(_bend(piece), 0).at(end.exact)[0] for end in (piece.start, piece.end))
    except (Unproven, ZeroDivisionError):
        return False
    return identities.is_zero(left - right)


def _bend(piece: PieceCertificate) -> Expr:
    """The slope of the derivative."""
    return piece.shown.diff(v) if piece.bend is None else piece.bend


def _value(piece: PieceCertificate, point: Point) -> Expr:
    """The derivative at a point of the piece: in closed form, or a decimal of it."""
    return _shown(limit_at(Smooth(piece.formula, 1), point, -1 if point == piece.end else 1))


def _shown(found: Number) -> Expr:
    if isinstance(found, int):
        return found * oo
    return as_expression(found) if isinstance(found, Sum) else Float(decimal_between(found)[0], 30)


def _at(points: Sequence[Point]) -> Sentence:
    return listed([(equal(v, _shown_end(point)),) for point in points])


def _shown_end(end: End) -> Expr:
    """Where a stretch ends: in closed form if that is short."""
    if not isinstance(end, Point):
        return end
    exact = end.zero_of is None and not (end.value.is_Rational and end.value.q > _LONG)
    return end.value if exact else end.value.evalf(NEAR)


def _open(runs: Sequence[_Run]) -> Set:
    return Union(*(Interval.open(_shown_end(run.bounds[0]), _shown_end(run.bounds[-1])) for run in runs))


def _open_piece(piece: PieceCertificate) -> Set:
    return Interval.open(*(end.value if isinstance(end, Point) else end for end in (piece.start, piece.end)))


def _where_on(certificate: Certificate, piece: PieceCertificate) -> Sentence:
    """The v of a piece; of a whole period, with its start."""
    found = _open_piece(piece)
    if certificate.period is None or len(certificate.pieces) > 1:
        return _where(found)
    if _is_circle(certificate):
        found = Interval.Ropen(found.start, found.end)
    return ("On one period, of length ", certificate.period, ", for ", v, " in ", found, ", ")


def _where(values: Set) -> Sentence:
    if values == Interval(-oo, oo):
        return ("For all ", v, ", ")
    return ("For ", v, " in ", values, ", ")
