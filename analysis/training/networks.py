"""Networks of one depth that are trained together: what they offer, by whatever they are trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from analysis.studies.patterns import CLASSES
from analysis.studies.run import Run

#: optimizer -> its running means: u of the gradient, s of its square; in the order of the rules of products.c
MEANS = {"sgd": "", "momentum": "u", "adam": "us"}


@dataclass(frozen=True)
class Gradients:
    """A network on one mini-batch; lists are by layer, from the first.

    W         (units, units below)
    y         (units below, patterns), what the layer is given: to the first, the images
    v         (units, patterns)
    slope     (units, patterns), f'(v), of the hidden layers
    delta     (units, patterns), of the loss
    of_sum    the same, of the sum of the softmax outputs in place of the loss
    """

    W: Sequence[np.ndarray]
    y: Sequence[np.ndarray]
    v: Sequence[np.ndarray]
    slope: Sequence[np.ndarray]
    delta: Sequence[np.ndarray]
    of_sum: Sequence[np.ndarray]


class Networks(Protocol):
    """Networks of one depth and one protocol; any mix of activations and seeds, ordered by seed.

    Loss (cross-entropy) and right answers are sums over the patterns since `begin`: those of a mini-batch before it
    changes the weights.
    """

    runs: tuple[Run, ...]

    def begin(self) -> None:
        """Begin to sum loss and right answers."""

    def train(self, places: Mapping[int, np.ndarray]) -> None:
        """Train on the images at these places, of each seed, in mini-batches."""

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network, (networks,)."""

    def evaluate(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network on the test images."""

    def function(self, n: int, points: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """f and f' of network n at points, by the code that trains."""

    def gradients(self, patterns: int) -> Iterator[Gradients]:
        """Those of each network on the first training images."""

    def distinct(self, patterns: int) -> np.ndarray:
        """How many different outputs each layer gives for the first training images, (networks, layers).

        Those are y of the hidden layers and v of the last, to the last bit.
        """

    def arrays(self) -> dict[str, np.ndarray]:
        """All that training changes, by name: to be kept, and given to `restore`."""

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from these arrays."""


def units_of(run: Run, inputs: int, classes: int = CLASSES) -> list[int]:
    """The number of inputs, then of the units of each layer."""
    return [inputs, *[run.width] * (run.depth - 1), classes]


def drawn(run: Run, inputs: int, classes: int = CLASSES) -> list[tuple[np.ndarray, np.ndarray]]:
    """The initial weights (units, units below) and biases (units,) of each layer: those of its seed and depth.

    In double precision.
    """
    return [
        run.initial.draw(np.random.default_rng([run.seed, run.depth, r]), below, here)
        for r, (below, here) in enumerate(pairwise(units_of(run, inputs, classes)))
    ]


def how_many(outputs: np.ndarray) -> int:
    """How many different rows an array has, to the last bit."""
    rows = np.ascontiguousarray(outputs + 0)  # -0 becomes 0
    as_bytes = rows.view(f"V{rows.itemsize * rows.shape[1]}").ravel()
    return len(set(as_bytes.tolist()))  # a twentieth of the time of np.unique(rows, axis=0)


def by_the_sum(v: np.ndarray) -> np.ndarray:
    """delta of the output layer, (patterns, classes), for the sum of the softmax outputs p in place of the loss.

    It is p_i (1 - sum p), zero but for rounding; the report shows what the published coursework plotted.
    """
    v = np.ascontiguousarray(v)  # how it lies in memory would decide the order of sums, and so their rounding
    exponentials = np.exp(v - v.max(1, keepdims=True))
    p = exponentials / exponentials.sum(1, keepdims=True)
    return np.asarray(p * (1 - p.sum(1, keepdims=True)))
