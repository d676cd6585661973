"""What theory says of a study's networks: their probes before training, their limits, whether they train.

Predictions cost seconds, and are kept in the store.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.keeping.files import digest
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.studies.data import load, sums
from analysis.studies.derived import derived
from analysis.studies.initial_weights import PUBLISHED, Initializer
from analysis.studies.patterns import FULL_INTENSITY
from analysis.studies.study import Study
from analysis.theory.profile import Prediction, log_change, log_deltas, predict
from derivations import Activation, FixedPoint, Propagation
from derivations.language.trees import tree
from derivations.wide.propagation import wide_networks

PREDICTOR = __name__
MAPPED = 40  # layers, for which it is told which activations should train
TRAINABLE = 6.0  # depth scales that a network may span and still be trained (Schoenholz et al. 2017)
_LAYERS, _LEAST = 1000, 1e-30  # after which a variance is near its fixed point, and below which at zero
_PATTERNS = 256  # of a mini-batch, of which theory has all pairs


@functools.cache
def propagation(activation: Activation, cache: Path) -> Propagation:
    """How a wide network with this activation carries variances."""
    return wide_networks(derived(activation, cache))


def predictions(study: Study, cache: Path) -> pl.DataFrame:
    """What is predicted of the probes of a study before training: a row per activation, depth and layer.

    Columns: activation, depth, layer, and those of `profile.Prediction`; null where that is not finite.
    Of a mini-batch of more than `_PATTERNS` the first represent all, and what takes all pairs of them, the
    gradient, is not predicted.
    """
    found = dict.fromkeys((field.name for field in fields(Prediction)), pl.Float64)
    schema = {"activation": pl.String, "depth": pl.Int64, "layer": pl.Int64, **found}
    rows = [row for function in study.functions for row in _predicted(function, study, cache)]
    return pl.DataFrame(rows, schema=schema)


def _predicted(function: Activation, study: Study, cache: Path) -> list[dict[str, object]]:
    """The rows of one activation."""

    def make() -> list[dict[str, object]]:
        data, rows = load(study.dataset, cache), []
        probed = min(study.batch_size, len(data.train_labels))
        patterns = min(probed, _PATTERNS)
        images, labels = data.train_images[:patterns] / FULL_INTENSITY, data.train_labels[:patterns]
        for depth in study.depths:
            units = [images.shape[1], *[study.width] * (depth - 1), data.classes]
            found = predict(propagation(function, cache), units, study.initial_of(function), images, labels)
            if patterns < probed:  # delta is that of a mean over the mini-batch
                nothing = np.full(depth, math.nan)
                found = replace(found, delta=found.delta * patterns / probed, gradient=nothing)
            rows += _rows(found, function.name, depth)
        return rows

    return list(_kept(cache, _what(function, study), make))


def _what(function: Activation, study: Study) -> list[Any]:
    """What tells a prediction from others."""
    return [
        [function.name, tree(function.expression)],
        [study.depths, study.width, study.batch_size, vars(study.initial_of(function)), sums(study.dataset)],
    ]


def _kept(cache: Path, what: Any, make: Callable[[], Any]) -> Any:
    return memo(
        cache / "theory", what, made_with(PREDICTOR, "numpy", "sympy", "python-flint", "mpmath"), make
    )


def _rows(found: Prediction, name: str, depth: int) -> list[dict[str, object]]:
    columns = {key: [_or_none(value) for value in values.tolist()] for key, values in vars(found).items()}
    return [
        {"activation": name, "depth": depth, "layer": layer + 1}
        | {key: values[layer] for key, values in columns.items()}
        for layer in range(depth)
    ]


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def reached(
    network: Propagation, q: float, weight_variance: float, bias_variance: float = 0.0
) -> FixedPoint | None:
    """The fixed point that a deep network comes to from this variance, None for infinity."""
    stable = [point for point in network.fixed_points(weight_variance, bias_variance) if point.stable]
    for _ in range(_LAYERS):
        before = q
        if _LEAST < q < 1 / _LEAST:
            q = network.next(q, weight_variance, bias_variance)
        if q == before:
            break
    if not stable or q >= 1 / _LEAST:
        return None
    return min(stable, key=lambda point: abs((q if point.q is None else point.q) - q))


def limits(study: Study, cache: Path) -> pl.DataFrame:
    """Of each activation of a study: chi between hidden layers, and its limit in deep networks.

    Columns: activation; first and last, chi in the first and the last but one hidden layer at the greatest
    depth; q, chi and depth_scale at the fixed point that is reached, null where none is; closed, whether both
    means have a closed form; error, the largest of their relative errors in any of these layers.
    """
    kinds = dict.fromkeys(("first", "last", "error", "q", "chi", "depth_scale"), pl.Float64)
    rows = [_limit(function, study, cache) for function in study.functions]
    return pl.DataFrame(rows, schema={"activation": pl.String, **kinds, "closed": pl.Boolean})


def _limit(function: Activation, study: Study, cache: Path) -> dict[str, object]:
    """The row of one activation."""
    alone = study.model_copy(update={"activations": (function.name,)})

    def make() -> dict[str, Any]:
        deepest = predictions(alone, cache).filter(depth=max(study.depths)).drop_nulls("chi")
        layers = deepest.filter(pl.col("layer") < pl.col("depth") - 1)
        network, point, row = propagation(function, cache), None, {}
        means = (network.mean_square, network.mean_square_slope)
        if layers.height:
            weights, biases = study.initial_of(function).variances(study.width, study.width)
            point = reached(network, float(layers["q"][0]), weights * study.width, biases)
            found = [mean(q) for mean in means for q in layers["q"]]
            row = {"first": layers["chi"][0], "last": layers["chi"][-1]}
            row["error"] = max((mean.error / mean.value for mean in found if mean.value), default=0.0)
        if point:
            row |= {"q": point.q, "chi": point.chi, "depth_scale": point.depth_scale}
        numbers = {key: str(value) for key, value in row.items() if value is not None}  # JSON has no infinity
        return {"numbers": numbers, "closed": all(mean.closed for mean in means)}

    kept = _kept(cache, ["limit", _what(function, alone)], make)
    numbers = {key: float(text) for key, text in kept["numbers"].items()}
    return {"activation": function.name, **numbers, "closed": kept["closed"]}


def compared_initializers(study: Study) -> list[str]:
    """The initial distributions to compare a study's with, of its own shape."""
    shape = Initializer(study.initializer).shape
    return [f"{scale}_{shape}" for scale in PUBLISHED]


