"""E[g(v)] for a normal v of mean zero and variance q: in closed form if there is one, else by quadrature."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache

import mpmath
import numpy as np
from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Poly,
    S,
    Symbol,
    asin,
    erf,
    erfc,
    exp,
    expand,
    factor_terms,
    lambdify,
    oo,
    pi,
    simplify,
    sqrt,
)

from derivations.language.activation import v
from derivations.language.pieces import Piece

Function = Callable[[np.ndarray], np.ndarray]
q = Symbol("q", positive=True)

_NUMERIC = [{"erf": np.vectorize(math.erf, otypes=[float])}, "numpy"]
_REACH = 20.0  # standard deviations: beyond is less than 1e-87 of the normal distribution
_PRECISE, _ROUGH = 32, 22  # nodes of the two rules on a panel; their difference is the error
_FINEST, _RATIO = 1 / 16, 4.0  # of panels, the width next to zero, and by what it grows
_TOLERANCE = 1e-15
_CANCELLED = 1e-10  # relative error from which a formula is worked out in more digits
_USELESS = 1e-6  # relative error from which a mean is taken not to exist
_HALVINGS, _MOST = 50, 10_000  # times that a panel is halved, and panels at once
_DIGITS, _MOST_PRECISELY = 60, 200  # where doubles do not suffice, and panels at once there: they take long


def closed_form(pieces: Sequence[Piece]) -> Expr | None:
    """The mean of g, given by its smooth pieces, as an expression in q; None where none is known.

    It is known where every piece is a sum of terms v^n exp(a v^2 + b v), which are moments of another normal
    distribution, or, on the whole line, v^n exp(a v^2) erf(c v)^m with m up to 2 (Williams 1997 for n = 0).

    >>> from sympy import Interval
    >>> closed_form([Piece(Interval.open(0, oo), v**2)])
    q/2
    """
    total: Expr = S.Zero
    for piece in pieces:
        start, end = piece.interval.start, piece.interval.end
        for term in Add.make_args(expand(piece.expression)):
            mean = _term(term, start, end)
            if mean is None:
                return None
            total += mean
    roots = total.replace(
        lambda part: part.is_Pow and part.exp.is_Rational, lambda part: expand(part.base) ** part.exp
    )
    return factor_terms(simplify(roots))


def _term(term: Expr, start: Expr, end: Expr) -> Expr | None:
    """The mean of one term on the interval from start to end."""
    factor, power, exponent, errors = S.One, 0, S.Zero, 0
    slope: Expr = S.One
    for part in Mul.make_args(term):
        base, index = part.as_base_exp() if part.func is not exp else (part, S.One)
        if not part.has(v):
            factor *= part
        elif base == v and index.is_Integer and index > 0:
            power += int(index)
        elif base.func is exp:
            exponent += index * base.args[0]
        elif base.func is erf and index in (1, 2) and not errors and not (base.args[0] / v).has(v):
            slope, errors = base.args[0] / v, int(index)
        else:
            return None
    if not exponent.is_polynomial(v) or Poly(exponent, v).degree() > 2:
        return None
    square, linear, constant = (exponent.coeff(v, n) if n else exponent.subs(v, 0) for n in (2, 1, 0))
    if square.is_positive or (errors and (linear != 0 or (start, end) != (-oo, oo))):
        return None
    variance = q / (1 - 2 * square * q)  # that of the normal distribution which the exponential makes of it
    mean = linear * variance
    weight = factor * exp(constant + mean * linear / 2) / sqrt(1 - 2 * square * q)
    if errors:
        return weight * _with_errors(power, errors, slope).subs(q, variance)
    return weight * _moment(power, mean, variance, start, end)


@cache
def _with_errors(power: int, errors: int, slope: Expr) -> Expr:
    """E[v^power erf(slope v)^errors], by E[v^2 g] = q E[g] + 2 q^2 dE[g]/dq and integration by parts."""
    if (power + errors) % 2:
        return S.Zero
    if power >= 2:
        below = _with_errors(power - 2, errors, slope)
        return q * below + 2 * q**2 * below.diff(q)
    if errors == 1:
        return 2 * slope * q / sqrt(pi * (1 + 2 * slope**2 * q))
    return 2 / pi * asin(2 * slope**2 * q / (1 + 2 * slope**2 * q))


def _moment(power: int, mean: Expr, variance: Expr, start: Expr, end: Expr) -> Expr:
    """E[v^power; start < v < end] of a normal v, by integration by parts."""

    def density(at: Expr, times: Expr) -> Expr:
        if at in (-oo, oo):
            return S.Zero
        return times * exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)

    low, high = (S.Zero if at in (-oo, oo) else (at - mean) / sqrt(2 * variance) for at in (start, end))
    if start == -oo:
        inside = S.One if end == oo else erfc(-high) / 2
    else:
        inside = erfc(low) / 2 if end == oo else (erf(high) - erf(low)) / 2
    moments = [inside]
    for n in range(1, power + 1):
        edges = density(end, end ** (n - 1)) - density(start, start ** (n - 1))
        before = (n - 1) * moments[n - 2] if n > 1 else Integer(0)
        moments.append(mean * moments[n - 1] + variance * (before - edges))
    return moments[power]


class Quadrature:
    """Means of a function g, given by its smooth pieces, by quadrature that is split where they meet."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.ends = [float(piece.interval.start) for piece in pieces] + [math.inf]
        self.parts = [numeric(piece.expression) for piece in pieces]
        self._known_to_cancel: dict[tuple[int, Function], float] = {}
        self.precise_parts = [in_many_digits(piece.expression) for piece in pieces]

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """g at the points."""
        return self._by(self.parts, points)

    def precisely(self, points: np.ndarray) -> np.ndarray:
        """g at the points, for formulas that cancel in double precision, as v - tanh(v) near zero; slow."""
        return self._by(self.precise_parts, points)

    def _by(self, parts: Sequence[Function], points: np.ndarray) -> np.ndarray:
        values = np.empty(np.shape(points))
        which = np.searchsorted(self.ends[1:-1], points, side="right")
        for n, part in enumerate(parts):
            values[which == n] = part(points[which == n])
        return values

    def around_zero(self) -> tuple[Function, Function]:
        """The formulas that g follows just below and just above zero."""
        inner = self.ends[1:-1]
        below, above = (int(np.searchsorted(inner, 0.0, side=side)) for side in ("left", "right"))
        return self.parts[below], self.parts[above]

    def mean(self, variance: float, of: Function = np.asarray, size: float = 0.0) -> tuple[float, float]:
        """E[of(g(v))] and an estimate of its error, which a mean near zero may have by the size of g.

        Gauss's rules of two orders on each panel, which is halved while they differ. The error is the sum of
        their differences, of rounding and of what is beyond the rules' reach. Where g cancels, and the mean would
        show it, it is worked out in many digits. `inf` where the mean does not exist, or not in double precision.
        """
        total, error = self._mean(variance, lambda points: of(self(points)), _MOST)
        lost = self._lost(round(math.log10(variance) / 2), of)
        if lost > (sys.float_info.epsilon * abs(total) if math.isfinite(total) else 0):
            total, error = self._mean(variance, lambda points: of(self.precisely(points)), _MOST_PRECISELY)
        return (total, error) if error <= _USELESS * max(abs(total), size) else (math.inf, math.inf)

    def _lost(self, decade: int, of: Function) -> float:
        """By how much of(g) is off where g cancels, at numbers of the size of 10^decade."""
        if (decade, of) not in self._known_to_cancel:
            points = 10.0**decade * np.array([-3, -1, -0.3, -0.03, 0.03, 0.3, 1, 3])
            values, true = self(points), self.precisely(points)
            known = np.isfinite(true) & (np.abs(true) > sys.float_info.min)
            with np.errstate(all="ignore"):
                cancels = known & (np.abs(values - true) > _CANCELLED * np.abs(true))
                off = np.abs(of(values) - of(true))[cancels]
            self._known_to_cancel[decade, of] = float(np.max(off, initial=0.0))
        return self._known_to_cancel[decade, of]

    def _mean(self, variance: float, g: Function, most: int) -> tuple[float, float]:
        deviation = math.sqrt(variance)
        panels, total, size, error = panels_between(self.ends, deviation, 2.0), 0.0, 0.0, 0.0
        for halvings in range(_HALVINGS + 1):
            precise, rounding = self._rule(panels, _PRECISE, deviation, g)
            rough, _ = self._rule(panels, _ROUGH, deviation, g)
            if not (np.isfinite(precise) & np.isfinite(rough)).all():
                return math.inf, math.inf
            if (
                not halvings
            ):  # what is beyond the reach is less than what is at its ends, where the mean exists
                size, error = float(np.abs(precise).sum()), float(np.abs(precise[[0, -1]]).sum())
            differences = np.abs(precise - rough)
            done = differences <= _TOLERANCE * size + sys.float_info.min
            done |= halvings == _HALVINGS or panels.shape[1] > most
            total += float(precise[done].sum())
            error += float((differences + rounding)[done].sum())
            panels = panels[:, ~done]
            if not panels.size:
                break
            middle = panels.mean(axis=0)
            panels = np.concatenate([np.stack([panels[0], middle]), np.stack([middle, panels[1]])], axis=1)
        return total, error

    def _rule(
        self, panels: np.ndarray, nodes: int, deviation: float, g: Function
    ) -> tuple[np.ndarray, np.ndarray]:
        """The integral over each panel, and how much may be rounding, which in the exponent is magnified."""
        points, weights = on_panels(panels, nodes)
        exponent = np.square(points / deviation) / 2
        density = np.exp(-exponent) / (deviation * math.sqrt(2 * math.pi))
        with np.errstate(all="ignore"):
            parts = np.where(density > 0, g(points), 0.0) * density * weights
            # A point is off by two and a half epsilon at most, its square by twice that.
            rounding = sys.float_info.epsilon * np.abs(parts) * (4 + 6 * exponent)
        return parts.sum(axis=1), rounding.sum(axis=1)


