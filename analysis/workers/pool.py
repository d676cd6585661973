"""A pool of worker processes: they do jobs, report their progress, and end with the pool."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from analysis.workers.jobs import LOST, Job, TrainingError, understood
from analysis.workers.threads import environment_of_one_thread

PRELOADED = "analysis.training.compiled"  # the workers' first deed, while they wait for what to do


class Pool:
    """Processes of this machine: `with Pool(cache, "cpu") as pool: pool.grow(2); ...`."""

    def __init__(self, cache: Path, device: str) -> None:
        self.cache, self.device = cache, device
        self.workers: dict[Connection, SpawnProcess] = {}

    def grow(self, count: int) -> None:
        """Start workers until there are so many; they take a second to be ready."""
        while len(self.workers) < count:
            self._start()

    def _start(self) -> Connection:
        """Start a worker."""
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self.cache, self.device), daemon=True)
        # Both are inherited: Ctrl-C is for the parent, which ends its workers.
        with _interrupts_ignored(), environment_of_one_thread():
            process.start()
        theirs.close()
        self.workers[ours] = process
        return ours

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.workers.values():
            process.kill()
            process.join()

    def results(self, jobs: Sequence[Job], heard: Callable[[int, int], None]) -> Iterator[tuple[int, Any]]:
        """The place of each job in the list, and its result, as they come; jobs are begun in their order.

        `heard` gets the place of a job and the number that it tells. A worker that dies, perhaps for want of memory,
        is replaced, and its job is done again, once. Raises `TrainingError`, which names the job, and the `EXPECTED`
        errors of jobs.
        """
        waiting = list(enumerate(jobs))
        lost: set[int] = set()
        busy: dict[Connection, int] = {}

        def hand_out(connection: Connection) -> None:
            while waiting:
                try:
                    connection.send(waiting[0][1])
                except OSError:  # it died while it had nothing to do
                    self.workers.pop(connection).join()
                    connection = self._start()
                    continue
                busy[connection] = waiting.pop(0)[0]
                return

        for connection in list(self.workers):
            hand_out(connection)
        while busy:
            ready = wait(list(busy))
            for connection in [one for one in busy if one in ready]:
                place = busy[connection]
                try:
                    message = connection.recv()
                except (EOFError, OSError):
                    del busy[connection]
                    self.workers.pop(connection).join()
                    if place in lost:
                        raise TrainingError(LOST.format(job=jobs[place])) from None
                    lost.add(place)
                    waiting.insert(0, (place, jobs[place]))
                    hand_out(self._start())
                    continue
                kind, content = understood(message, jobs[place])
                if kind == "told":
                    heard(place, content)
                else:
                    del busy[connection]
                    hand_out(connection)
                    yield place, content


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _work(connection: Connection, cache: Path, device: str) -> None:
    """A worker process: do jobs until the connection closes."""
    __import__(PRELOADED)
    from analysis.workers.tasks import (
        EXPECTED,
    )  # with all that jobs import: the pool's process need not have that

    def send(kind: str, content: Any) -> None:
        try:
            connection.send((kind, content))
        except OSError:  # the pool's process is gone
            raise SystemExit from None

    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            send("done", job.do(cache, device, partial(send, "told")))
        except EXPECTED as error:
            send("raised", error)
        except Exception:
            send("failed", traceback.format_exc())
