"""Training as it is timed: some mini-batches of real images at every call, as an epoch of training takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from analysis.speed.timing import Clock, clock
from analysis.studies.run import Run
from analysis.training.epochs import AT_ONCE, batch_order

Train = Callable[[Mapping[int, np.ndarray]], object]  # as `Networks.train`


@dataclass(frozen=True)
class Training:
    """The clock of a call, and how many epochs of one network a call is."""

    clock: Clock
    epochs: float


def training(train: Train, runs: Sequence[Run], count: int) -> Training:
    """Training of runs on the next of `count` images at every call, without end, in full mini-batches."""
    seeds = dict.fromkeys(run.seed for run in runs)
    orders = {seed: batch_order(seed, 1, count) for seed in seeds}
    batch = min(runs[0].batch_size, count)
    images = min(AT_ONCE, count // batch) * batch
    places = cycle(range(0, count - images + 1, images))

    def one() -> None:
        place = next(places)
        train({seed: order[place : place + images] for seed, order in orders.items()})

    return Training(clock(one), len(runs) * images / count)
