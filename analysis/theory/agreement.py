"""Theory beside measurement: the untrained networks of a study among those that are drawn, and by infinite width."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np
import polars as pl

from analysis.theory.bands import BETWEEN, FEWEST_LAYERS, slope

_KEYS = ["activation", "depth", "layer"]


def slopes(probes: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    """How ln(delta) changes from a hidden layer to the one below, fitted by least squares, beside theory.

    A row per activation and depth of at least four layers: `measured` is a list of untrained networks, those
    of `seeds`; `predicted` the same fit to the prediction, a mean of ln(chi) / 2.
    """
    rows = []
    for (name, depth), theory in predictions.group_by("activation", "depth", maintain_order=True):
        hidden = theory.filter(pl.col("layer") < depth).drop_nulls("delta")
        runs = _untrained(probes, str(name), int(depth))
        if hidden.height == depth - 1 >= FEWEST_LAYERS and runs:
            rows.append(
                {
                    "activation": name,
                    "depth": depth,
                    "seeds": list(runs),
                    "measured": [float(slope(run)) for run in runs.values()],
                    "predicted": float(slope(np.log(hidden["delta"].to_numpy()))),
                }
            )
    return pl.DataFrame(rows)


def among_drawn(fits: pl.DataFrame, drawn: pl.DataFrame) -> pl.DataFrame:
    """The rows of `slopes` of which there are `bands.drawn_slopes`, with those.

    Further columns: drawn, a list by network; typical, their median; low and high, between which `LEVEL` of them lie.
    """
    if fits.is_empty():
        return fits
    rows = []
    for row in fits.join(drawn, on=["activation", "depth"], maintain_order="left", how="inner").to_dicts():
        low, typical, high = np.quantile(row["drawn"], BETWEEN, method="weibull").tolist()
        rows.append({**row, "low": low, "typical": typical, "high": high})
    return pl.DataFrame(rows)


def beside(
    probes: pl.DataFrame, predictions: pl.DataFrame, measure: str, activations: Sequence[str]
) -> pl.DataFrame:
    """Untrained hidden layers beside theory: a row for each that is not zero, and of which there is a prediction.

    `measure` is `delta` or `gradient`. Columns: activation, depth, seed, layer; ratio, measured over predicted.
    """
    start = _hidden(probes, measure).filter(pl.col("activation").is_in(activations))
    rows = start.join(predictions.filter(pl.col(measure) > 0), on=_KEYS, maintain_order="left", how="inner")
    return rows.select(*_KEYS, "seed", ratio=pl.col(f"{measure}_rms") / pl.col(measure))


def coverage(probes: pl.DataFrame, bands: pl.DataFrame, measure: str) -> float | None:
    """The share of untrained hidden layers within the bands; None without any. Those that are zero don't count."""
    low, high = f"{measure}_low", f"{measure}_high"
    rows = _hidden(probes, measure).join(
        bands.drop_nulls((low, high)), on=_KEYS, maintain_order="left", how="inner"
    )
    within = rows.select(pl.col(f"{measure}_rms").is_between(low, high)).to_series().to_list()
    return fmean(within) if within else None


def in_first_layer(rows: pl.DataFrame, activations: Sequence[str], depth: int) -> pl.DataFrame:
    """Rows of predictions, or of bands, of the first layer of networks of a depth, of these activations."""
    return rows.filter(pl.col("activation").is_in(activations), depth=depth, layer=1)


def widest(bands: pl.DataFrame) -> float | None:
    """The largest factor from the low end of a band of delta to its high end; None without any."""
    ends = bands.drop_nulls(("delta_low", "delta_high")).filter(pl.col("delta_low") > 0)
    return float((ends["delta_high"] / ends["delta_low"]).max()) if ends.height else None  # type: ignore[arg-type]


def alone(predictions: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """The standard deviation over networks of ln|delta| of one pattern in the first layer: `predicted` and `drawn`.

    A row per activation and depth of which both are known. Columns: activation, depth, predicted, drawn and together,
    the standard deviation of ln(delta) over the mini-batch, drawn.
    """
    first = predictions.filter(layer=1).select("activation", "depth", predicted="alone")
    of_drawn = bands.filter(layer=1).select("activation", "depth", drawn="alone", together="deviation")
    joined = first.join(of_drawn, on=["activation", "depth"], maintain_order="left", how="inner")
    return joined.drop_nulls()


def _hidden(probes: pl.DataFrame, measure: str) -> pl.DataFrame:
    """The probes of untrained hidden layers that are not zero."""
    value = pl.col(f"{measure}_rms")
    return probes.filter(pl.col("layer") < pl.col("depth"), value > 0, value.is_finite(), epoch=0)


def _untrained(probes: pl.DataFrame, name: str, depth: int) -> dict[int, np.ndarray]:
    """Seed -> ln(delta) of the hidden layers before training, where all of them have one."""
    at = probes.filter(pl.col("layer") < depth, activation=name, depth=depth, epoch=0).sort("seed", "layer")
    runs = {
        int(seed): rows["delta_rms"].to_numpy() for (seed,), rows in at.group_by("seed", maintain_order=True)
    }
    return {seed: np.log(run) for seed, run in runs.items() if (run > 0).all() and np.isfinite(run).all()}
