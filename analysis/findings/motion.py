"""Whether the first layer of a deep network learns anything: what delta reaches it, and whether its weights move.

Each function answers for all networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isnan

import numpy as np
import polars as pl

from analysis.findings.finding import Finding
from analysis.findings.ratios import orders_of_magnitude
from analysis.results.frames import Results
from analysis.results.tables import delta_growth
from analysis.studies.patterns import Data


def delta_vanishes(
    results: Results, predictions: pl.DataFrame, activation: str, depths: Sequence[int], to: float
) -> Finding | None:
    """Before training, the first layer has less than this part of the last hidden layer's delta.

    In theory, and measured. None where theory predicts nothing.
    """
    foreseen, found = [], []
    for depth in depths:
        hidden = predictions.filter(activation=activation, depth=depth).sort("layer")["delta"].to_list()[:-1]
        foreseen += orders_of_magnitude(hidden[:1], hidden[-1:])
        found += orders_of_magnitude(
            *(results.probe("delta_rms", activation, depth, layer, 0) for layer in (1, depth - 1))
        )
    if not found or any(map(isnan, foreseen)):
        return None
    parts = {"predicted": [10**value for value in foreseen], "measured": [10**value for value in found]}
    return Finding(all(part < to for part in (*parts["predicted"], *parts["measured"])), parts, "number")


def could_not_move(results: Results, activation: str, depths: Sequence[int], data: Data) -> Finding | None:
    """All steps together, each with the largest gradient of the first layer, could not move a typical weight.

    A weight changes in single precision only where a step takes it at least half of the way to the next number.
    """
    study = results.study
    gradients = _first_layer(results, activation, depths)["gradient_max"].to_list()
    if not gradients:
        return None
    steps = study.epochs * ceil(len(data.train_labels) / study.batch_size)
    reach = float(np.max(gradients)) * study.learning_rate * steps
    of_weights, _ = study.initial_of(study.function(activation)).variances(
        data.train_images.shape[1], study.width
    )
    typical = of_weights**0.5
    spacing = float(np.spacing(np.float32(typical)))
    numbers = {f"the farthest in {steps:,} steps": [reach], "a typical weight has the spacing": [spacing]}
    return Finding(reach < spacing / 2, numbers, "number")


def keeps_its_norm(results: Results, activation: str, depths: Sequence[int]) -> Finding | None:
    """The spectral norm of the first layer's weights is the same number at every probed epoch, to its last bit."""
    first = _first_layer(results, activation, depths)
    norms = (
        first.group_by("depth", "seed", maintain_order=True)
        .agg(pl.col("spectral_norm").n_unique())["spectral_norm"]
        .to_list()
    )
    if not norms:
        return None
    remark = f"networks: {len(norms):,}; probed epochs: {len(results.study.probe_epochs)}"
    return Finding(max(norms) == 1, {"different norms of a network": norms}, "number", remark=remark)


def keeps_its_fall(results: Results, activation: str, depths: Sequence[int], within: float) -> Finding | None:
    """At every probed epoch delta falls through the network by as much as before training, give or take `within`.

    In orders of magnitude. None where nothing arrives.
    """
    growth = delta_growth(results.probes).filter(pl.col("depth").is_in(depths), activation=activation)
    start = growth.filter(epoch=0).select("depth", "seed", start="growth")
    change = (pl.col("growth") - pl.col("start")).abs()
    changes = (
        growth.join(start, on=["depth", "seed"], maintain_order="left")
        .select(by=change)["by"]
        .drop_nulls()
        .to_list()
    )
    if not changes:
        return None
    return Finding(max(changes) < within, {"orders of magnitude": changes}, "number")


def reaches_the_output_only(
    results: Results, predictions: pl.DataFrame, activation: str, depths: Sequence[int], to: float
) -> Finding | None:
    """The output layer does get a gradient, but next to none of a small difference between two signals reaches it.

    The gradient is measured at each probed epoch. Of the difference theory leaves less than `to`, from the first
    hidden layer's v to the last one's: in the square, chi is its factor from each hidden layer to the next.
    """
    output = results.probes.filter(
        pl.col("layer") == pl.col("depth"), pl.col("depth").is_in(depths), activation=activation
    )
    between = predictions.filter(
        pl.col("layer") < pl.col("depth") - 1, pl.col("depth").is_in(depths), activation=activation
    )
    if output.is_empty() or between.is_empty() or between["chi"].null_count():
        return None
    gradients = output["gradient_max"].to_list()
    left = (
        between.group_by("depth", maintain_order=True)
        .agg(pl.col("chi").product().sqrt())
        .sort("depth")["chi"]
        .to_list()
    )
    holds = all(gradient > 0 for gradient in gradients) and max(left) < to
    return Finding(holds, {"gradient of the output layer": gradients, "left of a difference": left}, "number")


def _first_layer(results: Results, activation: str, depths: Sequence[int]) -> pl.DataFrame:
    return results.probes.filter(pl.col("depth").is_in(depths), activation=activation, layer=1)
