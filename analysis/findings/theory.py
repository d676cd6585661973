"""What theory says of a study's networks before training, and how well untrained networks agree with it.

Each function answers for all networks that it names, and returns None where the study has none of them, or theory
nothing to say of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log, log10, sqrt
from statistics import fmean

import polars as pl

from analysis.findings.finding import Finding
from analysis.results.frames import Results
from analysis.studies.study import DEEP, Study
from analysis.theory.agreement import farthest, slopes
from analysis.theory.factors import Factors

EXACT = 1e-9  # relative: what a closed form may lose to rounding
NEAR = 2 / 3  # hidden layers beyond this part of them are near the output


def chi_is_one_half(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi is one half between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    holds = all(abs(value - 0.5) < EXACT for value in (*found.between, found.limit))
    return Finding(holds, _numbers(found), "number")


def delta_shrinks(study: Study, chi: Mapping[str, Factors], activation: str, by: float) -> Finding | None:
    """With Glorot's weights, delta shrinks by more than this factor between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    holds = sqrt(max(*found.between, found.limit)) < 1 / by
    factor = [1 / sqrt(value) for value in (*found.between, found.limit) if value > 0]
    return Finding(holds, {**_numbers(found), "$\\delta$ shrinks by a factor of": factor}, "number")


def chi_nears_one(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi is less than one but nearer to it with each hidden layer, and one where q is zero.

    None where only one hidden layer passes its delta to another.
    """
    found = _with_glorots_weights(study, chi, activation)
    if found is None or len(found.between) < 2:
        return None
    ascends = list(found.between) == sorted(found.between)
    holds = ascends and found.between[-1] < 1 and (found.q, found.limit) == (0, 1)
    return Finding(holds, _numbers(found), "number")


def chi_exceeds_one(study: Study, chi: Mapping[str, Factors], activation: str) -> Finding | None:
    """With Glorot's weights, chi exceeds one between all hidden layers, and in the limit."""
    found = _with_glorots_weights(study, chi, activation)
    if found is None:
        return None
    return Finding(min(*found.between, found.limit) > 1, _numbers(found), "number")


def same_gradient(study: Study, predictions: pl.DataFrame, activation: str, within: float) -> Finding | None:
    """In deep networks with Glorot's weights, all hidden layers above the first should have one gradient.

    To within a factor. None for studies without deep networks.
    """
    hidden = _deep_above_the_first(study, predictions, activation)
    if hidden.height < 2:
        return None
    gradients = hidden["gradient"].to_list()
    return Finding(max(gradients) < within * min(gradients), {"gradient": gradients}, "number")


def narrowness_lowers_it(study: Study, predictions: pl.DataFrame, activation: str) -> Finding | None:
    """Of the same layers: their width should make the gradient smaller than it is in the limit of wide ones.

    In the mean of its logarithm; most of all in a layer near the output.
    """
    hidden = _deep_above_the_first(study, predictions, activation).drop_nulls("gradient_shift")
    if hidden.height < 2:
        return None
    shifts = hidden["gradient_shift"].to_list()
    lowest = int(hidden["layer"][shifts.index(min(shifts))])
    orders = [shift / log(10) for shift in shifts]
    return Finding(
        max(shifts) < 0 and lowest > NEAR * (max(study.depths) - 1),
        {"changed by orders of magnitude": orders},
        "number",
        remark=f"the most in layer {lowest}",
    )


def no_farther_than_chance(results: Results, predictions: pl.DataFrame) -> Finding | None:
    """No untrained network's slope of ln(delta) is farther from theory than the farthest of so many seldom is."""
    rows = slopes(results.probes, predictions).to_dicts()
    off = [abs(slope - row["typical"]) / row["spread"] for row in rows for slope in row["measured"]]
    if not off:
        return None
    most = farthest(len(off))
    numbers = {
        "off, in theory's standard deviations": off,
        "in one case of a hundred the farthest of so many would be off by more than": [most],
    }
    return Finding(max(off) < most, numbers, "number", remark=_networks(len(off)))


def wider_are_closer(rows: pl.DataFrame) -> Finding | None:
    """Wider networks are closer to theory than those of the study, over all activations together.

    `rows` are those of `analysis.theory.wide_networks.beside_wider`; by their margin, for each seed that both have.
    """
    if rows.is_empty():
        return None
    narrow, wide = (_by_seed(rows, suffix) for suffix in ("", "_wide"))
    seeds = [seed for seed in sorted(narrow.keys() & wide.keys()) if narrow[seed] > 0 and wide[seed] > 0]
    if not seeds:
        return None
    here, there = (_root(rows[name].to_list()) for name in ("measured", "measured_wide"))
    return Finding(
        there < here,
        {"root mean square difference of $\\ln \\delta$ in wide networks": [there], "in the study's": [here]},
        "number",
        margin=[log10(narrow[seed] / wide[seed]) for seed in seeds],
        margin_unit="orders of magnitude",
    )


def _with_glorots_weights(study: Study, chi: Mapping[str, Factors], activation: str) -> Factors | None:
    return chi.get(activation) if study.initializer.startswith("glorot") else None


def _numbers(found: Factors) -> dict[str, Sequence[float]]:
    limit = {"in the limit": [found.limit]}
    return {"$\\chi$ between hidden layers": found.between, **limit}


def _deep_above_the_first(study: Study, predictions: pl.DataFrame, activation: str) -> pl.DataFrame:
    """The predictions of hidden layers above the first, in the deepest networks; none with other weights."""
    deepest = max(study.depths)
    if deepest < DEEP or not study.initializer.startswith("glorot"):
        return predictions.clear()
    hidden = predictions.filter(
        pl.col("layer").is_between(2, deepest - 1), activation=activation, depth=deepest
    )
    return hidden.drop_nulls("gradient")


def _by_seed(rows: pl.DataFrame, suffix: str) -> dict[int, float]:
    """Seed -> root mean square over activations, of the seeds that all of them have."""
    found = [
        dict(zip(row[f"seeds{suffix}"], row[f"by_seed{suffix}"], strict=True)) for row in rows.to_dicts()
    ]
    shared = set.intersection(*(set(of_one) for of_one in found))
    return {seed: _root([of_one[seed] for of_one in found]) for seed in shared}


def _root(values: Sequence[float]) -> float:
    """Their root mean square."""
    return sqrt(fmean(value**2 for value in values))


def _networks(count: int) -> str:
    return f"{count} network{'' if count == 1 else 's'}"
