"""Processes that train at the same time: how long each takes beside the others, and the memory that it holds.

Nothing here imports torch, as no worker of a build does that trains by the compiled step.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.speed.machine import held
from analysis.speed.recorded import RateOfWorkers
from analysis.speed.steps import training
from analysis.speed.timing import medians
from analysis.studies.data import load
from analysis.studies.run import Run
from analysis.training.ways import networks_of


def together(workers: int, runs: Sequence[Run], cache: Path) -> RateOfWorkers:
    """So many processes, each of which trains the runs."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(workers)
    with context.Pool(workers, _meet, (barrier,)) as pool:
        times = pool.starmap(_seconds, [(runs, cache)] * workers, chunksize=1)
    each = 1e3 * max(seconds for seconds, _ in times)
    return RateOfWorkers(
        ms_per_model_epoch=each,
        ms_per_model_epoch_of_all=each / workers,
        gigabytes_resident=max(held for _, held in times),
    )


_barrier: Any = None


def _meet(barrier: Any) -> None:
    global _barrier
    _barrier = barrier


def _seconds(runs: Sequence[Run], cache: Path) -> tuple[float, float]:
    """Seconds of a network and epoch, once all processes are ready; gigabytes that this one has held."""
    data = load(runs[0].dataset, cache)
    networks = networks_of(runs, data, np.float32, "cpu", cache)
    trained = training(networks.train, runs, len(data.train_labels))
    trained.clock(1)
    _barrier.wait()
    return medians({"": trained.clock})[""] / trained.epochs, held()
