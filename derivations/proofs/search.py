"""The gradient range of an activation: the set of values that f' takes wherever f is differentiable.

This file searches: it looks for the zeros of f'' with floating-point numbers, guesses their closed forms and
cuts each piece of the real line into cells accordingly. It proves nothing. What it finds becomes a
certificate, and the range is what `certificates` makes of that by ball arithmetic, or it is not given at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import mpmath
import numpy as np
from flint import arb
from sympy import (
    Expr,
    FiniteSet,
    Rational,
    S,
    Set,
    Union,
    cos,
    ilcm,
    lambdify,
    log,
    oo,
    periodicity,
    pi,
    sign,
    simplify,
    sin,
    sqrt,
    tan,
)  # fmt: skip

from derivations.calculus.differentiation import Differentiation
from derivations.language.activation import v
from derivations.language.pieces import Piece, Unproven
from derivations.proofs.balls import ball
from derivations.proofs.certificate import (
    Cell,
    Certificate,
    Kind,
    PieceCertificate,
    has_one_sign,
    interval_between,
    limit_at,
    points_inside,
    towards,
)

_GRID = 4001
_NUMERIC = [{"erf": np.vectorize(math.erf), "erfc": np.vectorize(math.erfc)}, "numpy"]
_WAVES = (sin, cos, tan)
_REACH = 60  # how far from zero the search looks where no tail is proven


@dataclass(frozen=True)
class GradientRange:
    """The proven range of f' and its certificate."""

    certificate: Certificate

    @cached_property
    def values(self) -> Set:
        """The range as a SymPy set; the ends of an enclosed one are decimals, correct to 1e-20."""
        parts = [interval_between(*pair) for pair in self.certificate.claimed]
        return Union(*parts, FiniteSet(*(value for _, value in self.certificate.joints)))

    @property
    def kind(self) -> str:
        """exact or enclosed."""
        return self.certificate.kind


def gradient_range(slopes: Differentiation) -> GradientRange:
    """Prove the range of f'; raises `Unproven`, which says what was tried, rather than guess.

    >>> from derivations import activations, differentiate
    >>> gradient_range(differentiate(activations["sigmoid"].expression)).values
    Interval.Lopen(0, 1/4)
    """
    try:
        pieces = tuple(_search(piece) for piece in slopes.pieces)
        joints = [left.end for left, _ in pairwise(pieces) if left.end not in slopes.not_differentiable_at]
        values = tuple(
            (point, limit_at(next(p for p in pieces if p.end == point), point)) for point in joints
        )
        claimed = tuple(piece.extremes for piece in pieces)
    except (ValueError, ArithmeticError, NotImplementedError) as error:  # CertificateError among them
        reason = str(error).partition("\n")[0]
        raise Unproven(f"the search found no proof: {reason}") from None
    return GradientRange(
        Certificate(slopes.expression, pieces, slopes.not_differentiable_at, values, claimed)
    )


def _search(piece: Piece) -> PieceCertificate:
    """The piece, cut into cells at the zeros of g' that were found."""
    slope, (start, end) = piece.expression, piece.interval.args[:2]
    bend = slope.diff(v)
    if _vanishes(bend, start, end):
        return PieceCertificate(start, end, slope, (Cell("constant", start, end),))
    period = periodicity(slope, v) if slope.has(*_WAVES) and (start, end) == (-oo, oo) else None
    if period is not None:
        # From a point where g' is not zero, so that no critical point lies on the edge.
        start = next(Rational(n, 97) for n in range(97) if bend.subs(v, Rational(n, 97)) != 0)
        end = start + period
    low, first = _end_cell(slope, bend, start, end, start)
    high, last = _end_cell(slope, bend, start, end, end)
    cells = [first] if first else []
    at = low
    for point in _critical_points(bend, low, high):
        cell = _critical_cell(slope, point, at, high)
        cells += [Cell("monotone", at, cell.start), cell]
        at = cell.end
    cells.append(Cell("monotone", at, high))
    if last:
        cells.append(last)
    return PieceCertificate(start, end, slope, tuple(cells), period is not None)


def _vanishes(expression: Expr, start: Expr, end: Expr) -> bool:
    """Whether it is identically zero; simplified only where samples don't say otherwise."""
    samples = (ball(expression, {v: ball(point)}) for point in points_inside(start, end))
    return all(sample.contains(0) for sample in samples) and simplify(expression) == 0


def _end_cell(slope: Expr, bend: Expr, start: Expr, end: Expr, at: Expr) -> tuple[Expr, Cell | None]:
    """Where the search may stop near an end of the piece, and the cell that takes over from there."""
    if has_one_sign(bend, at, at):
        return at, None
    piece = PieceCertificate(start, end, slope, ())
    kind: Kind = "monotone"
    try:
        begins = towards(bend, at, piece).sign()[1]
    except Unproven:
        if at.is_finite:
            raise
        kind, begins = _unsettled_tail(slope, at, piece)
    if at.is_infinite:
        inner = sign(at) * begins
    else:
        reach = min(
            Rational(1, begins) if begins >= 1 else S.One, (end - start) / 4 if (end - start).is_finite else 1
        )
        inner = at + (reach if at == start else -reach)
    inner = max(inner, start + 1) if at == oo and start.is_finite else inner
    inner = min(inner, end - 1) if at == -oo and end.is_finite else inner
    period = _period_of_waves(slope) if kind == "swinging" else None
    return inner, Cell(kind, at, inner, period) if at == start else Cell(kind, inner, at, period)


