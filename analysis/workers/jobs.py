"""Jobs: what workers are given, how they answer, and how they fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from analysis.keeping.memo import is_made

LOST = (
    "the worker of {job} was killed twice, for want of memory perhaps: try --jobs 1, or a smaller study. "
    "A new build goes on from where it was."
)


class TrainingError(Exception):
    """A job that could not be done; the message names it."""


class ClusterError(OSError):
    """A cluster that can't be used; the message says why and what would be right."""


class Job(Protocol):
    """The work that a worker is given: it can be pickled, and its `str` names it."""

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> Any:
        """Do the work and return its result; `tell` sends a number to the process that gave the job."""


def missing(jobs: Iterable[Job], cache: Path) -> list[Job]:
    """Those of the jobs, each of which is to leave memos and nothing else, whose memos are not in the store."""
    return [job for job in jobs if not is_made(partial(job.do, cache, "cpu", print))]


def understood(message: tuple[str, Any], job: Job) -> tuple[str, Any]:
    """The content of a worker's message; raises the error that it reports."""
    kind, content = message
    if kind == "raised":
        raise content
    if kind == "failed":
        raise TrainingError(f"{job} could not be done:\n{content}")
    return kind, content
