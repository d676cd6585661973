"""A data set as networks are trained on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLASSES = 10  # of MNIST and of its like
FULL_INTENSITY = 255  # of a pixel


@dataclass(frozen=True)
class Data:
    """A data set: images (patterns, pixels) as uint8, labels (patterns,) as int64 from 0 to `classes` - 1.

    Of one's own data, `scaling` says how pixels became fractions, and `notes` how else they were read.
    """

    name: str
    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    classes: int = CLASSES
    scaling: str = f"each divided by {FULL_INTENSITY}"
    notes: tuple[str, ...] = ()

    @property
    def chance(self) -> float:
        """The test accuracy of always answering the most frequent class of the test set."""
        return float(np.bincount(self.test_labels).max() / len(self.test_labels))
