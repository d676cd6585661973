"""The results of a study as tidy tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from analysis.runs import HISTORY, RunResult
from analysis.study import Study


@dataclass(frozen=True)
class Results:
    """A study and the result of each of its runs, in the study's order.

    `accepted` says what of source and versions has changed since results were computed that are used all the
    same, because the user said so.
    """

    study: Study
    runs: tuple[RunResult, ...]
    accepted: tuple[str, ...] = ()

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
        """A row per run: activation, depth, seed, its last measures and diverged_at."""
        return self._stacked(
            pl.DataFrame(
                {
                    **{measure: result.history[measure][-1] for measure in HISTORY},
                    "diverged_at": pl.Series([result.diverged_at], dtype=pl.Int64),
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
