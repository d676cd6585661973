"""Theory beside measurement: what is predicted of a study's untrained networks, and how far networks are off.

Predictions and the probes of wide networks cost seconds, and are kept in the store.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl

from analysis.data import load, sums
from analysis.entries import Means, kept
from analysis.prediction import Prediction, log_change, predict
from analysis.proofs import derived
from analysis.sources import source_digests
from analysis.store import TRAINER
from analysis.study import Study
from derivations import Activation, Propagation
from derivations.trees import tree

CLASSES = 10
FULL_INTENSITY = 255
WIDER = 8  # times the width of a study, where agreement has to be closer
TRAINABLE = 6.0  # depth scales that a network may span and still be trained (Schoenholz et al. 2017)
_SEEDS, _DEEPEST, _WIDEST = 3, 40, 512  # of the wide networks, which are not to fill a machine


@cache
def propagation(activation: Activation, store: Path) -> Propagation:
    """How a wide network with this activation carries variances."""
    return Propagation(derived(activation, store))


def predictions(study: Study, store: Path) -> pl.DataFrame:
    """What is predicted of the probes of a study before training: a row per activation, depth and layer.

    Columns: activation, depth, layer; q, chi, delta, gradient, spread as `prediction.Prediction` has them.
    """
    what = [
        [[function.name, tree(function.expression)] for function in study.functions],
        [study.depths, study.width, study.batch_size, study.initializer, sums(study.dataset)],
    ]

    def make() -> list[dict[str, object]]:
        data = load(study.dataset, store)
        images = data.train_images[: study.batch_size] / FULL_INTENSITY
        labels = data.train_labels[: study.batch_size]
        rows: list[dict[str, object]] = []
        for function in study.functions:
            for depth in study.depths:
                units = [images.shape[1], *[study.width] * (depth - 1), CLASSES]
                found = predict(propagation(function, store), units, study.initializer, images, labels)
                rows += _rows(found, function.name, depth)
        return rows

    return pl.DataFrame(kept(store / "theory", what, _means(), make), infer_schema_length=None)


def _means() -> Means:
    return {"sources": source_digests("analysis.theory"), "versions": _versions("numpy", "sympy", "mpmath")}


def _rows(found: Prediction, name: str, depth: int) -> list[dict[str, object]]:
    columns = {key: [_or_none(value) for value in values.tolist()] for key, values in vars(found).items()}
    return [
        {"activation": name, "depth": depth, "layer": layer + 1}
        | {key: values[layer] for key, values in columns.items()}
        for layer in range(depth)
    ]


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _versions(*names: str) -> dict[str, str]:
    return {name: version(name) for name in names}


def widened(study: Study) -> Study | None:
    """The untrained networks that are `WIDER`, at the greatest depth up to 40; None if they would be huge."""
    depths = [depth for depth in study.depths if depth <= _DEEPEST]
    if study.width * WIDER > _WIDEST or not depths:
        return None
    changed = {
        "width": study.width * WIDER,
        "depths": (max(depths),),
        "seeds": min(study.seeds, _SEEDS),
        "epochs": 1,
    }
    return study.model_copy(update=changed)


def untrained(study: Study, store: Path) -> pl.DataFrame:
    """The root mean squares of delta and dE/dW in the untrained networks of a study, as `Results.probes`."""
    runs = study.runs
    names = ("delta_rms", "gradient_rms")

    def make() -> list[dict[str, object]]:
        import torch

        from analysis.stack import Stack
        from analysis.training import Images, probe, reproducibly

        data, rows = load(study.dataset, store), []
        for depth in study.depths:
            with torch.inference_mode(), reproducibly():
                stack = Stack([run for run in runs if run.depth == depth], data.train_images.shape[1])
                probes = probe(stack, Images(data.train_images, data.train_labels, stack))
            for run, measured in zip(stack.runs, probes, strict=True):
                keys = {"activation": run.activation, "depth": depth, "seed": run.seed, "epoch": 0}
                for layer in range(depth):
                    rows.append(
                        {**keys, "layer": layer + 1, **{name: measured[name][layer] for name in names}}
                    )
        return rows

    means = {"sources": source_digests(TRAINER), "versions": _versions("numpy", "torch")}
    what = [[run.model_dump(mode="json") for run in runs], sums(study.dataset)]
    return pl.DataFrame(kept(store / "untrained", what, means, make), infer_schema_length=None)


def slopes(probes: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """How ln(delta) changes from a hidden layer to the one below, fitted by least squares, beside theory.

    A row per activation and depth of at least four layers: `measured` is a list of untrained networks, in the
    order of the seeds; `predicted` the same fit to the prediction, a mean of ln(chi) / 2; `typical` that of
    networks of this width, whose mean logarithm lies below; `spread` the standard deviation over networks.
    """
    rows = []
    for (name, depth), theory in predictions.group_by("activation", "depth", maintain_order=True):
        hidden = theory.filter(pl.col("layer") < depth).drop_nulls(("delta", "spread"))
        runs = _untrained(probes, name, depth)
        if hidden.height < max(3, depth - 1) or not runs:
            continue
        r = hidden["layer"].to_numpy()
        weights = -(r - r.mean()) / np.square(r - r.mean()).sum()
        variance = np.square(hidden["spread"].to_numpy())
        steps = -np.diff(variance, append=0.0)  # each layer's own part
        predicted = weights @ np.log(hidden["delta"].to_numpy())
        rows.append(
            {
                "activation": name,
                "depth": depth,
                "measured": [float(weights @ run) for run in runs],
                "predicted": float(predicted),
                "typical": float(predicted - weights @ variance),
                "spread": float(np.sqrt(np.square(np.cumsum(weights)) @ steps)),
            }
        )
    return pl.DataFrame(rows)


def deviations(probes: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """How far ln(delta) of untrained networks is from theory, as a root mean square over hidden layers.

    A row per activation and depth: `measured`, over seeds and layers, and `predicted`, from the width alone.
    """
    rows = []
    for (name, depth), theory in predictions.group_by("activation", "depth", maintain_order=True):
        hidden = theory.filter(pl.col("layer") < depth).drop_nulls(("delta", "spread"))
        runs = _untrained(probes, name, depth)
        if hidden.height < depth - 1 or not runs:
            continue
        variance = np.square(hidden["spread"].to_numpy())
        off = np.array(runs) - (np.log(hidden["delta"].to_numpy()) - variance)
        root = {"measured": np.sqrt(np.square(off).mean()), "predicted": np.sqrt(variance.mean())}
        rows.append({"activation": name, "depth": depth} | {key: float(x) for key, x in root.items()})
    return pl.DataFrame(rows)


def _untrained(probes: pl.DataFrame, name: str, depth: int) -> list[np.ndarray]:
    """ln(delta) of the hidden layers before training, of each seed's network in which all layers have one."""
    at = probes.filter(pl.col("layer") < depth, activation=name, depth=depth, epoch=0).sort("seed", "layer")
    runs = [rows["delta_rms"].to_numpy() for _, rows in at.group_by("seed", maintain_order=True)]
    return [np.log(run) for run in runs if (run > 0).all() and np.isfinite(run).all()]


