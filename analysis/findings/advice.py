"""How deep networks were trained with each activation, and with which initial weights: what the study advises.

It is descriptive: which initial weights do best is read off the test set of the networks that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED
from analysis.studies.initial_weights import FREE

NOTHING = "\N{EN DASH}"  # to be said
HEADINGS = {
    "activation": "Activation",
    "depth": "Depth",
    "weights": "Initial weights",
    "longer": "Trained longer",
}


def reached(kinds: pl.DataFrame, when: str) -> pl.DataFrame:
    """The greatest depth at which all networks have learned, by activation and initial weights.

    `kinds` are those of `trainability.tested`, without free variances, which are nobody's recipe; `when` is one of
    their columns of accuracies: `accuracy`, early, or `ends`. Columns: activation, weights, epochs, of training, and
    reached, zero where no depth was.
    """
    learned = pl.col(when).list.min() > LEARNED
    recipes = kinds.filter(~pl.col("initializer").is_in(FREE))
    return recipes.group_by("activation", "weights", "epochs", maintain_order=True).agg(
        reached=pl.when(learned).then("depth").max().fill_null(0)
    )


def advice(kinds: pl.DataFrame, longer: pl.DataFrame, names: Iterable[str]) -> list[dict[str, Any]]:
    """A row per activation, of those named: the depth reached, with which initial weights, and what more epochs reach.

    Both are frames of `trainability.tested`: of the first what was reached early, of the second what was in the end.
    Rows have the columns of `HEADINGS`.
    """
    early, late = reached(kinds, "accuracy"), reached(longer, "ends")
    return [
        _row(name, early.filter(activation=name), late.filter(activation=name))
        for name in names
        if name in early["activation"]
    ]


def _row(name: str, early: pl.DataFrame, late: pl.DataFrame) -> dict[str, Any]:
    deepest = max(early["reached"])
    return {
        "activation": name,
        "depth": deepest or "none",
        "weights": ", ".join(early.filter(reached=deepest)["weights"]) if deepest else NOTHING,
        "longer": "; ".join(
            f"{row['reached']}: {row['weights']}, {row['epochs']} epochs"
            for row in late.sort("reached", descending=True).to_dicts()
            if row["reached"] > max(early.filter(weights=row["weights"])["reached"], default=0)
        )
        or NOTHING,
    }


def early(kinds: pl.DataFrame) -> int:
    """The epoch after which accuracies are early ones: of studies with several, the first."""
    return min(kinds["early"].to_list(), default=0)


def seeds(kinds: pl.DataFrame) -> int:
    """How many networks there are of each kind, at least."""
    return min(map(len, kinds["accuracy"].to_list()), default=0)


def dots(kinds: pl.DataFrame) -> pl.DataFrame:
    """What a figure shows of kinds of networks: weights, depth, the predicted sum, and accuracy, a mean over seeds."""
    return kinds.select("weights", "depth", "sum", accuracy=pl.col("accuracy").list.mean())
