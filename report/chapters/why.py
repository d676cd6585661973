# %%
from math import ceil, log10

import numpy as np
import polars as pl

from analysis.keeping.files import CACHE
from analysis.results.frames import KEYS
from analysis.results.statistics import FEWEST
from analysis.results.tables import delta_growth
from analysis.studies.data import load
from analysis.studies.initial_weights import weight_variance
from analysis.theory.agreement import slopes
from analysis.theory.predictions import limits, predictions
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import between, counted, number, sampled

study, results = current().study, current().results
data = load(study.dataset, CACHE)
theory = predictions(study, CACHE)
early = study.probe_epochs[1]
last = study.probe_epochs[-1]
shown_epochs = sorted({0, early, last})


def accuracy(found, epoch, **runs):
    """Test accuracies after an epoch, one for each seed."""
    return found.history.filter(epoch=epoch, **runs).sort("seed")["test_accuracy"]


def predicted_growth(predicted, **networks):
    """Orders of magnitude by which delta of the first layer should exceed that of the last hidden one."""
    delta = predicted.filter(pl.col("layer") < pl.col("depth"), **networks).sort("layer")["delta"]
    return log10(delta[0] / delta[-1]) if delta.drop_nulls().len() and delta[0] > 0 else None


# %%
# The growth of delta downwards, through the training.
growth = delta_growth(results.probes)
rows = []
for name in study.activations:
    for depth in study.depths:
        median = {
            f"epoch {epoch}": growth.filter(activation=name, depth=depth, epoch=epoch)["growth"].median()
            for epoch in shown_epochs
        }
        now = sampled(accuracy(results, early, activation=name, depth=depth))
        predicted = predicted_growth(theory, activation=name, depth=depth)
        rows.append(
            {"activation": title(name), "depth": depth, "predicted": predicted, **median, "accuracy": now}
        )
silent = any(row[key] is None for row in rows for key in row)
measured = {f"epoch {epoch}": f"Epoch {epoch}" for epoch in shown_epochs}
columns = {"activation": "Activation", "depth": "Layers", "predicted": "Predicted", **measured}
columns["accuracy"] = f"Accuracy, epoch {early}"
two_decimals = dict.fromkeys(["predicted", *measured], ".2f")

after = growth.filter(epoch=early).join(
    results.history.filter(epoch=early), on=("activation", "depth", "seed", "epoch")
)
learned = after.filter(pl.col("test_accuracy") > 0.5, pl.col("depth") > 2)  # with two hidden layers at least
grown = learned.height > 0 and claim(
    f"In every network that after {counted(early, 'epoch')} answers more than half of the test set rightly, $\\delta$ grows on its way down.",
    learned["growth"].null_count() == 0 and bool((learned["growth"] > 0).all()),
    evidence=f"{counted(learned.height, 'network')}; by at least {number(learned['growth'].min() or 0, 2)} orders of magnitude",
)
ended = results.summary.filter(pl.col("test_accuracy") > 0.5)
of_output = results.probes.filter(pl.col("layer") == pl.col("depth")).select(*KEYS, "epoch", "delta_rms")
smaller = (
    ended.join(of_output.filter(epoch=0), on=KEYS)
    .join(of_output.filter(epoch=last), on=KEYS, suffix="_last")
    .with_columns(ratio=pl.col("delta_rms_last") / pl.col("delta_rms"))
)
shrinks = smaller.height > 0 and claim(
    f"In every network that after {counted(last, 'epoch')} answers more than half of the test set rightly, $\\delta$ of the output layer is smaller than before training.",
    bool((smaller["ratio"] < 1).all()),
    evidence=f"{counted(smaller.height, 'network')}, to {between(smaller['ratio'], '.2g')} of it",
)
norms = results.probes.group_by(*KEYS, "epoch").agg(pl.col("spectral_norm").max())
stretch = (
    ended.join(norms.filter(epoch=0), on=KEYS)
    .join(norms.filter(epoch=last), on=KEYS, suffix="_last")
    .with_columns(ratio=pl.col("spectral_norm_last") / pl.col("spectral_norm"))
)
stretched = stretch.height > 0 and claim(
    "In every network that ends above one half, the largest spectral norm of its weights has grown.",
    bool((stretch["ratio"] > 1).all()),
    evidence=f"by a factor of {between(stretch['ratio'], '.3g')}",
)

# %%
# The sigmoid: how far the first layer's weights could have gone.
steps = study.epochs * ceil(len(data.train_labels) / study.batch_size)
sigma_w2 = weight_variance(study.initializer, study.width, study.width) * study.width
weight = weight_variance(study.initializer, data.train_images.shape[1], study.width) ** 0.5
spacing = float(np.spacing(np.float32(weight)))
stuck = results.probes.filter(pl.col("depth") >= 20, activation="sigmoid", layer=1)
farthest = stuck["gradient_max"].max() * study.learning_rate * steps if stuck.height else None
too_small = farthest is not None and claim(
    "Had all steps of the deep sigmoid networks gone the same way, each with the largest gradient that was measured in the first layer, no weight there would have come as far as half the distance between the numbers of single precision that are next to a typical one.",
    farthest < spacing / 2,
    evidence=f"{number(farthest, 2)} in {steps:,} steps; a typical weight has the spacing {number(spacing, 2)}",
)
of_first = stuck.group_by("depth", "seed").agg(norms=pl.col("spectral_norm").n_unique())
as_drawn = of_first.height > 0 and claim(
    "In every sigmoid network of 20 or more layers the spectral norm of the first layer's weights is the same number, to its last bit, at every probed epoch.",
    of_first["norms"].max() == 1,
    evidence=f"{of_first.height} networks, {len(study.probe_epochs)} epochs",
)
unmoved = growth.filter(pl.col("depth") >= 20, activation="sigmoid").drop_nulls()
moved = unmoved.join(unmoved.filter(epoch=0), on=("depth", "seed"), suffix="_start").with_columns(
    change=(pl.col("growth") - pl.col("growth_start")).abs()
)
frozen = moved.height > 0 and claim(
    "In no sigmoid network of 20 or more layers has the fall of $\\delta$ changed by more than a tenth of an order of magnitude at any probed epoch.",
    moved["change"].max() < 0.1,
    evidence=f"by at most {number(moved['change'].max(), 2)}",
)


