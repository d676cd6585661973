"""What a reader may look at of each kind of network: delta by layer, predicted and measured, and the accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.findings.trainability import tested
from analysis.results.frames import Results
from analysis.studies.study import Study
from analysis.theory.predictions import deltas

KIND = ("activation", "depth", "weights")


def explored(parts: Sequence[Results], bands: pl.DataFrame, cache: Path) -> list[dict[str, Any]]:
    """The kinds of networks of some studies, of which `bands` are those of the first; each kind as of its first study.

    A row has the columns of `trainability.tested` and: chi, in the first and the last but one hidden layer, None where
    nothing passes; ln of the mean squared delta of untrained networks, by layer: predicted, measured (by seed), low and
    high, between which networks of this width lie, empty where none are drawn. What is not finite is None.
    """
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for part, drawn in zip(parts, [bands, *[bands.clear()] * len(parts)], strict=False):
        probes = _networks(part.probes.filter(epoch=0))
        edges = _networks(drawn)
        for kind in tested([part], cache).to_dicts():
            network = kind["activation"], kind["depth"]
            shown = _by_layer(kind, part.study, probes[network], edges.get(network, drawn.clear()), cache)
            rows.setdefault(tuple(kind[name] for name in KIND), kind | shown)
    return list(rows.values())


def _networks(rows: pl.DataFrame) -> dict[Any, pl.DataFrame]:
    """The rows of each activation and depth, by layer."""
    return rows.sort("layer").partition_by("activation", "depth", as_dict=True, maintain_order=True)


def _by_layer(
    kind: dict[str, Any], study: Study, probes: pl.DataFrame, band: pl.DataFrame, cache: Path
) -> dict[str, Any]:
    [function] = [function for function in study.functions if function.name == kind["activation"]]
    depth = kind["depth"]
    predicted = _finite(deltas(function, study, depth, cache))
    return {
        "chi": [_chi(*predicted[r : r + 2]) for r in (0, depth - 3)] if depth > 2 else [],
        "predicted": predicted,
        "low": _squared(band["delta_low"]),
        "high": _squared(band["delta_high"]),
        "measured": [
            _squared(seed["delta_rms"])
            for seed in probes.sort("seed", maintain_order=True).partition_by("seed", maintain_order=True)
        ],
    }


def _chi(below: float | None, above: float | None) -> float | None:
    return None if below is None or above is None else exp(below - above)


@np.errstate(divide="ignore")
def _squared(roots: pl.Series) -> list[float | None]:
    """ln of the squares."""
    return _finite(2 * np.log(roots.cast(pl.Float64).to_numpy()))


def _finite(values: Sequence[float] | np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
