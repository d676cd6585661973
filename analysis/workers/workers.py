"""Workers: processes of this machine, or those of a Dask scheduler, opened once and given lists of jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from analysis.training.device import resolve_device
from analysis.workers.jobs import ClusterError, Job, missing
from analysis.workers.pool import Pool

if TYPE_CHECKING:
    from analysis.workers.cluster import Cluster


def unheard(place: int, number: int) -> None:
    """Ignore the number that a job tells."""


class Workers:
    """Who does the work of a build: `with Workers(cache, 2) as workers: ...`.

    Nothing is started before there is something to do. Jobs are begun in the order in which they are given, and are
    done at the latest when the block ends.
    """

    def __init__(
        self, cache: Path, count: int = 2, device: str = "auto", scheduler: str | None = None
    ) -> None:
        self.cache, self.scheduler = cache, scheduler
        self.device = resolve_device(device, scheduler)
        self._processes = 1 if self.device == "cuda" else count  # an accelerator is shared by a whole stack
        self._open = ExitStack()
        self._pool: Pool | None = None
        self._cluster: Cluster | None = None
        self._waiting: list[Job] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.finish()
        else:
            self._close()

    def finish(self) -> None:
        """Do all jobs that wait, then end the processes; what is given later starts others."""
        try:
            if self._waiting:
                deque(self.results([]), maxlen=0)
        finally:
            self._close()

    def _close(self) -> None:
        self._open.close()
        self._pool = self._cluster = None

    @property
    def count(self) -> int:
        """How many stacks they can train at once."""
        return self._connected().count if self.scheduler else self._processes

    def do(self, jobs: Sequence[Job]) -> None:
        """Queue the jobs whose memos are missing; a job is to leave memos and nothing else.

        `results` does them first, else the end of the block does. Processes start as jobs turn out to be missing.
        """
        for job in jobs:
            if missing([job], self.cache):
                self._waiting.append(job)
                if not self.scheduler:
                    self.start(0)

    def start(self, jobs: int) -> None:
        """Start as many processes as so many jobs can use, with those that wait; they take seconds to be ready."""
        if self.scheduler:
            self._connected()
        elif wanted := min(self._processes, jobs + len(self._waiting)):
            self._pool = self._pool or self._open.enter_context(Pool(self.cache, self.device))
            self._pool.grow(wanted)

    def results(
        self, jobs: Sequence[Job], heard: Callable[[int, int], None] = unheard
    ) -> Iterator[tuple[int, Any]]:
        """The place of each job in the list and its result, as they come, after all that was given before.

        `heard` is given a job's place and what it tells. Raises as `Pool.results` does.
        """
        self.start(len(jobs))
        before, self._waiting = self._waiting, []
        if self.scheduler:
            with Pool(self.cache, self.device) as pool:  # what is left in a store has to be left in this one
                pool.grow(min(self._processes, len(before)))
                deque(pool.results(before, unheard), maxlen=0)
            yield from self._connected().results(jobs, heard)
        elif self._pool is not None:
            count = len(before)

            def told(place: int, number: int) -> None:
                if place >= count:
                    heard(place - count, number)

            found = self._pool.results([*before, *jobs], told)
            yield from ((place - count, result) for place, result in found if place >= count)

    def _connected(self) -> Cluster:
        """The cluster of the scheduler; raises `ClusterError`."""
        if self._cluster is None:
            try:
                from analysis.workers.cluster import Cluster
            except ModuleNotFoundError as error:
                needs = "--scheduler needs Dask, the extra [cluster] of this project"
                raise ClusterError(f"{error}: {needs}") from None
            assert self.scheduler is not None
            self._cluster = self._open.enter_context(Cluster(self.scheduler, self.device))
        return self._cluster
