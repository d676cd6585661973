"""By how much the squared delta should change through whole networks, in print: bold where they should train."""

from __future__ import annotations

from math import isinf

import polars as pl

from analysis.studies.protocol import named_after
from analysis.theory.predictions import TRAINABLE

MINUS = "\N{MINUS SIGN}"


def change_in_print(change: float) -> str:
    """The sum of ln(chi) over the hidden layers, in Markdown; bold where a network with it should train.

    >>> change_in_print(-2.68), change_in_print(8.6), change_in_print(float("-inf"))
    ('**−2.7**', '8.6', '$-\\\\infty$')
    """
    if isinf(change):
        return "$\\infty$" if change > 0 else "$-\\infty$"
    text = f"{change:.1f}".replace("-", MINUS)
    return f"**{text}**" if abs(change) <= TRAINABLE else text


def by_weights(trainability: pl.DataFrame) -> pl.DataFrame:
    """What `predictions.trainability` has, a row per activation: in print, a column for each initial distribution.

    Columns: activation, and those whom the distributions are named after.
    """
    rows: dict[str, dict[str, str]] = {}
    for name, initializer, change in trainability.select("activation", "initializer", "change").iter_rows():
        row = rows.setdefault(name, {"activation": name})
        row[named_after(initializer)] = change_in_print(change)
    return pl.DataFrame(list(rows.values()))


def how_many_train(trainability: pl.DataFrame) -> dict[str, int]:
    """How many networks should train, by whom the initial distribution is named after."""
    return {
        named_after(initializer): int(found["trainable"].sum())
        for (initializer,), found in trainability.group_by("initializer", maintain_order=True)
    }
