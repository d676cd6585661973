"""How alike images become in wide networks that are drawn and not trained, where theory has to be close."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.studies.data import FULL_INTENSITY, load, sums
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.theory.wide_networks import widened
from analysis.training.networks import drawn
from analysis.training.probes import decorrelation
from derivations.wide.expectations import numeric

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

    def make() -> list[list[float]]:
        images = load(study.dataset, cache).train_images[: study.batch_size] / FULL_INTENSITY
        by_seed = {run.seed: drawn(run, images.shape[1]) for run in runs}  # the same for every activation
        return [_decorrelations(run, by_seed[run.seed], images) for run in runs]

    what = [[run.model_dump(mode="json") for run in runs], sums(study.dataset)]
    found = memo(cache / "drawn", what, made_with(__name__, "numpy", "sympy", "mpmath"), make)
    rows = [
        (run.activation, run.depth, layer, value)
        for run, values in zip(runs, found, strict=True)
        for layer, value in enumerate(values, start=1)
    ]
    each = pl.DataFrame(rows, schema=columns, orient="row")
    keys = ("activation", "depth", "layer")
    return each.group_by(keys, maintain_order=True).agg(pl.col("decorrelation").mean())


def _decorrelations(run: Run, weights: list[np.ndarray], images: np.ndarray) -> list[float]:
    f, y, found = numeric(run.function.expression), images.T.astype(np.float32), []
    for W in weights:
        v = W.astype(np.float32) @ y
        found.append(decorrelation(v.astype(np.float64)))
        y = f(v).astype(np.float32)
    return found