def _unsettled_tail(slope: Expr, at: Expr, piece: PieceCertificate) -> tuple[Kind, int]:
    """A tail on which g' has no one sign: from where on g is well within the values seen elsewhere."""
    tail = towards(slope, at, piece)
    with np.errstate(all="ignore"):
        seen = lambdify(v, slope, _NUMERIC)(np.linspace(-_REACH, _REACH, _GRID))
    low, high = np.nanmin(seen), np.nanmax(seen)
    for begins in (2, 4, 8, 16, 32, _REACH):
        around = tail.ball(arb(begins))
        if around.is_finite() and around > (9 * low + high) / 10 and around < (low + 9 * high) / 10:
            return "within", begins
    return "swinging", 1


def _period_of_waves(slope: Expr) -> Expr:
    """A period of every sine and cosine in the expression."""
    factors = [wave.args[0].diff(v) for wave in slope.atoms(sin, cos)]
    if not factors or not all(factor.is_Rational and factor for factor in factors):
        raise Unproven(f"f' = {slope} has no limit that was found, and no sines or cosines of common period")
    return 2 * pi * ilcm(*(factor.q for factor in factors))


def _critical_points(bend: Expr, low: Expr, high: Expr) -> list[mpmath.mpf]:
    """Where g' changes its sign, and where it touches zero without changing it."""
    touching = [
        point
        for point in _zeros(bend.diff(v), low, high)
        if abs(lambdify(v, bend, "mpmath")(point)) < mpmath.mpf(10) ** -30
    ]
    crossing = _zeros(bend, low, high)
    apart = [p for p in touching if all(abs(p - other) > mpmath.mpf(10) ** -20 for other in crossing)]
    return sorted(crossing + apart)


def _bisected(function: Callable[[mpmath.mpf], mpmath.mpf], low: float, high: float) -> mpmath.mpf:
    """The sign change between, by bisection to the working precision: no derivative need exist."""
    return mpmath.findroot(function, (mpmath.mpf(low), mpmath.mpf(high)), solver="anderson", tol=1e-80)


def _zeros(bend: Expr, low: Expr, high: Expr) -> list[mpmath.mpf]:
    """Zeros of g' in (low, high), ascending: sign changes on a grid, refined to 40 digits."""
    if low >= high:
        return []
    function = lambdify(v, bend, "mpmath")
    coarse = np.linspace(float(low), float(high), _GRID)
    with np.errstate(all="ignore"):
        heights = np.broadcast_to(lambdify(v, bend, _NUMERIC)(coarse), coarse.shape).astype(float)
    usable = np.isfinite(heights) & (heights != 0)
    points, signs = coarse[usable], np.sign(heights[usable])
    with mpmath.workdps(45):
        return [
            _bisected(function, points[n], points[n + 1]) for n in np.flatnonzero(signs[1:] != signs[:-1])
        ]


def _critical_cell(slope: Expr, root: mpmath.mpf, low: Expr, high: Expr) -> Cell:
    """An interval around the zero in which it is the only one."""
    closed = _closed_form(slope.diff(v), root)
    order = 1
    while closed is not None and simplify(slope.diff(v, order + 1).subs(v, closed)) == 0:
        order += 1
    curve = slope.diff(v, order + 1)
    centre = Rational(int(mpmath.nint(root * 2**80)), 2**80)
    for power in range(2, 80):
        width = Rational(1, 2**power)
        start, end = centre - width, centre + width
        if low < start and end < high and has_one_sign(curve, start, end):
            return Cell("critical", start, end, closed, order)
    raise Unproven(f"the critical point near {mpmath.nstr(root, 8)} could not be isolated")


def _closed_form(bend: Expr, root: mpmath.mpf) -> Expr | None:
    """A closed form of the zero, if one of a few kinds of number is it: q, sqrt(q), log(q), pi q."""
    with mpmath.workdps(40):
        side = int(mpmath.sign(root))
        guesses = [
            (root, lambda q: q),
            (root**2, lambda q: side * sqrt(q)),
            (root / mpmath.pi, lambda q: pi * q),
        ]
        if abs(root) < 50:
            guesses.append((mpmath.exp(root), lambda q: log(q) if q > 0 else S.NaN))
        for number, back in guesses:
            ratio = Rational(str(mpmath.nstr(number, 40))).limit_denominator(10**6)
            if abs(mpmath.mpf(ratio.p) / ratio.q - number) < mpmath.mpf(10) ** -30:
                candidate = back(ratio)
                if candidate.is_finite and simplify(bend.subs(v, candidate)) == 0:
                    return candidate
    return None