def panels_between(ends: Sequence[float], deviation: float, width: float) -> np.ndarray:
    """Low and high ends of panels, (2, panels), at most so many standard deviations wide, that pieces' ends part.

    Towards zero, and to where pieces meet, they become narrower: what happens there may do so on a scale
    of its own, much smaller than the standard deviation.
    """
    reach = _REACH * deviation
    edges = np.linspace(-reach, reach, math.ceil(2 * _REACH / width) + 1)
    centres = [0.0, *(end for end in ends[1:-1] if abs(end) < reach)]
    powers = math.ceil(math.log(max(reach / _FINEST, 1), _RATIO))
    distances = _FINEST * _RATIO ** np.arange(powers)
    around = [centre + sign * distances for centre in centres for sign in (-1, 1)]
    edges = np.unique(np.concatenate([edges, centres, *around]))
    edges = edges[np.abs(edges) <= reach]
    return np.stack([edges[:-1], edges[1:]])


@cache
def _legendre(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return points, weights


def on_panels(panels: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss's points and weights on every panel, each (panels, nodes)."""
    points, weights = _legendre(nodes)
    low, high = panels[:, :, None]
    half = (high - low) / 2
    return (low + high) / 2 + half * points, half * weights


def numeric(expression: Expr) -> Function:
    """The expression in v on arrays of double precision, by mpmath where its formula overflows."""
    fast, slow = lambdify(v, expression, _NUMERIC), lambdify(v, expression, "mpmath")

    def function(points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = np.array(np.broadcast_to(fast(points), points.shape), dtype=float)
        for place in np.flatnonzero(~np.isfinite(values)):
            with suppress(ZeroDivisionError):
                values.flat[place] = float(mpmath.re(slow(mpmath.mpf(points.flat[place]))))
        return values

    return function


def in_many_digits(expression: Expr) -> Function:
    """The expression in v on arrays, each value worked out in `_DIGITS` digits and then rounded."""
    slow = lambdify(v, expression, "mpmath")

    def function(points: np.ndarray) -> np.ndarray:
        values = np.full(points.shape, math.nan)
        with mpmath.workdps(_DIGITS):
            for place, point in enumerate(points.flat):
                with suppress(ZeroDivisionError):
                    values.flat[place] = float(mpmath.re(slow(mpmath.mpf(float(point)))))
        return values

    return function


def exact(form: Expr) -> Callable[[float], float]:
    """A closed form at a variance, worked out with enough digits that none is lost to cancellation."""
    function = lambdify(q, form, "mpmath")

    def value(variance: float) -> float:
        with mpmath.workdps(_DIGITS):
            return float(mpmath.re(function(mpmath.mpf(variance))))

    return value
