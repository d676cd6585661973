# %%
import polars as pl

from analysis.keeping.files import CACHE
from analysis.results.tables import delta_growth
from analysis.studies.data import load
from analysis.theory.predictions import named_after, predictions
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import counted, number, sampled

study, results = current().study, current().results
contrast = results.contrast
early = study.probe_epochs[1]
last, deepest = study.probe_epochs[-1], max(study.depths)
chance = load(study.dataset, CACHE).chance

# %%
# ReLU with Glorot's weights and with He's.
compared, ahead, same_dead, shown_contrast, of_he, of_glorot = 0, None, None, [], None, None
if contrast is not None:
    compared = contrast.study.epochs
    runs = {"activation": "relu", "depth": deepest}
    he_growth, glorot_growth = (
        delta_growth(found.probes).filter(epoch=0, **runs).sort("seed")["growth"]
        for found in (contrast, results)
    )
    he, glorot = (
        found.history.filter(epoch=compared, **runs).sort("seed")["test_accuracy"]
        for found in (contrast, results)
    )
    of_he, of_glorot = (
        predictions(found.study, CACHE).filter(**runs).drop_nulls("chi") for found in (contrast, results)
    )
    ahead = claim(
        f"After {counted(compared, 'epoch')} every ReLU network of {deepest} layers with He's weights answers more than half of the test set rightly, and none with Glorot's.",
        bool((he > 0.5).all() and (glorot <= 0.5).all()),
        evidence=f"He {sampled(he)} %, Glorot {sampled(glorot)} %",
        margin=100 * (he - glorot),
        unit="percentage points",
    )
    dead = [
        found.probes.filter(pl.col("layer") < deepest, epoch=0, **runs).sort("seed", "layer")["dead_units"]
        for found in (contrast, results)
    ]
    same_dead = claim(
        f"Before training, exactly as many units of each layer of ReLU networks of {deepest} layers are dead with Glorot's weights as with He's.",
        dead[0].equals(dead[1]),
        evidence=f"{100 * dead[0].mean():.1f} % and {100 * dead[1].mean():.1f} % of all hidden units",
    )
    shown_contrast = [
        {"seed": n, "glorot_growth": a, "he_growth": b, "glorot": x, "he": z}
        for n, (a, b, x, z) in enumerate(zip(glorot_growth, he_growth, glorot, he, strict=True))
    ]

# %%
# Dead units of ReLU.
own = named_after(study.initializer)
shares = pl.concat(
    [
        found.probes.filter(pl.col("layer") < pl.col("depth"), activation="relu")
        .group_by("depth", "epoch", "seed", maintain_order=True)
        .agg(mean=pl.col("dead_units").mean(), most=pl.col("dead_units").max())
        .with_columns(weights=pl.lit(label))
        for found, label in ((results, own), (contrast, "He"))
        if found is not None
    ]
)
dead_table = shares.group_by("weights", "depth", "epoch", maintain_order=True).agg(
    pl.col("mean").mean(), pl.col("most").max()
)
final = pl.col("epoch") == pl.col("epoch").max().over("weights", "depth")
revived = (
    dead_table.filter(pl.col("epoch") == early)
    .join(dead_table.filter(final), on=("weights", "depth"), suffix="_last")
    .filter(pl.col("mean_last") < pl.col("mean"))
    .with_columns(weights=pl.col("weights") + "’s")
    .to_dicts()
)
blocked = shares.filter(pl.col("most") == 1, epoch=early, weights=own).join(
    results.summary.filter(activation="relu"), on=("depth", "seed")
)
never = (
    blocked.height > 0
    and last > early
    and claim(
        f"Every ReLU network in which after {counted(early, 'epoch')} a whole layer was dead ends no better than by always answering the most frequent class.",
        blocked["test_accuracy"].max() <= chance,
        evidence=f"{blocked.height} of {counted(study.seeds * len(study.depths), 'network')}, at most "
        f"{100 * blocked['test_accuracy'].max():.2f} %",
    )
)

# %% [markdown]
# # ReLU: initial weights and dead units {#sec:relu}
#
# {% if not shares.height %}This study has no ReLU networks.{% else %}
# {% if contrast %}
# Glorot's weights are made for functions that are linear around zero [@glorot2010]. ReLU passes half of the mean square,
# and He's weights [@he2015] have twice the variance for that reason: for them,
# $\chi$ is {{ of_he["chi"][0] | number }} in place of {{ of_glorot["chi"][0] | number }} (@tbl:limits), and the squared
# $\delta$ of all hidden layers should be the same. To test it, the ReLU networks of
# {{ deepest | counted("layer") }} were also trained with He's weights, for {{ compared | counted("epoch") }} and with all else alike: a network
# with He's weights and one with Glorot's see the same images in the same order and start from the same draws, but for a
# factor. @tbl:contrast compares them seed by seed.
#
# {{ table(shown_contrast, id="tbl:contrast", caption="ReLU networks of " ~ (deepest | counted("layer")) ~ ", seed by seed: the orders of magnitude by which $\\delta$ grows from the last hidden layer to the first before training, and the test accuracy after " ~ (compared | counted("epoch")) ~ ".", columns={"seed": "Seed", "glorot_growth": "Growth, Glorot", "he_growth": "Growth, He", "glorot": "Accuracy, Glorot", "he": "Accuracy, He"}, formats={"glorot_growth": ".2f", "he_growth": ".2f", "glorot": "percent", "he": "percent"}) }}
#
# {{ ahead }} What sets the two apart is the size of $\delta$ and of $y$, not the number of units that pass nothing. {{ same_dead }} For a
# positive factor changes the sign of no $v$.
# {% endif %}
#
# ## Dead units, counted
#
# A unit of ReLU whose $v$ is negative for every image passes nothing back, and its own weights get no gradient; only the layers
# below it can bring it back, by sending it something else. The probes count units that have the slope zero on all
# {{ study.batch_size }} images of the fixed mini-batch (@tbl:dead). Such a unit may still pass something for other images.
#
# {{ table(dead_table, id="tbl:dead", caption="Units of the hidden layers of ReLU networks that are dead on the fixed mini-batch: the mean share, and the largest of any layer and seed.", columns={"weights": "Weights", "depth": "Layers", "epoch": "Epoch", "mean": "Mean share", "most": "Largest share"}, formats={"mean": "percent", "most": "percent"}) }}
#
# {% if blocked.height %}After {{ early | counted("epoch") }}, {{ blocked.height | counted("network") }} had a layer in which every
# unit is dead, so that nothing arrives below it. {% if never %}{{ never }} The layers below get no gradient from these images, and those above see
# the same for all of them.{% endif %}{% else %}After {{ early | counted("epoch") }}, no network had a layer in which every unit is
# dead.{% endif %} {% if revived %}Units do come back: the mean share falls
# {% for row in revived %}from {{ row.mean | percent(0) }} after {{ early | counted("epoch") }} to {{ row.mean_last | percent(0) }} after {{ row.epoch_last }}
# with {{ row.depth }} layers and {{ row.weights }} weights{% if not loop.last %}, {% endif %}{% endfor %}.{% endif %}
# {% endif %}
