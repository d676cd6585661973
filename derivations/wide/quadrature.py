"""E[g(v)] for a normal v of mean zero and variance q by quadrature, and g itself as a function of arrays."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, cached_property, lru_cache

import mpmath
import numpy as np
from sympy import Expr, lambdify

from derivations.arithmetic.closely import closely
from derivations.language.activation import v
from derivations.language.pieces import Piece

Function = Callable[[np.ndarray], np.ndarray]

_NUMERIC = [{"erf": np.vectorize(math.erf, otypes=[float])}, "numpy"]
_REACH = 20.0  # standard deviations: beyond is less than 1e-87 of the normal distribution
_PRECISE, _ROUGH = 32, 22  # nodes of the two rules on a panel; their difference is the error
_FINEST, _RATIO = 1 / 16, 4.0  # of panels, the width next to zero, and by what it grows
_TOLERANCE = 1e-15
_CANCELLED = 1e-10  # relative error from which a formula is worked out in more digits
_USELESS = 1e-6  # relative error from which a mean is taken not to exist
_HALVINGS, _MOST = 50, 10_000  # times that a panel is halved, and panels of a mean
_AT_ONCE = 500  # panels whose points a processor keeps close
_MOST_PRECISELY = 200  # panels of one, where doubles do not suffice: they take long


class Quadrature:
    """Means of a function g, given by its smooth pieces, by quadrature that is split where they meet."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.expressions = [piece.expression for piece in pieces]
        self.ends = (*(float(piece.interval.start) for piece in pieces), math.inf)
        self._known_to_cancel: dict[tuple[int, Function], float] = {}

    @cached_property
    def parts(self) -> list[Function]:
        """The pieces' formulas."""
        return [numeric(each) for each in self.expressions]

    @cached_property
    def _precise_parts(self) -> list[Function]:
        return [_precisely(each) for each in self.expressions]

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """g at the points."""
        return self._by(self.parts, points)

    def precisely(self, points: np.ndarray) -> np.ndarray:
        """g at the points, for formulas that cancel in double precision, as v - tanh(v) near zero; slow."""
        return self._by(self._precise_parts, points)

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
        """E[of(g(v))] and an estimate of its error, which a mean near zero may have by the size of g."""
        totals, errors = self.means([variance], of, size)
        return float(totals[0]), float(errors[0])

    def means(
        self, variances: Sequence[float], of: Function = np.asarray, size: float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """The means at these variances and their errors: together they take a third of the time, or less.

        Gauss's rules of two orders on each panel, which is halved while they differ. The error is the sum of
        their differences, of rounding and of what is beyond the rules' reach. Where g cancels, and the mean would
        show it, it is worked out in many digits. `inf` where the mean does not exist, or not in double precision.
        """
        deviations = np.sqrt(variances)
        total, error = self._means(deviations, lambda points: of(self(points)), _MOST)
        lost = np.array([self._lost(decade, of) for decade in np.round(np.log10(deviations)).astype(int)])
        again = lost > np.where(np.isfinite(total), sys.float_info.epsilon * np.abs(total), 0)
        if again.any():
            total[again], error[again] = self._means(
                deviations[again], lambda points: of(self.precisely(points)), _MOST_PRECISELY
            )
        useful = error <= _USELESS * np.maximum(np.abs(total), size)
        return np.where(useful, total, math.inf), np.where(useful, error, math.inf)

    def _lost(self, decade: int, of: Function) -> float:
        """By how much of(g) is off where g cancels, at numbers of the size of 10^decade."""
        if (decade, of) not in self._known_to_cancel:
            points = 10.0 ** float(decade) * np.array([-3, -1, -0.3, -0.03, 0.03, 0.3, 1, 3])
            values, true = self(points), self.precisely(points)
            known = np.isfinite(true) & (np.abs(true) > sys.float_info.min)
            with np.errstate(all="ignore"):
                cancels = known & (np.abs(values - true) > _CANCELLED * np.abs(true))
                off = np.abs(of(values) - of(true))[cancels]
            self._known_to_cancel[decade, of] = float(np.max(off, initial=0.0))
        return self._known_to_cancel[decade, of]

    @np.errstate(all="ignore")
    def _means(self, deviations: np.ndarray, g: Function, most: int) -> tuple[np.ndarray, np.ndarray]:
        count = len(deviations)
        parts = [panels_between(self.ends, deviation, 2.0) for deviation in deviations.tolist()]
        panels = np.concatenate(parts, axis=1)
        of = np.repeat(np.arange(count), [part.shape[1] for part in parts])  # the mean that a panel is of

        def sums(values: np.ndarray, which: np.ndarray) -> np.ndarray:
            return np.bincount(of[which], values[which], count)

        total, exists = np.zeros(count), np.full(count, True)
        for halvings in range(_HALVINGS + 1):
            blocks = [slice(first, first + _AT_ONCE) for first in range(0, len(of), _AT_ONCE)]
            found = [_by_both_rules(panels[:, block], deviations[of[block]], g) for block in blocks]
            precise, rough, rounding = np.concatenate(found, axis=1)
            exists[of[~(np.isfinite(precise) & np.isfinite(rough))]] = False
            if not halvings:  # beyond the reach is less than at its ends, where the mean exists
                outer = (np.diff(of, prepend=-1) > 0) | (np.diff(of, append=count) > 0)
                size, error = np.bincount(of, np.abs(precise), count), sums(np.abs(precise), outer)
            differences = np.abs(precise - rough)
            done = ~exists[of] | (differences <= _TOLERANCE * size[of] + sys.float_info.min)
            done |= (halvings == _HALVINGS) | (np.bincount(of, minlength=count)[of] > most)
            total += sums(precise, done)
            error += sums(differences + rounding, done)
            panels, of = panels[:, ~done], of[~done]
            if not of.size:
                break
            middle, of = panels.mean(axis=0), np.tile(of, 2)
            panels = np.concatenate([np.stack([panels[0], middle]), np.stack([middle, panels[1]])], axis=1)
        return np.where(exists, total, math.inf), np.where(exists, error, math.inf)


def _by_both_rules(panels: np.ndarray, deviations: np.ndarray, g: Function) -> np.ndarray:
    """The integral over each panel, precise and rough, and how much of the first may be rounding: (3, panels)."""
    precise, rounding = _rule(panels, _PRECISE, deviations, g)
    rough, _ = _rule(panels, _ROUGH, deviations, g)
    return np.stack([precise, rough, rounding])


def _rule(
    panels: np.ndarray, nodes: int, deviations: np.ndarray, g: Function
) -> tuple[np.ndarray, np.ndarray]:
    """The integral over each panel, and how much may be rounding, which in the exponent is magnified."""
    points, weights = on_panels(panels, nodes)
    exponent = np.square(points / deviations[:, None]) / 2
    density = np.exp(-exponent) / (deviations[:, None] * math.sqrt(2 * math.pi))
    parts = np.where(density > 0, g(points), 0.0) * density * weights
    # A point is off by two and a half epsilon at most, its square by twice that.
    rounding = sys.float_info.epsilon * np.abs(parts) * (4 + 6 * exponent)
    return parts.sum(axis=1), rounding.sum(axis=1)


@lru_cache(maxsize=1024)  # for f, f' and v f in turn
def panels_between(ends: tuple[float, ...], deviation: float, width: float) -> np.ndarray:
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
    fast = lambdify(v, expression, _NUMERIC)

    def function(points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            values = np.array(np.broadcast_to(fast(points), points.shape), dtype=float)
        for place in np.flatnonzero(~np.isfinite(values)):
            with suppress(ZeroDivisionError):
                values.flat[place] = float(mpmath.re(_by_mpmath(expression)(mpmath.mpf(points.flat[place]))))
        return values

    return function


@cache
def _by_mpmath(expression: Expr) -> Callable[[mpmath.mpf], mpmath.mpf]:
    function: Callable[[mpmath.mpf], mpmath.mpf] = lambdify(v, expression, "mpmath")
    return function


@cache
def _precisely(expression: Expr) -> Function:
    """The expression in v on arrays, to the last bit."""
    at = closely(v, expression)
    return lambda points: np.array([at(point) for point in points.flat]).reshape(points.shape)
