"""Checkpoints: where the training of a stack was, kept often enough that a kill costs seconds. No torch."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from time import perf_counter, time
from typing import Any

import numpy as np

from analysis.keeping.files import replacing

EVERY = 10.0  # seconds between checkpoints
DEARTH = 100  # a checkpoint that takes long is made less often: it has at most a hundredth of the time
OLD = 7 * 24 * 3600.0  # seconds after which one that was never taken up is thrown away


class Checkpoint:
    """The state of one stack in one file: arrays by name, and what else JSON can write."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.due = perf_counter() + EVERY

    def read(self) -> tuple[dict[str, np.ndarray], Any] | None:
        """The last state that was kept; None where there is none, or it is damaged."""
        if self.path is None:
            return None
        try:
            with np.load(self.path) as file:  # reads no pickled objects, and checks every array's sum
                arrays = dict(file)
            return arrays, json.loads(bytes(arrays.pop("rest")))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def is_due(self) -> bool:
        """Whether the last checkpoint is long enough ago."""
        return self.path is not None and perf_counter() >= self.due

    def write(self, arrays: dict[str, np.ndarray], rest: Any) -> None:
        """Keep a state in place of the last one."""
        assert self.path is not None
        start = perf_counter()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path) as temporary, temporary.open("wb") as file:
            np.savez(file, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8), **arrays)  # type: ignore[arg-type]
        now = perf_counter()
        self.due = now + max(EVERY, DEARTH * (now - start))


def throw_away_old(folder: Path) -> None:
    """Remove checkpoints that no build has taken up for a week."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if time() - path.stat().st_mtime > OLD:
            path.unlink(missing_ok=True)
