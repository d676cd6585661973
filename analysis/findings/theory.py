"""What theory says of a study's networks before training, and how well untrained networks agree with it.

Each function answers for all networks that it names, and returns None where the study has none of them, or theory
nothing to say of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
import polars as pl

from analysis.findings.finding import Finding
from analysis.studies.study import DEEP, Study
from analysis.theory.factors import Factors
from analysis.theory.wide_networks import times_smaller

EXACT = 1e-9  # relative: what a closed form may lose to rounding
NEAR = 2 / 3  # hidden layers beyond this part of them are near the output
RARE, _PICKS = 0.01, 10_000  # of counts, how many are called rare, and how many are made


def chi_is_one_half(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi is one half between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    holds = all(abs(value - 0.5) < EXACT for value in (*found.between, found.limit))
    return Finding(holds, _numbers(found), "number")


def delta_shrinks(study: Study, chi: Mapping[str, Factors], activation: str, by: float) -> Finding | None:
    """With Glorot's weights, delta shrinks by more than this factor between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    holds = sqrt(max(*found.between, found.limit)) < 1 / by
    factor = [1 / sqrt(value) for value in (*found.between, found.limit) if value > 0]
    return Finding(holds, {**_numbers(found), "$\\delta$ shrinks by a factor of": factor}, "number")


def chi_nears_one(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi is less than one but nearer to it with each hidden layer, and one where q is zero.

    None where only one hidden layer passes its delta to another.
    """
    found = _with_glorots_weights(study, chi, activation)
    if found is None or len(found.between) < 2:
        return None
    ascends = list(found.between) == sorted(found.between)
    holds = ascends and found.between[-1] < 1 and (found.q, found.limit) == (0, 1)
    return Finding(holds, _numbers(found), "number")


def chi_exceeds_one(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi exceeds one between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    return Finding(min(*found.between, found.limit) > 1, _numbers(found), "number")


def same_gradient(study: Study, predictions: pl.DataFrame, activation: str, within: float) -> Finding | None:
    """In deep networks with Glorot's weights, all hidden layers above the first should have one gradient.

    To within a factor. None for studies without deep networks.
    """
    hidden = _deep_above_the_first(study, predictions, activation)
    if hidden.height < 2:
        return None
    gradients = hidden["gradient"].to_list()
    return Finding(max(gradients) < within * min(gradients), {"gradient": gradients}, "number")


def narrowness_lowers_it(
    study: Study, predictions: pl.DataFrame, bands: pl.DataFrame, activation: str
) -> Finding | None:
    """Of the same layers: the median gradient of drawn networks is smaller than it is in the limit of wide ones.

    Most of all in a layer near the output.
    """
    hidden = _deep_above_the_first(study, predictions, activation)
    rows = hidden.join(bands, on=["activation", "depth", "layer"], maintain_order="left", how="inner")
    rows = rows.filter(pl.col("gradient_median") > 0)
    if rows.height < max(2, hidden.height):
        return None
    orders = (rows["gradient_median"] / rows["gradient"]).log10().to_list()
    lowest = int(rows["layer"][orders.index(min(orders))])
    return Finding(
        max(orders) < 0 and lowest > NEAR * (max(study.depths) - 1),
        {"changed by orders of magnitude": orders},
        "number",
        remark=f"the most in layer {lowest}",
    )


def slopes_within_ranges(rows: pl.DataFrame) -> Finding | None:
    """As many slopes of untrained networks lie within the ranges of those drawn as chance lets expect.

    `rows` are those of `agreement.among_drawn`. Networks of one seed have the same weights, whatever their activation,
    and so have drawn networks of one number: as many of these as there are seeds are picked, again and again, and
    counted likewise. It fails where the count is farther out than all but `RARE` of those.
    """
    if rows.is_empty():
        return None
    cells = rows.to_dicts()
    within = [_within(row, row["measured"]) for row in cells]
    total = sum(int(found.sum()) for found in within)
    networks = min(len(row["drawn"]) for row in cells)
    by_network = np.sum([_within(row, row["drawn"][:networks]) for row in cells], axis=0)
    seeds = max(len(row["seeds"]) for row in cells)
    picked = np.random.default_rng(0).integers(0, networks, (_PICKS, seeds))
    # Where a seed has no slope at some depth, as many fewer count.
    counts = by_network[picked].sum(axis=1) * sum(map(len, within)) / (len(cells) * seeds)
    low, high = np.quantile(counts, [RARE / 2, 1 - RARE / 2])
    return Finding(
        bool(low <= total <= high),
        {"slopes within the ranges": [total], "by chance alone": [float(low), float(high)]},
        "number",
        remark=f"of {_networks(sum(map(len, within)))}",
    )


def _within(row: Mapping[str, Any], values: Sequence[float]) -> np.ndarray:
    return (np.array(values) >= row["low"]) & (np.array(values) <= row["high"])


def wider_are_closer(rows: pl.DataFrame) -> Finding | None:
    """Wider networks are closer to theory than those like the study's, for each activation.

    `rows` are those of `analysis.theory.wide_networks.beside_wider`.
    """
    times = times_smaller(rows, "off")
    if not times:
        return None
    return Finding(min(times) > 1, {"times closer": times}, "number")


def _with_glorots_weights(study: Study, chi: Mapping[str, Factors], activation: str) -> Factors | None:
    return chi.get(activation) if study.initializer.startswith("glorot") else None


def _numbers(found: Factors) -> dict[str, Sequence[float]]:
    limit = {"in the limit": [found.limit]}
    return {"$\\chi$ between hidden layers": found.between, **limit}


def _deep_above_the_first(study: Study, predictions: pl.DataFrame, activation: str) -> pl.DataFrame:
    """The predictions of hidden layers above the first, in the deepest networks; none with other weights."""
    deepest = max(study.depths)
    if deepest < DEEP or not study.initializer.startswith("glorot"):
        return predictions.clear()
    hidden = predictions.filter(
        pl.col("layer").is_between(2, deepest - 1), activation=activation, depth=deepest
    )
    return hidden.drop_nulls("gradient")


def _networks(count: int) -> str:
    return f"{count} network{'' if count == 1 else 's'}"
