"""What becomes of images on the way up: how alike they become, and how many a network can still tell apart.

1 - rho is what the correlation of two v lacks to one, in the mean over pairs of images. Frames of theory are those of
`analysis.theory.correlations`. Each function answers for all networks that it names, and returns None where the study
has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from statistics import fmean

import numpy as np
import polars as pl

from analysis.findings.accuracy import VERY_DEEP
from analysis.findings.finding import Finding
from analysis.results.alike import SINGLE, half_lost
from analysis.results.frames import Results
from analysis.studies.study import Study
from analysis.theory.correlations import dead_share
from derivations.language.registry import title

OUTPUTS = "different outputs"
NEAR = 0.1  # correlations that differ by less agree


def all_become_one(study: Study, ends: pl.DataFrame, activation: str) -> Finding | None:
    """With Glorot's weights all images become the same, over a finite depth scale."""
    row = _end(study, ends, activation)
    if row is None:
        return None
    return Finding(row["rho"] == 1 and not isinf(row["depth_scale"]), _of_end(row), "number")


def become_one_slowly(study: Study, ends: pl.DataFrame, activation: str) -> Finding | None:
    """With Glorot's weights all images become the same, but as a power of depth."""
    row = _end(study, ends, activation)
    if row is None:
        return None
    return Finding(row["rho"] == 1 and isinf(row["depth_scale"]), _of_end(row), "number")


def stay_apart(study: Study, ends: pl.DataFrame, activations: Sequence[str]) -> Finding | None:
    """With Glorot's weights layers of these activations keep every correlation in the end, or make it smaller."""
    found = {name: row for name in activations if (row := _end(study, ends, name))}
    if len(found) < len(activations):
        return None
    limits = {title(name): [row["rho"]] for name, row in found.items() if row["rho"] is not None}
    return Finding(all(limit < 1 for [limit] in limits.values()), limits, "number")


def falls_as_predicted(
    results: Results, theory: pl.DataFrame, activation: str, depths: Sequence[int], within: float
) -> Finding | None:
    """In every untrained network 1 - rho falls by the factor per layer that theory has, give or take a part of it.

    In the geometric mean, from the first layer to the last hidden one of which single precision can show it.
    """
    foreseen, found = [], []
    for depth in depths:
        hidden = theory.filter(pl.col("layer") < depth, activation=activation, depth=depth)
        shown = hidden.filter(pl.col("decorrelation") > SINGLE)
        last = shown["layer"].max()
        if not isinstance(last, int) or last < 2:
            continue
        ends = [shown.filter(layer=layer)["decorrelation"][0] for layer in (1, last)]
        measured = [results.probe("decorrelation", activation, depth, layer, 0) for layer in (1, last)]
        foreseen += [(ends[0] / ends[1]) ** (1 / (last - 1))] * len(measured[0])
        found += [(a / b) ** (1 / (last - 1)) if b > 0 else np.inf for a, b in zip(*measured, strict=True)]
    if not found:
        return None
    off = [max(a / b, b / a) for a, b in zip(found, foreseen, strict=True)]
    numbers = {"$1 - \\rho$ falls per layer by a factor of": found, "predicted": foreseen}
    return Finding(max(off) < 1 + within, numbers, "number")


def follows_the_map(drawn: pl.DataFrame, theory: pl.DataFrame) -> Finding | None:
    """In every hidden layer the mean correlation of wide networks, `drawn`, is within `NEAR` of the prediction."""
    keys = ["activation", "depth", "layer"]
    off = (pl.col("decorrelation") - pl.col("predicted")).abs()
    worst = (
        drawn.join(theory.rename({"decorrelation": "predicted"}), on=keys, maintain_order="left")
        .filter(pl.col("layer") < pl.col("depth"))
        .group_by("activation", maintain_order=True)
        .agg(off.max())
        .drop_nulls()
        .sort("decorrelation", descending=True)
    )
    if worst.is_empty():
        return None
    name, value = worst.row(0)
    return Finding(value < NEAR, {f"largest difference, that of {title(name)}": [value]}, "number")


def every_image_has_its_own(results: Results, activations: Sequence[str], images: int) -> Finding | None:
    """Untrained networks of these activations give as many different outputs as there are images."""
    counts = {title(name): _outputs(results, name, results.study.depths, (0,)) for name in activations}
    if not any(counts.values()):
        return None
    holds = all(count == images for found in counts.values() for count in found)
    return Finding(holds, counts, "number", remark=f"of {images:,}")