# %%
# tanh and LeCun's activation.
def paired(one, other):
    """Differences of measured slopes, seed by seed."""
    others = dict(zip(other["seeds"], other["measured"], strict=True))
    ours = zip(one["seeds"], one["measured"], strict=True)
    return [slope - others[seed] for seed, slope in ours if seed in others]


fits = {(row["activation"], row["depth"]): row for row in slopes(results.probes, theory).to_dicts()}
gains = {
    depth: paired(fits["lecun", depth], fits["tanh", depth])
    for depth in study.depths
    if {("tanh", depth), ("lecun", depth)} <= fits.keys()
}
both = [depth for depth, values in gains.items() if values]
foreseen = [fits["lecun", depth]["predicted"] - fits["tanh", depth]["predicted"] for depth in both]
keeps = bool(both) and claim(
    "In every untrained network $\\delta$ fares better on its way down with LeCun's activation than with tanh from the same weights, as theory predicts.",
    min(foreseen) > 0 and all(min(gains[depth]) > 0 for depth in both),
    evidence="difference of the slopes of $\\ln \\delta$, "
    + "; ".join(
        f"{depth} layers: {between(gains[depth], '.3f')}, predicted {ahead:.3f}"
        for depth, ahead in zip(both, foreseen, strict=True)
    ),
)
limit = {row["activation"]: row for row in limits(study, CACHE).to_dicts()}
as_explained = (
    both and limit["tanh"]["q"] == 0 and limit["lecun"]["q"] and limit["lecun"]["chi"] > 1 >= sigma_w2
)
first = results.probes.filter(activation="lecun", layer=1)
fallen = (
    first.filter(epoch=early)
    .join(first.filter(epoch=last), on=("depth", "seed"), suffix="_last")
    .with_columns(ratio=pl.col("gradient_rms_last") / pl.col("gradient_rms"))
)
falls = (
    last > early
    and fallen.height > 0
    and claim(
        f"From epoch {early} to epoch {last} the gradient of the first layer becomes smaller in every network with LeCun's activation.",
        bool((fallen["ratio"] < 1).all()),
        evidence=f"to {between(fallen['ratio'], '.2g')} of what it was",
        margin=-fallen.group_by("seed", maintain_order=True).agg(pl.col("ratio").log10().max())["ratio"],
        unit="orders of magnitude at the depth where it is least",
    )
)

# %% [markdown]
# # Why networks train or fail {#sec:why}
#
# @tbl:growth follows $\delta$ through the training: by how many orders of magnitude it is larger in the first layer
# than in the last hidden one, as theory predicts it and as it was measured, before the first step and later.
#
# {{ table(rows, id="tbl:growth", caption="Orders of magnitude by which $\\delta$ grows from the last hidden layer to the first: predicted for untrained networks, and measured (medians over seeds); and test accuracy in per cent" ~ (", with its standard deviation over seeds." if study.seeds >= FEWEST else ".") ~ (" A dash: nothing arrives." if silent else ""), columns=columns, formats=two_decimals, right=["accuracy"]) }}
#
# ## During training
#
# {% if grown %}Networks that learn do not keep the profiles of random weights. {{ grown }}
# {% endif %}{% if shrinks %}{{ shrinks }} Their weights, meanwhile, can come to stretch $\delta$ more on its way down. {{ stretched }}
# {% endif %}{% if falls %}{{ falls }}{% endif %}
#
# {% if too_small %}
# ## Why deep sigmoid networks do not train
#
# Theory leaves the first layer of a deep sigmoid network next to nothing (@tbl:limits), and this is what is measured.
# {{ too_small }} {% if as_drawn %}The weights do not seem to have moved at all. {{ as_drawn }} {% endif %}{% if frozen %}{{ frozen }} {% endif %}The layers
# near the output do get a gradient, but little to tell images apart by: on the way up, small differences between the signals of two
# images are multiplied by the same $\chi$ in every layer, in the square [@schoenholz2017].
# {% endif %}
#
# {% if keeps and as_explained %}
# ## Why LeCun's activation keeps what tanh loses
#
# {{ keeps }} The variance of tanh has its fixed point at zero, and until it is there, $f'$ is less than one wherever
# $v$ is not zero. LeCun's activation has a slope above one around zero, and its variance stays where the mean square of
# the slope exceeds one, so that $\chi$ is {{ limit.lecun.chi | number(5) }} and the depth scale
# {{ limit.lecun.depth_scale | number }} layers. This is no property of its gradient range, which reaches from almost nothing to
# more than one: it is that of an average over the range.
# {% endif %}
