"""What the accuracies of a study say: who learns, who does not, and who is ahead of whom.

Each function answers for all networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from statistics import fmean

import polars as pl

from analysis.findings.finding import LEARNED, Finding, by_title
from analysis.results.frames import Results
from analysis.results.statistics import APART, MARGIN, compared
from analysis.results.tables import final_scores
from derivations.language.registry import title

VERY_DEEP = 40  # layers


def below_the_curves(results: Results, names: Sequence[str]) -> float:
    """A round number below the medians of the test accuracy in the second half of training, at every depth."""
    late = results.history.filter(
        pl.col("activation").is_in(names), pl.col("epoch") > results.study.epochs / 2
    )
    medians = late.group_by("activation", "depth", "epoch", maintain_order=True).agg(
        pl.col("test_accuracy").median()
    )
    least = min(medians["test_accuracy"].drop_nans().to_list(), default=0.0)
    return max(0.0, floor(20 * least - 1) / 20)


def ends_at_most(results: Results, activation: str, depths: Sequence[int], level: float) -> Finding | None:
    """After the last epoch no network of this activation and these depths has a test accuracy above the level."""
    scores = {f"{depth} layers": results.accuracy(activation, depth) for depth in depths}
    if not scores or not all(scores.values()):
        return None
    holds = all(max(values) <= level for values in scores.values())
    return Finding(holds, {**scores, "the most frequent class": [level]})


def ends_below(results: Results, activation: str, others: Sequence[str], depth: int) -> Finding | None:
    """Every network of this activation ends below the networks of the others that have its seed."""
    scores = {name: results.accuracy(name, depth) for name in (activation, *others)}
    if not all(scores.values()):
        return None
    ahead = [100 * (min(theirs) - own) for own, *theirs in zip(*scores.values(), strict=True)]
    return Finding(min(ahead) > 0, by_title(scores), margin=ahead)


def learns(results: Results, activation: str, depth: int) -> Finding | None:
    """Every network of this activation and depth has learned by some epoch, though it may lose that again."""
    best = results.history.filter(activation=activation, depth=depth).group_by("seed", maintain_order=True)
    scores = best.agg(pl.col("test_accuracy").max()).sort("seed")["test_accuracy"].to_list()
    return Finding(min(scores) > LEARNED, {title(activation): scores}) if scores else None


def one_learns_and_the_other_does_not(
    results: Results, one: str, other: str, depth: int, epoch: int
) -> Finding | None:
    """After an epoch every network of the one activation has learned, and none of the other.

    None below `VERY_DEEP` layers, where both may learn.
    """
    if depth < VERY_DEEP:
        return None
    scores = {name: results.accuracy(name, depth, epoch) for name in (one, other)}
    if not all(scores.values()):
        return None
    holds = min(scores[one]) > LEARNED >= max(scores[other])
    margin = [100 * (a - b) for a, b in zip(scores[one], scores[other], strict=True)]
    return Finding(holds, by_title(scores), margin=margin)


def some_catch_up(results: Results, activation: str, other: str, depth: int, epoch: int) -> Finding | None:
    """Some network that has not learned by an epoch, when the other activation's have, has learned in the end.

    None where training ends there, and where `one_learns_and_the_other_does_not` does not speak of these networks.
    """
    if one_learns_and_the_other_does_not(results, other, activation, depth, epoch) is None:
        return None
    then, now = results.accuracy(activation, depth, epoch), results.accuracy(activation, depth)
    late = [b for a, b in zip(then, now, strict=True) if a <= LEARNED]
    if epoch >= results.study.epochs or not late:
        return None
    learned = sum(score > LEARNED for score in late)
    return Finding(learned > 0, {"in the end": late}, remark=f"{learned} of {len(late)}")


def diverged(results: Results) -> list[str]:
    """The runs whose loss became infinite, in words."""
    return [
        f"{title(run['activation'])} with {run['depth']} layers and seed {run['seed']} in epoch {run['diverged_at']}"
        for run in results.summary.filter(pl.col("diverged_at").is_not_null()).to_dicts()
    ]


def restless(results: Results) -> Finding | None:
    """In their last epochs, a tenth of all, some networks' test accuracies moved by more than seeds may lie apart.

    None where the last tenth is less than two epochs, or where all networks are at rest.
    """
    study = results.study
    last = study.epochs // 10
    if last < 2:
        return None
    accuracy = pl.col("test_accuracy")
    moved = (
        results.history.filter(pl.col("epoch") > study.epochs - last)
        .group_by("activation", "depth", "seed", maintain_order=True)
        .agg(by=accuracy.max() - accuracy.min())
        .filter(pl.col("by") > APART)
    )
    if moved.is_empty():
        return None
    numbers: dict[str, list[float]] = {}
    for name, depth, _, by in moved.iter_rows():
        numbers.setdefault(f"{title(name)} with {depth} layers", []).append(by)
    return Finding(True, numbers)


@dataclass(frozen=True)
class Highest:
    """The networks of the highest mean test accuracy in the end.

    name    depth and activation, in words
    scores  a test accuracy for each seed
    near    the names of the networks that are surely within `MARGIN` of them; none with too few seeds
    """

    name: str
    scores: list[float]
    near: list[str]


def highest(results: Results) -> Highest:
    """The activation and depth of the highest mean test accuracy, of the last epochs as `tables.scores` has it."""
    samples = {
        f"{row['depth']} layers with {title(row['activation'])}": row["test"]
        for row in final_scores(results.history).iter_rows(named=True)
    }
    first = max(samples, key=lambda name: fmean(samples[name]))
    found = {name: compared(values, samples[first]) for name, values in samples.items() if name != first}
    near = [name for name, of in found.items() if of and abs(of[0]) + of[1] <= MARGIN]
    return Highest(first, samples[first], near)
