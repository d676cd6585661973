"""How many images networks can tell apart: different outputs, to the last bit of single precision."""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis.results.frames import Results

#: 1 - rho of two v whose every number differs by half the spacing of single precision: below it they round to one
SINGLE = float(np.finfo(np.float32).eps / 2) ** 2 / 2
_GROUP = ("activation", "depth")


def half_lost(results: Results, theory: pl.DataFrame, images: int) -> pl.DataFrame:
    """In which layer of untrained networks more than half of the images have lost an output of their own.

    A row per activation and depth: layers, a list with the first such layer of each seed, null where there is none;
    predicted, the first in which theory has 1 - rho below `SINGLE`, null where it has not.
    """
    start = results.probes.filter(epoch=0)
    lost = pl.col("layer").filter(pl.col("distinct_outputs") < images / 2).min().alias("layers")
    found = start.group_by(*_GROUP, "seed", maintain_order=True).agg(lost).sort("seed", maintain_order=True)
    below = pl.col("layer").filter(pl.col("decorrelation") < SINGLE).min().alias("predicted")
    foreseen = theory.group_by(_GROUP, maintain_order=True).agg(below)
    layers = found.group_by(_GROUP, maintain_order=True).agg("layers")
    return layers.join(foreseen, on=_GROUP, how="left", maintain_order="left")


def told_apart(results: Results, theory: pl.DataFrame, images: int) -> pl.DataFrame:
    """How alike images are in the last hidden layer, and how many different outputs the last layer gives.

    A row per activation and depth. Columns: rho, the median over seeds before training, and rho_predicted; lost, the
    layer of `half_lost`, and lost_predicted; `epoch 0` and so on for each probed epoch, the different outputs. Where
    seeds differ, the least and the greatest.
    """
    hidden = results.probes.filter(pl.col("layer") == pl.col("depth") - 1, epoch=0)
    alike = hidden.group_by(_GROUP, maintain_order=True).agg(rho=1 - pl.col("decorrelation").median())
    foreseen = theory.filter(pl.col("layer") == pl.col("depth") - 1)
    table = alike.join(
        foreseen.select(*_GROUP, rho_predicted=1 - pl.col("decorrelation")),
        on=_GROUP,
        how="left",
        maintain_order="left",
    )
    lost = half_lost(results, theory, images)
    table = table.join(
        lost.select(*_GROUP, lost=_span("layers"), lost_predicted="predicted"),
        on=_GROUP,
        how="left",
        maintain_order="left",
    )
    last = results.probes.filter(pl.col("layer") == pl.col("depth")).sort("epoch", maintain_order=True)
    for epoch in results.study.probe_epochs:
        counts = last.filter(epoch=epoch).group_by(_GROUP, maintain_order=True).agg("distinct_outputs")
        named = counts.select(*_GROUP, _span("distinct_outputs").alias(f"epoch {epoch}"))
        table = table.join(named, on=_GROUP, how="left", maintain_order="left")
    return table


def _span(column: str) -> pl.Expr:
    """The least and the greatest of a list of whole numbers, or the one that all are; null where it has none."""
    least, most = (pl.col(column).list.drop_nulls().list.min(), pl.col(column).list.drop_nulls().list.max())
    low, high = (value.cast(pl.Int64).cast(pl.String) for value in (least, most))
    return pl.when(least == most).then(low).otherwise(low + " to " + high)