def trainability(
    functions: Sequence[Activation],
    study: Study,
    depths: Sequence[int],
    initializers: Sequence[str],
    store: Path,
) -> pl.DataFrame:
    """Whether networks as those of a study should train, with other activations, depths and initializers.

    Columns: activation, depth, initializer, change (the sum of ln(chi) over hidden layers, infinite where v
    vanishes or overflows) and trainable (it is within `TRAINABLE`).
    """
    what = [
        [[function.name, tree(function.expression)] for function in functions],
        [study.width, study.batch_size, list(depths), list(initializers), sums(study.dataset)],
    ]

    def make() -> list[list[object]]:
        images = load(study.dataset, store).train_images[: study.batch_size] / FULL_INTENSITY
        square = float(np.square(images).mean())
        rows: list[list[object]] = []
        for function in functions:
            for depth in depths:
                units = [images.shape[1], *[study.width] * (depth - 1), CLASSES]
                for name in initializers:
                    change = log_change(propagation(function, store), units, name, square)
                    rows.append([function.name, depth, name, str(change)])
        return rows

    found = pl.DataFrame(
        kept(store / "theory", what, _means(), make),
        schema=["activation", "depth", "initializer", "change"],
        orient="row",
    ).with_columns(pl.col("change").cast(pl.Float64))
    return found.with_columns(trainable=pl.col("change").abs() <= TRAINABLE)
