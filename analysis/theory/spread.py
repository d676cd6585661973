"""How untrained networks of finite width differ from each other, and their mean from theory's.

A layer of n units makes the products of two patterns' delta means of n independent ones, whose second moments
are those of normal variables. For ReLU and one pattern this is the result of Hanin and Nica (2020). The
variance q of v strays likewise, and what it does to delta is worked out to first order in 1/n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derivations import Propagation
from derivations.wide.propagation import Response


@dataclass(frozen=True)
class Deviation:
    """Mean and variance of the difference between ln(q) and its prediction, over networks or over patterns."""

    mean: float
    variance: float

    def through(self, response: Response) -> Deviation:
        """The deviation of the logarithm of a function of q."""
        mean = response.slope * self.mean + response.curvature * self.variance / 2
        return Deviation(mean, response.slope**2 * self.variance)

    def times_random(self, variance: float) -> Deviation:
        """The deviation after a random factor of mean one whose logarithm has this variance."""
        return Deviation(self.mean - variance / 2, self.variance + variance)


class Deviations:
    """How far q of every layer is from its prediction, over networks and patterns, and what that does to ln(delta)."""

    def __init__(self, squares: np.ndarray) -> None:
        """From the squared norm of each pattern."""
        logarithms = np.log(squares[squares > 0] / squares.mean())
        self.patterns = Deviation(float(logarithms.mean()), float(logarithms.var()))
        self.networks = Deviation(0.0, 0.0)
        self._first, self._passed = self.patterns.variance, 1.0
        self._means: list[float] = []  # of ln(chi) of each hidden layer
        self._pulls: list[float] = []  # by how much it changes with ln(q) of the first

    def ascend(self, network: Propagation, q: float, units: int) -> None:
        """Go up from a layer of so many units to the next."""
        square, slope = network.mean_square.response(q), network.mean_square_slope.response(q)
        self._means.append(self.networks.through(slope).mean + self.patterns.through(slope).mean)
        self._pulls.append(slope.slope * self._passed)
        fourth = np.divide(network.mean_fourth(q).value, np.square(network.mean_square(q).value))
        self.networks = self.networks.through(square).times_random(math.log1p((fourth - 1) / units))
        self.patterns = self.patterns.through(square)
        self._passed *= square.slope

    def of_delta(self) -> np.ndarray:
        """The shift of ln(delta) of every layer; patterns are averaged, so that their variance adds to it."""
        means, pulls = (np.cumsum([0.0, *values[::-1]])[::-1] for values in (self._means, self._pulls))
        return means / 2 + self._first * pulls**2 / 4


@dataclass(frozen=True)
class Outputs:
    """p - t of the output layer: p, the softmax outputs, normal over networks, t, the labels, fixed.

    covariance  of p of two patterns, for one class
    fixed       mean of p less t: (classes, patterns)
    """

    covariance: np.ndarray
    fixed: np.ndarray

    @classmethod
    def of(cls, rho: np.ndarray, square: float, labels: np.ndarray, classes: int) -> Outputs:
        """From the correlations of patterns, E[p^2] and labels (patterns,).

        E[p_mu p_nu] is taken to be linear in the correlation, as it is to first order in the variance of v.
        """
        fixed = 1 / classes - (np.arange(classes)[:, None] == labels)
        return cls((square - 1 / classes**2) * rho, fixed)

    @property
    def products(self) -> np.ndarray:
        """E[(p - t)_mu (p - t)_nu] per class."""
        return self.covariance + self.fixed.T @ self.fixed / len(self.fixed)

    def variance(self, M: np.ndarray) -> float:
        """Of the sum of M_mn (p - t)_m (p - t)_n: its variance, relative to its squared mean."""
        classes, MK = len(self.fixed), M @ self.covariance
        fixed = self.fixed.T @ self.fixed
        mean = classes * MK.trace() + (M * fixed).sum()
        free = classes - 1  # the p of a pattern have the sum one
        spread = 2 * classes * _square_trace(MK) + 4 * (MK @ M * fixed).sum()
        return float(classes / free * spread / mean**2)


@dataclass(frozen=True)
class Networks:
    """Untrained networks, of which theory has the means.

    delta      of each layer r = 1..R, E[delta_mu delta_nu], (patterns, patterns)
    slopes     of each hidden layer, E[f'_mu f'_nu]
    steepness  of each hidden layer, `relative` E[f'_mu^2 f'_nu^2]; of four patterns taken to be as of two
    units      of each layer
    """

    delta: Sequence[np.ndarray]
    slopes: Sequence[np.ndarray]
    steepness: Sequence[float]
    units: Sequence[int]
    outputs: Outputs

    def variance(self, M: np.ndarray, r: int) -> float:
        """Of ln of the sum of M_mn delta_m delta_n, over units and pairs of patterns, in layer r from 0."""
        hidden = range(r, len(self.slopes))
        weights = [M]  # of the products in this layer and in those above it
        for k in hidden:
            weights.append(weights[-1] * self.slopes[k] / self.slopes[k].diagonal().mean())
        shares = [_share(M, D) for M, D in zip(weights, self.delta[r:], strict=True)]
        # Means of tr(MD)^2, the squared sum, and of tr(MDMD), relative to the square of the mean sum.
        square = 1 + self.outputs.variance(weights[-1])
        cross = square * shares[-1]
        for k in reversed(hidden):
            one = self.steepness[k] * (square + 2 * cross) / self.units[k]
            others = 1 - 1 / self.units[k]
            square = one + others * square
            cross = one + others * cross * shares[k - r] / shares[k - r + 1]
        return math.log(square)


def relative(squares: np.ndarray, products: np.ndarray) -> float:
    """E[g_mu^2 g_nu^2] / (E[g_mu^2] E[g_nu^2]), a mean over pairs of patterns, from it and E[g_mu g_nu]."""
    return float(squares.mean() / products.diagonal().mean() ** 2)


def _share(M: np.ndarray, D: np.ndarray) -> Any:
    """tr(MDMD) / tr(MD)^2: one if one pattern has all of the sum, and the less the more patterns share it."""
    return _square_trace(M @ D) / (M * D).sum() ** 2


def _square_trace(A: np.ndarray) -> Any:
    return (A * A.T).sum()
