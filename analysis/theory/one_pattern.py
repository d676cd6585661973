"""How much delta of one pattern differs between untrained networks, to first order in one over the width.

A layer of n units makes the squared delta of a pattern, and the mean square of its y, means of n terms. Where the
latter strays, q of the layers above does, and with it the mean f'^2 that they multiply delta by: both are sums over
the same units, and add up with their covariance. For ReLU this is the result of Hanin and Nica (2020); see Roberts,
Yaida and Hanin, The principles of deep learning theory (2022), for other activations.

Weights are taken to be normal. Other ones make sums that are normal all the same, but for the last hidden layer: its
delta comes from the few outputs, mostly from that of the label, and with uniform weights it strays less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from derivations import Propagation

_DRAWN, _STEP = 50_000, 0.01  # outputs v, and of ln(q), for a derivative by differences


@dataclass(frozen=True)
class Layer:
    """A hidden layer of `units`, in the limit of many.

    a, c  derivatives of ln E[f^2] and of ln E[f'^2] by ln q
    phi   variance of the mean square of y, relative to its square, times the units
    psi   its covariance with the factor of the squared delta, likewise
    gamma variance of that factor, likewise
    """

    units: int
    a: float
    c: float
    phi: float
    psi: float
    gamma: float

    @classmethod
    def of(cls, network: Propagation, q: float, units: int) -> Layer:
        """The layer with this variance of v."""
        F, G = np.float64(network.mean_square(q).value), np.float64(network.mean_square_slope(q).value)
        return cls(
            units=units,
            a=network.mean_square.response(q),
            c=network.mean_square_slope.response(q),
            phi=network.mean_fourth(q).value / F**2 - 1,
            psi=network.mean_product(q).value / (F * G) - 1,
            gamma=3 * network.mean_fourth_slope(q).value / G**2 - 1,
        )


@dataclass(frozen=True)
class Output:
    """The output layer: the variance of ln|p - t|^2, and the derivative of ln E|p - t|^2 by ln q."""

    variance: float
    response: float

    @classmethod
    def of(cls, q: float, classes: int) -> Output:
        """Softmax outputs p of normal v, by drawing them; t is one class."""
        z = _normal(classes)
        squares = [_error_square(np.sqrt(q * np.exp(change)) * z) for change in (-_STEP, 0, _STEP)]
        below, here, above = squares
        return cls(
            variance=float(np.log(here).var()),
            response=float(np.log(above.mean() / below.mean())) / (2 * _STEP),
        )


@cache
def _normal(classes: int) -> np.ndarray:
    """The normal numbers that outputs are drawn by, (drawn, classes)."""
    return np.random.default_rng(0).standard_normal((_DRAWN, classes))


def deviations(hidden: Sequence[Layer], output: Output) -> np.ndarray:
    """Standard deviations over networks of ln|delta| of one pattern, of each layer from the first to the output."""
    return np.array([np.sqrt(_variance(hidden, output, r)) / 2 for r in range(len(hidden) + 1)])


def _variance(hidden: Sequence[Layer], output: Output, r: int) -> float:
    """The variance of ln|delta|^2 in layer r, from 0."""
    total, b = output.variance, output.response  # b: derivative of ln|delta_r|^2 by ln q of the layer above k
    for k in range(len(hidden) - 1, -1, -1):
        layer = hidden[k]
        total += b**2 * layer.phi / layer.units
        if k >= r:
            total += (layer.gamma + 2 * b * layer.psi) / layer.units
        b = layer.a * b + (layer.c if k >= r else 0)
    return total


def _error_square(v: np.ndarray) -> np.ndarray:
    """|p - t|^2 of each row, t being the first class."""
    p = np.exp(v - v.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[:, 0] -= 1
    return np.square(p).sum(axis=1)
