"""Gains: the sigma_w with which an activation keeps the variance one, torch's constants, and what each does to chi."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Integer, Interval, Rational, exp, oo, simplify, sqrt

from derivations.arithmetic.closely import closely
from derivations.derivation import Derivation, derive
from derivations.language.activation import v
from derivations.language.pieces import Piece
from derivations.language.registry import activations
from derivations.proofs.given import Given
from derivations.proofs.partition import split
from derivations.wide.expectations import as_found, q
from derivations.wide.propagation import FixedPoint, wide_networks
from derivations.wide.quadrature import Quadrature

#: torch.nn.init.calculate_gain, by the name of the activation (its documentation, with the default slope of LeakyReLU)
TORCH_GAINS: dict[str, Expr] = {
    "sigmoid": Integer(1),
    "tanh": Rational(5, 3),
    "relu": sqrt(2),
    "leaky_relu": sqrt(2 / (1 + Rational(1, 100) ** 2)),
    "selu": Rational(3, 4),
}
_ROUNDING = 1e-14  # of a mean, by the root mean square, and of a variance, by the mean square


@dataclass(frozen=True)
class Gain:
    """Means of an activation at q = 1, and what the gain of torch leads to."""

    mean_square: float  # E[f^2]
    mean: float  # E[f]
    mean_square_slope: float  # E[f'^2]
    rate: float  # dE[f^2]/dq
    torch: Expr | None  # the constant of torch.nn.init.calculate_gain
    torch_points: tuple[FixedPoint, ...]  # the fixed points with sigma_w of that gain, without biases

    @property
    def gain(self) -> float:
        """The sigma_w with which q = 1 is a fixed point without biases."""
        return 1 / math.sqrt(self.mean_square)

    @property
    def variance(self) -> float:
        """That of f(v) about its mean; zero of an f that is constant."""
        found = self.mean_square - self.mean**2
        return found if found > _ROUNDING * self.mean_square else 0.0

    @property
    def centred_gain(self) -> float | None:
        """One over the standard deviation of f(v) about its mean; None where that is zero."""
        return 1 / math.sqrt(self.variance) if self.variance else None

    @property
    def chi(self) -> float:
        """chi_perp at q = 1 with this gain."""
        return self.mean_square_slope / self.mean_square

    @property
    def chi_parallel(self) -> float:
        """chi_parallel at q = 1 with this gain."""
        return self.rate / self.mean_square


@cache
def gain(given: Given | Derivation) -> Gain | None:
    """What keeps the variance one; None where it is zero, or the means do not exist.

    >>> round(gain("relu").gain, 12)
    1.414213562373
    """
    derivation = derive(given)
    network = wide_networks(derivation)
    means = (network.mean_square(1.0), network.mean_square_slope(1.0), network.mean_square.rate(1.0))
    square, slope, rate = (mean.value for mean in means)
    if square == 0 or not all(map(math.isfinite, (square, slope, rate))):
        return None
    torch = _torch_gain(derivation.activation.expression)
    points = network.fixed_points(float(torch) ** 2) if torch is not None else ()
    return Gain(square, _mean(derivation, math.sqrt(square)), slope, rate, torch, points)


def _mean(derivation: Derivation, size: float) -> float:
    """E[f(v)] at q = 1, of an f whose root mean square is `size`."""
    pieces = split(derivation.activation.expression)
    form = as_found(pieces)
    mean = Quadrature(pieces).mean(1.0, size=size)[0] if form is None else closely(q, form)(1.0)
    return mean if abs(mean) > _ROUNDING * size else 0.0


def _torch_gain(expression: Expr) -> Expr | None:
    named = (gain for name, gain in TORCH_GAINS.items() if activations[name].expression == expression)
    return next(named, None)


@cache
def selu_constants() -> tuple[Expr, Expr]:
    """SELU's alpha and scale, from E[f] = 0 and E[f^2] = 1 at q = 1, in closed form (Klambauer et al. 2017).

    >>> [round(float(constant), 10) for constant in selu_constants()]
    [1.6732632424, 1.0507009874]
    """

    def mean(start: Expr, end: Expr, expression: Expr) -> Expr:
        form = as_found([Piece(Interval.open(start, end), expression)])
        assert form is not None
        return form.subs(q, 1)

    below = exp(v) - 1
    alpha = simplify(-mean(0, oo, v) / mean(-oo, 0, below))
    return alpha, simplify(1 / sqrt(alpha**2 * mean(-oo, 0, below**2) + mean(0, oo, v**2)))
