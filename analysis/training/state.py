"""How far the training of a stack has come, and what its runs have given so far."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
import torch

from analysis.studies.run import HISTORY, RunResult
from analysis.training.checkpoints import Checkpoint
from analysis.training.passes import Pass
from analysis.training.stack import Stack


class Total:
    """Loss and right answers of every model, summed over mini-batches."""

    def __init__(self, stack: Stack) -> None:
        self.loss = torch.zeros(len(stack.runs), dtype=torch.float64, device=stack.device)
        self.correct = torch.zeros(len(stack.runs), dtype=torch.int64, device=stack.device)

    def add(self, at: Pass) -> None:
        """Add those of a pass."""
        self.loss += at.loss
        self.correct += at.correct

    def averages(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean loss, and accuracy, over so many patterns."""
        return self.loss / count, self.correct.double() / count


class State:
    """How far the training of a stack has come, and what its runs have given so far.

    `epoch` is the one that is being trained, of which `batch` mini-batches are done.
    """

    def __init__(self, stack: Stack, checkpoint: Checkpoint) -> None:
        self.stack, self.checkpoint = stack, checkpoint
        self.started = perf_counter()
        self.epoch = self.batch = 0
        self.total = Total(stack)
        self.history: dict[str, list[list[float]]] = {measure: [] for measure in HISTORY}
        self.probes: dict[int, list[dict[str, list[float]]]] = {}
        self.diverged_at: list[int | None] = [None] * len(stack.runs)
        if kept := checkpoint.read():
            self._restore(*kept)

    def begin(self, epoch: int) -> None:
        """Begin an epoch: those before it are done."""
        self.epoch, self.batch, self.total = epoch, 0, Total(self.stack)
        self._keep()

    def step(self, at: Pass) -> None:
        """Note that a mini-batch is done."""
        self.total.add(at)
        self.batch += 1
        self._keep()

    def add(self, epoch: int, *measures: torch.Tensor) -> None:
        """Add the measures of `HISTORY` after an epoch; a loss that is not finite has diverged."""
        for name, values in zip(HISTORY, measures, strict=True):
            self.history[name].append(values.cpu().tolist())
        for n, loss in enumerate(self.history["train_loss"][-1]):
            if self.diverged_at[n] is None and not np.isfinite(loss):
                self.diverged_at[n] = epoch

    def results(self, device: str) -> list[RunResult]:
        """The result of each run."""
        seconds = (perf_counter() - self.started) / len(self.stack.runs)
        return [
            RunResult(
                run,
                {name: [values[n] for values in epochs] for name, epochs in self.history.items()},
                {epoch: models[n] for epoch, models in self.probes.items()},
                self.diverged_at[n],
                device,
                seconds,
            )
            for n, run in enumerate(self.stack.runs)
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
        self.checkpoint.write({name: array.cpu().numpy() for name, array in self._arrays().items()}, rest)

    def _restore(self, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> None:
        for name, array in self._arrays().items():
            array.copy_(torch.from_numpy(arrays[name]))
        self.epoch, self.batch = rest["epoch"], rest["batch"]
        self.history, self.diverged_at = rest["history"], rest["diverged_at"]
        self.probes = dict(rest["probes"])
        self.started -= rest["seconds"]

    def _arrays(self) -> dict[str, torch.Tensor]:
        weights = {f"W{r}": W for r, W in enumerate(self.stack.W)}
        biases = {f"b{r}": b for r, b in enumerate(self.stack.b)}
        return {**weights, **biases, "loss": self.total.loss, "correct": self.total.correct}
