"""How a wide random network carries the correlation rho of two patterns' v upwards.

Both v of a unit are normal, of variance q and correlation rho; in the layer above their correlation is

    rho -> (sigma_w^2 E[f(u) f(v)] + sigma_b^2) / (sigma_w^2 E[f(u)^2] + sigma_b^2).

See Poole et al. (2016) and Schoenholz et al. (2017). Patterns that a layer tells apart by little are what counts in
deep networks, so the map is also given for what rho lacks to one, c = 1 - rho, to the last digits of that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from derivations.wide.propagation import FixedPoint, Propagation, depth_scale

_NEAR_ZERO = 1e-8  # a variance, in place of the fixed point zero
_MARGINAL = 1e-9  # slopes that differ from one by less, by rounding
_HALVINGS = 60  # of an interval of length one
_LINEAR = 1e-6  # share of what is not linear in f, below which a layer keeps every correlation


@dataclass(frozen=True)
class CorrelationMap:
    """The map of one layer.

    shares          of E[f^2] in the powers of rho, from the zeroth on: those of the next correlation
    rest            what they lack to one: the share of higher powers, taken to be one of them
    slope_at_one    the map's slope where two patterns are nearly the same: it multiplies c there
    """

    shares: np.ndarray
    rest: float
    slope_at_one: float

    def __call__(self, rho: ArrayLike) -> np.ndarray:
        """The correlation in the layer above."""
        return 1 - self.apart(1 - np.asarray(rho))

    def apart(self, c: ArrayLike) -> np.ndarray:
        """The map for what correlations lack to one.

        1 - rho^k is c times the sum of the lower powers of rho, so that nothing cancels where c is small.
        """
        c = np.asarray(c)
        rho = 1 - c
        of_rest = -np.expm1(self._power * np.log1p(-np.minimum(c, 1 - _MARGINAL)))  # nothing where rho < 0
        return np.asarray(c * np.polynomial.polynomial.polyval(rho, self._factors) + self.rest * of_rest)

    @cached_property
    def _factors(self) -> np.ndarray:
        return np.cumsum(self.shares[:0:-1])[::-1]

    @cached_property
    def _power(self) -> float:
        """Of the rest: the one with which the map has its slope."""
        lacking = self.slope_at_one - float(self._factors.sum())
        return max(len(self.shares), lacking / self.rest) if self.rest else len(self.shares)

    @cached_property
    def fixed_point(self) -> float | None:
        """The correlation that layers like this one come to, None where they keep every one.

        No share is negative, so the map is convex from 0 to 1, and has one fixed point there besides 1 at most: where
        it has, that one is stable, and 1 is not.
        """
        if self.shares[1] > 1 - _LINEAR:
            return None
        if self.slope_at_one <= 1 + _MARGINAL:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self(middle) > middle else (low, middle)
        return low

    @property
    def depth_scale(self) -> float:
        """The number of layers over which a distance from the fixed point changes by a factor of e."""
        rho = self.fixed_point
        if rho is None or abs(self.slope_at_one - 1) < _MARGINAL:
            return math.inf
        return depth_scale(self.slope_at_one if rho == 1 else self._slope(rho))

    def _slope(self, rho: float) -> float:
        powers = np.arange(1, len(self.shares))
        of_rest = self.rest * self._power * rho ** (self._power - 1)
        return float((powers * self.shares[1:] * rho ** (powers - 1)).sum() + of_rest)


def correlation_map(
    network: Propagation, q: float, weight_variance: float, bias_variance: float = 0.0
) -> CorrelationMap | None:
    """The map of a layer in which v has the variance q; the weights above it have sigma_w^2 / fan-in.

    None where f is zero, and there is no v above, or where its variance overflows.

    >>> from derivations import activations, derive
    >>> relu = correlation_map(Propagation(derive(activations["relu"])), q=1.0, weight_variance=2.0)
    >>> round(float(relu(0.0)), 6), relu.fixed_point  # 1 / pi: by the arc-cosine kernel
    (0.31831, 1.0)
    """
    total = network.next(q, weight_variance, bias_variance)
    if total == 0 or not math.isfinite(total):
        return None
    mean = network.mean_square.correlated(q)
    shares = weight_variance * mean.squares / total
    shares[0] += bias_variance / total
    slope = network.chi(q, weight_variance) * q / total  # but for jumps of f, which make it infinite
    return CorrelationMap(
        shares, weight_variance * mean.rest / total, max(slope, float(np.arange(len(shares)) @ shares))
    )


def at_fixed_point(
    network: Propagation, point: FixedPoint, weight_variance: float, bias_variance: float = 0.0
) -> CorrelationMap | None:
    """The map where the variance has come to a fixed point; near zero, if that is zero."""
    q = 1.0 if point.q is None else point.q or _NEAR_ZERO
    return correlation_map(network, q, weight_variance, bias_variance)
