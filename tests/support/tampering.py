"""Certificates to tamper with, the ways of doing so, and what `verify` is to make of that."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from sympy import (
    Abs,
    Expr,
    Max,
    Min,
    Piecewise,
    S,
    cos,
    erf,
    exp,
    oo,
    sin,
    sqrt,
    tanh,
)  # fmt: skip

from derivations import v
from derivations.arithmetic.points import Point
from derivations.proofs.certificate import Certificate, CertificateError, PieceCertificate
from derivations.proofs.search import prove
from derivations.proofs.verifier import established, verify

SIGMOID = 1 / (1 + exp(-v))
SILU = v * SIGMOID
GELU = v * (1 + erf(v / sqrt(2))) / 2
RELU6 = Min(Max(0, v), 6)
ELU = Piecewise((v, v > 0), (exp(v) - 1, True))
SNAKE = v + sin(v) ** 2
SOFTSIGN = v / (1 + Abs(v))
BENT = Abs(v + exp(v))
WAVES = sin(v) * SIGMOID
COSINE = Piecewise((1, v < 0), (cos(v), True))
HARDSWISH = v * RELU6.subs(v, v + 3) / 6
ALL = {
    "sigmoid": SIGMOID, "silu": SILU, "gelu": GELU, "relu6": RELU6, "elu": ELU, "tanh": tanh(v),
    "snake": SNAKE, "softsign": SOFTSIGN, "bent": BENT, "waves": WAVES,
    "cosine": COSINE, "hardswish": HARDSWISH,
}  # fmt: skip


@cache
def found(expression: Expr, order: int = 1) -> Certificate:
    """The certificate that the search finds."""
    return prove(expression, order)


def at(number: object) -> Point:
    return Point(S(number))


def refuse(certificate: Certificate, because: str | None = None) -> None:
    with pytest.raises(CertificateError, match=because):
        verify(certificate)


def refuse_statements(certificate: Certificate, because: str | None = None) -> None:
    """Refuse what a certificate says of f, whatever range and joints it claims."""
    with pytest.raises(CertificateError, match=because):
        verify(certificate if is_malformed(certificate) else reclaimed(certificate))


def reclaimed(certificate: Certificate) -> Certificate:
    """The certificate with the joints and the range that follow from the rest of it."""
    return established(replace(certificate, claimed=(), by_piece=()))


def is_malformed(certificate: Certificate) -> bool:
    """Whether it is no certificate at all, for which only `verify` has words."""
    try:
        reclaimed(certificate)
    except CertificateError:
        return False
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        return True
    return False


def with_end(certificate: Certificate, name: str, **changes: object) -> Certificate:
    """One end of the first part of the range changed, for the whole and for the piece."""
    first, *others = certificate.claimed
    changed = replace(first, **{name: replace(getattr(first, name), **changes)})
    of_piece = (changed,) if len(certificate.by_piece) == 1 else certificate.by_piece
    return replace(certificate, claimed=(changed, *others), by_piece=of_piece)


def with_piece(certificate: Certificate, n: int = 0, **changes: object) -> Certificate:
    pieces = list(certificate.pieces)
    pieces[n] = replace(pieces[n], **changes)
    return replace(certificate, pieces=tuple(pieces))


def with_point(certificate: Certificate, old: Point, new: Point) -> Certificate:
    """One point put in another's place, wherever it stands."""

    def other(point: object) -> object:
        return new if point == old else point

    pieces = tuple(
        replace(piece, start=other(piece.start), end=other(piece.end), marks=tuple(map(other, piece.marks)))
        for piece in certificate.pieces
    )
    joints = tuple((other(point), joint) for point, joint in certificate.joints)
    return replace(certificate, pieces=pieces, joints=joints)


def whole(expression: Expr, marks: tuple, stretches: tuple, order: int = 1) -> Certificate:
    """A certificate of one smooth piece, the line."""
    piece = PieceCertificate(-oo, oo, expression, expression.diff(v, order), marks, stretches)
    return Certificate(expression, order, (piece,), (), None)


def split(certificate: Certificate, place: Point) -> Certificate:
    """The one piece of a certificate cut in two at a point, where it has no mark."""
    (piece,) = certificate.pieces
    low = tuple(mark for mark in piece.marks if mark.ball < place.ball)
    high = tuple(mark for mark in piece.marks if mark.ball > place.ball)
    pieces = (
        replace(piece, end=place, marks=low, stretches=piece.stretches[: len(low) + 1]),
        replace(piece, start=place, marks=high, stretches=piece.stretches[len(low) :]),
    )
    return replace(certificate, pieces=pieces)
