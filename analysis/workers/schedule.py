"""From the runs of a study to their results: what is stored is read, the rest trained by worker processes."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

from analysis.keeping.files import clear, refuse_unwritable
from analysis.results.frames import Results
from analysis.results.gathered import as_table, combine, stored_results, stored_runs
from analysis.results.store import Store
from analysis.studies.beside import all_runs, all_studies
from analysis.studies.data import DataError, load
from analysis.studies.run import Protocol as Shared
from analysis.studies.run import Run, RunResult
from analysis.studies.study import Study
from analysis.training.checkpoints import throw_away_old
from analysis.training.ways import why_by_torch
from analysis.workers.tasks import Task
from analysis.workers.workers import Workers, unheard

_ALIKE = [key for key in Shared.model_fields if key not in ("sigma_w", "sigma_b")]  # of a stack's runs


class Watcher(Protocol):
    """Follows the progress of training."""

    def start(self, tasks: Sequence[Task], workers: int) -> None:
        """The tasks are about to be trained."""

    def epoch(self, task: int, epoch: int) -> None:
        """A task, by its place in the list, has finished an epoch; its stack is ready at epoch 0."""

    def stop(self) -> None:
        """Training has ended or was interrupted."""


def train(
    study: Study,
    workers: Workers,
    *,
    retrain: bool = False,
    accept: bool = False,
    watcher: Watcher | None = None,
) -> Results:
    """The results of a study and of those beside it; trains what is not stored, or everything with `retrain`.

    With `accept`, results that other source or versions gave count as stored.
    """
    store, device = Store(workers.cache), workers.device
    if not retrain and (found := stored_results(study, store, device)):
        return found
    studies = all_studies(study)
    runs = all_runs(study)
    stored, accepted = ({}, ()) if retrain else stored_runs(runs, store, device, accept)
    if len(stored) < len(runs):
        refuse_unwritable(store.folder)
        try:
            for stack in _train_stacks(plan(runs, workers.count, stored), workers, watcher, anew=retrain):
                stored |= {result.run: store.put(result, anew=retrain) for result in stack}
        except KeyboardInterrupt:
            said = f"Interrupted: {len(stored)} of {len(runs)} networks are trained and stored; "
            print(
                said + "the others go on, the next time, from where they were some ten seconds ago.",
                file=sys.stderr,
            )
            raise
    given = [Results.of(each, stored.values(), accepted) for each in studies]
    return combine(given if accepted else [as_table(results, store, device) for results in given])


def train_runs(runs: Sequence[Run], workers: Workers, watcher: Watcher | None = None) -> list[RunResult]:
    """The runs trained, in their order; nothing is read from a store or put into one."""
    tasks = plan(runs, workers.count)
    found = {result.run: result for stack in _train_stacks(tasks, workers, watcher) for result in stack}
    return [found[run] for run in runs]


def _train_stacks(
    tasks: Sequence[Task], workers: Workers, watcher: Watcher | None, anew: bool = False
) -> Iterator[list[RunResult]]:
    """Train the stacks; the results of each as it is finished."""
    throw_away_old(workers.cache / "checkpoints")
    clear(workers.cache)
    for task in tasks if anew else ():
        task.forget(workers.cache, workers.device)
    if watcher:
        watcher.start(tasks, workers.count)
    try:
        workers.start(len(tasks))
        Thread(target=_prepare, args=(tasks[0].runs[0].dataset, workers.device, workers.cache)).start()
        for place, results in workers.results(tasks, watcher.epoch if watcher else unheard):
            yield results
            tasks[place].forget(workers.cache, workers.device)
    finally:
        if watcher:
            watcher.stop()


def _prepare(dataset: str, device: str, cache: Path) -> None:
    """Decode the data and compile the step, once, before the workers come to need them; tells by what is trained."""
    with suppress(DataError):  # of which the worker tells that needs the data
        load(dataset, cache)
    if reason := why_by_torch(device, cache):
        said = f"Networks are trained by calls of torch, not by the compiled step: {reason}."
        print(said, file=sys.stderr)


def plan(runs: Sequence[Run], jobs: int, stored: Collection[Run] = ()) -> list[Task]:
    """Stacks of runs that are alike, as many of each kind as there are workers, the costliest first.

    Runs are alike in all but activation, seed and the variances of initial weights: one protocol, one depth.

    An accelerator has one worker, so that all runs of a kind are one stack. The runs that are stored are left out of
    their stacks: a build that was interrupted finds the others' stacks as they were, with their checkpoints.
    """
    tasks = []
    kinds: dict[Any, list[Run]] = defaultdict(list)
    for run in runs:
        kinds[run.depth, *(getattr(run, key) for key in _ALIKE)].append(run)
    for alike in kinds.values():
        alike.sort(key=lambda run: run.seed)
        parts = min(jobs, len(alike))
        bounds = [len(alike) * n // parts for n in range(parts + 1)]
        left = (tuple(run for run in alike[a:b] if run not in stored) for a, b in pairwise(bounds))
        tasks += [Task(runs) for runs in left if runs]
    return sorted(tasks, key=lambda task: -task.cost)
