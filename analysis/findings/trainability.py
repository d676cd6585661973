"""Where initial weights lie on the map of chi, and whether those networks train that it says should.

The verdicts on the prediction are those of `tested`; the findings take its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.results.frames import Results
from analysis.studies.initial_weights import CRITICAL
from analysis.studies.protocol import whose_weights
from analysis.theory.changes import change_in_print
from analysis.theory.chaos import chi_reached
from analysis.theory.predictions import trainability
from derivations import Propagation
from derivations.language.registry import title

STUDY = "weights"  # of all registered activations, with other initial weights
HARDLY_ANY = 1 / 20  # of networks
ON_EDGE, NEXT_TO_EDGE, FAR_FROM_EDGE = 1e-6, 1.05, 0.2  # |chi - 1|; chi beyond the edge; chi below it
_FORESEEN = ("not to train", "to train")
_WORDS = {True: "trains", False: "does not", None: "open"}


def where_weights_lie(networks: Mapping[str, Propagation], scales: Mapping[str, float]) -> Finding:
    """Glorot's weights lie on the edge for tanh, next to it for LeCun's, He's on it for ReLU; none near the sigmoid's.

    `scales` are those of `chaos.weight_scales`. On the edge chi is one; next to it, above by less than a
    twentieth; far from it, less than a fifth.
    """
    chi = {
        (name, whose): chi_reached(network, scale)
        for name, network in networks.items()
        for whose, scale in scales.items()
    }
    glorot, he = scales  # who shares a distribution's sigma_w shares its name
    holds = (
        abs(chi["tanh", glorot] - 1) < ON_EDGE
        and 1 < chi["lecun", glorot] < NEXT_TO_EDGE
        and abs(chi["relu", he] - 1) < ON_EDGE
        and max(chi["sigmoid", whose] for whose in scales) < FAR_FROM_EDGE
    )
    numbers = {f"$\\chi$ of {title(name)} ({whose})": [value] for (name, whose), value in chi.items()}
    return Finding(holds, numbers, unit="number")


def alike(results: Results) -> list[Results]:
    """The results of a study, and of that beside it with He's weights."""
    return [found for found in (results, results.get("he")) if found]


def by_initial_weights(results: Results) -> list[Results]:
    """The results of the study `weights` and of those beside it, each with other initial weights; none without it."""
    weights = results.find(STUDY)
    return (
        [part for name, part in (("", weights), *weights.beside.items()) if name != "he"] if weights else []
    )


def tested(parts: Sequence[Results], cache: Path) -> pl.DataFrame:
    """Of each kind of network, whether theory predicts that it trains early, and whether it did; of some studies.

    Columns: activation, depth, initializer, weights (whose); early and epochs, of training; sum, of ln(chi); change,
    the same in print, foreseen, in words, and trainable, null where theory leaves it open; accuracy and ends, on the
    test set by seed, after the early epoch and the last; right, for how many the prediction is; verdict, whether for
    all, null where there is no prediction.
    """
    rows: list[dict[str, Any]] = []
    for found in parts:
        study = found.study
        predicted = trainability(study.functions, study, study.depths, [study.initializer], cache)
        for row in predicted.to_dicts():
            name, depth, trains = row["activation"], row["depth"], row["trainable"]
            early = found.accuracy(name, depth, study.early)
            right = sum((score > LEARNED) == trains for score in early)
            rows.append(
                {
                    "activation": name,
                    "depth": depth,
                    "initializer": study.initializer,
                    "weights": whose_weights(study),
                    "early": study.early,
                    "epochs": study.epochs,
                    "sum": row["change"],
                    "change": change_in_print(row["change"]),
                    "foreseen": _WORDS[trains],
                    "trainable": trains,
                    "accuracy": early,
                    "ends": found.accuracy(name, depth),
                    "right": right,
                    "verdict": None if trains is None else "right" if right == len(early) else "wrong",
                }
            )
    kinds = {"sum": pl.Float64, "trainable": pl.Boolean, "verdict": pl.String}
    return pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None)


def hardly_any_learns_against_it(kinds: pl.DataFrame) -> Finding | None:
    """Of the networks that were not to train less than `HARDLY_ANY` have learned early on; None where all were to."""
    scores = _scores(kinds, trainable=False)
    if not scores:
        return None
    learned, networks = how_many_learn(kinds, trainable=False)
    wrong = kinds.filter(trainable=False, verdict="wrong").to_dicts()
    against = ", ".join(f"{_kind(row)} ({row['weights']})" for row in wrong)
    remark = f"{learned:,} of {networks:,} networks; against it: {against or 'none'}"
    return Finding(learned < HARDLY_ANY * networks, {"test accuracy": scores}, remark=remark)


