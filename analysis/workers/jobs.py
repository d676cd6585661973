"""What workers are handed, what does it, and how it can fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from analysis.code.accuracy import Inaccurate
from analysis.studies.data import DataError
from derivations import Unproven

EXPECTED = (Unproven, Inaccurate, DataError, OSError)  # what a job may raise that says all in one message
LOST = (
    "the worker of {job} was killed twice, for want of memory perhaps: try --jobs 1, or a smaller study. "
    "A new build goes on from where it was."
)


class TrainingError(Exception):
    """A job that could not be done; the message names it."""


class ClusterError(OSError):
    """A cluster that can't be used; the message says why and what would be right."""


class Job(Protocol):
    """What a worker is handed; has to be picklable. Its `str` names it."""

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> Any:
        """The result; `tell` passes a number on to the pool's process meanwhile."""


def understood(message: tuple[str, Any], job: Job) -> tuple[str, Any]:
    """A worker's message; raises what it could not do."""
    kind, content = message
    if kind == "raised":
        raise content
    if kind == "failed":
        raise TrainingError(f"{job} could not be done:\n{content}")
    return kind, content
