"""Certificates: what the search found, as data; `verifier.verify` makes the theorem of it, or refuses it.

A certificate says where the smooth pieces of f meet, and cuts each piece at marks into stretches:

    monotone   the derivative keeps its sign
    within     the values stay strictly inside the range of the piece: no extreme is hidden there
    periodic   up to infinity, the values repeat those of the period before
    wave       up to infinity, the values swing between limits, or grow and swing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sympy import Expr, FiniteSet, Interval, Rational, Set, Union, oo

from derivations.arithmetic.points import End, Point
from derivations.language.display import Displayed

Kind = Literal["monotone", "within", "periodic", "wave"]
Joint = Literal["smooth", "kink", "vertical", "jump"]


class CertificateError(ValueError):
    """A certificate that does not prove what it claims; the message says which statement fails."""


@dataclass(frozen=True)
class Extreme:
    """An end of a range: `value` exactly; or, `value` being a decimal, between `low` and `high`.

    It is attained, or only approached.
    """

    value: Expr
    attained: bool
    low: Rational | None = None
    high: Rational | None = None

    @property
    def exact(self) -> bool:
        """Whether it has a closed form."""
        return self.low is None


@dataclass(frozen=True)
class Part:
    """All numbers between two ends, which belong to it where they are attained."""

    lower: Extreme
    upper: Extreme

    @property
    def values(self) -> Set:
        """It as a set."""
        low, high = self.lower, self.upper
        if low.value == high.value and low.attained:
            return FiniteSet(low.value)
        return Interval(low.value, high.value, not low.attained, not high.attained)


@dataclass(frozen=True)
class PieceCertificate:
    """A piece, and the stretches between its start, its marks and its end.

    `formula` is f there, without case distinctions; `shown` its derivative, of the certificate's order, as it is shown;
    `bend` the derivative of that, whose sign shows where it is monotone, in a short form if there is one.
    """

    start: End
    end: End
    formula: Expr
    shown: Expr
    marks: tuple[Point, ...]
    stretches: tuple[Kind, ...]
    bend: Expr | None = None

    @property
    def bounds(self) -> tuple[End, ...]:
        """Start, marks and end."""
        return (self.start, *self.marks, self.end)


@dataclass(frozen=True, repr=False)
class Certificate(Displayed):
    """The range of a derivative of f, of order 0 (f itself), 1 or 2.

    Of a function that repeats itself, `pieces` cover one `period`. `joints` says for each point where pieces meet
    whether the derivative exists there ("smooth"), or how f fails to have it. `claimed` is the range: its parts,
    ascending, and `by_piece` that of each piece. A sum of two waves that have no common period has no pieces, but the
    certificates of these, its `summands`.
    """

    expression: Expr
    order: int
    pieces: tuple[PieceCertificate, ...]
    joints: tuple[tuple[Point, Joint], ...]
    period: Expr | None
    claimed: tuple[Part, ...] = ()
    by_piece: tuple[Part, ...] = ()
    summands: tuple[Certificate, ...] = ()

    @property
    def kind(self) -> str:
        """`exact` where both ends of every part have a closed form, else `enclosed`."""
        ends = [end for part in self.claimed for end in (part.lower, part.upper)]
        return "exact" if all(end.exact for end in ends) else "enclosed"

    @property
    def values(self) -> Set:
        """The range as a SymPy set; the ends of an enclosed one are decimals."""
        return Union(*(part.values for part in self.claimed))

    @property
    def not_smooth_at(self) -> tuple[Point, ...]:
        """The points, of one period, where the derivative does not exist."""
        return tuple(point for point, joint in self.joints if joint != "smooth")


def is_infinite(end: End) -> bool:
    """Whether an end of a piece is at infinity."""
    return end in (oo, -oo)
