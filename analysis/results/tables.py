"""The tables of the report: what was measured, by kind of network or seed by seed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from analysis.results.frames import Results
from analysis.results.statistics import LEARNED, compared, verdict
from analysis.studies.study import Study

GROUP = ("activation", "depth")
LAST = 10  # epochs at most, and a tenth of all, whose mean counts as the accuracy in the end
GOOD = 0.9  # test accuracy, of which it is told when a network reaches it
#: what a report shows of `gradient_ends`, and to how many significant digits
ENDS = ("activation", "depth", "first", "last", "ratio", "smallest", "largest")
DIGITS_OF_ENDS = dict.fromkeys(("first", "last", "ratio", "smallest", "largest"), 2)


def last_epochs(epochs: int) -> int:
    """Over how many of the last epochs accuracies are averaged: one alone may fall into a dip."""
    return max(1, min(LAST, epochs // LAST))


def scores(history: pl.DataFrame) -> pl.DataFrame:
    """What each network comes to, a row for each, in the order of their kinds and seeds.

    Columns: activation, depth, seed; test and train, mean accuracies over the last epochs; gap, train less test;
    drop, the largest fall of the test accuracy from one epoch to the next; reached, the first epoch with a test
    accuracy of `GOOD` or more, null where there is none; highest, the test accuracy of the best epoch, which is
    chosen on the test set. Accuracies are fractions.
    """
    test, epoch = pl.col("test_accuracy"), pl.col("epoch")
    epochs = int(history.select(epoch.max()).item() or 0)
    last = epoch > epochs - last_epochs(epochs)
    runs = history.sort("epoch").group_by(*GROUP, "seed", maintain_order=True)
    found = runs.agg(
        test=test.filter(last).mean(),
        train=pl.col("train_accuracy").filter(last).mean(),
        drop=(test.shift() - test).max().fill_null(0).clip(0),
        reached=epoch.filter(test >= GOOD).first(),
        highest=test.max(),
    ).with_columns(gap=pl.col("train") - pl.col("test"))
    order = history.select(GROUP).unique(maintain_order=True)
    return order.join(found.sort("seed"), on=GROUP, maintain_order="left_right")


def final_scores(history: pl.DataFrame) -> pl.DataFrame:
    """`scores` of each activation and depth: lists, in the order of the seeds; and learned, how many have."""
    measures = ("test", "train", "gap", "drop", "reached", "highest")
    learned = (pl.col("test") > LEARNED).sum().alias("learned")
    return scores(history).group_by(GROUP, maintain_order=True).agg(*measures, learned)


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


def paired_differences(history: pl.DataFrame, against: str) -> pl.DataFrame:
    """By how much test accuracies in the end exceed those of the activation `against`, of the same depth and seed.

    A row per other activation and depth: `differences`, a list in the order of the seeds, as fractions; `mean` and
    `half`, Student's interval for it, null where the seeds are too few or where not all networks learn; `verdict`,
    as `statistics.verdict` has it, and where not all learn, how many end above one half.
    """
    ends = scores(history).select(*GROUP, "seed", "test")
    other = ends.filter(activation=against).select("depth", "seed", against="test")
    grouped = (
        ends.filter(pl.col("activation") != against)
        .join(other, on=("depth", "seed"), maintain_order="left")
        .group_by(GROUP, maintain_order=True)
        .agg("test", "against", differences=pl.col("test") - pl.col("against"))
    )
    pairs = list(zip(grouped["test"].to_list(), grouped["against"].to_list(), strict=True))
    found = [compared(values, others) or (None, None) for values, others in pairs]
    return grouped.select(
        *GROUP,
        "differences",
        mean=pl.Series([mean for mean, _ in found], dtype=pl.Float64),
        half=pl.Series([half for _, half in found], dtype=pl.Float64),
        verdict=pl.Series([_verdict(values, others) for values, others in pairs], dtype=pl.String),
    )


def _verdict(values: Sequence[float], others: Sequence[float]) -> str:
    told = verdict(values, others)
    if told != "not all learn":
        return told
    learn, other_learn = (sum(value > LEARNED for value in of) for of in (values, others))
    return f"{learn} against {other_learn} above half"


def delta_growth(probes: pl.DataFrame) -> pl.DataFrame:
    """By how many orders of magnitude delta is larger in the first layer than in the last hidden one.

    A row per run and probed epoch: activation, depth, seed, epoch, growth; null where either has no delta.
    """
    hidden = probes.filter(pl.col("layer") < pl.col("depth"))
    runs = hidden.group_by(*GROUP, "seed", "epoch", maintain_order=True)
    return runs.agg(growth=_growth("delta_rms"))


def weights_compared(results: Results) -> pl.DataFrame:
    """The deepest ReLU networks with Glorot's weights beside those with He's, a row per seed; else no rows.

    Columns: seed; glorot_growth and he_growth, that of delta before training (`delta_growth`); glorot_test and he_test,
    accuracies on the test set after as many epochs as those with He's weights were trained for.
    """
    he = results.get("he")
    if he is None:
        return pl.DataFrame()
    [depth] = he.study.depths
    growths = {
        f"{name}_growth": delta_growth(found.probes)
        .filter(activation="relu", depth=depth, epoch=0)
        .sort("seed")
        for name, found in (("glorot", results), ("he", he))
    }
    return pl.DataFrame(
        {
            "seed": range(results.study.seeds),
            **{name: growth["growth"] for name, growth in growths.items()},
            "glorot_test": results.accuracy("relu", depth, he.study.epochs),
            "he_test": he.accuracy("relu", depth),
        }
    )


def dead_by_run(probes: pl.DataFrame) -> pl.DataFrame:
    """Of each ReLU network and probed epoch, the share of its hidden units that are dead on the mini-batch.

    Columns: depth, epoch, seed; mean, over the hidden layers; most, that of the layer with the most. Networks that
    have diverged by then are left out: of what is no number, the slope is zero, too.
    """
    hidden = probes.filter(pl.col("layer") < pl.col("depth"), activation="relu")
    finite = pl.col("delta_max").is_finite().all().over("depth", "epoch", "seed")
    return (
        hidden.filter(finite)
        .group_by("depth", "epoch", "seed", maintain_order=True)
        .agg(mean=pl.col("dead_units").mean(), most=pl.col("dead_units").max())
    )


def dead_units(probes: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The share of dead units by weights (whose, as `probes` is keyed), depth and epoch.

    Columns: weights, depth, epoch; mean_share, over layers and seeds; largest_share, of any layer and seed.
    """
    runs = [dead_by_run(found).with_columns(weights=pl.lit(name)) for name, found in probes.items()]
    return (
        pl.concat(runs)
        .group_by("weights", "depth", "epoch", maintain_order=True)
        .agg(mean_share=pl.col("mean").mean(), largest_share=pl.col("most").max())
    )


