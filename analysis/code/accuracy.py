"""Whether generated code computes what it should: its numbers against exact ones, digit for digit.

In a precision of unit eps, a computed g(v) is accurate if it is off by at most

    DIGITS_LOST * eps * (|g(v)| + |v g'(v)|) + what underflows

|g| eps is the rounding of the result, and |v g'| eps what the rounding of v itself makes of it: no code does
better than their sum. DIGITS_LOST is 2^8: sixteen of the 24 bits of single precision are then right, five
decimal digits, while a chain of a dozen calls, each right to some bits, still passes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sympy import Expr, Rational

from analysis.code.truth import Truth, value

DIGITS_LOST = 2.0**8
LARGEST = 1e4  # |v|
ABSOLUTE = 4  # eps: where digits are lost, what numbers of the size of 1 that cancel are off by
BESIDE = 4  # eps: as near to a joint, rounding decides the side
PRECISION_OF = {np.dtype(kind): np.finfo(kind) for kind in (np.float32, np.float64)}
Numbers = Sequence[float]


class Inaccurate(ValueError):  # noqa: N818 - reads as what is wrong
    """An activation that no generated code computes accurately; the message says where."""


@dataclass(frozen=True)
class Target:
    """What is to be computed: between the joints a smooth formula each, and a value at each joint.

    `belongs_left` says whether the value at a joint is the one that the formula on its left has there.
    """

    formulas: tuple[Truth, ...]
    joints: tuple[Expr, ...]
    at_joints: tuple[float, ...]
    belongs_left: tuple[bool, ...]

    @cached_property
    def places(self) -> tuple[float, ...]:
        """The joints as numbers."""
        return tuple(value(joint) for joint in self.joints)

    def near(self, x: float, eps: float) -> list[tuple[float, tuple[Truth, ...]]]:
        """What counts at x, each value with the formulas that say what a relative change of v makes of it.

        Beside a joint, where rounding decides the side, either formula counts, and the value.
        """
        for n, place in enumerate(self.places):
            sides = self.formulas[n : n + 2]
            there = self.at_joints[n], sides
            if x == place and self.joints[n] == Rational(x):
                return [there]
            if abs(x - place) <= BESIDE * eps * abs(place):
                return [*((formula(x), (formula,)) for formula in sides), there]
        formula = self.formula_at(x)
        return [(formula(x), (formula,))]

    def formula_at(self, x: float) -> Truth:
        """The formula of the piece that x is in, or ends."""
        return self.formulas[sum(place < x for place in self.places)]

    def accurate(
        self, points: Numbers, computed: np.ndarray, slack: Callable[[float], float] | None = None
    ) -> np.ndarray:
        """Whether each computed number is accurate; `slack` gives what else it may be off by, in eps."""
        limits = PRECISION_OF[computed.dtype]
        checked = zip(points, computed.tolist(), strict=True)
        return np.array([self._accurate(x, number, limits, slack) for x, number in checked], bool)

    def _accurate(
        self, x: float, number: float, limits: np.finfo, slack: Callable[[float], float] | None
    ) -> bool:
        eps = float(limits.eps)
        floor = float(limits.tiny) / eps  # a factor that underflows loses its digits before the product does
        for true, formulas in self.near(x, eps):
            if math.isnan(true):  # as of sin(v)/v at 0: no value can be told, but NaN would spoil other units
                if math.isfinite(number):
                    return True
                continue
            if abs(true) > float(limits.max) / DIGITS_LOST:
                return True  # nothing finite is to be computed here
            if abs(number - true) <= eps * DIGITS_LOST * abs(true) + floor:
                return True
            moved = max(_moved(formula, x) for formula in formulas)
            allowed = DIGITS_LOST * (abs(true) + moved) + (slack(x) if slack else 0)
            if abs(number - true) <= eps * allowed + floor:
                return True
        return False


def _moved(formula: Truth, x: float) -> float:
    """What a relative change of v makes of g(v): |v g'(v)|."""
    moved = abs(x * formula.derivative(x))
    return moved if math.isfinite(moved) else 0.0


def sample(places: Iterable[float]) -> list[float]:
    """Points from -1e4 to 1e4, dense where functions bend and where exponentials overflow, and around places.

    All are numbers of single precision, so that both precisions can be asked.
    """
    far = np.geomspace(130, LARGEST, 9)
    middle = np.concatenate([np.arange(0.37, 12, 0.61), np.arange(12.3, 126, 4.7)])
    beside = np.geomspace(1e-7, 0.3, 14)
    half = np.concatenate([beside, middle, far, [88.1, 88.6, 89.2]])
    found = [half, -half, np.zeros(1)]
    for place in places:
        found += [np.array([place]), place + beside * max(1, abs(place)), place - beside * max(1, abs(place))]
    points = np.unique(np.concatenate(found).astype(np.float32))
    return [float(x) for x in points if abs(x) <= LARGEST]
