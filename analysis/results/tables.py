"""The tables of the report: final scores, gradients at both ends of a network, over seeds."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from analysis.results.frames import Results
from analysis.results.statistics import best, interval
from analysis.studies.study import Study

GROUP = ("activation", "depth")
#: what a report shows of `gradient_ends`, and to how many significant digits
ENDS = ("activation", "depth", "first", "last", "ratio", "smallest", "largest")
DIGITS_OF_ENDS = dict.fromkeys(("first", "last", "ratio", "smallest", "largest"), 2)


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


def gradient_ends(
    probes: pl.DataFrame, epoch: int, activations: Collection[str] | None = None
) -> pl.DataFrame:
    """The largest gradient in the first and last layer, its smallest and largest over layers: medians over seeds.

    Of these activations, or of all. Columns: activation, depth, first, last, ratio (first / last), smallest,
    largest, zero_layers (those whose gradient is exactly zero, the largest count over seeds).
    """
    value = pl.col("gradient_max").sort_by("layer")
    asked = True if activations is None else pl.col("activation").is_in(list(activations))
    by_run = (
        probes.filter(asked, epoch=epoch)
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
    hidden = probes.filter(pl.col("layer") < pl.col("depth"))
    runs = hidden.group_by(*GROUP, "seed", "epoch", maintain_order=True)
    return runs.agg(growth=_growth("delta_rms"))


def growth_by_epoch(results: Results, predictions: pl.DataFrame) -> pl.DataFrame:
    """The growth of delta down through the hidden layers, in orders of magnitude: predicted and measured.

    A row per activation and depth: predicted, for untrained networks; `epoch 0` and so on for each probed epoch,
    medians over seeds; both null where nothing arrives, or what does is not finite; accuracy, a list of those
    after the early epoch on the test set, in the order of the seeds.
    """
    hidden = predictions.filter(pl.col("layer") < pl.col("depth"))
    early = results.history.filter(epoch=results.study.early).sort("seed")
    parts = [
        hidden.group_by(GROUP).agg(predicted=_growth("delta")),
        *(
            of_one.group_by(GROUP).agg(pl.col("growth").median().alias(f"epoch {epoch}"))
            for (epoch,), of_one in delta_growth(results.probes).group_by("epoch", maintain_order=True)
        ),
        early.group_by(GROUP).agg(accuracy=pl.col("test_accuracy")),
    ]
    table = results.summary.select(GROUP).unique(maintain_order=True)
    for part in parts:
        table = table.join(part, on=list(GROUP), how="left", maintain_order="left")
    return table


def growth_headings(study: Study) -> dict[str, str]:
    """The columns of `growth_by_epoch` and how they are headed."""
    measured = {f"epoch {epoch}": f"Epoch {epoch}" for epoch in study.probe_epochs}
    before = {"activation": "Activation", "depth": "Layers", "predicted": "Predicted"}
    return {**before, **measured, "accuracy": f"Accuracy, epoch {study.early}"}


def _growth(delta: str) -> pl.Expr:
    """Of a network's hidden layers: the orders of magnitude from the last one's delta to the first one's, or null."""
    value = pl.col(delta).sort_by("layer")
    growth = (value.first() / value.last()).log10()
    return pl.when(growth.is_finite()).then(growth)