def rounding(probes: pl.DataFrame) -> pl.DataFrame:
    """The largest gradients of untrained networks, over layers and seeds: of the softmax outputs' sum, of the loss.

    Columns: activation, depth; sum and loss; loss_by_sum, their ratio. What is not finite is null.
    """
    largest = (
        largest_gradients(probes).group_by(GROUP, maintain_order=True).agg(pl.col("sum", "loss").nan_max())
    )
    value = pl.col("sum", "loss", "loss_by_sum")
    ratio = pl.col("loss") / pl.col("sum")
    return largest.with_columns(loss_by_sum=ratio).with_columns(pl.when(value.is_finite()).then(value))


def largest_gradients(probes: pl.DataFrame) -> pl.DataFrame:
    """The largest gradients of each untrained network in any layer.

    Columns: activation, depth, seed; sum, of the sum of the softmax outputs; loss, of the loss.
    """
    return (
        probes.filter(epoch=0)
        .group_by(*GROUP, "seed", maintain_order=True)
        .agg(sum=pl.col("softmax_sum_max").nan_max(), loss=pl.col("gradient_max").nan_max())
    )


def growth_by_epoch(results: Results, predictions: pl.DataFrame) -> pl.DataFrame:
    """The growth of delta down through the hidden layers, in orders of magnitude: predicted and measured.

    A row per activation and depth: predicted, for untrained networks; `epoch 0` and so on for each probed epoch,
    medians over seeds; both null where nothing arrives, or what does is not finite; accuracy, a list of those
    after the early epoch on the test set, in the order of the seeds.
    """
    hidden = predictions.filter(pl.col("layer") < pl.col("depth"))
    early = results.history.filter(epoch=results.study.early).sort("seed")
    parts = [
        hidden.group_by(GROUP, maintain_order=True).agg(predicted=_growth("delta")),
        *(
            of_one.group_by(GROUP, maintain_order=True).agg(pl.col("growth").median().alias(f"epoch {epoch}"))
            for (epoch,), of_one in delta_growth(results.probes).group_by("epoch", maintain_order=True)
        ),
        early.group_by(GROUP, maintain_order=True).agg(accuracy=pl.col("test_accuracy")),
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
