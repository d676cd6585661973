"""What the studies `optimizers` and `rates` say: who learns once the way of training is changed, and who does not.

Each function answers for all networks that it names, and returns None where there is no such study or network.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.results.frames import Results

OPTIMIZERS, RATES = "optimizers", "rates"
AWAKE = 1.1  # times its norm before training: a layer that has moved


def all_learn_once_changed(
    before: Results | None, after: Results | None, activation: str, depth: int
) -> Finding | None:
    """Every network of this activation and depth learns in the one study, and none of them in the other."""
    scores = _scores({"before": before, "after": after}, activation, depth)
    return Finding(min(scores["after"]) > LEARNED >= max(scores["before"]), scores) if scores else None


def some_learn_once_changed(
    before: Results | None, after: Results | None, activation: str, depth: int
) -> Finding | None:
    """Some networks of this activation and depth learn in the one study, and none of them in the other."""
    scores = _scores({"before": before, "after": after}, activation, depth)
    if not scores:
        return None
    return Finding(max(scores["after"]) > LEARNED >= max(scores["before"]), scores)


def learned(study: Results | None, activation: str, depth: int) -> int:
    """How many networks of this activation and depth have learned in the end."""
    return sum(score > LEARNED for score in study.accuracy(activation, depth)) if study else 0


def none_learns_however_trained(
    study: Results | None, activation: str, depths: Sequence[int]
) -> Finding | None:
    """No network of this activation and these depths learns in a study, nor in any beside it."""
    scores = [
        score
        for part in (study.all if study else ())
        for depth in depths
        for score in part.accuracy(activation, depth)
    ]
    return _none_learned(scores) if scores else None


def none_learns_by_any_way(results: Results, activation: str) -> Finding | None:
    """No deep network of this activation learns by any optimizer or learning rate; None where one was not varied."""
    studies = [results.find(name) for name in (OPTIMIZERS, RATES)]
    found = [study and none_learns_however_trained(study, activation, study.study.deep) for study in studies]
    if not all(found):
        return None
    return _none_learned([score for finding in found if finding for score in finding.numbers["all"]])


def _none_learned(scores: Sequence[float]) -> Finding:
    return Finding(max(scores) <= LEARNED, {"all": scores}, remark=f"networks: {len(scores):,}")


def wakes_the_first_layer(before: Results | None, after: Results | None, activation: str) -> Finding | None:
    """Training multiplies the spectral norm of the first layer by more than `AWAKE` in the one study alone.

    At the depths of `after`; in each network, from before training to its end.
    """
    if not before or not after:
        return None
    found = {
        name: _growth(study, activation, after.study.depths)
        for name, study in (("before", before), ("after", after))
    }
    if not all(found.values()):
        return None
    return Finding(min(found["after"]) > AWAKE > max(found["before"]), found, "number")


def _growth(study: Results, activation: str, depths: Sequence[int]) -> list[float]:
    """Of each network, by how much the spectral norm of its first layer was multiplied."""
    first = study.probes.filter(pl.col("depth").is_in(depths), activation=activation, layer=1)
    of_network = first.sort("epoch").group_by("depth", "seed", maintain_order=True)
    grown = of_network.agg(by=pl.col("spectral_norm").last() / pl.col("spectral_norm").first())
    return grown["by"].to_list()


def scores_by_way(study: Results | None) -> pl.DataFrame:
    """A row per activation and depth: the test accuracies of a study, `sgd`, and of those beside it, by seed."""
    if study is None:
        return pl.DataFrame()
    ways = {study.study.optimizer: study, **study.beside}
    rows = [
        {
            "activation": name,
            "depth": depth,
            **{way: part.accuracy(name, depth) for way, part in ways.items() if way != "he"},
        }
        for name in study.study.activations
        for depth in study.study.depths
    ]
    return pl.DataFrame(rows)


def by_rate(rates: Results | None) -> pl.DataFrame:
    """Test accuracies in the end of a study and of those beside it that differ in the learning rate alone.

    Columns: activation, depth, rate, ascending, seed, accuracy.
    """
    found = [part for part in (rates.all if rates else ()) if part is rates or _differs_in_rate(part, rates)]
    rows = [
        {
            "activation": name,
            "depth": depth,
            "rate": part.study.learning_rate,
            "seed": seed,
            "accuracy": accuracy,
        }
        for part in sorted(found, key=lambda part: part.study.learning_rate)
        for name in part.study.activations
        for depth in part.study.depths
        for seed, accuracy in enumerate(part.accuracy(name, depth))
    ]
    return pl.DataFrame(rows)


def best_rates(rates: Results | None) -> pl.DataFrame:
    """A row per activation and depth: activation, depth, the rate of the highest mean accuracy, and both accuracies.

    `best` are those at that rate, `own` at the rate of the study. The rate is chosen on the test set; it is null where
    no network learns at any.
    """
    if rates is None:
        return pl.DataFrame()
    rows = []
    of_seeds = by_rate(rates).group_by("activation", "depth", "rate", maintain_order=True).agg("accuracy")
    for (name, depth), of_one in of_seeds.group_by("activation", "depth", maintain_order=True):
        best = max(of_one.to_dicts(), key=lambda row: fmean(row["accuracy"]))
        own = rates.accuracy(str(name), int(str(depth)))
        rate = best["rate"] if max(best["accuracy"]) > LEARNED else None
        rows.append({"activation": name, "depth": depth, "rate": rate, "best": best["accuracy"], "own": own})
    return pl.DataFrame(rows)


def still_ahead(
    rates: Results | None, ones: Sequence[str], others: Sequence[str], depth: int
) -> Finding | None:
    """With every seed all of the ones are ahead of all others, at the study's learning rate and at the best of each."""
    rows = _rows(rates, (*ones, *others), depth)
    if not rows:
        return None
    margin = [
        min(
            100 * (rows[one][at][seed] - rows[other][at][seed])
            for at in ("own", "best")
            for one in ones
            for other in others
        )
        for seed in range(len(rows[ones[0]]["own"]))
    ]
    numbers = {name: rows[name]["best"] for name in (*ones, *others)}
    return Finding(min(margin) > 0, numbers, margin=margin)


