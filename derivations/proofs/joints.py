"""Joints: whether f has a derivative where its pieces meet, and the value that it has there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from flint import arb
from sympy import Expr

from derivations.arithmetic.exact import Sum
from derivations.arithmetic.points import Point, Smooth, precise
from derivations.arithmetic.values import equal_at, limit_at, value_at
from derivations.proofs.bounds import Bound, order_of
from derivations.proofs.branches import at_point, is_continuous
from derivations.proofs.certificate import Certificate, Joint, PieceCertificate


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


def values_at_joints(
    certificate: Certificate, joints: Sequence[tuple[Point, Joint]]
) -> Iterator[tuple[Point, Bound]]:
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
    assert isinstance(before, Point)
    assert isinstance(after, Point)
    here = [_here(expression, point) for point in (before, after)]  # real there, too
    if not is_continuous(expression, after):
        for piece, point, side, value in ((left, before, -1, here[0]), (right, after, 1, here[1])):
            formula = Smooth(piece.formula, 0)
            if isinstance(limit_at(formula, point, side), int) or not equal_at(formula, value, point, side):
                return "jump"
    for n in range(1, order + 1):
        one, two = limit_at(Smooth(left.formula, n), before, -1), limit_at(Smooth(right.formula, n), after, 1)
        if isinstance(one, int) or isinstance(two, int):
            return "vertical"
        if before == after:
            same = equal_at(Smooth(left.formula, n), Smooth(right.formula, n), after, 0)
        else:
            same = order_of(Bound(one, True), Bound(two, True)) == 0
        if not same:
            return "kink"
    return "smooth"
