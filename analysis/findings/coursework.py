"""What untrained networks say of the gradient that the published coursework plotted."""

from __future__ import annotations

import polars as pl

from analysis.findings.finding import Finding
from analysis.results.frames import Results
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
