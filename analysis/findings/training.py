"""What training does to the networks that learn: to delta, to the norms of their weights, and to the gradient.

Each function answers for all networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from statistics import median

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.findings.ratios import orders_of_magnitude
from analysis.results.frames import KEYS, Results
from analysis.results.tables import delta_growth

RUN = list(KEYS)


def grows_downwards(results: Results, epoch: int) -> Finding | None:
    """In every network that has learned by an epoch, delta is larger in the first layer than in the last hidden one.

    None where no network that has two hidden layers has learned.
    """
    growth = pl.col("growth").fill_null(-inf)  # null: nothing arrives
    runs = _growth_where_learned(results, epoch).select("seed", by=growth)
    return _all_positive(runs, {"orders of magnitude": runs["by"].to_list()})


def growth_increases(results: Results, epoch: int) -> Finding | None:
    """In every network that has learned by an epoch, delta grows more on its way down, or falls less, than at first.

    None where no network that has two hidden layers has learned.
    """
    start = delta_growth(results.probes).filter(epoch=0).select(*KEYS, start="growth")
    runs = _growth_where_learned(results, epoch).join(start, on=RUN, maintain_order="left")
    now, at_first = (pl.col(name).fill_null(-inf) for name in ("growth", "start"))  # null: nothing arrives
    gained = runs.select("seed", by=now - at_first)
    return _all_positive(gained, {"orders of magnitude": gained["by"].to_list()})


def output_delta_shrinks(results: Results) -> Finding | None:
    """In every network that has learned in the end, delta of the output layer is smaller than before training."""
    output = results.probes.filter(pl.col("layer") == pl.col("depth"))
    gained = _orders_gained(results, output.select(*KEYS, "epoch", value="delta_rms"))
    return _all_positive(gained.with_columns(-pl.col("by")), _ratios(gained))


def largest_norm_grows(results: Results) -> Finding | None:
    """In every network that has learned in the end, the largest spectral norm of its weights has grown."""
    norms = results.probes.group_by(*KEYS, "epoch", maintain_order=True).agg(
        value=pl.col("spectral_norm").max()
    )
    gained = _orders_gained(results, norms)
    return _all_positive(gained, _ratios(gained))


def first_gradient_falls(results: Results, activation: str, since: int) -> Finding | None:
    """From an epoch to the last, the gradient of an activation's first layer becomes smaller, by the median of seeds.

    At each depth. None where training ends at that epoch.
    """
    study = results.study
    if since >= study.epochs or activation not in study.activations:
        return None
    falls = [
        orders_of_magnitude(
            *(results.probe("gradient_rms", activation, depth, 1, epoch) for epoch in (since, study.epochs))
        )
        for depth in study.depths
    ]
    return Finding(
        all(median(of_depth) > 0 for of_depth in falls),
        {
            "of what it was, the medians": [10 ** -median(of_depth) for of_depth in falls],
            "in single networks": [10**-fall for of_depth in falls for fall in of_depth],
        },
        "number",
    )


def _growth_where_learned(results: Results, epoch: int) -> pl.DataFrame:
    """`delta_growth` after an epoch of the networks with two hidden layers or more that have learned by then."""
    growth = delta_growth(results.probes).filter(pl.col("depth") > 2, epoch=epoch)
    return growth.join(_learned(results, epoch), on=RUN, how="semi", maintain_order="left")


def _orders_gained(results: Results, values: pl.DataFrame) -> pl.DataFrame:
    """By how many orders of magnitude a value of each run and epoch has grown, of runs that have learned in the end.

    Columns: seed, by.
    """
    first, last = (values.filter(epoch=epoch).drop("epoch") for epoch in (0, results.study.epochs))
    runs = (
        _learned(results, results.study.epochs)
        .join(first, on=RUN, maintain_order="left")
        .join(last, on=RUN, suffix="_last", maintain_order="left")
    )
    orders = orders_of_magnitude(runs["value_last"].to_list(), runs["value"].to_list())
    return runs.select("seed", pl.Series("by", orders, dtype=pl.Float64))


def _ratios(gained: pl.DataFrame) -> dict[str, list[float]]:
    """The numbers behind `_orders_gained`, as factors."""
    return {"of what it was": [10**orders for orders in gained["by"].to_list()]}


def _all_positive(runs: pl.DataFrame, numbers: Mapping[str, Sequence[float]]) -> Finding | None:
    """Whether `by` is positive for all runs; by seed, its margin is that of the run with the least."""
    if runs.is_empty():
        return None
    return Finding(
        all(value > 0 for value in runs["by"].to_list()),
        numbers,
        "number",
        margin=runs.group_by("seed", maintain_order=True)
        .agg(pl.col("by").min())
        .sort("seed")["by"]
        .to_list(),
        margin_unit="orders of magnitude in the network where it is least",
        remark=f"networks: {runs.height:,}",
    )


def _learned(results: Results, epoch: int) -> pl.DataFrame:
    """The runs that have learned by an epoch."""
    return results.history.filter(pl.col("test_accuracy") > LEARNED, epoch=epoch).select(KEYS)
