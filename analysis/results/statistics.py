"""What seeds can tell: spreads, Student's intervals, and what the differences of two samples say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import floor, log10, sqrt
from statistics import fmean, stdev
from typing import Literal

import mpmath

FEWEST = 3  # seeds, below which no interval is given: with two, it is thirteen times the standard error
LEVEL = 0.95
EXACT = 2  # decimals of values without a spread
APART = 0.1  # accuracies of one kind of network farther apart than this have no mean worth giving
LEARNED = 0.5  # a network has learned if its test accuracy exceeds this
MARGIN = 0.01  # of accuracy: what is surely less than that counts as no difference

Verdict = Literal["higher", "lower", "within the margin", "open", "not all learn", "too few seeds"]


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


def mixed(accuracies: Sequence[float]) -> bool:
    """Whether some networks have learned and others have not: a mean or an interval would say nothing of either."""
    return min(accuracies) <= LEARNED < max(accuracies)


def compared(values: Sequence[float], others: Sequence[float]) -> tuple[float, float] | None:
    """Mean of the differences, seed by seed, and half of its interval; None with too few seeds or a mixed sample."""
    if mixed(values) or mixed(others):
        return None
    return interval([a - b for a, b in zip(values, others, strict=True)])


def verdict(values: Sequence[float], others: Sequence[float]) -> Verdict:
    """What the differences, seed by seed, say of the values.

    They are higher or lower where the interval leaves out zero; else within the margin where it holds nothing
    beyond `MARGIN` either way; else it is open.

    >>> verdict([0.9, 0.8, 0.9], [0.7, 0.6, 0.7]), verdict([0.9, 0.6, 0.7], [0.6, 0.9, 0.7]), verdict([0.9], [0.1])
    ('higher', 'open', 'too few seeds')
    >>> verdict([0.960, 0.962, 0.961], [0.961, 0.961, 0.961]), verdict([0.9, 0.1, 0.9], [0.9, 0.9, 0.9])
    ('within the margin', 'not all learn')
    """
    if len(values) < FEWEST:
        return "too few seeds"
    found = compared(values, others)
    if found is None:
        return "not all learn"
    mean, half = found
    if abs(mean) > half:
        return "higher" if mean > 0 else "lower"
    return "within the margin" if abs(mean) + half <= MARGIN else "open"
