"""How a wide random network carries the variance of v upwards and the squared delta downwards.

Weights are independent, of variance sigma_w^2 / fan-in, biases of variance sigma_b^2. In the limit of wide
layers the v of a layer are normal, of a variance q that the next layer maps to

    q -> sigma_w^2 E[f(sqrt(q) z)^2] + sigma_b^2,    z standard normal,

and the mean squared delta changes from a layer to the one below by chi = sigma_w^2 E[f'(sqrt(q) z)^2]. See
Poole et al., Exponential expressivity in deep neural networks through transient chaos (2016), and Schoenholz
et al., Deep information propagation (2017).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sympy import Expr

from derivations.derivation import Derivation
from derivations.language.activation import v
from derivations.language.pieces import Piece
from derivations.proofs.partition import split
from derivations.wide.expectations import Quadrature, closed_form, exact, on_panels, panels_between
from derivations.wide.expectations import q as variance

SCANNED = np.geomspace(1e-6, 1e4, 201).tolist()  # variances between which fixed points are looked for
_NODES, _WIDTH = 16, 0.25  # of the panels that Hermite coefficients are worked out on, in standard deviations
_SAME = 1e-12
_STEP = 1e-2  # of ln(q), for a derivative by differences
_NEXT_TO_ZERO, _VANISHING = 1e-30, 1e-12  # a number, and what |f| is below there where it tends to zero
_TINY = 1e-8  # variance near zero, for a formula that has no value there, such as sin(v)/v


class Mean(NamedTuple):
    """A mean over a normal variable and an estimate of its error: that of rounding, for a closed form."""

    value: float
    error: float


@dataclass(frozen=True)
class FixedPoint:
    """A variance that a layer maps to itself, None where it does so with every one, with chi there.

    It is `stable` where the variance comes back to it after a small change.
    """

    q: float | None
    chi: float
    stable: bool

    @property
    def depth_scale(self) -> float:
        """The number of layers over which the squared delta changes by a factor of e, there."""
        return depth_scale(self.chi)


def depth_scale(chi: float) -> float:
    """1 / |ln chi|, in layers; infinite on the edge of chaos.

    >>> depth_scale(1.0)
    inf
    """
    if chi == 0:
        return 0.0
    return 1 / abs(math.log(chi)) if chi != 1 else math.inf


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
        return closed_form(_squared(self.pieces))

    @cached_property
    def _formula(self) -> Callable[[float], float] | None:
        return exact(self.form) if self.form is not None else None

    def __call__(self, q: float) -> Mean:
        """The mean at a variance."""
        if q not in self._known:
            self._known[q] = self._mean(q)
        return self._known[q]

    def _mean(self, q: float) -> Mean:
        try:
            value = self._at_zero() if q == 0 else self._formula(q) if self._formula else None
        except OverflowError:  # of mpmath's erfc, far out
            value = None
        if value is None:
            return Mean(*self.function.mean(q, np.square))
        return Mean(value, value * sys.float_info.epsilon)

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
        if self._formula_of_rate:
            value = self._formula_of_rate(q)
            return Mean(value, abs(value) * sys.float_info.epsilon)
        mean, weighted = self(q), self._times_v(q)
        value, error = (
            (weighted.value / q - mean.value) / (2 * q),
            (weighted.error / q + mean.error) / (2 * q),
        )
        return Mean(value, error) if math.isfinite(error) else Mean(math.inf, math.inf)

    @cached_property
    def _formula_of_rate(self) -> Callable[[float], float] | None:
        return exact(self.form.diff(variance)) if self.form is not None else None

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
        z, weights, polynomials = _hermite(tuple(self.function.ends), deviation, terms)
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


class Propagation:
    """What a wide random network with this activation does.

    >>> from derivations import activations, derive
    >>> relu = Propagation(derive(activations["relu"]))
    >>> relu.mean_square.form, relu.mean_square_slope.form
    (q/2, 1/2)
    >>> relu.chi(1.0, weight_variance=2)
    1.0
    """

    def __init__(self, derivation: Derivation) -> None:
        values, slopes = split(derivation.activation.expression), derivation.slopes.pieces
        self.mean_square, self.mean_square_slope = MeanSquare(values), MeanSquare(slopes)
        self.mean_fourth, self.mean_fourth_slope = MeanSquare(_squared(values)), MeanSquare(_squared(slopes))
        self.mean_product = MeanSquare(_times(values, slopes))  # E[f^2 f'^2]

    @cached_property
    def vanishes_at_zero(self) -> bool:
        """Whether f tends to zero at zero, from both sides: then q = 0 is a fixed point, without biases."""
        values = self.mean_square.function.precisely(np.array([-_NEXT_TO_ZERO, _NEXT_TO_ZERO]))
        return bool((np.abs(values) < _VANISHING).all())

    def next(self, q: float, weight_variance: float, bias_variance: float = 0.0) -> float:
        """The variance of v in the layer above one where it is q; weight_variance is sigma_w^2."""
        return weight_variance * self.mean_square(q).value + bias_variance

    def chi(self, q: float, weight_variance: float) -> float:
        """The factor by which the mean squared delta changes, down through a layer of this variance."""
        return weight_variance * self.mean_square_slope(q).value

    def chi_parallel(self, q: float, weight_variance: float) -> float:
        """The factor by which a small change of the variance q > 0 changes, up through a layer."""
        return weight_variance * self.mean_square.rate(q).value

    def edge_of_chaos(self, q: float) -> tuple[float, float]:
        """The sigma_w^2 and sigma_b^2 (it may be negative) with which q is a fixed point and chi is one."""
        weight_variance = 1 / self.mean_square_slope(q).value
        return weight_variance, q - weight_variance * self.mean_square(q).value

    def fixed_points(self, weight_variance: float, bias_variance: float = 0.0) -> tuple[FixedPoint, ...]:
        """The fixed points of the variance, ascending, as far as the scanned variances show them."""

        def change(q: float) -> float:
            return self.next(q, weight_variance, bias_variance) / q - 1

        changes = [(q, up > 0) for q in SCANNED if abs(up := change(q)) > _SAME]
        if not changes:
            return (FixedPoint(None, self.chi(1.0, weight_variance), stable=True),)
        found = []
        if bias_variance == 0 and self.mean_square(0.0).value == 0:
            found.append(FixedPoint(0.0, self.chi(0.0, weight_variance), stable=not changes[0][1]))
        for (low, grows), (high, still_grows) in pairwise(changes):
            if grows != still_grows:
                q = bisected(change, low, high)
                found.append(FixedPoint(q, self.chi(q, weight_variance), stable=grows))
        return tuple(found)


@cache
def wide_networks(derivation: Derivation) -> Propagation:
    """What wide random networks with this activation do; one object, which keeps the means that it has worked out."""
    return Propagation(derivation)


def _squared(pieces: Sequence[Piece]) -> list[Piece]:
    return [Piece(piece.interval, piece.expression**2) for piece in pieces]


def _times(values: Sequence[Piece], slopes: Sequence[Piece]) -> list[Piece]:
    """f f', where f has as many pieces as f'."""
    return [
        Piece(f.interval, f.expression * slope.expression) for f, slope in zip(values, slopes, strict=True)
    ]


def bisected(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a function with different signs at both ends, to the last bits."""
    rising = function(low) < 0
    while True:
        middle = math.sqrt(low * high)
        if not low < middle < high:
            return middle
        if (function(middle) < 0) == rising:
            low = middle
        else:
            high = middle
