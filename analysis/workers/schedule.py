"""From the runs of a study to their results: what is stored is read, the rest trained by worker processes."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analysis.keeping.files import clear, refuse_unwritable
from analysis.results.frames import Results
from analysis.results.gathered import as_table, joined, stock, stored_results
from analysis.results.store import Store
from analysis.studies.beside import all_studies
from analysis.studies.data import load
from analysis.studies.run import Run, RunResult
from analysis.studies.study import Study
from analysis.training.checkpoints import throw_away_old
from analysis.training.device import resolve_device
from analysis.workers.jobs import ClusterError, Executor, Job
from analysis.workers.pool import Pool
from analysis.workers.tasks import Task

if TYPE_CHECKING:
    from analysis.workers.cluster import Cluster


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
    scheduler: str | None = None,
    retrain: bool = False,
    accept: bool = False,
    watcher: Watcher | None = None,
    before: Sequence[Job] = (),
) -> Results:
    """The results of a study and of those beside it; trains what is not stored, or everything with `retrain`.

    Trains in `jobs` processes of this machine or, with the address of a Dask `scheduler`, on its workers.
    With `accept`, results that other source or versions gave count as stored.

    Where something is to be trained, processes of this machine do the jobs of `before` first: what would fail
    without training should fail before it.
    """
    store, device = Store(cache), resolve_device(device, scheduler)
    if not retrain and (found := stored_results(study, store, device)):
        return found
    studies = all_studies(study)
    runs = [run for each in studies for run in each.runs]
    stored, accepted = ({}, ()) if retrain else stock(runs, store, device, accept)
    if len(stored) < len(runs):
        refuse_unwritable(store.folder)
        where = Where(cache, jobs, device, scheduler, retrain)
        for stack in where.train(runs, set(stored), watcher, before):
            stored |= {result.run: store.put(result, anew=retrain) for result in stack}
    given = [Results.of(each, stored.values(), accepted) for each in studies]
    return joined(given if accepted else [as_table(results, store, device) for results in given])


def train_runs(
    runs: Sequence[Run],
    cache: Path,
    *,
    jobs: int,
    device: str,
    scheduler: str | None = None,
    watcher: Watcher | None = None,
) -> list[RunResult]:
    """The runs trained, in their order; nothing is read from a store or put into one."""
    where = Where(cache, jobs, resolve_device(device, scheduler), scheduler)
    found = {result.run: result for results in where.train(runs, (), watcher) for result in results}
    return [found[run] for run in runs]


def plan(runs: Sequence[Run], jobs: int, stored: Collection[Run] = ()) -> list[Task]:
    """Stacks of runs that are alike, as many of each kind as there are workers, the costliest first.

    Runs are alike in all but activation and seed.

    An accelerator is shared by all models of a stack, and has one. The runs that are stored are left out of
    their stacks: a build that was interrupted finds the others' stacks as they were, with their checkpoints.
    """
    tasks = []
    kinds: dict[Any, list[Run]] = defaultdict(list)
    for run in runs:
        kinds[run.initializer, run.epochs, run.depth].append(run)
    for alike in kinds.values():
        alike.sort(key=lambda run: run.seed)
        parts = min(jobs, len(alike))
        bounds = [len(alike) * n // parts for n in range(parts + 1)]
        left = (tuple(run for run in alike[a:b] if run not in stored) for a, b in pairwise(bounds))
        tasks += [Task(runs) for runs in left if runs]
    return sorted(tasks, key=lambda task: -task.cost)


@dataclass(frozen=True)
class Where:
    """Where runs are trained: by `jobs` processes of this machine, or by the workers of a Dask scheduler."""

    cache: Path
    jobs: int
    device: str
    scheduler: str | None = None
    anew: bool = False

    def train(
        self,
        runs: Sequence[Run],
        stored: Collection[Run],
        watcher: Watcher | None,
        before: Sequence[Job] = (),
    ) -> Iterator[list[RunResult]]:
        """The results of those runs that are not stored, stack by stack as they are finished."""
        throw_away_old(self.cache / "checkpoints")
        clear(self.cache)
        if self.scheduler:
            with self._pool(before) as pool:
                deque(pool.results(before, lambda *_: None))
            before = ()
        executor, tasks = self._executor(runs, stored, before)
        if self.anew:
            self._forget(tasks)

        def heard(place: int, epoch: int) -> None:
            if watcher and place >= len(before):
                watcher.epoch(place - len(before), epoch)

        if watcher:
            watcher.start(tasks, executor.count)
        try:
            with executor:
                load(runs[0].dataset, self.cache)  # decoded here, once, while the workers start
                for place, results in executor.results([*before, *tasks], heard):
                    if place >= len(before):
                        yield results
                        self._forget([tasks[place - len(before)]])
        finally:
            if watcher:
                watcher.stop()

    def _executor(
        self, runs: Sequence[Run], stored: Collection[Run], before: Sequence[Job]
    ) -> tuple[Executor, list[Task]]:
        """What does the tasks, and the tasks."""
        if self.scheduler:
            cluster = connect(self.scheduler, self.device)
            return cluster, plan(runs, cluster.count, stored)
        tasks = plan(runs, 1 if self.device == "cuda" else self.jobs, stored)
        return self._pool(tasks), tasks

    def _pool(self, jobs: Sequence[Job]) -> Pool:
        workers = 1 if self.device == "cuda" else min(self.jobs, len(jobs))
        return Pool(workers, self.cache, self.device)

    def _forget(self, tasks: Iterable[Task]) -> None:
        """Throw their checkpoints away."""
        for task in tasks:
            task.checkpoint(self.cache, self.device).unlink(missing_ok=True)


def connect(scheduler: str, device: str) -> Cluster:
    """The cluster of a scheduler; raises `ClusterError`."""
    try:
        from analysis.workers.cluster import Cluster
    except ModuleNotFoundError as error:
        raise ClusterError(f"{error}: --scheduler needs Dask, the extra [cluster] of this project") from None
    return Cluster(scheduler, device)
