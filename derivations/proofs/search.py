"""The search for a certificate: pieces, and in each piece the marks between which its derivative is monotone.

It proves nothing. What it finds becomes a certificate, and the range is what `verifier.established` makes of that.
Cells of the line are looked at by how much the values may vary there, most first: so the extremes are found soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from heapq import heappop, heappush

from flint import arb, ctx, fmpq
from sympy import Expr, S, cos, oo, sin

from derivations.arithmetic.points import End, Point, Smooth, precise
from derivations.arithmetic.signs import ATTEMPTS, is_constant, near
from derivations.arithmetic.values import Starts
from derivations.language.pieces import Unproven
from derivations.proofs.certificate import Certificate, CertificateError, Kind, PieceCertificate
from derivations.proofs.partition import Partition, Stretch, partition
from derivations.proofs.torus import summands
from derivations.proofs.verifier import established
from derivations.proofs.waves import enclosure, period_of, swing_bounds, tails
from derivations.proofs.zeros import SPLIT, at_most_one, lines, multiple, rational_near, without, worth_a_try

Shown = Sequence[tuple[Expr, Expr]]
Attempts = tuple[tuple[int, Starts, int], ...]
_PATIENT = 300  # cells before some are taken as no more than bounded
LARGE = 6  # a factor of v
_SAMPLES = 50  # on each side of zero, to see how far values reach
_BLURRED = 40  # points at which the digits do not tell a sign


@precise
def prove(
    expression: Expr, order: int, shown: Shown | None = None, attempts: Attempts = ATTEMPTS
) -> Certificate:
    """The certificate of the range of f's derivative of this order, verified; raises `Unproven`.

    `shown` has, for each piece of the partition, that derivative and the next one as they are to be shown.
    """
    found = _whole(expression) if order == 0 else partition(expression)
    if shown is None:
        shown = [(part.derivative(order), part.derivative(order + 1)) for part in found.pieces]
    try:
        pieces = tuple(
            _piece(piece, order, *each, attempts) for piece, each in zip(found.pieces, shown, strict=True)
        )
        return established(Certificate(expression, order, pieces, (), found.period))
    except CertificateError as error:
        raise Unproven(str(error)) from None
    except Unproven:
        if found.period is None and len(found.pieces) == 1 and expression.has(sin, cos):
            with suppress(Unproven):
                return _sum_of_waves(expression, order)
        raise


def _whole(expression: Expr) -> Partition:
    """The pieces for the range of f itself: a line beside waves repeats itself in its slope alone."""
    found = partition(expression)
    if found.period is None or period_of(expression, with_line=False) is not None or len(found.pieces) > 1:
        return found
    return Partition((Stretch(-oo, oo, found.pieces[0].formula),), None)


def _sum_of_waves(expression: Expr, order: int) -> Certificate:
    """Of two waves that have no common period."""
    waves = tuple(prove(wave, order) for wave in summands(expression))
    try:
        return established(Certificate(expression, order, (), (), None, summands=waves))
    except CertificateError as error:
        raise Unproven(str(error)) from None


def pieces_of(found: Partition) -> list[PieceCertificate]:
    """The pieces of a partition, without marks."""
    return [
        PieceCertificate(part.start, part.end, part.formula, part.formula, (), ()) for part in found.pieces
    ]


def _piece(
    piece: Stretch, order: int, shown: Expr, bend: Expr, attempts: Attempts = ATTEMPTS
) -> PieceCertificate:
    what, slope = Smooth(shown, 0), Smooth(bend, 0)
    marks: list[Point] = []
    kinds: list[Kind] = ["monotone"]
    for bits, starts, cells in attempts if not is_constant(slope) else ():
        try:
            with ctx.workprec(bits):
                scaled = (*_scaled(piece.formula), *starts)
                marks, kinds = _marks(what, slope, piece.start, piece.end, scaled, cells)
            break
        except Blurred as error:
            if (bits, starts, cells) == attempts[-1]:
                raise Unproven(str(error)) from None
    return PieceCertificate(piece.start, piece.end, piece.formula, shown, tuple(marks), tuple(kinds), bend)


def _scaled(formula: Expr) -> Starts:
    """Where a tail may begin already, if v is multiplied by large numbers."""
    largest = max([abs(k) for k, _ in lines(formula) if abs(k) >= LARGE], default=None)
    if largest is None:
        return ()
    return ((fmpq(8, int(largest)), 4),)


def _marks(
    what: Smooth, slope: Smooth, start: End, end: End, starts: Starts, cells: int
) -> tuple[list[Point], list[Kind]]:
    """The marks of a piece, and the kinds of the stretches between."""
    low, first = _end(what, slope, start, 1, end, starts)
    high, last = _end(what, slope, end, -1, start, starts)
    if "wave" in (first, last) and (marks := _all_values(what, start, end, (first, low), (last, high))):
        swinging: list[Kind] = ["wave" if kind == "wave" else "within" for kind in (first, last)]
        return marks, swinging if len(marks) == 1 else [swinging[0], "within", swinging[1]]
    left, right = (at.ball if isinstance(at, Point) else at for at in (low, high))
    roots, bounded = _stretches(what, slope, left, right, cells)
    kinds: dict[Point, Kind] = {}  # of the stretch that begins there
    marks = [*roots]
    for left, right in bounded:
        ends = [Point(rational_near(side)) for side in (left, right)]
        if _is_at(start, ends[0]):
            first = "within"
        else:
            marks += [ends[0]] * (ends[0] not in marks)
            kinds[ends[0]] = "within"
        if not _is_at(end, ends[1]):
            marks += [ends[1]] * (ends[1] not in marks)
    for kind, at in ((first, low), (last, high)):
        if kind in ("periodic", "wave") or (kind == "within" and isinstance(at, Point)):
            assert isinstance(at, Point)
            marks += [at] * (at not in marks)
            if at is high:
                kinds[at] = kind
    marks.sort(key=lambda point: float(point.ball.mid()))
    found: list[Kind] = [first, *(kinds.get(mark, "monotone") for mark in marks)]
    return marks, found


def _is_at(end: End, mark: Point) -> bool:
    """Whether a mark is an end of the piece, but for its digits."""
    return isinstance(end, Point) and bool(abs(end.ball - mark.ball) < arb("1e-30"))


def _all_values(
    what: Smooth, start: End, end: End, first: tuple[Kind, arb | Point], last: tuple[Kind, arb | Point]
) -> list[Point]:
    """The marks where it swings between both infinities, so that no more has to be looked for; or none."""
    marks = [at for kind, at in (first, last) if kind == "wave" and isinstance(at, Point)]
    swings = [swing_bounds(what, *((start, at) if at is first[1] else (at, end))) for at in marks]
    if -1 not in [below for below, _ in swings] or 1 not in [above for _, above in swings]:
        return []
    ends = [start if isinstance(start, Point) else marks[0], end if isinstance(end, Point) else marks[-1]]
    finite = what.on(ends[0].ball.union(ends[1].ball))[0].is_finite()
    return marks if finite and len({*marks, *ends}) == 2 else []


def _end(
    what: Smooth, slope: Smooth, end: End, side: int, other: End, starts: Starts
) -> tuple[arb | Point, Kind]:
    """Where the search may stop towards an end, and the kind of the stretch beyond."""
    try:
        return near(slope, end, side, starts)[1], "monotone"
    except Unproven as error:
        if isinstance(end, Point):
            raise
        failed = error
    outwards = -side
    period = period_of(what.formula, with_line=what.order > 0)
    if period is not None and isinstance(other, Point):
        length, begin = period.evalf(30), other.value.evalf(30)
        mark = (
            other.value + outwards * period
            if other.zero_of is None
            else S(int(begin + outwards * (length + 2)))
        )
        return Point(mark), "periodic"
    for start in (8, 32, 128, 512):
        mark = Point(S(outwards * start))
        ends = (mark, end) if outwards == 1 else (end, mark)
        with suppress(Unproven):
            below, above = swing_bounds(what, *ends)
            if start > 100 or below is not None or above is not None:
                return mark, "wave"
        with suppress(Unproven):
            known = _Known(what)
            begin = other.ball.mid() if isinstance(other, Point) else mark.ball.mid() * -1
            for n in range(_SAMPLES):
                known.add(arb(begin + (mark.ball - begin) * n / _SAMPLES))
            if any(known.hides_none(tail.around()) for tail in tails(what, *ends)):
                return mark, "within"
    raise failed


class Blurred(Unproven):
    """What more digits may show."""


class _Known:
    """The least and the greatest value that is known to be taken, or come near."""

    def __init__(self, what: Smooth) -> None:
        self.what, self.low, self.high = what, arb.pos_inf(), arb.neg_inf()

    def add(self, at: arb) -> None:
        value = self.what.on(arb(at.mid()))[0]
        if value.is_finite():
            self.low = min(self.low, arb(value.upper()))
            self.high = max(self.high, arb(value.lower()))

    def hides_none(self, around: arb) -> bool:
        """Whether nothing extreme is in a ball."""
        return bool(around.is_finite() and around > self.low and around < self.high)


class _Cells:
    """The cells that wait to be looked at, those first on which the values may vary most."""

    def __init__(self, what: Smooth) -> None:
        self.what, self.count = what, 0
        self.waiting: list[tuple[float, int, arb, arb]] = []

    def put(self, left: arb, right: arb) -> None:
        """Let a cell wait, unless it is empty."""
        if left < right:
            self.count += 1
            around = enclosure(self.what, left.union(right))
            size = float(around.rad()) if around.is_finite() else float("inf")
            heappush(self.waiting, (-size, self.count, left, right))

    def take(self) -> tuple[arb, arb]:
        """The next cell."""
        _, _, left, right = heappop(self.waiting)
        return left, right

    def leave_out(self, low: arb, high: arb, taken: tuple[arb, arb]) -> None:
        """Let the cells wait, and the one that was taken, without what lies between."""
        cells = [*((left, right) for _, _, left, right in self.waiting), taken]
        self.waiting.clear()
        for left, right in without(cells, low, high):
            self.put(left, right)


def _stretches(
    what: Smooth, slope: Smooth, low: arb, high: arb, most: int
) -> tuple[list[Point], list[tuple[arb, arb]]]:
    """The zeros of the slope, and the cells of which no more is known than that they hide no extreme."""
    roots: list[Point] = []
    bounded: list[tuple[arb, arb]] = []
    known, cells, blurred = _Known(what), _Cells(what), 0
    cells.put(arb(low.mid()), arb(high.mid()))
    while cells.waiting:
        left, right = cells.take()
        if (found := at_most_one(slope, left, right)) is not None:
            roots += found
            continue
        if cells.count > _PATIENT and known.hides_none(enclosure(what, left.union(right))):
            bounded.append((left, right))
            continue
        if worth_a_try(slope, left, right) and (point := multiple(slope, left, right)):
            roots.append(point)
            cells.leave_out(near(slope, point, -1)[1], near(slope, point, 1)[1], (left, right))
            continue
        middle = arb((left + (right - left) * arb(SPLIT)).mid())
        if cells.count > most or not left < middle < right:
            raise Blurred(f"the critical points near v = {left.str(6, radius=False)} could not be told apart")
        known.add(middle)
        blurred += bool(slope.on(middle)[0].contains(0))
        if blurred > _BLURRED:
            raise Blurred(f"the slope of the derivative is too small near v = {left.str(6, radius=False)}")
        cells.put(left, middle)
        cells.put(middle, right)
    return roots, _runs(bounded)


def _runs(cells: list[tuple[arb, arb]]) -> list[tuple[arb, arb]]:
    """Cells that lie end to end, as one."""
    found: list[tuple[arb, arb]] = []
    for left, right in sorted(cells, key=lambda cell: float(cell[0].mid())):
        if found and found[-1][1] == left:
            found[-1] = (found[-1][0], right)
        else:
            found.append((left, right))
    return found
