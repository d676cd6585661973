"""Untrained networks that are wider than a study's, where theory has to be closer to them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.studies.study import Study
from analysis.theory.bands import bands
from analysis.theory.predictions import predictions

WIDER = 8  # times the width of a study, where agreement has to be closer
_DEEPEST, _WIDEST = 40, 512  # of the wide networks, which are not to fill a machine


def widened(study: Study) -> Study | None:
    """The networks that are `WIDER`, at the greatest depth up to 40; None if they would be huge."""
    depths = [depth for depth in study.depths if depth <= _DEEPEST]
    if study.width * WIDER > _WIDEST or not depths:
        return None
    return study.model_copy(update={"width": study.width * WIDER, "depths": (max(depths),)})


def beside_wider(study: Study, cache: Path) -> pl.DataFrame:
    """How far ln(delta) of drawn networks is from theory, in those like a study's and in those that are wider.

    Two rows per activation, of the study's width and of `widened`. Columns: activation; width; off, a root mean
    square over networks and hidden layers of the difference between ln(delta) and that of infinitely wide networks;
    predicted and drawn, the standard deviation of ln|delta| of one pattern in the first layer (predicted is null where
    theory has none). Empty where there is nothing to compare.
    """
    wide = widened(study)
    if wide is None:
        return pl.DataFrame()
    narrow = study.model_copy(update={"depths": wide.depths})
    rows = pl.concat([_off(each, cache) for each in (narrow, wide)])
    both = pl.col("width").n_unique().over("activation") == 2
    place = {name: n for n, name in enumerate(study.activations)}
    return rows.filter(both).sort(pl.col("activation").replace_strict(place), "width")


def times_smaller(rows: pl.DataFrame, column: str) -> list[float]:
    """How many times smaller a column of `beside_wider` is in the wider networks, of each activation."""
    if rows.is_empty():
        return []
    found = rows.group_by("activation", maintain_order=True).agg(
        pl.col(column).first() / pl.col(column).last()
    )
    return found[column].to_list()


def _off(study: Study, cache: Path) -> pl.DataFrame:
    """The rows of networks of one depth; without activations of which theory says nothing."""
    theory = predictions(study, cache).select(
        "activation", "layer", expected=pl.col("delta").log(), predicted="alone"
    )
    rows = bands(study, cache).join(theory, on=["activation", "layer"], maintain_order="left")
    hidden = rows.filter(pl.col("layer") < pl.col("depth"))
    square = (pl.col("mean") - pl.col("expected")).pow(2) + pl.col("deviation").pow(2)
    found = hidden.group_by("activation", maintain_order=True).agg(
        width=pl.lit(study.width),
        off=pl.when(square.is_not_null().all()).then(square.mean().sqrt()),
        predicted=pl.col("predicted").first(),
        drawn=pl.col("alone").first(),
    )
    return found.drop_nulls(("off", "drawn"))
