"""Theory beside measurement: how far untrained networks are from what is predicted of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from statistics import NormalDist, fmean

import numpy as np
import polars as pl

from analysis.results.statistics import LEVEL

COVERED = NormalDist().inv_cdf((1 + LEVEL) / 2)  # standard deviations on either side of the mean


def slopes(probes: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """How ln(delta) changes from a hidden layer to the one below, fitted by least squares, beside theory.

    A row per activation and depth of at least four layers: `measured` is a list of untrained networks, those
    of `seeds`; `predicted` the same fit to the prediction, a mean of ln(chi) / 2; `typical` that
    of networks of this width, on average; `spread` the standard deviation over networks.
    """
    rows = []
    for name, depth, hidden, runs in _pairs(probes, predictions):
        if depth < 4:
            continue
        r = hidden["layer"].to_numpy()
        weights = -(r - r.mean()) / np.square(r - r.mean()).sum()
        variance = np.square(hidden["delta_spread"].to_numpy())
        steps = -np.diff(variance, append=0.0)  # each layer's own part
        predicted = weights @ np.log(hidden["delta"].to_numpy())
        rows.append(
            {
                "activation": name,
                "depth": depth,
                "seeds": list(runs),
                "measured": [float(weights @ run) for run in runs.values()],
                "predicted": float(predicted),
                "typical": float(predicted + weights @ hidden["delta_shift"].to_numpy()),
                "spread": float(np.sqrt(np.square(np.cumsum(weights)) @ steps)),
            }
        )
    return pl.DataFrame(rows)


def deviations(probes: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """How far ln(delta) of untrained networks is from theory, as a root mean square over hidden layers.

    A row per activation and depth: `measured`, over seeds and layers, and `predicted`, from the width alone;
    `by_seed` is a list of the former over layers only, of the networks of `seeds`.
    """
    rows = []
    for name, depth, hidden, runs in _pairs(probes, predictions):
        variance = np.square(hidden["delta_spread"].to_numpy())
        expected = np.log(hidden["delta"].to_numpy()) + hidden["delta_shift"].to_numpy()
        off = np.array(list(runs.values())) - expected
        rows.append(
            {
                "activation": name,
                "depth": depth,
                "measured": float(np.sqrt(np.square(off).mean())),
                "predicted": float(np.sqrt(variance.mean())),
                "seeds": list(runs),
                "by_seed": np.sqrt(np.square(off).mean(axis=1)).tolist(),
            }
        )
    return pl.DataFrame(rows)


def beside(
    probes: pl.DataFrame, predictions: pl.DataFrame, measure: str, activations: Sequence[str] | None = None
) -> pl.DataFrame:
    """Untrained hidden layers beside theory: a row for each that is not zero, and of which there is a prediction.

    `measure` is `delta` or `gradient`. Columns: activation, depth, seed, layer; ratio, measured over predicted;
    within, whether ln(ratio) is less than `COVERED` standard deviations from theory, null where it has none.
    """
    measured, spread = pl.col(f"{measure}_rms"), pl.col(f"{measure}_spread")
    start = probes.filter(pl.col("layer") < pl.col("depth"), measured > 0, measured.is_finite(), epoch=0)
    if activations is not None:
        start = start.filter(pl.col("activation").is_in(activations))
    keys = ["activation", "depth", "layer"]
    rows = start.join(predictions.filter(pl.col(measure) > 0), on=keys, maintain_order="left")
    ratio = measured / pl.col(measure)
    off = ratio.log() - pl.col(f"{measure}_shift")
    return rows.select(*keys, "seed", ratio=ratio, within=off.abs() <= COVERED * spread)


def coverage(probes: pl.DataFrame, predictions: pl.DataFrame, measure: str) -> float | None:
    """The share of untrained hidden layers within `COVERED` standard deviations of theory; None without any.

    `measure` is `delta` or `gradient`; those that are zero don't count.
    """
    within = beside(probes, predictions, measure)["within"].drop_nulls().to_list()
    return fmean(within) if within else None


def in_first_layer(predictions: pl.DataFrame, activations: Sequence[str], depth: int) -> pl.DataFrame:
    """What is predicted of the first layer of networks of a depth, of these activations, where anything is."""
    first = predictions.filter(pl.col("activation").is_in(activations), depth=depth, layer=1)
    return first.drop_nulls("delta")


def one_deviation(predictions: pl.DataFrame) -> float | None:
    """The largest factor that a standard deviation of ln(delta) makes; None where none is predicted."""
    spreads = predictions["delta_spread"].drop_nulls().to_list()
    return exp(max(spreads)) if spreads else None


def farthest(count: int, beyond: float = 0.01) -> float:
    """What the farthest of so many normal deviates exceeds as seldom as `beyond` says (a probability).

    >>> round(farthest(1, beyond=0.05), 2)
    1.96
    """
    return NormalDist().inv_cdf(1 - beyond / (2 * count))


def _pairs(
    probes: pl.DataFrame, predictions: pl.DataFrame
) -> Iterator[tuple[str, int, pl.DataFrame, dict[int, np.ndarray]]]:
    """Activation, depth, theory of all hidden layers and `_untrained` networks, where there are both."""
    for (name, depth), theory in predictions.group_by("activation", "depth", maintain_order=True):
        hidden = theory.filter(pl.col("layer") < depth).drop_nulls(("delta", "delta_spread", "delta_shift"))
        runs = _untrained(probes, str(name), int(depth))
        if hidden.height == depth - 1 and runs:
            yield str(name), int(depth), hidden, runs


def _untrained(probes: pl.DataFrame, name: str, depth: int) -> dict[int, np.ndarray]:
    """Seed -> ln(delta) of the hidden layers before training, where all of them have one."""
    at = probes.filter(pl.col("layer") < depth, activation=name, depth=depth, epoch=0).sort("seed", "layer")
    runs = {
        int(seed): rows["delta_rms"].to_numpy() for (seed,), rows in at.group_by("seed", maintain_order=True)
    }
    return {seed: np.log(run) for seed, run in runs.items() if (run > 0).all() and np.isfinite(run).all()}
