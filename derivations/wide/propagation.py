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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from derivations.derivation import Derivation, derive
from derivations.language.pieces import Piece
from derivations.printing.tex import tex
from derivations.proofs.given import Given
from derivations.proofs.partition import split
from derivations.wide.means import MeanSquare, squared

SCANNED = np.geomspace(1e-6, 1e4, 201).tolist()  # variances between which fixed points are looked for
_SAME = 1e-12
_NEXT_TO_ZERO, _VANISHING = 1e-30, 1e-12  # a number, and what |f| is below there where it tends to zero


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


class Propagation:
    """What a wide random network with an activation does, which is given as `derive` takes it.

    >>> relu = Propagation("relu")
    >>> relu.mean_square.form, relu.mean_square_slope.form
    (q/2, 1/2)
    >>> relu.chi(1.0, weight_variance=2)
    1.0
    """

    def __init__(self, given: Given | Derivation) -> None:
        derivation = derive(given)
        self.activation = derivation.activation
        values, slopes = split(derivation.activation.expression), derivation.slopes.pieces
        self.mean_square, self.mean_square_slope = MeanSquare(values), MeanSquare(slopes)
        self.mean_fourth, self.mean_fourth_slope = MeanSquare(squared(values)), MeanSquare(squared(slopes))
        self.mean_product = MeanSquare(_times(values, slopes))  # E[f^2 f'^2]

    def __repr__(self) -> str:
        return f"Propagation of {self.activation.expression}"

    def _repr_latex_(self) -> str:
        parts = [rf"f(v) = {tex(self.activation.expression)}"]
        for mean, of in ((self.mean_square, "f(v)^2"), (self.mean_square_slope, "f'(v)^2")):
            if mean.form is not None:
                parts.append(rf"\operatorname{{E}}[{of}] = {tex(mean.form)}")
        return r"$\displaystyle " + r", \quad ".join(parts) + "$"

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

        self.mean_square.work_out(SCANNED)
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
