"""What depth does to delta before training: which of two activations keeps more of it, and why theory says so.

Each function returns None where the study has not both activations, or where the explanation does not apply.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from analysis.findings.finding import Finding
from analysis.results.frames import Results
from analysis.studies.study import DEEP, Study
from analysis.theory.agreement import slopes

DIVIDED = "$\\delta^2$ is divided, over the hidden layers, by"


@dataclass(frozen=True)
class Limit:
    """What theory has of very deep networks, where the variance of v stays: chi and the depth scale, in layers."""

    chi: float
    depth_scale: float


def settles_above_one(limits: pl.DataFrame, activation: str, other: str) -> Limit | None:
    """The limit of an activation whose variance has a fixed point above zero, with chi above one; the other's is zero.

    `limits` are those of `analysis.theory.predictions`. None where it is not so.
    """
    found = {row["activation"]: row for row in limits.to_dicts()}
    if not {activation, other} <= found.keys() or found[other]["q"] != 0:
        return None
    limit = found[activation]
    return Limit(limit["chi"], limit["depth_scale"]) if limit["q"] and limit["chi"] > 1 else None


def falls_as_a_power(
    study: Study, predictions: pl.DataFrame, limits: pl.DataFrame, activation: str
) -> Finding | None:
    """With Glorot's weights q comes to zero as 1/(2r), so that chi is about 1 - 1/r: 1/q grows by two per layer.

    To within a tenth, in the upper half of the hidden layers of deep networks. None where the fixed point is not zero
    with chi = 1.
    """
    limit = limits.filter(activation=activation).select("q", "chi").rows()
    deepest = max(study.depths)
    if deepest < DEEP or not study.initializer.startswith("glorot") or limit != [(0, 1)]:
        return None
    hidden = predictions.filter(pl.col("layer") < deepest, activation=activation, depth=deepest).sort("layer")
    growth = hidden.select(growth=(1 / pl.col("q")).diff())["growth"].to_list()[deepest // 2 :]
    factor = 1 / hidden.filter(pl.col("layer") < deepest - 1)["chi"].product()
    return Finding(
        all(abs(value / 2 - 1) < 0.1 for value in growth),
        {"$1/q$ grows per layer by": growth, DIVIDED: [factor]},
        "number",
    )


def keeps_more(
    results: Results, predictions: pl.DataFrame, limits: pl.DataFrame, activation: str, other: str
) -> Finding | None:
    """In every untrained network delta shrinks less per layer than with the other activation, as predicted.

    By the slopes of ln(delta), in networks of at least four layers. None also where `settles_above_one` has no
    explanation for it.
    """
    fits = slopes(results.probes, predictions)
    if fits.is_empty() or settles_above_one(limits, activation, other) is None:
        return None
    runs = fits.explode("seeds", "measured")
    ones, others = (runs.filter(activation=name) for name in (activation, other))
    ahead = ones.join(others, on=["depth", "seeds"], suffix="_other", maintain_order="left").select(
        "depth",
        seed="seeds",
        measured=pl.col("measured") - pl.col("measured_other"),
        predicted=pl.col("predicted") - pl.col("predicted_other"),
    )
    if ahead.is_empty():
        return None
    numbers = {}
    for (depth,), rows in ahead.sort("depth", "seed").group_by("depth", maintain_order=True):
        numbers[f"{depth} layers"] = rows["measured"].to_list()
        numbers[f"predicted with {depth} layers"] = rows["predicted"].to_list()
    return Finding(
        all(value > 0 for values in numbers.values() for value in values),
        numbers,
        "number",
        margin=ahead.group_by("seed", maintain_order=True)
        .agg(pl.col("measured").min())
        .sort("seed")["measured"]
        .to_list(),
        margin_unit="at the depth where it is least",
        remark="differences of the slopes of $\\ln \\delta$",
    )
