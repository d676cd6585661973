"""Between which values untrained networks like a study's lie: percentiles of networks that are drawn, in the store."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.results.statistics import LEVEL
from analysis.studies.data import load, sums
from analysis.studies.patterns import FULL_INTENSITY, Data
from analysis.studies.study import Study
from analysis.theory.sampling import Sample, sample
from derivations import Activation
from derivations.language.trees import tree

SAMPLER = __name__
MANY, ENOUGH, FEWEST = (
    1000,
    100,
    40,
)  # networks: as a rule, of a study of few epochs, and for percentiles at all
SHORT = 10  # epochs, up to which a study is not to wait for its bands
_WORK = 125e9  # multiplications for the networks of one activation and depth: seconds of a core
_PATTERNS = 256  # of a mini-batch, beyond which none are drawn
BETWEEN = ((1 - LEVEL) / 2, 1 / 2, (1 + LEVEL) / 2)  # quantiles: low, median and high
FEWEST_LAYERS = 3  # hidden ones, to which a line is fitted
MEASURES = ("delta", "gradient")
_COLUMNS = (
    *(f"{measure}_{at}" for measure in MEASURES for at in ("low", "median", "high")),
    "mean",
    "deviation",
    "alone",
    "decorrelation",
)


def how_many(study: Study, depth: int, inputs: int, classes: int) -> int:
    """The number of networks to draw of each activation at a depth; zero where they would take too long."""
    affordable = int(_WORK / _of_one(study, depth, inputs, classes))
    if affordable < FEWEST or study.batch_size > _PATTERNS:
        return 0
    return min(MANY, affordable) if study.epochs > SHORT else min(ENOUGH, affordable // 15)


def multiplications(study: Study, inputs: int, classes: int) -> int:
    """How many it takes, about, to draw the networks of one activation of a study."""
    shape = (inputs, classes)
    return sum(how_many(study, depth, *shape) * _of_one(study, depth, *shape) for depth in study.depths)


def _of_one(study: Study, depth: int, inputs: int, classes: int) -> int:
    """The multiplications of one network: forward, and twice as many backward."""
    weights = inputs * study.width + (depth - 2) * study.width**2 + study.width * classes
    return 3 * weights * study.batch_size


def bands(study: Study, cache: Path) -> pl.DataFrame:
    """What is drawn of the networks of a study before training: a row per activation, depth and layer.

    Columns: activation, depth, layer, networks (how many are drawn); delta_low, delta_median, delta_high and the
    same of `gradient`, percentiles of the root mean squares, of which `LEVEL` lie between the outer ones; mean and
    deviation of ln(delta) over networks; alone, the standard deviation of ln|delta| of one pattern, which is the root
    of a mean over patterns; decorrelation, 1 - rho of v, a mean over networks. Null where one is not finite; no rows
    where none can be drawn.
    """
    kinds: dict[str, Any] = {
        "activation": pl.String,
        "depth": pl.Int64,
        "layer": pl.Int64,
        "networks": pl.Int64,
    }
    rows = [
        {**keys, "layer": layer + 1, **{name: values[layer] for name, values in found["layers"].items()}}
        for keys, found in _drawn(study, cache)
        for layer in range(int(keys["depth"]))
    ]
    return pl.DataFrame(rows, schema={**kinds, **dict.fromkeys(_COLUMNS, pl.Float64)})


def drawn_slopes(study: Study, cache: Path) -> pl.DataFrame:
    """The slopes of ln(delta) of the same networks: a row per activation and depth of at least four layers.

    Columns: activation, depth, drawn: a list by network, those of one number having the same weights.
    """
    rows = [
        {"activation": keys["activation"], "depth": keys["depth"], "drawn": found["slopes"]}
        for keys, found in _drawn(study, cache)
        if found["slopes"]
    ]
    kinds: dict[str, Any] = {"activation": pl.String, "depth": pl.Int64, "drawn": pl.List(pl.Float64)}
    return pl.DataFrame(rows, schema=kinds)


def slope(logarithms: np.ndarray) -> np.ndarray:
    """How ln(delta) of the hidden layers, (..., layers), changes from a layer to the one below: by least squares."""
    r = np.arange(logarithms.shape[-1]) - (logarithms.shape[-1] - 1) / 2
    return np.asarray(logarithms @ (-r / np.square(r).sum()))


def _drawn(study: Study, cache: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Activation, depth and number of networks, with what is kept of them."""
    data, found = load(study.dataset, cache), []
    for function in study.functions:
        for depth in study.depths:
            networks = how_many(study, depth, data.train_images.shape[1], data.classes)
            if networks:
                keys = {"activation": function.name, "depth": depth, "networks": networks}
                found.append((keys, _kept(function, depth, networks, study, data, cache)))
    return found


def _kept(
    function: Activation,
    depth: int,
    networks: int,
    study: Study,
    data: Data,
    cache: Path,
) -> dict[str, Any]:
    initial = study.initial_of(function)

    def make() -> dict[str, Any]:
        images, labels = data.train_images[: study.batch_size], data.train_labels[: study.batch_size]
        units = [images.shape[1], *[study.width] * (depth - 1), data.classes]
        return _summary(sample(function, units, initial, images / FULL_INTENSITY, labels, networks))

    shape = [depth, study.width, study.batch_size, vars(initial), sums(study.dataset), networks]
    what = [[function.name, tree(function.expression)], shape]
    return dict(memo(cache / "bands", what, made_with(SAMPLER, "numpy", "sympy", "mpmath"), make))


@np.errstate(all="ignore")  # of networks in which nothing arrives
def _summary(found: Sample) -> dict[str, Any]:
    """What is kept of a sample: numbers by layer, and the slopes of all networks where each has one."""
    layers = {
        f"{measure}_{at}": values
        for measure in MEASURES
        for at, values in zip(
            ("low", "median", "high"),
            # A share q of networks lies below the quantile q of a sample, on average.
            np.quantile(np.exp(getattr(found, measure)), BETWEEN, axis=0, method="weibull"),
            strict=True,
        )
    }
    layers |= {
        "mean": found.delta.mean(axis=0),
        "deviation": found.delta.std(axis=0, ddof=1),
        "alone": np.sqrt(found.alone.var(axis=0, ddof=1).mean(axis=1)),
        "decorrelation": found.decorrelation.mean(axis=0),
    }
    hidden = found.delta[:, :-1]
    known = hidden.shape[1] >= FEWEST_LAYERS and np.isfinite(hidden).all()
    slopes = [_rounded(value) for value in slope(hidden).tolist()] if known else []
    return {
        "layers": {name: [_rounded(x) for x in values.tolist()] for name, values in layers.items()},
        "slopes": slopes,
    }


def _rounded(value: float) -> float | None:
    """Six digits; None where it is not finite."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
