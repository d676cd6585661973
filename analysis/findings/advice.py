"""How deep networks were trained with each activation, and with which initial weights: what the study advises.

It is descriptive: which initial weights do best is read off the test set of the networks that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED
from analysis.studies.initial_weights import FREE
from derivations.language.registry import title

NOTHING = "\N{EN DASH}"  # to be said
FEW = 6  # activations, each of which has a row of its own
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


def grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, but of more than a `FEW` those of which the same is said as one, with all their names in print."""
    if len(rows) <= FEW:
        return rows
    groups: dict[tuple[Any, ...], list[str]] = {}
    for row in rows:
        groups.setdefault((row["depth"], row["weights"], row["longer"]), []).append(title(row["activation"]))
    ordered = sorted(groups.items(), key=lambda group: -(group[0][0] if group[0][0] != "none" else 0))
    return [
        {"activation": ", ".join(names), "depth": depth, "weights": weights, "longer": longer}
        for (depth, weights, longer), names in ordered
    ]


def headings(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The `HEADINGS` of the columns in which something is said."""
    return {name: heading for name, heading in HEADINGS.items() if any(row[name] != NOTHING for row in rows)}


def widths(rows: list[dict[str, Any]]) -> list[float]:
    """Of the columns in which something is said, as parts of the text's width; groups of names want more of it."""
    longest = max((len(row["activation"]) for row in rows), default=0)
    shares = {"activation": 0.14 if longest < 20 else 0.4, "depth": 0.1, "weights": 0.45, "longer": 0.31}
    said = [share for name, share in shares.items() if name in headings(rows)]
    return [share / sum(said) for share in said]


def early(kinds: pl.DataFrame) -> int:
    """The epoch after which accuracies are early ones: of studies with several, the first."""
    return min(kinds["early"].to_list(), default=0)


def seeds(kinds: pl.DataFrame) -> int:
    """How many networks there are of each kind, at least."""
    return min(map(len, kinds["accuracy"].to_list()), default=0)


def dots(kinds: pl.DataFrame) -> pl.DataFrame:
    """What a figure shows of kinds of networks: weights, depth, the predicted sum, and accuracy, a mean over seeds."""
    return kinds.select("weights", "depth", "sum", accuracy=pl.col("accuracy").list.mean())