def trainability(
    functions: Sequence[Activation],
    study: Study,
    depths: Sequence[int],
    initializers: Sequence[str],
    cache: Path,
) -> pl.DataFrame:
    """Whether networks as those of a study should train, with other activations, depths and initializers.

    Columns: activation, depth, initializer, change (the sum of ln(chi) over hidden layers, infinite where v
    vanishes or overflows) and trainable (it is within `TRAINABLE`; null above, of which theory says nothing).
    """
    rows = [
        [function.name, depth, initializer, _change(function, study, depth, initializer, cache)]
        for function in functions
        for depth in depths
        for initializer in initializers
    ]
    columns = {"activation": pl.String, "depth": pl.Int64, "initializer": pl.String, "change": pl.Float64}
    found = pl.DataFrame(rows, schema=columns, orient="row")
    change = pl.col("change")
    return found.with_columns(trainable=pl.when(change <= TRAINABLE).then(change >= -TRAINABLE))


def _change(function: Activation, study: Study, depth: int, initializer: str, cache: Path) -> float:
    """The sum of ln(chi) in such networks."""
    alike = study.model_copy(update={"initializer": initializer})
    [change] = _of_one_pattern(
        lambda *network: [log_change(*network)], "change", function, alike, depth, cache
    )
    return change


def deltas(function: Activation, study: Study, depth: int, cache: Path) -> list[float]:
    """ln of the mean squared delta of each layer of untrained networks of a study: see `profile.log_deltas`."""
    predicted = functools.partial(log_deltas, patterns=study.batch_size)
    return _of_one_pattern(predicted, "deltas", function, study, depth, cache)


def _of_one_pattern(
    predicted: Callable[..., Iterable[float]],
    name: str,
    function: Activation,
    study: Study,
    depth: int,
    cache: Path,
) -> list[float]:
    """What is predicted of networks from no more of the mini-batch than the mean square of its inputs."""
    initial = study.initial_of(function)
    what = [
        [name, function.name, tree(function.expression)],
        [study.width, study.batch_size, depth, vars(initial), sums(study.dataset)],
    ]

    def make() -> list[str]:  # which have infinity, and JSON has not
        inputs, classes, square = _ends(study.dataset, digest(sums(study.dataset)), study.batch_size, cache)
        units = [inputs, *[study.width] * (depth - 1), classes]
        return [
            str(float(value)) for value in predicted(propagation(function, cache), units, initial, square)
        ]

    return list(map(float, _kept(cache, what, make)))


@functools.cache
def _ends(dataset: str, total: str, patterns: int, cache: Path) -> tuple[int, int, float]:
    """The numbers of inputs and of classes, and the mean square of the first patterns of the data with this sum."""
    data = load(dataset, cache)
    images = data.train_images[:patterns] / FULL_INTENSITY
    return images.shape[1], data.classes, np.square(images).mean()
