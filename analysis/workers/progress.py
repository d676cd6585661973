"""The live display of a training: a line per stack, the whole, and the time left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Task as Bar
from rich.text import Text

from analysis.workers.tasks import Task


class Estimate:
    """When a training will have ended, from the time that the epochs so far have taken on their workers.

    What is left is scheduled as the pool does, each task to the worker that is free first: at the end, not
    all of them are busy.
    """

    def __init__(self, tasks: Sequence[Task], workers: int, clock: Callable[[], float] = monotonic) -> None:
        self.tasks, self.workers, self.clock = tasks, workers, clock
        self.epochs = [0] * len(tasks)
        self.since: dict[int, float] = {}
        self.worked = self.done = 0.0

    def epoch(self, task: int, epoch: int) -> None:
        """A task has finished an epoch; one that goes on from a checkpoint reports those before it at once."""
        now = self.clock()
        if task in self.since:
            self.worked += now - self.since[task]
            self.done += self._cost(task, epoch - self.epochs[task])
        self.since[task], self.epochs[task] = now, epoch

    def end(self) -> float | None:
        """The clock's time at which the last task will be finished; None before the first epoch is."""
        if not self.done:
            return None
        now, pace = self.clock(), self.worked / self.done
        free = []
        waiting = []
        for task, epochs in enumerate(self.epochs):
            left = pace * self._cost(task, self.tasks[task].runs[0].epochs - epochs)
            if task not in self.since:
                waiting.append(left)
            elif left:
                free.append(self.since[task] + left)
        free += [now] * (self.workers - len(free))
        for left in waiting:
            free.sort()
            free[0] += left
        return max(free)

    def _cost(self, task: int, epochs: int) -> float:
        return self.tasks[task].cost * epochs / self.tasks[task].runs[0].epochs


class _Left(ProgressColumn):
    """The time left of the whole."""

    def __init__(self, estimate: Estimate) -> None:
        super().__init__()
        self.estimate = estimate

    def render(self, task: Bar) -> Text:
        """Minutes and seconds beside the bar of the whole, nothing beside those of the stacks."""
        end = self.estimate.end()
        if not task.fields.get("whole") or end is None:
            return Text()
        minutes, seconds = divmod(max(0, round(end - self.estimate.clock())), 60)
        return Text(f"{minutes}:{seconds:02} left", style="progress.remaining")


class Display:
    """Shows progress on a terminal; elsewhere says once what is trained, and how that went."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)

    def start(self, tasks: Sequence[Task], workers: int) -> None:
        """Begin, with a bar for each task."""
        networks = sum(len(task.runs) for task in tasks)
        self.console.print(f"Training {networks} networks in {len(tasks)} stacks on {workers} workers.")
        self.tasks, self.started = tasks, monotonic()
        self.estimate = Estimate(tasks, workers)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Left(self.estimate),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.bars = [
            self.progress.add_task(str(task), total=task.runs[0].epochs, start=False, visible=False)
            for task in tasks
        ]
        epochs = sum(len(task.runs) * task.runs[0].epochs for task in tasks)
        self.whole = self.progress.add_task("all, epochs of a network", total=epochs, whole=True)
        self.progress.start()

    def epoch(self, task: int, epoch: int) -> None:
        """A task has finished an epoch."""
        bar, runs, more = self.bars[task], self.tasks[task].runs, epoch - self.estimate.epochs[task]
        if task not in self.estimate.since:
            self.progress.start_task(bar)
        self.estimate.epoch(task, epoch)
        self.progress.update(bar, completed=epoch, visible=epoch < runs[0].epochs)
        self.progress.advance(self.whole, len(runs) * more)

    def stop(self) -> None:
        """End, whether done or interrupted."""
        self.progress.stop()
        if all(bar.finished for bar in self.progress.tasks):
            minutes, seconds = divmod(round(monotonic() - self.started), 60)
            self.console.print(f"Trained in {minutes}:{seconds:02}.")
