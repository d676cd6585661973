"""The tables of the report: final scores, gradients at both ends of a network, over seeds."""

from __future__ import annotations

import polars as pl

GROUP = ("activation", "depth")


def final_scores(history: pl.DataFrame) -> pl.DataFrame:
    """Test accuracy after the last epoch for each activation and depth: mean, lowest and highest over seeds.

    Columns: activation, depth, seeds, mean, low, high, train (mean training accuracy of the last epoch), best
    (highest test accuracy of any epoch and seed). Accuracies are fractions.
    """
    last = history.filter(pl.col("epoch") == history["epoch"].max())
    best = history.group_by(GROUP).agg(best=pl.col("test_accuracy").max())
    return (
        last.group_by(GROUP, maintain_order=True)
        .agg(
            seeds=pl.len(),
            mean=pl.col("test_accuracy").mean(),
            low=pl.col("test_accuracy").min(),
            high=pl.col("test_accuracy").max(),
            train=pl.col("train_accuracy").mean(),
        )
        .join(best, on=GROUP, how="left", maintain_order="left")
    )


def gradient_ends(probes: pl.DataFrame, epoch: int, measure: str = "gradient_max") -> pl.DataFrame:
    """The measure in the first and last layer, its smallest and largest over layers: medians over seeds.

    Columns: activation, depth, first, last, ratio (first / last), smallest, largest, zero_layers (those whose
    gradient is exactly zero, the largest count over seeds).
    """
    value = pl.col(measure).sort_by("layer")
    by_run = (
        probes.filter(pl.col("epoch") == epoch)
        .group_by(*GROUP, "seed", maintain_order=True)
        .agg(
            first=value.first(),
            last=value.last(),
            smallest=value.min(),
            largest=value.max(),
            zero_layers=(value == 0).sum(),
        )
        .with_columns(ratio=pl.col("first") / pl.col("last"))
    )
    return by_run.group_by(GROUP, maintain_order=True).agg(
        pl.col("first", "last", "ratio", "smallest", "largest").median(), pl.col("zero_layers").max()
    )
