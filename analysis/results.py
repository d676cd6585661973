"""The results of a study: what each run gave, and all of it as tidy tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from analysis.study import Run, Study

HISTORY = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
PROBES = ("gradient_max", "gradient_rms", "delta_max", "delta_rms", "softmax_sum_max")


@dataclass(frozen=True)
class RunResult:
    """What one run gave.

    history      measure -> its value after each epoch 1, 2, ...; losses in nats, accuracies as fractions;
                 training measures are means over the epoch's mini-batches while the weights change
    probes       epoch -> measure -> its value in each layer r = 1..R
    diverged_at  the first epoch with a non-finite loss, or None
    seconds      the run's share of its stack's training time
    device       where it was trained
    """

    run: Run
    history: dict[str, list[float]]
    probes: dict[int, dict[str, list[float]]]
    diverged_at: int | None
    seconds: float
    device: str = "cpu"

    def as_json(self) -> dict[str, Any]:
        """For the store; non-finite numbers are written as Python's json writes them."""
        return {
            "run": self.run.model_dump(),
            "history": self.history,
            "probes": {str(epoch): measures for epoch, measures in self.probes.items()},
            "diverged_at": self.diverged_at,
            "seconds": self.seconds,
            "device": self.device,
        }

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> RunResult:
        """The inverse of `as_json`."""
        return cls(
            Run.model_validate(entry["run"]),
            entry["history"],
            {int(epoch): measures for epoch, measures in entry["probes"].items()},
            entry["diverged_at"],
            entry["seconds"],
            entry["device"],
        )


@dataclass(frozen=True)
class Results:
    """A study and the result of each of its runs, in the study's order."""

    study: Study
    runs: tuple[RunResult, ...]

    @cached_property
    def history(self) -> pl.DataFrame:
        """A row per run and epoch: activation, depth, seed, epoch and the measures of `HISTORY`."""
        return self._stacked(
            pl.DataFrame({"epoch": range(1, result.run.epochs + 1), **result.history}) for result in self.runs
        )

    @cached_property
    def probes(self) -> pl.DataFrame:
        """A row per run, probed epoch and layer r: activation, depth, seed, epoch, layer, `PROBES`."""
        return self._stacked(
            pl.concat(
                pl.DataFrame({"epoch": epoch, "layer": range(1, result.run.depth + 1), **measures})
                for epoch, measures in result.probes.items()
            )
            for result in self.runs
        )

    @cached_property
    def summary(self) -> pl.DataFrame:
        """A row per run: activation, depth, seed, its last measures, diverged_at and seconds."""
        return self._stacked(
            pl.DataFrame(
                {
                    **{measure: result.history[measure][-1] for measure in HISTORY},
                    "diverged_at": pl.Series([result.diverged_at], dtype=pl.Int64),
                    "seconds": result.seconds,
                }
            )
            for result in self.runs
        )

    def _stacked(self, frames: Any) -> pl.DataFrame:
        keyed = [
            frame.with_columns(
                activation=pl.lit(result.run.activation),
                depth=pl.lit(result.run.depth),
                seed=pl.lit(result.run.seed),
            )
            for result, frame in zip(self.runs, frames, strict=True)
        ]
        stacked = pl.concat(keyed)
        keys = ["activation", "depth", "seed"]
        return stacked.select(*keys, pl.exclude(keys))
