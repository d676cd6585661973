"""E[g(sqrt(q) z)^2] by the variance q, z being standard normal, with what follows from it, for f or f' as g."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from sympy import Expr

from derivations.arithmetic.closely import closely
from derivations.language.activation import v
from derivations.language.pieces import Piece
from derivations.wide.expectations import as_found, closed_form
from derivations.wide.expectations import q as variance
from derivations.wide.quadrature import Quadrature, on_panels, panels_between

_NODES, _WIDTH = 16, 0.25  # of the panels that Hermite coefficients are worked out on, in standard deviations
_STEP = 1e-2  # of ln(q), for a derivative by differences
_TINY = 1e-8  # variance near zero, for a formula that has no value there, such as sin(v)/v


class Mean(NamedTuple):
    """A mean over a normal variable and an estimate of its error: that of rounding, for a closed form."""

    value: float
    error: float


@dataclass(frozen=True)
class Correlation:
    """E[g(u) g(v)] by the correlation of u and v: sum of a_k^2 rho^k (Mehler), the a_k^2 in `squares`.

    What the squares lack to E[g(u)^2] is taken to belong to the term after the last.
    """

    squares: np.ndarray
    rest: float

    def __call__(self, rho: np.ndarray) -> np.ndarray:
        """The mean at each correlation from -1 to 1."""
        return np.polynomial.polynomial.polyval(rho, np.append(self.squares, self.rest))


class MeanSquare:
    """E[g(sqrt(q) z)^2] by q, for f or f' as g: by its closed form, else by quadrature; at zero its limit."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces, self.function = pieces, Quadrature(pieces)
        self._known: dict[float, Mean] = {}
        self._correlated: dict[tuple[float, int], Correlation] = {}

    @cached_property
    def form(self) -> Expr | None:
        """The closed form, an expression in `gaussian.q`, or None where none is known."""
        return closed_form(squared(self.pieces))

    @cached_property
    def _found(self) -> Expr | None:
        """The closed form, not simplified."""
        return as_found(squared(self.pieces))

    @property
    def closed(self) -> bool:
        """Whether a closed form is known."""
        return self._found is not None

    @cached_property
    def _formula(self) -> Callable[[float], float]:
        return _formula_of(self._found)

    def __call__(self, q: float) -> Mean:
        """The mean at a variance."""
        if q not in self._known:
            self.work_out([q])
        return self._known[q]

    def work_out(self, variances: Sequence[float]) -> None:
        """Work out the means at many variances together, which by quadrature is quicker than one by one."""
        missing = [q for q in variances if q not in self._known]
        values = {q: self._formula(q) if q else self._at_zero() for q in missing}
        left = [q for q, value in values.items() if math.isnan(value)]
        self._known |= {
            q: Mean(values[q], values[q] * sys.float_info.epsilon) for q in values if q not in left
        }
        if left:
            means, errors = self.function.means(left, np.square)
            self._known |= zip(left, map(Mean, means.tolist(), errors.tolist()), strict=True)

    def work_out_rates(self, variances: Sequence[float]) -> None:
        """The same for `rate`."""
        self.work_out(variances)
        if not self.closed:
            self._times_v.work_out(variances)

    def _at_zero(self) -> float:
        below, above = (float(part(np.zeros(1))[0]) for part in self.function.around_zero())
        value = (below**2 + above**2) / 2
        return value if math.isfinite(value) else self.function.mean(_TINY, np.square)[0]

    @property
    def pieces_at_zero(self) -> tuple[Piece, Piece]:
        """The pieces just below and just above zero."""
        below = [piece for piece in self.pieces if piece.interval.start < 0]
        above = [piece for piece in self.pieces if piece.interval.end > 0]
        return below[-1], above[0]

    def rate(self, q: float) -> Mean:
        """The derivative of the mean by q, for q > 0; also of a g that jumps.

        Without a closed form by that of the normal density: it is E[(v^2/q - 1) g(v)^2] / 2q.
        """
        if not math.isnan(value := self._formula_of_rate(q)):
            return Mean(value, abs(value) * sys.float_info.epsilon)
        mean, weighted = self(q), self._times_v(q)
        value, error = (
            (weighted.value / q - mean.value) / (2 * q),
            (weighted.error / q + mean.error) / (2 * q),
        )
        return Mean(value, error) if math.isfinite(error) else Mean(math.inf, math.inf)

    @cached_property
    def _formula_of_rate(self) -> Callable[[float], float]:
        return _formula_of(None if self._found is None else self._found.diff(variance))

    @cached_property
    def _times_v(self) -> MeanSquare:
        return MeanSquare([Piece(piece.interval, v * piece.expression) for piece in self.pieces])

    def response(self, q: float) -> float:
        """The derivative of the mean's logarithm by ln(q): nan where the mean is zero or infinite."""
        with np.errstate(all="ignore"):
            below, above = np.log([self(q * math.exp(change)).value for change in (-_STEP, _STEP)])
            return float((above - below) / (2 * _STEP))

    def correlated(self, q: float, terms: int = 128) -> Correlation:
        """E[g(u) g(v)] for normal u and v of variance q, by their correlation."""
        if (q, terms) not in self._correlated:
            self._correlated[q, terms] = self._expanded(q, terms)
        return self._correlated[q, terms]

    def _expanded(self, q: float, terms: int) -> Correlation:
        deviation = math.sqrt(q)
        z, weights, polynomials = _hermite(self.function.ends, deviation, terms)
        with np.errstate(all="ignore"):  # nan where g is too large for double precision
            squares = np.square(polynomials @ (weights * self.function(z * deviation)))
        return Correlation(squares, max(0.0, self(q).value - float(squares.sum())))


@lru_cache(maxsize=1)  # g is f and f' in turn, whose pieces meet at the same points
def _hermite(
    ends: tuple[float, ...], deviation: float, terms: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points z and weights for means over a standard normal z, and at them Hermite polynomials, normalised."""
    points, weights = on_panels(panels_between(ends, deviation, _WIDTH), _NODES)
    z, weights = (points / deviation).ravel(), (weights / deviation).ravel()
    density = np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi) * weights
    z, density = z[density > 0], density[density > 0]
    polynomials = np.ones((terms, len(z)))
    polynomials[1:2] = z
    for k in range(2, terms):
        polynomials[k] = (z * polynomials[k - 1] - math.sqrt(k - 1) * polynomials[k - 2]) / math.sqrt(k)
    return z, density, polynomials


def _formula_of(form: Expr | None) -> Callable[[float], float]:
    """A closed form by the variance; nan where there is none."""
    return (lambda q: math.nan) if form is None else closely(variance, form)


def squared(pieces: Sequence[Piece]) -> list[Piece]:
    """g^2."""
    return [Piece(piece.interval, piece.expression**2) for piece in pieces]
