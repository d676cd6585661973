"""From the runs of a study to their results: what is stored is read, the rest trained by worker processes."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Protocol

from analysis.data import load
from analysis.results import Results, RunResult
from analysis.store import Store
from analysis.study import Run, Study


class TrainingError(Exception):
    """A stack that could not be trained; the message names it."""


class DeviceError(OSError):
    """A device that this machine lacks."""


@dataclass(frozen=True)
class Task:
    """Runs of one depth, to be trained as one stack."""

    runs: tuple[Run, ...]

    @property
    def cost(self) -> float:
        """Relative training time: epochs times the weights that a pattern passes, and what each layer costs.

        Fitted to the times of the first prototype at width 32: 88, 198 and 367 ms per model and epoch.
        """
        run = self.runs[0]
        return len(self.runs) * run.epochs * (48 + 8 * run.depth * max(1.0, (run.width / 32) ** 2))

    def __str__(self) -> str:
        names = ", ".join(dict.fromkeys(run.activation for run in self.runs))
        return f"{self.runs[0].depth} layers: {names} ({len(self.runs)} networks)"


class Watcher(Protocol):
    """What is told of the training's progress."""

    def start(self, tasks: Sequence[Task], workers: int) -> None:
        """The tasks are about to be trained."""

    def epoch(self, task: int, epoch: int) -> None:
        """A task, by its place in the list, has finished an epoch."""

    def stop(self) -> None:
        """Training has ended or was interrupted."""


def train(
    study: Study,
    cache: Path,
    *,
    jobs: int = 2,
    device: str = "auto",
    retrain: bool = False,
    watcher: Watcher | None = None,
) -> Results:
    """The results of a study; trains what is not stored, or everything with `retrain`."""
    store, device = Store(cache), resolve_device(device)
    stored = {} if retrain else {run: store.get(run, device) for run in study.runs}
    missing = [run for run in study.runs if stored.get(run) is None]
    if missing:
        load(study.dataset, cache)  # decoded here, once, so that no worker has to
        for result in _train(plan(missing, jobs), cache, jobs, device, watcher, store.put):
            stored[result.run] = result
    return Results(study, tuple(stored[run] for run in study.runs))  # type: ignore[misc]


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


def plan(runs: Sequence[Run], jobs: int) -> list[Task]:
    """Stacks of runs of one depth, as many of each depth as there are workers, the costliest first."""
    tasks = []
    for depth in dict.fromkeys(run.depth for run in runs):
        alike = sorted((run for run in runs if run.depth == depth), key=lambda run: run.seed)
        parts = min(jobs, len(alike))
        bounds = [len(alike) * n // parts for n in range(parts + 1)]
        tasks += [Task(tuple(alike[a:b])) for a, b in pairwise(bounds)]
    return sorted(tasks, key=lambda task: -task.cost)


def _train(
    tasks: list[Task],
    cache: Path,
    jobs: int,
    device: str,
    watcher: Watcher | None,
    keep: Callable[[RunResult], None],
) -> list[RunResult]:
    """Hand the tasks to worker processes, which stay for all of them; keep each result as it comes."""
    context = multiprocessing.get_context("spawn")
    waiting = list(enumerate(tasks))
    workers: dict[Connection, SpawnProcess] = {}
    busy: dict[Connection, int] = {}
    results: list[RunResult] = []
    count = min(jobs, len(tasks))
    if watcher:
        watcher.start(tasks, count)
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, str(cache), device), daemon=True)
            with _interrupts_ignored():  # inherited: Ctrl-C is for the parent, which ends its workers
                process.start()
            theirs.close()
            workers[ours] = process
            _hand_out(ours, waiting, busy)
        while busy:
            for connection in wait(list(busy)):
                kind, content = _receive(connection, tasks[busy[connection]])  # type: ignore[arg-type,index]
                if kind == "epoch" and watcher:
                    watcher.epoch(busy[connection], content)  # type: ignore[index]
                if kind == "done":
                    for result in content:
                        keep(result)
                    results += content
                    del busy[connection]  # type: ignore[arg-type]
                    _hand_out(connection, waiting, busy)  # type: ignore[arg-type]
    finally:
        if watcher:
            watcher.stop()
        for process in workers.values():
            process.kill()
            process.join()
    return results


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _hand_out(connection: Connection, waiting: list[tuple[int, Task]], busy: dict[Connection, int]) -> None:
    if waiting:
        busy[connection], task = waiting.pop(0)
        connection.send(task.runs)


def _receive(connection: Connection, task: Task) -> tuple[str, Any]:
    """The worker's next message; raises what the worker could not do."""
    try:
        kind, content = connection.recv()
    except EOFError:
        raise TrainingError(
            f"the worker that trained {task} has died; build again to train it anew"
        ) from None
    if kind == "failed":
        raise TrainingError(f"{task} could not be trained:\n{content}")
    return kind, content


def _work(connection: Connection, cache: str, device: str) -> None:
    """A worker process: train stacks until the connection closes."""
    from analysis.training import train as train_stack

    while True:
        try:
            runs = connection.recv()
        except EOFError:
            return
        try:
            data = load(runs[0].dataset, Path(cache))
            results = train_stack(
                runs, data, device=device, progress=lambda epoch: connection.send(("epoch", epoch))
            )
            connection.send(("done", results))
        except Exception:
            connection.send(("failed", traceback.format_exc()))
