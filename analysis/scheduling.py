"""From the runs of a study to their results: what is stored is read, the rest trained by worker processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from analysis.checkpoints import throw_away_old
from analysis.data import load
from analysis.files import digest
from analysis.pool import Job, Pool
from analysis.results import Results
from analysis.runs import Run, RunResult
from analysis.store import Store
from analysis.study import Study


class DeviceError(OSError):
    """A device that this machine lacks."""


@dataclass(frozen=True)
class Task:
    """Runs of one depth, to be trained as one stack: a job."""

    runs: tuple[Run, ...]

    @property
    def cost(self) -> float:
        """About the milliseconds of its training on one core; only ratios matter.

        Fitted to what `python -m analysis benchmark` measured for stacks of other depths and widths.
        """
        run = self.runs[0]
        wide = run.width / 32
        return len(self.runs) * run.epochs * wide * (55 + 6 * (1 + wide) * run.depth)

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> list[RunResult]:
        """Train the stack, in a worker; tells each epoch that is finished."""
        from analysis.training import train as train_stack

        data = load(self.runs[0].dataset, cache)
        return train_stack(
            self.runs, data, device=device, progress=tell, checkpoint=self.checkpoint(cache, device)
        )

    def checkpoint(self, cache: Path, device: str) -> Path:
        """Where the state of its training is kept."""
        store = Store(cache)
        return cache / "checkpoints" / f"{digest([store.path(run, device).name for run in self.runs])}.npz"

    def __str__(self) -> str:
        names = ", ".join(dict.fromkeys(run.activation for run in self.runs))
        return f"{self.runs[0].depth} layers: {names} ({len(self.runs)} networks)"


class Watcher(Protocol):
    """What is told of the training's progress."""

    def start(self, tasks: Sequence[Task], workers: int) -> None:
        """The tasks are about to be trained."""

    def epoch(self, task: int, epoch: int) -> None:
        """A task, by its place in the list, has finished an epoch; its stack is ready at epoch 0."""

    def stop(self) -> None:
        """Training has ended or was interrupted."""


def train(
    study: Study,
    cache: Path,
    *,
    jobs: int = 2,
    device: str = "auto",
    retrain: bool = False,
    accept: bool = False,
    watcher: Watcher | None = None,
    before: Sequence[Job] = (),
) -> Results:
    """The results of a study; trains what is not stored, or everything with `retrain`.

    With `accept`, results that other source or versions gave count as stored.

    Where something is to be trained, the workers do the jobs of `before` first: what would fail without
    training should fail before it.
    """
    store, device = Store(cache), resolve_device(device)
    stored, accepted = ({}, ()) if retrain else stock(study, store, device, accept)
    tasks = plan(study.runs, 1 if device == "cuda" else jobs, set(stored))
    if retrain:
        _forget(tasks, cache, device)
    if tasks:
        for task, results in _train(tasks, cache, jobs, device, watcher, before):
            stored |= {result.run: store.put(result, anew=retrain) for result in results}
            _forget([task], cache, device)
    return Results(study, tuple(stored[run] for run in study.runs), accepted)


def train_runs(
    runs: Sequence[Run], cache: Path, *, jobs: int, device: str, watcher: Watcher | None = None
) -> list[RunResult]:
    """The runs trained, in their order; nothing is read from a store or put into one."""
    device = resolve_device(device)
    tasks = plan(runs, 1 if device == "cuda" else jobs)
    trained = _train(tasks, cache, jobs, device, watcher, ())
    found = {result.run: result for _, results in trained for result in results}
    return [found[run] for run in runs]


class NotTrained(OSError):  # noqa: N818 - reads as what is wrong
    """Results that are asked for without training, and are not stored."""


def stored_results(study: Study, cache: Path, device: str = "auto") -> Results:
    """The stored results of a study, wherever they were trained; raises `NotTrained` unless there are all."""
    store = Store(cache)
    for place in dict.fromkeys((resolve_device(device), "cpu", "cuda")):
        stored, _ = stock(study, store, place, accept=False)
        if len(stored) == len(study.runs):
            return Results(study, tuple(stored.values()))
    raise NotTrained(f"the study {study.name} is not all trained: run `python build.py --study ...` first")


def stock(
    study: Study, store: Store, device: str, accept: bool
) -> tuple[dict[Run, RunResult], tuple[str, ...]]:
    """The stored results of a study, and in what way those of them are of before that were to be accepted."""
    stored: dict[Run, RunResult] = {}
    changed: dict[str, None] = {}
    for run in study.runs:
        if result := store.get(run, device):
            stored[run] = result
        elif accept and (other := store.other(run, device)):
            stored[run] = other.result
            changed |= dict.fromkeys(other.changed)
    return stored, tuple(changed)


def _forget(tasks: Iterable[Task], cache: Path, device: str) -> None:
    for task in tasks:
        task.checkpoint(cache, device).unlink(missing_ok=True)


def resolve_device(device: str) -> str:
    """The device itself, or cpu or cuda for `auto`; raises `DeviceError`.

    torch takes seconds to import, and is asked only where the answer may be cuda.
    """
    if device == "cpu" or (device == "auto" and not Path("/proc/driver/nvidia").exists()):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "auto":
        return "cpu"
    raise DeviceError(f"the device {device} is not available here; --device cpu is")


def plan(runs: Sequence[Run], jobs: int, stored: Collection[Run] = ()) -> list[Task]:
    """Stacks of runs of one depth, as many of each depth as there are workers, the costliest first.

    An accelerator is shared by all models of a stack, and has one. The runs that are stored are left out of
    their stacks: a build that was interrupted finds the others' stacks as they were, with their checkpoints.
    """
    tasks = []
    for depth in dict.fromkeys(run.depth for run in runs):
        alike = sorted((run for run in runs if run.depth == depth), key=lambda run: run.seed)
        parts = min(jobs, len(alike))
        bounds = [len(alike) * n // parts for n in range(parts + 1)]
        left = (tuple(run for run in alike[a:b] if run not in stored) for a, b in pairwise(bounds))
        tasks += [Task(runs) for runs in left if runs]
    return sorted(tasks, key=lambda task: -task.cost)


def _train(
    tasks: Sequence[Task],
    cache: Path,
    jobs: int,
    device: str,
    watcher: Watcher | None,
    before: Sequence[Job],
) -> Iterator[tuple[Task, list[RunResult]]]:
    """The tasks, as they are finished, with their results."""
    workers = 1 if device == "cuda" else min(jobs, len(tasks))
    throw_away_old(cache / "checkpoints")

    def heard(place: int, epoch: int) -> None:
        if watcher and place >= len(before):
            watcher.epoch(place - len(before), epoch)

    if watcher:
        watcher.start(tasks, workers)
    try:
        with Pool(workers, cache, device) as pool:
            load(tasks[0].runs[0].dataset, cache)  # decoded here, once, while the workers start
            for place, results in pool.results([*before, *tasks], heard):
                if place >= len(before):
                    yield tasks[place - len(before)], results
    finally:
        if watcher:
            watcher.stop()
