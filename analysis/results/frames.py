"""The results of a study as tidy tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

import polars as pl

from analysis.studies.run import HISTORY, PROBES, Run, RunResult
from analysis.studies.study import Study

KEYS = ("activation", "depth", "seed")
# A row per run, in the study's order; history by epoch, probes by probed epoch and then layer.
SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "activation": pl.String,
    "depth": pl.Int64,
    "seed": pl.Int64,
    "device": pl.String,
    "diverged_at": pl.Int64,
    "seconds": pl.Float64,
    **dict.fromkeys((*HISTORY, *PROBES), pl.List(pl.Float64)),
}


@dataclass(frozen=True, eq=False)
class Results:
    """A study and what each of its runs gave, a row of `table` each.

    `accepted` lists what has changed in source and versions since some of the results were computed, where the user
    accepts them nevertheless. `results["he"]` are the results of the study of that name beside this one.
    """

    study: Study
    table: pl.DataFrame
    accepted: tuple[str, ...] = ()
    beside: Mapping[str, Results] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study, runs: Iterable[RunResult], accepted: tuple[str, ...] = ()) -> Results:
        """The results of the study's runs, in any order."""
        found = {result.run: result for result in runs}
        rows = [_row(found[run]) for run in study.runs]
        columns = {name: [row[name] for row in rows] for name in SCHEMA}
        return cls(study, pl.DataFrame(columns, schema=SCHEMA), accepted)

    def __getitem__(self, name: str) -> Results:
        """The results of a study beside this one; raises `KeyError`."""
        if name not in self.beside:
            raise KeyError(f"there is no study {name!r} beside this one, but {[*self.beside]}; see `get`")
        return self.beside[name]

    def get(self, name: str) -> Results | None:
        """The results of a study beside this one; None where there is no such study."""
        return self.beside.get(name)

    @property
    def all(self) -> tuple[Results, ...]:
        """These results, then those of each study beside this one, followed by what is beside that."""
        return (self, *(one for each in self.beside.values() for one in each.all))

    def find(self, name: str) -> Results | None:
        """The results of a named study: these, or those of one beside it; None where there is no such study."""
        return self if self.study.name == name else self.get(name)

    @property
    def named(self) -> dict[str, Results]:
        """The results of all studies beside this one, by name; of one beside another, by both, such as "a-b"."""
        found: dict[str, Results] = {}
        for name, each in self.beside.items():
            found |= {name: each} | {f"{name}-{inner}": one for inner, one in each.named.items()}
        return found

    @property
    def runs(self) -> tuple[RunResult, ...]:
        """The runs themselves, in the study's order."""
        rows = self.table.iter_rows(named=True)
        return tuple(_result(run, row) for run, row in zip(self.study.runs, rows, strict=True))

    @cached_property
    def history(self) -> pl.DataFrame:
        """A row per run and epoch: activation, depth, seed, epoch and the measures of `HISTORY`."""
        epochs = pl.int_ranges(1, pl.lit(self.study.epochs + 1)).alias("epoch")
        return self.table.select(*KEYS, epochs, *HISTORY).explode("epoch", *HISTORY)

    @cached_property
    def probes(self) -> pl.DataFrame:
        """A row per run, probed epoch and layer r: activation, depth, seed, epoch, layer, `PROBES`."""
        epochs = pl.lit(pl.Series(self.study.probe_epochs))
        place, depth = pl.col("place"), pl.col("depth")
        places = pl.int_ranges(0, depth * len(self.study.probe_epochs)).alias("place")
        rows = self.table.select(*KEYS, places, *PROBES).explode("place", *PROBES)
        epoch, layer = epochs.gather(place // depth).alias("epoch"), (place % depth + 1).alias("layer")
        return rows.select(*KEYS, epoch, layer, *PROBES)

    @cached_property
    def summary(self) -> pl.DataFrame:
        """A row per run: activation, depth, seed, its last measures and diverged_at."""
        return self.table.select(*KEYS, pl.col(HISTORY).list.last(), "diverged_at")

    def accuracy(self, activation: str, depth: int, epoch: int | None = None) -> list[float]:
        """Test accuracies after an epoch, by default the last: one for each seed, in their order."""
        at = self.study.epochs if epoch is None else epoch
        return [run[at - 1] for run in self._scores.get((activation, depth), []) if 1 <= at <= len(run)]

    @cached_property
    def _scores(self) -> dict[tuple[str, int], list[list[float]]]:
        """Activation and depth -> the test accuracies of each seed after each epoch."""
        runs = self.table.sort("seed").select("activation", "depth", "test_accuracy")
        found: dict[tuple[str, int], list[list[float]]] = {}
        for activation, depth, scores in runs.iter_rows():
            found.setdefault((activation, depth), []).append(scores)
        return found

    def probe(self, measure: str, activation: str, depth: int, layer: int, epoch: int) -> list[float]:
        """A measure of `PROBES` in one layer after an epoch: one for each seed, in their order."""
        runs = self.probes.filter(activation=activation, depth=depth, layer=layer, epoch=epoch)
        return runs.sort("seed")[measure].to_list()

    @cached_property
    def as_parquet(self) -> bytes:
        """The table as a file; no seconds, which differ from one training to the next."""
        return written(self.table.drop("seconds"))


def written(table: pl.DataFrame) -> bytes:
    """A table as a Parquet file."""
    file = BytesIO()
    table.write_parquet(file)
    return file.getvalue()


def read_table(content: bytes) -> pl.DataFrame:
    """The table of results in a Parquet file; raises `ValueError` if it is none."""
    try:
        return pl.read_parquet(BytesIO(content)).match_to_schema(
            SCHEMA, missing_columns={"seconds": pl.lit(0.0)}
        )
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"no table of results: {str(error).splitlines()[0]}") from None


def _row(result: RunResult) -> dict[str, Any]:
    run, probes = result.run, result.probes
    return {
        "activation": run.activation,
        "depth": run.depth,
        "seed": run.seed,
        "device": result.device,
        "diverged_at": result.diverged_at,
        "seconds": result.seconds,
        **result.history,
        **{measure: [y for epoch in run.probe_epochs for y in probes[epoch][measure]] for measure in PROBES},
    }


def _result(run: Run, row: dict[str, Any]) -> RunResult:
    layers = {epoch: slice(n * run.depth, (n + 1) * run.depth) for n, epoch in enumerate(run.probe_epochs)}
    return RunResult(
        run,
        history={measure: row[measure] for measure in HISTORY},
        probes={epoch: {measure: row[measure][of] for measure in PROBES} for epoch, of in layers.items()},
        diverged_at=row["diverged_at"],
        device=row["device"],
        seconds=row["seconds"],
    )
