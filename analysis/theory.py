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
from analysis.initializers import weight_variance
from analysis.prediction import Prediction, log_change, predict
from analysis.proofs import derived
from analysis.sources import source_digests
from analysis.store import TRAINER
from analysis.study import Study
from derivations import Activation, FixedPoint, Propagation
from derivations.trees import tree

CLASSES = 10
FULL_INTENSITY = 255
WIDER = 8  # times the width of a study, where agreement has to be closer
TRAINABLE = 6.0  # depth scales that a network may span and still be trained (Schoenholz et al. 2017)
_LAYERS, _LEAST = 1000, 1e-30  # after which a variance is near its fixed point, and below which at zero
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


def reached(network: Propagation, q: float, weight_variance: float) -> FixedPoint | None:
    """The fixed point that a deep network without biases comes to from this variance, None for infinity."""
    stable = [point for point in network.fixed_points(weight_variance) if point.stable]
    for _ in range(_LAYERS):
        if _LEAST < q < 1 / _LEAST:
            q = network.next(q, weight_variance)
    if not stable or q >= 1 / _LEAST:
        return None
    return min(stable, key=lambda point: abs((q if point.q is None else point.q) - q))


def limits(study: Study, store: Path) -> pl.DataFrame:
    """Of each activation of a study: chi between hidden layers, and its limit in deep networks.

    Columns: activation; first and last, chi in the first and the last but one hidden layer at the greatest
    depth; q, chi and depth_scale at the fixed point that is reached, null where none is; closed, whether both
    means have a closed form; error, that of quadrature, relative to chi.
    """
    weights = weight_variance(study.initializer, study.width, study.width) * study.width
    deepest = predictions(study, store).filter(depth=max(study.depths)).drop_nulls("chi")
    kinds = dict.fromkeys(("first", "last", "error", "q", "chi", "depth_scale"), pl.Float64)
    rows = []
    for function in study.functions:
        layers = deepest.filter(pl.col("layer") < pl.col("depth") - 1, activation=function.name)
        network = propagation(function, store)
        means = (network.mean_square, network.mean_square_slope)
        row: dict[str, object] = {"activation": function.name} | dict.fromkeys(kinds)
        point = None
        if layers.height:
            q = float(layers["q"][0])
            point = reached(network, q, weights)
            found = [mean(q) for mean in means]
            row |= {"first": layers["chi"][0], "last": layers["chi"][-1]}
            row["error"] = max((mean.error / mean.value for mean in found if mean.value), default=0.0)
        if point:
            row |= {"q": point.q, "chi": point.chi, "depth_scale": point.depth_scale}
        rows.append(row | {"closed": all(mean.form is not None for mean in means)})
    return pl.DataFrame(rows, schema={"activation": pl.String, **kinds, "closed": pl.Boolean})


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
