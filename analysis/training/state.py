"""How far the training of a stack has come, and what its runs have given so far."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np

from analysis.studies.run import HISTORY, RunResult
from analysis.training.checkpoints import Checkpoint
from analysis.training.networks import Networks


class State:
    """How far the training of networks has come, and what their runs have given so far.

    `epoch` is the one that is being trained, of which `batch` mini-batches are done.
    """

    def __init__(self, networks: Networks, checkpoint: Checkpoint) -> None:
        self.networks, self.checkpoint = networks, checkpoint
        self.started = perf_counter()
        self.epoch = self.batch = 0
        self.history: dict[str, list[list[float]]] = {measure: [] for measure in HISTORY}
        self.probes: dict[int, list[dict[str, list[float]]]] = {}
        self.diverged_at: list[int | None] = [None] * len(networks.runs)
        if kept := checkpoint.read():
            self._restore(*kept)

    def begin(self, epoch: int) -> None:
        """Begin an epoch: those before it are done."""
        self.epoch, self.batch = epoch, 0
        self.networks.begin()
        self._keep()

    def advance(self, batches: int) -> None:
        """Note that so many mini-batches are done."""
        self.batch += batches
        self._keep()

    def add(self, epoch: int, *measures: np.ndarray) -> None:
        """Add the measures of `HISTORY` after an epoch; a loss that is not finite has diverged."""
        for name, values in zip(HISTORY, measures, strict=True):
            self.history[name].append(values.tolist())
        for n, loss in enumerate(self.history["train_loss"][-1]):
            if self.diverged_at[n] is None and not np.isfinite(loss):
                self.diverged_at[n] = epoch

    def results(self, device: str) -> list[RunResult]:
        """The result of each run."""
        runs = self.networks.runs
        seconds = (perf_counter() - self.started) / len(runs)
        return [
            RunResult(
                run,
                {name: [values[n] for values in epochs] for name, epochs in self.history.items()},
                {epoch: networks[n] for epoch, networks in self.probes.items()},
                self.diverged_at[n],
                device,
                seconds,
            )
            for n, run in enumerate(runs)
        ]

    def _keep(self) -> None:
        if not self.checkpoint.is_due():
            return
        rest = {
            "epoch": self.epoch,
            "batch": self.batch,
            "history": self.history,
            "probes": list(self.probes.items()),
            "diverged_at": self.diverged_at,
            "seconds": perf_counter() - self.started,
        }
        self.checkpoint.write(self.networks.arrays(), rest)

    def _restore(self, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> None:
        self.networks.restore(arrays)
        self.epoch, self.batch = rest["epoch"], rest["batch"]
        self.history, self.diverged_at = rest["history"], rest["diverged_at"]
        self.probes = dict(rest["probes"])
        self.started -= rest["seconds"]
