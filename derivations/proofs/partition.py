"""The search for the points where the smooth pieces of an expression meet, and for where it is not real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sympy import Expr, Function, Interval, Pow, Rational, S, acosh, oo

from derivations.arithmetic.points import End, Point, Smooth, precise
from derivations.arithmetic.signs import sign_throughout
from derivations.language.activation import v
from derivations.language.pieces import NotReal, Piece, Unproven
from derivations.proofs import branches
from derivations.proofs.branches import at_point, on_interval
from derivations.proofs.waves import period_of
from derivations.proofs.zeros import zeros

_MOST_PIECES = 120
ANY = "a network's v can be any real number"


@dataclass(frozen=True)
class Stretch:
    """A formula, and the points that it holds between."""

    start: End
    end: End
    formula: Expr

    def derivative(self, order: int) -> Expr:
        """A derivative of the formula by SymPy's rules."""
        return self.formula.replace(acosh, _Acosh).diff(v, order).replace(_Acosh, acosh)

    @property
    def interval(self) -> Interval:
        """It as a set."""
        return Interval.open(
            *(end.value if isinstance(end, Point) else end for end in (self.start, self.end))
        )


class _Acosh(Function):
    """acosh, its derivative as one root: SymPy has a product of two."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """1/sqrt(u^2 - 1)."""
        return (self.args[0] ** 2 - 1) ** Rational(-1, 2)


@dataclass(frozen=True)
class Partition:
    """The smooth pieces of an expression, over the line or over one period; raised from nothing but a search."""

    pieces: tuple[Stretch, ...]
    period: Expr | None


class _Cut(Exception):  # noqa: N818
    def __init__(self, points: Sequence[Point]) -> None:
        self.points = points


@cache
@precise
def partition(expression: Expr) -> Partition:
    """The pieces, as far as a search finds them; raises `NotReal` or `Unproven`."""
    period = period_of(expression, with_line=True)
    start, end = (-oo, oo) if period is None else (Point(S.Zero), Point(period))
    violated: list[tuple[Expr, End, End, bool, bool]] = []
    try:
        pieces = _pieces(expression, start, end, violated)
    except Unproven:
        _look_for_an_example(expression)
        raise
    points = [piece.start for piece in pieces if isinstance(piece.start, Point)]
    for point in points:
        try:
            at_point(expression, point)
        except branches.NotReal as error:
            violated.append((error.part, point, point, True, True))
    if violated:
        raise NotReal(_where(violated, period))
    return Partition(tuple(_joined(expression, pieces)), period)


def _look_for_an_example(expression: Expr) -> None:
    """Raise `NotReal` with a point at which the expression is not real, if one of a few is such."""
    for place in (0, 1, -1, 4, -4, 10, -10, 100, -100):
        try:
            at_point(expression, Point(S(place)))
        except branches.NotReal as error:
            raise NotReal(f"{error.part} is not real for v = {place}, among others; {ANY}") from None
        except Unproven:
            continue


def split(expression: Expr) -> tuple[Piece, ...]:
    """The smooth pieces of an expression in v, from -oo to oo, as few as possible; raises `Unproven`.

    >>> from sympy import Max
    >>> from derivations.language.activation import v
    >>> [(piece.interval, piece.expression) for piece in split(Max(0, v))]
    [(Interval.open(-oo, 0), 0), (Interval.open(0, oo), v)]
    """
    found = partition(expression)
    if found.period is None:
        return tuple(Piece(part.interval, part.formula) for part in found.pieces)
    if len(found.pieces) > 1:
        raise Unproven(f"{expression} has infinitely many pieces")
    return (Piece(Interval(-oo, oo), found.pieces[0].formula),)


def _pieces(
    expression: Expr, start: End, end: End, violated: list[tuple[Expr, End, End, bool, bool]]
) -> list[Stretch]:
    waiting: list[tuple[End, End]] = [(start, end)]
    found: list[Stretch] = []
    while waiting:
        left, right = waiting.pop()

        def side(formula: Expr, left: End = left, right: End = right) -> int:
            what = Smooth(formula, 0)
            if points := zeros(what, left, right):
                raise _Cut(points)
            return sign_throughout(what, left, right)

        try:
            formula = branches.resolved(expression, side)
        except _Cut as cut:
            ends = [left, *cut.points, right]
            waiting += [*pairwise(ends)][::-1]
            if len(waiting) + len(found) > _MOST_PIECES:
                raise Unproven(f"{expression} has more than {_MOST_PIECES} pieces") from None
            continue
        except branches.NotReal as error:
            violated.append((error.part, left, right, False, False))
            formula = S.Zero
        found.append(Stretch(left, right, formula))
    return found


def _joined(expression: Expr, pieces: list[Stretch]) -> list[Stretch]:
    """Neighbours that follow one formula, smooth through their common point, become one piece."""
    joined = pieces[:1]
    for piece in pieces[1:]:
        last, point = joined[-1], piece.start
        assert isinstance(point, Point)
        same = last.formula == piece.formula == at_point(expression, point)
        smooth = same and all(part.is_finite() for part in Smooth(piece.formula, 0).on(point.ball, 3))
        if smooth and _is_one(expression, last.start, piece):
            joined[-1] = Stretch(last.start, piece.end, last.formula)
        else:
            joined.append(piece)
    return joined


def _is_one(expression: Expr, start: End, piece: Stretch) -> bool:
    """Whether the piece's formula is proven to hold from an earlier start on: no case that it crosses may be open."""
    try:
        return on_interval(expression, start, piece.end) == piece.formula
    except (Unproven, branches.NotReal):
        return False


def _where(violated: list[tuple[Expr, End, End, bool, bool]], period: Expr | None) -> str:
    """In words, where the first part that is not real is not."""
    part = violated[0][0]
    mine = [entry for entry in violated if entry[0] == part]
    intervals: list[list[object]] = []  # start, end, and whether they belong to it; ascending
    for _, start, end, closed, closes in sorted(mine, key=lambda entry: (_place(entry[1]), not entry[3])):
        if intervals and _place(intervals[-1][1]) == _place(start) and (intervals[-1][3] or closed):
            intervals[-1][1], intervals[-1][3] = end, closes
        else:
            intervals.append([start, end, closed, closes])
    text = " and for ".join(_interval(*each) for each in intervals[:4])  # type: ignore[arg-type]
    again = f", and again after every {period}" if period is not None else ""
    verb = "is not defined at" if all(each[0] == each[1] for each in intervals) else "is not real for"
    hint = ""
    if isinstance(part, Pow) and part.exp.is_Rational and part.exp.q > 1 and part.exp.q % 2 == 1:
        root = f"Abs({part.base})**({part.exp})"
        hint = f" (the real root is {f'sign({part.base})*' if part.exp.p % 2 else ''}{root})"
    return f"{part}{hint} {verb} {text}{again}; {ANY}"


def _place(end: object) -> float:
    return float(end.ball.mid()) if isinstance(end, Point) else float(end)  # type: ignore[arg-type]


def _interval(start: End, end: End, closed: bool, closes: bool) -> str:
    low, high = (each.value if isinstance(each, Point) else each for each in (start, end))
    if start == end:
        return f"v = {_short(low)}"
    if low == -oo:
        return "any v" if high == oo else f"v {'<=' if closes else '<'} {_short(high)}"
    if high == oo:
        return f"v {'>=' if closed else '>'} {_short(low)}"
    return f"{_short(low)} {'<=' if closed else '<'} v {'<=' if closes else '<'} {_short(high)}"


def _short(number: Expr) -> str:
    return f"{float(number):.6g}" if number.is_Float else str(number)
