"""The live display of a training: a line per stack, the whole, and the time left."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from analysis.scheduling import Task


class Display:
    """Shows progress on a terminal; elsewhere says once what is trained, and when it is done."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)

    def start(self, tasks: Sequence[Task], workers: int) -> None:
        """Begin, with a bar for each task."""
        networks = sum(len(task.runs) for task in tasks)
        self.console.print(f"Training {networks} networks in {len(tasks)} stacks on {workers} workers.")
        self.tasks = tasks
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self.console,
            disable=not self.console.is_terminal,
            # The rate of the last minute, so that a slow start is soon forgotten.
            speed_estimate_period=60,
        )
        total = round(sum(task.cost for task in tasks))
        self.bars = [
            self.progress.add_task(str(task), total=task.runs[0].epochs, start=False, visible=False)
            for task in tasks
        ]
        self.whole = self.progress.add_task("all", total=total)
        self.progress.start()

    def epoch(self, task: int, epoch: int) -> None:
        """A task has finished an epoch."""
        bar = self.bars[task]
        if epoch == 1:
            self.progress.start_task(bar)
        epochs = self.tasks[task].runs[0].epochs
        self.progress.update(bar, completed=epoch, visible=epoch < epochs)
        self.progress.advance(self.whole, self.tasks[task].cost / epochs)

    def stop(self) -> None:
        """End, whether done or interrupted."""
        self.progress.stop()
