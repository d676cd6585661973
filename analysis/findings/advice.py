"""How deep networks were trained with each activation, and with which initial weights: what the study advises.

It is descriptive: which initial weights do best is read off the test set of the networks that it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED
from analysis.studies.initial_weights import FREE

BETTER = "\N{EN DASH}"  # where nothing is to be said


def reached(kinds: pl.DataFrame) -> pl.DataFrame:
    """The greatest depth at which all networks learn in the end, by activation and initial weights.

    `kinds` are those of `trainability.tested`, without free variances, which are nobody's recipe; of two studies of one
    kind of network the one with more seeds counts.
    Columns: activation, weights, reached; zero where no depth was.
    """
    recipes = kinds.filter(~pl.col("initializer").is_in(FREE))
    most = recipes.sort(pl.col("ends").list.len(), descending=True, maintain_order=True)
    alone = most.unique(["activation", "depth", "weights"], keep="first", maintain_order=True)
    learned = pl.col("ends").list.min() > LEARNED
    keys = ["activation", "weights"]
    return alone.group_by(keys, maintain_order=True).agg(
        reached=pl.when(learned).then("depth").max().fill_null(0)
    )


def advice(tested: Sequence[pl.DataFrame], names: Iterable[str]) -> list[dict[str, Any]]:
    """A row per activation, of those named: the depth reached, with which initial weights, and how far others get.

    `tested` are frames of `trainability.tested`. Rows have activation, depth, weights and others.
    """
    found = reached(pl.concat([kinds for kinds in tested if kinds.height], how="diagonal_relaxed"))
    return [_row(name, found.filter(activation=name)) for name in names if name in found["activation"]]


def how_long(tested: Sequence[pl.DataFrame]) -> str:
    """How many epochs these networks were trained, in words, such as "1 to 100 epochs"."""
    epochs = sorted({epochs for kinds in tested if kinds.height for epochs in kinds["epochs"]})
    return (
        f"{epochs[0]} to {epochs[-1]} epochs"
        if len(epochs) > 1
        else f"{epochs[0]} epoch{'s' * (epochs[0] > 1)}"
    )


def early(kinds: pl.DataFrame) -> int:
    """The epoch after which accuracies are early ones: of studies with several, the first."""
    return min(kinds["early"].to_list(), default=0)


def dots(kinds: pl.DataFrame) -> pl.DataFrame:
    """What a figure shows of kinds of networks: weights, depth, the predicted sum, and accuracy, a mean over seeds."""
    return kinds.select("weights", "depth", "sum", accuracy=pl.col("accuracy").list.mean())


def _row(name: str, found: pl.DataFrame) -> dict[str, Any]:
    deepest = found["reached"].max()
    best = found.filter(reached=deepest)["weights"].to_list()
    others = found.filter(pl.col("reached") < deepest).group_by("reached", maintain_order=True).agg("weights")
    return {
        "activation": name,
        "depth": deepest or "none",
        "weights": ", ".join(best) if deepest else BETTER,
        "others": "; ".join(
            f"{row['reached'] or 'none'}: {', '.join(row['weights'])}"
            for row in others.sort("reached", descending=True).to_dicts()
        )
        or BETTER,
    }