def fewer_outputs_than_classes(results: Results, activation: str, classes: int) -> Finding | None:
    """Very deep networks give fewer different outputs than there are classes, at every probed epoch."""
    depths = [depth for depth in results.study.depths if depth >= VERY_DEEP]
    counts = _outputs(results, activation, depths, results.study.probe_epochs)
    return Finding(max(counts) < classes, {OUTPUTS: counts}, "number") if counts else None


def few_outputs(
    results: Results, activation: str, depths: Sequence[int], images: int, share: float
) -> Finding | None:
    """Before training networks of these depths give fewer different outputs than this share of the images."""
    counts = _outputs(results, activation, depths, (0,))
    return Finding(max(counts) < share * images, {OUTPUTS: counts}, "number") if counts else None


def in_words(found: Finding | None) -> str:
    """How many different outputs networks give: "one output", or from how many to how many.

    >>> in_words(Finding(True, {OUTPUTS: [1.0, 1.0]}))
    'one output'
    """
    counts = found.numbers[OUTPUTS] if found else [0]
    least, most = int(min(counts)), int(max(counts))
    if least == most:
        return "one output" if most == 1 else f"{most} different outputs"
    return f"from {least} to {most} different outputs"


def lost_where_predicted(
    results: Results, theory: pl.DataFrame, activation: str, images: int, within: int
) -> Finding | None:
    """The layer in which half of the images have lost an output of their own is the predicted one, by so many layers.

    None where none is predicted: in networks that are not deep.
    """
    rows = half_lost(results, theory, images).filter(activation=activation).drop_nulls("predicted")
    if rows.is_empty():
        return None
    found = [layer for layers in rows["layers"] for layer in layers]
    known = [layer for layer in found if layer is not None]
    off = [
        layer is not None and abs(layer - row["predicted"]) <= within
        for row in rows.to_dicts()
        for layer in row["layers"]
    ]
    return Finding(all(off), {"layer": known, "predicted": rows["predicted"].to_list()}, "number")


def dead_units_grow_upwards(
    results: Results, theory: pl.DataFrame, depth: int, patterns: int
) -> Finding | None:
    """Before training, more units are dead in the upper half of a ReLU network's hidden layers than in the lower."""
    hidden = results.probes.filter(pl.col("layer") < depth, activation="relu", depth=depth, epoch=0)
    if depth < 4 or hidden.is_empty():
        return None
    upper = pl.col("layer") > depth // 2
    halves = [
        hidden.filter(which)
        .group_by("seed", maintain_order=True)
        .agg(pl.col("dead_units").mean())
        .sort("seed")["dead_units"]
        .to_list()
        for which in (~upper, upper)
    ]
    foreseen = theory.filter(pl.col("layer") < depth, activation="relu", depth=depth).drop_nulls()
    shares = {
        f"{half}, predicted": [
            fmean(dead_share(c, patterns) for c in foreseen.filter(which)["decorrelation"])
        ]
        for half, which in (("lower half", ~upper), ("upper half", upper))
        if foreseen.height
    }
    margin = [100 * (above - below) for below, above in zip(*halves, strict=True)]
    numbers = {"lower half": halves[0], "upper half": halves[1], **shares}
    return Finding(min(margin) > 0, numbers, margin=margin)


def _end(study: Study, ends: pl.DataFrame, activation: str) -> dict[str, float] | None:
    rows = ends.filter(activation=activation).to_dicts()
    return rows[0] if rows and study.initializer.startswith("glorot") else None


def _of_end(row: dict[str, float]) -> dict[str, Sequence[float]]:
    known = {"$\\rho$ in the limit": row["rho"], "depth scale in layers": row["depth_scale"]}
    return {name: [value] for name, value in known.items() if value is not None and not isinf(value)}


def _outputs(results: Results, activation: str, depths: Sequence[int], epochs: Sequence[int]) -> list[float]:
    """How many different outputs the last layer gives, for each network and epoch."""
    last = results.probes.filter(
        pl.col("layer") == pl.col("depth"),
        pl.col("depth").is_in(depths),
        pl.col("epoch").is_in(epochs),
        activation=activation,
    )
    return last["distinct_outputs"].to_list()
