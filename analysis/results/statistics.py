"""What seeds can tell: spreads, Student's intervals, and which of several samples can't be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import floor, log10, sqrt
from statistics import fmean, stdev
from typing import Literal

import mpmath

FEWEST = 3  # seeds, below which no interval is given: with two, it is thirteen times the standard error
LEVEL = 0.95
EXACT = 2  # decimals of values without a spread
APART = 0.1  # accuracies of one kind of network farther apart than this have no mean worth giving

Verdict = Literal["higher", "lower", "not separated", "too few seeds"]


def decimals_of(spread: float) -> int:
    """To how many decimals a value with this spread can be given: to the spread's first digit.

    >>> decimals_of(0.12), decimals_of(0.098), decimals_of(3.4), decimals_of(0)
    (1, 1, 0, 2)
    """
    return max(0, -floor(log10(float(f"{spread:.0e}")))) if spread > 0 else EXACT


@cache
def quantile(freedom: int, beyond: float = 1 - LEVEL) -> float:
    """Student's t that lies beyond this value, on either side, as often as `beyond` says.

    >>> round(quantile(2), 3), round(quantile(9), 3)
    (4.303, 2.262)
    """

    def excess(logarithm: mpmath.mpf) -> mpmath.mpf:
        share = freedom / (freedom + mpmath.exp(2 * logarithm))
        return mpmath.betainc(freedom / 2, 0.5, 0, share, regularized=True) / beyond - 1

    return float(mpmath.exp(mpmath.findroot(excess, (0, 30), solver="bisect")))


def agree(accuracies: Sequence[float]) -> bool:
    """Whether accuracies over seeds are near enough to each other for their mean to say what a network reaches."""
    return max(accuracies) - min(accuracies) <= APART


def interval(values: Sequence[float]) -> tuple[float, float] | None:
    """Mean and half the width of Student's interval for it; None for fewer than `FEWEST` values."""
    if len(values) < FEWEST:
        return None
    return fmean(values), quantile(len(values) - 1) * stdev(values) / sqrt(len(values))


def separated(values: Sequence[float], others: Sequence[float]) -> bool:
    """Whether the interval of the differences, seed by seed, leaves out zero; never with too few seeds."""
    found = interval([a - b for a, b in zip(values, others, strict=True)])
    return found is not None and abs(found[0]) > found[1]


def verdict(values: Sequence[float], others: Sequence[float]) -> Verdict:
    """What the differences, seed by seed, say of the values: above the others, below, or neither.

    >>> verdict([0.9, 0.8, 0.9], [0.1, 0.2, 0.1]), verdict([0.9, 0.1, 0.5], [0.1, 0.9, 0.5]), verdict([0.9], [0.1])
    ('higher', 'not separated', 'too few seeds')
    """
    if len(values) < FEWEST:
        return "too few seeds"
    if not separated(values, others):
        return "not separated"
    return "higher" if fmean(values) > fmean(others) else "lower"


def best(samples: Mapping[str, Sequence[float]]) -> set[str]:
    """The sample of the highest mean, and those that can't be separated from it; none with too few seeds."""
    if any(len(values) < FEWEST for values in samples.values()):
        return set()
    highest = max(samples, key=lambda name: fmean(samples[name]))
    return {name for name, values in samples.items() if not separated(samples[highest], values)}
