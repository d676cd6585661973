"""How long a training will take: by what was recorded of the same networks, else of others like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from analysis.results.store import Store
from analysis.speed.cost import pace
from analysis.speed.recorded import Benchmark
from analysis.studies.data import load
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.theory.bands import multiplications
from analysis.workers.jobs import Job
from analysis.workers.tasks import Drawn, Task

#: in what a recorded network is like another, the closest likeness first; short trainings are mostly preparation
_LIKE = (
    ("dataset", "batch_size", "optimizer", "width", "depth", "epochs"),
    ("dataset", "batch_size", "optimizer", "width", "epochs"),
    ("dataset", "batch_size", "optimizer", "width", "depth"),
    ("dataset", "batch_size", "optimizer"),
)
_SHARE = 0.05  # of the arithmetic of a core, in multiplications a second that draw networks
_FORECAST = 0.6  # seconds for what theory says of networks with one activation
_MEASURED_WITH = 60_000  # training images, those of MNIST


class Expected(NamedTuple):
    """Seconds of a training, and whether they rest on recorded networks alone: else on a benchmark, too."""

    seconds: float
    recorded: bool


def expected(tasks: Sequence[Task], workers: int, store: Store, device: str, measured: Benchmark) -> Expected:
    """Until when so many workers have trained these stacks, each of which is begun by the worker that is free first."""
    runs = [run for task in tasks for run in task.runs]
    recorded = {run: seconds for run in runs if (seconds := store.seconds(run, device)) is not None}
    others = store.newest_seconds(device) if len(recorded) < len(runs) else {}
    found = {run: recorded[run] if run in recorded else _of_those_like(run, others) for run in runs}
    busy = [0.0] * workers
    for task in tasks:
        busy.sort()
        for run in task.runs:
            seconds = found[run]
            busy[0] += _by_benchmark(run, measured, store.folder.parent) if seconds is None else seconds
    return Expected(max(busy), None not in found.values())


def to_predict(study: Study, jobs: Sequence[Job], workers: int, measured: Benchmark, cache: Path) -> float:
    """Seconds for what theory says of a study and for drawn networks, by the processor of a benchmark."""
    data = load(study.dataset, cache)
    drawn = [job.study for job in jobs if isinstance(job, Drawn)]
    work = sum(multiplications(each, data.train_images.shape[1], data.classes) for each in drawn)
    seconds = work / (_SHARE * measured.peak_gflops * 1e9) + _FORECAST * (len(jobs) - len(drawn))
    return seconds / workers


def _of_those_like(run: Run, others: Mapping[Run, float]) -> float | None:
    """Seconds of a network, by those that are most like it; None where none is."""
    for keys in _LIKE:
        alike = {
            other: seconds
            for other, seconds in others.items()
            if all(getattr(other, key) == getattr(run, key) for key in keys)
        }
        if alike:
            return _cost(run) * sum(alike.values()) / sum(map(_cost, alike))
    return None


def _by_benchmark(run: Run, measured: Benchmark, cache: Path) -> float:
    images = len(load(run.dataset, cache).train_labels)
    return _cost(run) * pace(measured) * images / _MEASURED_WITH / 1e3


def _cost(run: Run) -> float:
    return Task((run,)).cost
