"""What the study `schoenholz2017` says: do those networks learn that are no deeper than theory says can be trained?

Beside it are the same networks with weights of other variances.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.results.frames import Results
from analysis.theory.reach import reach
from derivations import Propagation

STUDY = "schoenholz2017"
DEEPEST = 300  # layers of the networks of the paper
HARDLY_ANY = 0.1  # of networks: the paper says "about"
_KINDS: dict[str, Any] = {
    "weight_variance": pl.Float64,
    "depth": pl.Int64,
    "reach": pl.Float64,
    "epochs": pl.Int64,
    "accuracy": pl.List(pl.Float64),
}


def networks(study: Results | None, network: Propagation) -> pl.DataFrame:
    """A row per variance of the weights and depth, ascending; none without the study.

    Columns: weight_variance (sigma_w^2), depth, reach (the layers up to which such networks should train), epochs, and
    accuracy, on the test set in the end, by seed. `network` is the activation's, which is that of all.
    """
    parts = [part for part in study.all if part.study.epochs == study.study.epochs] if study else []
    return _rows(parts, network)


def longer(study: Results | None, network: Propagation) -> pl.DataFrame:
    """The same of networks that are trained for more epochs, with `before`, the accuracy after those of the study."""
    parts = [part for part in study.all if part.study.epochs > study.study.epochs] if study else []
    before = networks(study, network).select("weight_variance", "depth", before="accuracy")
    return _rows(parts, network).join(before, on=["weight_variance", "depth"], maintain_order="left")


def _rows(parts: Sequence[Results], network: Propagation) -> pl.DataFrame:
    rows = [
        {
            "weight_variance": round(part.study.sigma_w**2, 12),  # of a root that was rounded
            "depth": depth,
            "reach": reach(network, part.study.sigma_w**2, part.study.sigma_b**2),
            "epochs": part.study.epochs,
            "accuracy": part.accuracy(part.study.activations[0], depth),
        }
        for part in parts
        for depth in part.study.depths
    ]
    return pl.DataFrame(rows, schema=_KINDS).sort("weight_variance", "depth")


def parted(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The networks that are no deeper than their reach, and those that are."""
    within = pl.col("depth") <= pl.col("reach")
    return rows.filter(within), rows.filter(~within)


def most_learn(rows: pl.DataFrame) -> Finding | None:
    """More than half of the networks learn; None where there are none."""
    learned, count = how_many_learn(rows)
    return _found(rows, rows.filter(pl.col("accuracy").list.min() <= LEARNED), learned > count / 2)


def hardly_any_learns(rows: pl.DataFrame) -> Finding | None:
    """No more than `HARDLY_ANY` of the networks learn; None where there are none."""
    learned, count = how_many_learn(rows)
    return _found(rows, rows.filter(pl.col("accuracy").list.max() > LEARNED), learned <= HARDLY_ANY * count)


def not_learned_before(rows: pl.DataFrame) -> pl.DataFrame:
    """Those of `longer` that had not learned after the epochs of the study."""
    return rows.filter(pl.col("before").list.max() <= LEARNED)


def some_learn(rows: pl.DataFrame) -> Finding | None:
    """Some of the networks learn; None where there are none."""
    learned, _ = how_many_learn(rows)
    return _found(rows, rows.filter(pl.col("accuracy").list.max() <= LEARNED), learned > 0)


def how_many_learn(rows: pl.DataFrame) -> tuple[int, int]:
    """How many of the networks have learned in the end, and how many there are."""
    scores = _scores(rows)
    return sum(score > LEARNED for score in scores), len(scores)


def by_weights(rows: pl.DataFrame) -> pl.DataFrame:
    """A row per variance of the weights: weight_variance, reach, and two depths among those of the study.

    learned is the greatest at which all networks have learned, failed the least at which not all have; null for none.
    """
    has = pl.col("accuracy").list.min() > LEARNED
    return rows.group_by("weight_variance", "reach", maintain_order=True).agg(
        learned=pl.col("depth").filter(has).max(), failed=pl.col("depth").filter(~has).min()
    )


def _found(rows: pl.DataFrame, against: pl.DataFrame, holds: bool) -> Finding | None:
    """The accuracies of some networks, with those that are against a statement as a remark."""
    if rows.is_empty():
        return None
    named = ", ".join(
        f"{row['depth']} layers with $\\sigma_w^2$ = {row['weight_variance']:g}" for row in against.to_dicts()
    )
    scores = _scores(rows)
    remark = f"{len(scores):,} networks; otherwise: {named or 'none'}"
    return Finding(holds, {"test accuracy": scores}, remark=remark)


def _scores(rows: pl.DataFrame) -> Sequence[float]:
    return rows["accuracy"].explode().to_list()
