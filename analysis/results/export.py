"""Every table of a study as CSV and Parquet, with a dictionary of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from analysis.keeping.files import CACHE, replacing
from analysis.results.frames import Results
from analysis.results.tables import gradient_ends, scores
from analysis.studies.derived import derived
from analysis.studies.run import COUNTED
from derivations import Derivation
from derivations.printing.documents import as_dict

DICTIONARY = "dictionary"
NAME, UNION = "activation", " U "
# Column -> its unit and its meaning.
COLUMNS = {
    "activation": ("", "name of the activation"),
    "depth": ("layers", "weight layers, the output layer among them"),
    "seed": ("", "seed of the weights and of the order of the images"),
    "epoch": ("epochs", "passes over the training set before this value"),
    "layer": ("", "r = 1..R, counted from the input"),
    "train_loss": ("nats", "mean cross-entropy over the epoch's mini-batches, while the weights change"),
    "train_accuracy": ("fraction", "right answers over the epoch's mini-batches, while the weights change"),
    "test_loss": ("nats", "mean cross-entropy on the test set"),
    "test_accuracy": ("fraction", "right answers on the test set"),
    "gradient_max": ("nats", "max |dE/dW_ij| of the layer on the fixed mini-batch"),
    "gradient_rms": ("nats", "root mean square of dE/dW_ij of the layer on the fixed mini-batch"),
    "delta_max": ("nats", "max |delta_i,mu| of the layer on the fixed mini-batch"),
    "delta_rms": ("nats", "root mean square of delta_i,mu of the layer on the fixed mini-batch"),
    "softmax_sum_max": ("", "max |d(sum of softmax outputs)/dW_ij|: zero but for rounding"),
    "spectral_norm": ("", "greatest singular value of the layer's W"),
    "delta_transfer": (
        "",
        "greatest norm of a pattern's delta over those of W and delta of the layer above; 0 in the last",
    ),
    "dead_units": ("", "part of the layer's units whose f'(v) is zero on the whole fixed mini-batch"),
    "decorrelation": (
        "",
        "1 - rho, rho the cosine of v of two patterns, in the mean over pairs of the fixed mini-batch",
    ),
    "distinct_outputs": (
        "",
        f"how many different outputs the layer gives for the first {COUNTED} training images, to the last bit",
    ),
    "diverged_at": ("epochs", "the first epoch with a loss that is not finite, if any"),
    "expression": ("", "the activation's expression, as nested lists"),
    "device": ("", "where the network was trained"),
    "seconds": ("s", "the network's share of its stack's training time"),
    "test": ("fraction", "test accuracy, mean over the last tenth of the epochs, ten at most"),
    "train": ("fraction", "training accuracy, mean over the same epochs"),
    "gap": ("fraction", "train less test"),
    "drop": ("fraction", "largest fall of the test accuracy from one epoch to the next"),
    "reached": ("epochs", "the first epoch with a test accuracy of nine tenths or more, if any"),
    "highest": ("fraction", "test accuracy of the best epoch, which is chosen on the test set"),
    "first": ("nats", "gradient_max of the first layer, median over seeds"),
    "last": ("nats", "gradient_max of the last layer, median over seeds"),
    "ratio": ("", "first / last, median over seeds"),
    "smallest": ("nats", "least gradient_max of any layer, median over seeds"),
    "largest": ("nats", "largest gradient_max of any layer, median over seeds"),
    "zero_layers": ("layers", "layers whose gradient is exactly zero, the most over seeds"),
    "function": ("", "f(v)"),
    "derivative": ("", "f'(v)"),
    "not_differentiable_at": ("", "where f has no derivative; n is any whole number"),
    "gradient_range": ("", "the values of f', proven; decimals that are not exact are rounded outwards"),
    "certificate": ("", "how the range of f' is proven: exact or enclosed; null where it is not"),
    "value_range": ("", "the values of f, proven; null where they are not, as in the columns after"),
    "second_derivative_range": ("", "the values of f'', proven"),
    "bounded": ("", "whether f is bounded"),
    "lipschitz": ("", "the least L with |f(a) - f(b)| <= L |a - b|, rounded up; inf where there is none"),
    "slope_lipschitz": ("", "the same of f'"),
    "monotone": ("", "increasing or decreasing, in the wide sense, constant or no"),
    "convex": ("", "convex, concave, both or no"),
    "parity": ("", "odd, even, both or neither"),
    "slope_changes_sign_at": ("", "where f' changes its sign; n is any whole number"),
}

PROVEN = {
    NAME: pl.String, "function": pl.String, "derivative": pl.String, "not_differentiable_at": pl.String,
    "gradient_range": pl.String, "certificate": pl.String, "value_range": pl.String,
    "second_derivative_range": pl.String, "bounded": pl.Boolean, "lipschitz": pl.String,
    "slope_lipschitz": pl.String, "monotone": pl.String, "convex": pl.String, "parity": pl.String,
    "slope_changes_sign_at": pl.String,
}  # fmt: skip


def tables(results: Results, cache: Path = CACHE) -> dict[str, pl.DataFrame]:
    """Name -> table: what is proven and was measured, what the report makes of it, and the dictionary."""
    protocol = pl.DataFrame([run.model_dump() for run in results.study.runs])
    runs = protocol.with_columns(results.table["device", "seconds"])
    ends = [
        gradient_ends(results.probes, epoch).with_columns(epoch=pl.lit(epoch))
        for epoch in results.study.probe_epochs
    ]
    made = {
        "runs": runs,
        "history": results.history,
        "probes": results.probes,
        "summary": results.summary,
        "scores": scores(results.history),
        "gradients": pl.concat(ends),
        "activations": pl.DataFrame(
            [_proven(derived(function, cache)) for function in results.study.functions], schema=PROVEN
        ),
    }
    rows = [
        {"table": name, "column": column, "unit": unit, "meaning": meaning}
        for name, frame in made.items()
        for column in frame.columns
        for unit, meaning in [COLUMNS.get(column, ("", "a part of the protocol, as in the study's file"))]
    ]
    return {**made, DICTIONARY: pl.DataFrame(rows)}


def _proven(derivation: Derivation) -> dict[str, Any]:
    """What is proven of an activation, in a row."""
    row: dict[str, Any] = {
        NAME: derivation.activation.name,
        "function": str(derivation.activation.expression),
    }
    row["derivative"] = str(derivation.slopes.derivative)
    if derivation.unproven:
        return row
    told = as_dict(derivation)
    for column in PROVEN:
        value = told.get(column)
        if column.endswith("_range"):
            row[column] = None if value is None else UNION.join(map(_interval, value))
        elif column in told:
            row[column] = ", ".join(value) if isinstance(value, list) else value
    return row


def _interval(part: dict[str, Any]) -> str:
    low, high = "(["[part["lower_closed"]], ")]"[part["upper_closed"]]
    return f"{low}{part['lower']}, {part['upper']}{high}"


def write_tables(results: Results, folder: Path) -> Iterator[Path]:
    """Write each table in both forms; yields what was written."""
    for name, frame in tables(results).items():
        for suffix, write in ((".csv", frame.write_csv), (".parquet", frame.write_parquet)):
            with replacing(folder / f"{name}{suffix}") as temporary:
                write(temporary)
            yield folder / f"{name}{suffix}"
