"""How alike images become in wide networks that are drawn and not trained, where theory has to be close."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import polars as pl

from analysis.code.compiled.compiler import COMPILER
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.studies.data import load, sums
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.theory.wide_networks import widened
from analysis.training.probes import decorrelation

NETWORKS = 16  # of each activation: their mean strays a quarter as much as one network


def wide_correlations(study: Study, cache: Path) -> pl.DataFrame:
    """1 - rho in each layer of networks as a study's but wider, those of `widened`: the mean over `NETWORKS`.

    Columns: activation, depth, layer, decorrelation. No rows where such networks would be huge.
    """
    wide = widened(study)
    columns = {"activation": pl.String, "depth": pl.Int64, "layer": pl.Int64, "decorrelation": pl.Float64}
    if wide is None:
        return pl.DataFrame(schema=columns)
    runs = wide.model_copy(update={"seeds": NETWORKS}).runs

    def make() -> list[tuple[str, int, int, float]]:
        from analysis.training.ways import networks_of

        data, rows = load(study.dataset, cache), []
        patterns = min(study.batch_size, len(data.train_labels))
        for _, alike in groupby(sorted(runs, key=_seed), key=_seed):  # so few that they fit into memory
            networks = networks_of(list(alike), data, np.float32, "cpu", cache)
            for run, at in zip(networks.runs, networks.gradients(patterns), strict=True):
                rows += [
                    (run.activation, run.depth, layer, decorrelation(v.astype(np.float64)))
                    for layer, v in enumerate(at.v, start=1)
                ]
        return rows

    what = [[run.model_dump(mode="json") for run in runs], sums(study.dataset)]
    rows = memo(cache / "drawn", what, made_with(__name__, COMPILER, "torch", "numpy", "sympy"), make)
    each = pl.DataFrame(rows, schema=columns, orient="row")
    keys = ("activation", "depth", "layer")
    return each.group_by(keys, maintain_order=True).agg(pl.col("decorrelation").mean())


def _seed(run: Run) -> int:
    return run.seed
