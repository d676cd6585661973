"""The table of what networks come to, seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import polars as pl

from analysis.results.tables import GOOD, final_scores, last_epochs
from report.authoring.absent import Absent
from report.authoring.blocks import Block, table
from report.authoring.numbers import by_seed, counted, percent, reached_in

COLUMNS = {
    "activation": "Activation",
    "depth": "Layers",
    "test": "Test accuracy",
    "gap": "Training less test",
    "reached": f"{percent(GOOD, 0)} in epoch",
    "drop": "Largest fall",
    "highest": "Best epoch",
}


def scores_table(history: pl.DataFrame) -> Block | Absent:
    """The test accuracies of each seed in the end, and how they came about; `history` as `Results` has it."""
    last = last_epochs(int(history["epoch"].max() or 0))  # type: ignore[arg-type]
    how = "after the last epoch" if last == 1 else f"the mean of the last {counted(last, 'epoch')}"
    return table(
        final_scores(history),
        id="tbl:scores",
        caption=f"""
            Test accuracy in per cent, {how}, for each seed; by how many points the training accuracy exceeds it, the
            median over seeds; in which epoch {percent(GOOD, 0)} were reached; the largest fall from one epoch to the
            next of any seed, in points; and the test accuracy of the best epoch, which is chosen on the test set and so
            says too much.""",
        columns=COLUMNS,
        formats={
            "test": by_seed,
            "gap": lambda gaps: by_seed([median(gaps)]),
            "reached": reached_in,
            "drop": lambda drops: f"{100 * max(drops):.1f}",
            "highest": _span,
        },
        right=["gap", "drop", "highest"],
        widths=(0.13, 0.09, 0.295, 0.105, 0.13, 0.1, 0.15),
    )


def _span(values: Sequence[float]) -> str:
    """The least and the greatest of fractions, in per cent.

    >>> _span([0.971, 0.9675]), _span([0.971])
    ('96.8 to 97.1', '97.1')
    """
    least, most = (f"{100 * value:.1f}" for value in (min(values), max(values)))
    return least if least == most else f"{least} to {most}"
