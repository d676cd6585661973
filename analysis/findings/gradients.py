"""What the gradients of the layers say: how far they fall through a network, and whose are larger in the first layer.

Each function answers for all networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import polars as pl

from analysis.findings.accuracy import VERY_DEEP
from analysis.findings.finding import Finding
from analysis.findings.ratios import least_by_seed, orders_of_magnitude
from analysis.results.frames import Results
from derivations.language.registry import title


def falls_per_layer(
    results: Results, activation: str, depths: Sequence[int], epoch: int, by: float
) -> Finding | None:
    """From the output layer to the first the gradient falls by more than a factor per layer, in the geometric mean.

    By its margin, beyond what a fall by just that factor would be.
    """
    orders = {
        depth: orders_of_magnitude(
            *(_largest(results, activation, depth, layer, epoch) for layer in (depth, 1))
        )
        for depth in depths
    }
    if not orders or not all(orders.values()):
        return None
    factors = {depth: [10 ** (value / (depth - 1)) for value in values] for depth, values in orders.items()}
    beyond = [[value - (depth - 1) * log10(by) for value in values] for depth, values in orders.items()]
    return Finding(
        all(factor > by for values in factors.values() for factor in values),
        {f"{depth} layers": values for depth, values in factors.items()},
        "number",
        margin=least_by_seed(beyond),
        margin_unit="orders of magnitude from a fall by just this factor, at the depth where it is least",
    )


def far_larger_in_the_first_layer(
    results: Results, activation: str, other: str, depth: int, epoch: int, orders: float
) -> Finding | None:
    """The first layer's gradient exceeds that of the other activation's network by more than so many powers of ten.

    Network by network, of one depth and the same seeds. None for networks that are not very deep: there none may.
    """
    ones, others = (_largest(results, name, depth, 1, epoch) for name in (activation, other))
    if depth < VERY_DEEP or not ones or not others:
        return None
    margin = orders_of_magnitude(ones, others)
    return Finding(
        all(value > orders for value in margin),
        {title(activation): ones, title(other): others},
        "number",
        margin=margin,
        margin_unit="orders of magnitude",
    )


def larger_in_the_first_layer(
    results: Results, activation: str, other: str, depths: Sequence[int], epoch: int
) -> Finding | None:
    """At each of these depths the first layer's gradient exceeds that of the other's network of the same seed."""
    if not depths or not {activation, other} <= set(results.study.activations):
        return None
    margins = {
        depth: orders_of_magnitude(
            *(_largest(results, name, depth, 1, epoch) for name in (activation, other))
        )
        for depth in depths
    }
    pair = f"{title(activation)} / {title(other)}"
    return Finding(
        all(value > 0 for values in margins.values() for value in values),
        {f"{depth} layers, {pair}": [10**value for value in values] for depth, values in margins.items()},
        "number",
        margin=least_by_seed(margins.values()),
        margin_unit="orders of magnitude at the depth where it is least",
    )


def stays_near_zero(
    predictions: pl.DataFrame, limits: pl.DataFrame, activation: str, depth: int, below: float
) -> Finding | None:
    """Before training, theory has a variance of v below this in every hidden layer.

    `limits` are those of `analysis.theory.predictions`. None where they draw no variance to zero: then the initial
    weights do not keep v there.
    """
    hidden = predictions.filter(pl.col("layer") < depth, activation=activation, depth=depth).drop_nulls("q")
    if hidden.is_empty() or limits.filter(activation=activation)["q"].to_list() != [0]:
        return None
    variances = hidden["q"].to_list()
    return Finding(max(variances) < below, {"variance of $v$": variances}, "number")


def _largest(results: Results, activation: str, depth: int, layer: int, epoch: int) -> list[float]:
    """The largest gradient of a layer, one value for each seed."""
    return results.probe("gradient_max", activation, depth, layer, epoch)
