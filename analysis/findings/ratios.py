"""By how many orders of magnitude one measurement exceeds another, and the least of such margins for each seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def orders_of_magnitude(ones: Sequence[float], others: Sequence[float]) -> list[float]:
    """By how many powers of ten each number exceeds the other at its place; none is negative.

    Infinite where the other one is zero; nan where both are, or one of them is nan.

    >>> orders_of_magnitude([1.0, 1e-3, 0.0], [1e-3, 0.0, 0.0])
    [3.0, inf, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        difference: np.ndarray = np.log10(np.array(ones, float)) - np.log10(np.array(others, float))
    return [float(value) for value in difference]


def least_by_seed(samples: Iterable[Sequence[float]]) -> list[float]:
    """The least of each seed, of samples that have the same seeds in the same order; nan where one of them is.

    >>> least_by_seed([[1.0, 2.0], [3.0, 0.5]])
    [1.0, 0.5]
    """
    return [float(np.min(of_one)) for of_one in zip(*samples, strict=True)]