def closer_at_best(rates: Results | None, depth: int) -> Finding | None:
    """With every seed the activations differ less when each has its best rate than at the study's rate."""
    rows = _rows(rates, rates.study.activations if rates else (), depth)
    if len(rows) < 2:
        return None
    spread = {
        at: [max(of_seed) - min(of_seed) for of_seed in zip(*(row[at] for row in rows.values()), strict=True)]
        for at in ("own", "best")
    }
    margin = [100 * (own - best) for own, best in zip(*spread.values(), strict=True)]
    numbers = {
        "from the first to the last, at one rate": spread["own"],
        "at the best of each": spread["best"],
    }
    return Finding(min(margin) > 0, numbers, margin=margin)


def _rows(rates: Results | None, names: Sequence[str], depth: int) -> dict[str, dict[str, Any]]:
    """Those of `best_rates` by activation; none where one is missing."""
    best = best_rates(rates)
    found = {row["activation"]: row for row in best.to_dicts() if row["depth"] == depth}
    return {name: found[name] for name in names} if set(names) <= set(found) else {}


def _differs_in_rate(part: Results, rates: Results | None) -> bool:
    """Whether a study is another one but for its learning rate."""
    if rates is None:
        return False
    same = {"name": part.study.name, "learning_rate": part.study.learning_rate, "beside": ()}
    return part.study == rates.study.model_copy(update=same)


def _scores(studies: dict[str, Results | None], activation: str, depth: int) -> dict[str, list[float]]:
    """Test accuracies in the end; nothing where a study or its networks are missing."""
    found = {name: each.accuracy(activation, depth) for name, each in studies.items() if each}
    return found if len(found) == len(studies) and all(found.values()) else {}
