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

    A row per activation: `off`, a root mean square over networks and hidden layers of the difference between
    ln(delta) and that of infinitely wide networks; `predicted` and `alone`, the standard deviation of ln|delta|
    of one pattern in the first layer, by theory and drawn; the same with the suffix `_wide`, of `widened`; times,
    how often the former `off` is the latter. Empty where there is nothing to compare.
    """
    wide = widened(study)
    if wide is None:
        return pl.DataFrame()
    narrow = study.model_copy(update={"depths": wide.depths})
    both = (_off(narrow, cache), _off(wide, cache))
    if any(rows.is_empty() for rows in both):
        return pl.DataFrame()
    joined = both[0].join(both[1], on="activation", suffix="_wide", maintain_order="left")
    return joined.with_columns(times=pl.col("off") / pl.col("off_wide"))


def _off(study: Study, cache: Path) -> pl.DataFrame:
    """`off`, `predicted` and `alone` of networks of one depth; without activations that have no theory."""
    theory = predictions(study, cache).select(
        "activation", "layer", expected=pl.col("delta").log(), predicted=pl.col("alone")
    )
    rows = bands(study, cache).join(theory, on=["activation", "layer"], maintain_order="left")
    hidden = rows.filter(pl.col("layer") < pl.col("depth"))
    square = (pl.col("mean") - pl.col("expected")).pow(2) + pl.col("deviation").pow(2)
    found = hidden.group_by("activation", maintain_order=True).agg(
        off=pl.when(square.is_not_null().all() & square.is_finite().all()).then(square.mean().sqrt()),
        predicted=pl.col("predicted").first(),
        alone=pl.col("alone").first(),
        networks=pl.col("networks").first(),
    )
    return found.drop_nulls()