def most_learn_as_foreseen(kinds: pl.DataFrame) -> Finding | None:
    """Of the networks that were to train, more than half have learned early on; None where there are none."""
    scores = _scores(kinds, trainable=True)
    if not scores:
        return None
    learned, networks = how_many_learn(kinds)
    remark = f"{learned:,} of {networks:,} networks"
    return Finding(learned > networks / 2, {"test accuracy": scores}, remark=remark)


def learns_as_foreseen(kinds: pl.DataFrame) -> Finding | None:
    """Both: hardly any network learns against the prediction, and most learn as it says; None where it says nothing."""
    both = [hardly_any_learns_against_it(kinds), most_learn_as_foreseen(kinds)]
    found = [finding for finding in both if finding]
    if len(found) < len(both):
        return None
    numbers = {name: finding.numbers["test accuracy"] for name, finding in zip(_FORESEEN, found, strict=True)}
    return Finding(all(finding.holds for finding in found), numbers)


def critical_weights_get_further(
    parts: Sequence[Results], names: Sequence[str], depth: int
) -> Finding | None:
    """With He's weights none of these activations learns, and with its critical ones each gets further, by seed."""
    he, critical = (_with(parts, initializer) for initializer in ("he_uniform", CRITICAL))
    if not he or not critical:
        return None
    numbers: dict[str, list[float]] = {}
    ahead: list[bool] = []
    for name in names:
        scores = {whose: part.accuracy(name, depth) for whose, part in (("critical", critical), ("He", he))}
        numbers |= {f"{title(name)}, {whose}": found for whose, found in scores.items()}
        ahead += [ours > theirs for ours, theirs in zip(*scores.values(), strict=True)]
    learned = any(max(numbers[f"{title(name)}, He"], default=0) > LEARNED for name in names)
    return Finding(all(ahead) and not learned, numbers) if ahead else None


def _with(parts: Sequence[Results], initializer: str) -> Results | None:
    return next((part for part in parts if part.study.initializer == initializer), None)


def how_many_learn(kinds: pl.DataFrame, trainable: bool = True) -> tuple[int, int]:
    """How many networks of which that is foreseen have learned early on, and how many there are."""
    scores = _scores(kinds, trainable)
    return sum(score > LEARNED for score in scores), len(scores)


def _scores(kinds: pl.DataFrame, trainable: bool) -> list[float]:
    if kinds.is_empty():
        return []
    return [score for row in kinds.filter(trainable=trainable).to_dicts() for score in row["accuracy"]]


def how_many_kinds_are_right(kinds: pl.DataFrame) -> tuple[int, int]:
    """Of how many kinds of networks the prediction is right for all, and of how many there is one."""
    verdicts = kinds["verdict"].drop_nulls().to_list()
    return verdicts.count("right"), len(verdicts)


def learned_late(kinds: pl.DataFrame) -> list[str]:
    """The kinds of networks that were not to train and of which none had learned early on, but all have in the end."""
    return [_kind(row) for row in _slow(kinds) if min(row["ends"]) > LEARNED]


def some_learn_otherwise(results: Results, kinds: pl.DataFrame) -> bool:
    """Whether some networks that were not to train learn at another learning rate or with another optimizer."""
    own = results.study
    others = [
        part
        for part in results.all
        if part.study.initializer == own.initializer
        and (part.study.optimizer, part.study.learning_rate) != (own.optimizer, own.learning_rate)
    ]
    scores = [
        part.accuracy(row["activation"], row["depth"])
        for part in others
        for row in kinds.filter(trainable=False, initializer=own.initializer).to_dicts()
    ]
    return any(score > LEARNED for of_kind in scores for score in of_kind)


def some_learn_late(results: Results, kinds: pl.DataFrame) -> Finding | None:
    """Some networks that were not to train, and had not learned early on, have all learned in the end.

    None where training ends there, or where there are no such networks.
    """
    slow = _slow(kinds)
    if results.study.epochs <= results.study.early or not slow:
        return None
    late = [row for row in slow if min(row["ends"]) > LEARNED]
    return Finding(bool(late), {"in the end": [score for row in late or slow for score in row["ends"]]})


def _slow(kinds: pl.DataFrame) -> list[dict[str, Any]]:
    """The kinds that were not to train, and of which no network had learned early on."""
    return [row for row in kinds.filter(trainable=False).to_dicts() if max(row["accuracy"]) <= LEARNED]


def _kind(row: Mapping[str, Any]) -> str:
    return f"{title(row['activation'])} with {row['depth']} layers"
