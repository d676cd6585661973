"""What a study's networks say of what the published coursework plotted, and of how it explained what it saw.

Each function answers for all networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.results.frames import KEYS, Results
from analysis.results.tables import largest_gradients

LARGEST_SHARE = 1e-3  # of the gradient of the loss, that the gradient of a constant may have by rounding


def only_rounding(results: Results) -> Finding | None:
    """The largest gradient of the outputs' sum is less than a thousandth of the loss's in each untrained network.

    Networks that have no gradient of the loss, or an infinite one, don't count.
    """
    loss = pl.col("loss")
    passed = largest_gradients(results.probes).filter(loss > 0, loss.is_finite())
    if passed.is_empty():
        return None
    shares = (passed["sum"] / passed["loss"]).to_list()
    holds = all(share < LARGEST_SHARE for share in shares)
    return Finding(holds, {"sum of outputs / loss in one network": shares}, unit="number")


def smaller_where_nothing_is_learned(
    results: Results, activation: str, depth: int, epoch: int
) -> Finding | None:
    """Networks of a depth that never learn have smaller gradients, by an epoch, than all that have learned by then.

    Of each network the largest gradient of any layer and probed epoch counts; those that learn are of any depth.
    """
    probed = results.probes.filter(pl.col("epoch") <= epoch, activation=activation)
    largest = (
        probed.group_by(KEYS, maintain_order=True).agg(pl.col("gradient_max").fill_nan(inf).max()).sort(KEYS)
    )
    scores = results.history.filter(activation=activation).sort("epoch").group_by(KEYS, maintain_order=True)
    best = scores.agg(
        best=pl.col("test_accuracy").max(),
        by_then=pl.col("test_accuracy").filter(pl.col("epoch") <= epoch).last(),
    )
    runs = largest.join(best, on=KEYS, maintain_order="left")
    failed = runs.filter(pl.col("best") <= LEARNED, depth=depth)["gradient_max"].to_list()
    learned = runs.filter(pl.col("by_then") > LEARNED)["gradient_max"].to_list()
    if not failed or not learned:
        return None
    numbers = {"where nothing is learned": failed, "where something is": learned}
    return Finding(max(failed) < min(learned), numbers, "number")


def as_small_at_random_weights(
    results: Results, activation: str, depths: Sequence[int], epoch: int, below: float
) -> Finding | None:
    """The first layer's largest gradient, as part of the last layer's, is small before training as after an epoch."""
    of_these = results.probes.filter(pl.col("depth").is_in(depths), activation=activation)
    numbers = {}
    for name, when in (("before training", 0), ("after it", epoch)):
        at = of_these.filter(epoch=when).sort(*KEYS, "layer").group_by(KEYS, maintain_order=True)
        ends = at.agg(first=pl.col("gradient_max").first(), last=pl.col("gradient_max").last())
        numbers[name] = (ends["first"] / ends["last"]).to_list()
    shares = [share for part in numbers.values() for share in part]
    return Finding(all(share < below for share in shares), numbers, "number") if shares else None
