"""How alike theory says that the images of the fixed mini-batch become from layer to layer, before training.

Patterns are taken to have one norm, that of their mean square, as in `profile`; what the correlation rho of two v
lacks to one, 1 - rho, is predicted to the last digits of that, because in deep sigmoid networks it falls to rounding.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.studies.data import load, sums
from analysis.studies.initial_weights import Initializer
from analysis.studies.patterns import FULL_INTENSITY
from analysis.studies.study import Study
from analysis.theory.predictions import propagation, reached
from derivations import Activation, Propagation
from derivations.language.trees import tree
from derivations.wide.correlations import at_fixed_point, correlation_map

_SMALLEST, _LARGEST = 1e-100, 1e100  # variances of v
_PATTERNS = 256  # of a mini-batch, of which theory has all pairs: the first represent all


def decorrelations(
    network: Propagation, units: Sequence[int], initial: Initializer, images: np.ndarray
) -> np.ndarray:
    """1 - rho of v in each layer, the mean over pairs of images; nan where v vanishes or overflows.

    `units` are those of every layer, from the input on; images (patterns, units[0]) as fractions.
    """
    pairs = pairwise(units)
    variances = [
        (below * of_weights, b) for below, here in pairs for of_weights, b in [initial.variances(below, here)]
    ]
    scale, bias = variances[0]
    square = scale * float(np.square(images).mean())
    q, apart = square + bias, between(images) * square / (square + bias)
    found = [_mean(apart)]
    for scale, bias in variances[1:]:
        layer = correlation_map(network, q, scale, bias) if _SMALLEST < q < _LARGEST else None
        if layer is None:
            return np.array([*found, *[math.nan] * (len(variances) - len(found))])
        apart, q = layer.apart(apart), network.next(q, scale, bias)
        found.append(_mean(apart))
    return np.array(found)


def between(images: np.ndarray) -> np.ndarray:
    """1 - rho of each pair of images (patterns, inputs), (pairs,): half the squared distance of their directions.

    An image that is zero has no direction, and is left out.
    """
    norms = np.linalg.norm(images, axis=1)
    directions = images[norms > 0] / norms[norms > 0, None]
    first, second = np.triu_indices(len(directions), 1)
    return np.clip(1 - (directions @ directions.T)[first, second], 0, 2)


def _mean(apart: np.ndarray) -> float:
    return float(apart.mean()) if len(apart) else math.nan


def dead_share(c: float, patterns: int) -> float:
    """The chance that a unit's v is negative for all of so many images, each pair of which has the correlation 1 - c.

    Such v are sqrt(1 - c) times a normal number that all images share, and sqrt(c) times one of their own; c in [0, 1].
    It comes to one half as the images become parallel.

    >>> dead_share(0.0, 64), round(dead_share(1.0, 2), 6)
    (0.5, 0.25)
    """
    if c == 0:
        return 0.5
    z, weights = _nodes()
    negative = [NormalDist().cdf(math.sqrt((1 - c) / c) * value) ** patterns for value in z]
    return float(weights @ negative / weights.sum())


@functools.cache
def _nodes() -> tuple[np.ndarray, np.ndarray]:
    """Points and weights for means over a normal number, but for a factor of the weights."""
    return np.polynomial.hermite_e.hermegauss(200)


def correlations(study: Study, cache: Path) -> pl.DataFrame:
    """What is predicted of the images of the fixed mini-batch: a row per activation, depth and layer.

    Columns: activation, depth, layer, decorrelation (the mean of 1 - rho over pairs; null where it is not finite).
    """
    rows = [row for function in study.functions for row in _predicted(function, study, cache)]
    columns = {"activation": pl.String, "depth": pl.Int64, "layer": pl.Int64, "decorrelation": pl.Float64}
    return pl.DataFrame(rows, schema=columns)


def _predicted(function: Activation, study: Study, cache: Path) -> list[dict[str, Any]]:
    initial = study.initial_of(function)

    def make() -> list[dict[str, Any]]:
        data = load(study.dataset, cache)
        images = data.train_images[: min(study.batch_size, _PATTERNS)] / FULL_INTENSITY
        rows = []
        for depth in study.depths:
            units = [images.shape[1], *[study.width] * (depth - 1), data.classes]
            found = decorrelations(propagation(function, cache), units, initial, images)
            rows += [
                {"activation": function.name, "depth": depth, "layer": layer, "decorrelation": value}
                for layer, value in enumerate(_finite(found), start=1)
            ]
        return rows

    what = [study.depths, study.width, study.batch_size, vars(initial), sums(study.dataset)]
    return list(_kept(cache, [_name(function), what], make))


def ends(study: Study, cache: Path) -> pl.DataFrame:
    """What very deep networks do to the correlation of two images: a row per activation.

    Columns: activation; rho, the correlation that they come to, null where they keep every one; depth_scale, in
    layers, infinite where it is approached as a power of depth; without activations whose variance has no limit.
    """
    rows = [row for function in study.functions if (row := _end(function, study, cache))]
    columns = {"activation": pl.String, "rho": pl.Float64, "depth_scale": pl.Float64}
    return pl.DataFrame(rows, schema=columns)


def _end(function: Activation, study: Study, cache: Path) -> dict[str, Any] | None:
    initial = study.initial_of(function)

    def make() -> list[str | None] | None:  # JSON has no infinity
        network = propagation(function, cache)
        images = load(study.dataset, cache).train_images[: study.batch_size] / FULL_INTENSITY
        pixels, width = images.shape[1], study.width
        of_weights, of_biases = initial.variances(pixels, width)
        q = of_weights * float(np.square(images).sum(1).mean()) + of_biases
        of_weights, bias = initial.variances(width, width)
        point = reached(network, q, of_weights * width, bias)
        layer = at_fixed_point(network, point, of_weights * width, bias) if point else None
        if layer is None:
            return None
        return [None if layer.fixed_point is None else str(layer.fixed_point), str(layer.depth_scale)]

    what = [study.width, study.batch_size, vars(initial), sums(study.dataset)]
    found = _kept(cache, ["end", _name(function), what], make)
    if found is None:
        return None
    rho, depth_scale = found
    return {
        "activation": function.name,
        "rho": None if rho is None else float(rho),
        "depth_scale": float(depth_scale),
    }


def _kept(cache: Path, what: Any, make: Any) -> Any:
    return memo(cache / "theory", what, made_with(__name__, "numpy", "sympy", "python-flint", "mpmath"), make)


def _name(function: Activation) -> list[Any]:
    return [function.name, tree(function.expression)]


def _finite(values: np.ndarray) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]
