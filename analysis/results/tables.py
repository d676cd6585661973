"""The tables of the report: final scores, gradients at both ends of a network, over seeds."""

from __future__ import annotations

import polars as pl

from analysis.results.statistics import best, interval

GROUP = ("activation", "depth")


def final_scores(history: pl.DataFrame) -> pl.DataFrame:
    """Accuracies after the last epoch for each activation and depth, those of all seeds in one list.

    Columns: activation, depth, seeds (how many), test, train, highest (the best test accuracy of any epoch;
    these three are lists, in the order of the seeds), leads (whether no activation of this depth is separated
    from it upwards, as `intervals.best` has it). Accuracies are fractions.
    """
    runs = (
        history.sort("epoch")
        .group_by(*GROUP, "seed", maintain_order=True)
        .agg(pl.col("test_accuracy", "train_accuracy").last(), highest=pl.col("test_accuracy").max())
        .sort("seed")
    )
    order = history.select(GROUP).unique(maintain_order=True)
    samples = runs.group_by(GROUP).agg(
        seeds=pl.len(),
        test=pl.col("test_accuracy"),
        train=pl.col("train_accuracy"),
        highest=pl.col("highest"),
    )
    scores = order.join(samples, on=list(GROUP), how="left", maintain_order="left")
    leaders = {
        (name, depth)
        for (depth,), rows in scores.group_by("depth")
        for name in best(dict(zip(rows["activation"], rows["test"].to_list(), strict=True)))
    }
    leads = [pair in leaders for pair in scores.select(GROUP).iter_rows()]
    return scores.with_columns(leads=pl.Series(leads, dtype=pl.Boolean))


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


def paired_differences(summary: pl.DataFrame, against: str) -> pl.DataFrame:
    """By how much final test accuracies exceed those of the activation `against`, of the same depth and seed.

    A row per other activation and depth: `differences`, a list in the order of the seeds, as fractions;
    `mean` and `half`, Student's interval for it, null where the seeds are too few.
    """
    keys = ("activation", "depth", "seed", "test_accuracy")
    other = summary.filter(activation=against).select("depth", "seed", against="test_accuracy")
    joined = summary.select(keys).join(other, on=("depth", "seed"), maintain_order="left")
    grouped = (
        joined.filter(pl.col("activation") != against)
        .sort("seed", maintain_order=True)
        .group_by(GROUP, maintain_order=True)
        .agg(differences=pl.col("test_accuracy") - pl.col("against"))
    )
    found = [interval(values) or (None, None) for values in grouped["differences"].to_list()]
    return grouped.with_columns(
        mean=pl.Series([mean for mean, _ in found], dtype=pl.Float64),
        half=pl.Series([half for _, half in found], dtype=pl.Float64),
    )


def delta_growth(probes: pl.DataFrame) -> pl.DataFrame:
    """By how many orders of magnitude delta is larger in the first layer than in the last hidden one.

    A row per run and probed epoch: activation, depth, seed, epoch, growth; null where either has no delta.
    """
    value = pl.col("delta_rms").sort_by("layer")
    hidden = probes.filter(pl.col("layer") < pl.col("depth"))
    grown = hidden.group_by(*GROUP, "seed", "epoch", maintain_order=True).agg(
        growth=(value.first() / value.last()).log10()
    )
    return grown.with_columns(pl.when(pl.col("growth").is_finite()).then(pl.col("growth")).alias("growth"))
