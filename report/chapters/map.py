# %%
from math import isinf, sqrt

import polars as pl

from analysis.figures.predicted import chaos_map
from analysis.keeping.files import CACHE
from analysis.results.statistics import FEWEST
from analysis.studies.derived import all_activations, derived
from analysis.studies.initial_weights import weight_variance
from analysis.theory.predictions import (
    MAPPED,
    TRAINABLE,
    compared_initializers,
    named_after,
    propagation,
    reached,
    trainability,
)
from derivations import activations
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import MINUS, counted, number, sampled

study, results = current().study, current().results
early = study.probe_epochs[1]
initializers = {name: named_after(name) for name in compared_initializers(study)}
sigma_w = {
    label: sqrt(weight_variance(name, study.width, study.width) * study.width)
    for name, label in initializers.items()
}
scales = {"Glorot, LeCun": sigma_w["Glorot"], "He": sigma_w["He"]}
four = [derived(activations[name], CACHE) for name in ("relu", "tanh", "sigmoid", "lecun")]
map_of_chi = chaos_map(four, scales)
chi = {
    (name, place): reached(propagation(activations[name], CACHE), 1.0, scale**2).chi
    for name in ("relu", "tanh", "sigmoid", "lecun")
    for place, scale in scales.items()
}
on_edge = claim(
    "Glorot's weights lie on the edge for tanh and next to it for LeCun's activation, He's lie on it for ReLU, and for the sigmoid all three are far from it.",
    abs(chi["tanh", "Glorot, LeCun"] - 1) < 1e-6
    and 1 < chi["lecun", "Glorot, LeCun"] < 1.05
    and abs(chi["relu", "He"] - 1) < 1e-6
    and max(chi["sigmoid", place] for place in scales) < 0.2,
    evidence="; ".join(
        f"{title(name)}, {place}: $\\chi$ = {number(value, 4)}" for (name, place), value in chi.items()
    ),
)

# %%
functions = all_activations(study.functions)
foreseen = trainability(functions, study, [MAPPED], list(initializers), CACHE)


def change(value, trainable):
    """The sum of ln(chi) in print, bold where it is small enough."""
    if isinf(value):
        return "$\\infty$" if value > 0 else "$-\\infty$"
    text = f"{value:.1f}".replace("-", MINUS)
    return f"**{text}**" if trainable else text


heads = {"activation": "Activation", **{name: f"{label}’s weights" for name, label in initializers.items()}}
by_name = {}
for row in foreseen.to_dicts():
    shown = by_name.setdefault(row["activation"], {"activation": title(row["activation"])})
    shown[row["initializer"]] = change(row["change"], row["trainable"])
counts = {
    label: foreseen.filter(pl.col("trainable"), initializer=name).height
    for name, label in initializers.items()
}

# %%
probed = [results, *([results.contrast] if results.contrast else [])]
tested = []
for found in probed:
    of = found.study
    predicted = trainability(of.functions, of, of.depths, [of.initializer], CACHE)
    for row in predicted.to_dicts():
        networks = {"activation": row["activation"], "depth": row["depth"]}
        scores = found.history.filter(epoch=early, **networks).sort("seed")["test_accuracy"]
        ends = found.summary.filter(**networks).sort("seed")["test_accuracy"]
        verdicts = [(score > 0.5) == row["trainable"] for score in scores]
        tested.append({**row, "scores": scores, "ends": ends, "right": sum(verdicts)})
foretold = [row for row in tested if row["trainable"] is not None]
networks = sum(len(row["scores"]) for row in foretold)
right = sum(row["right"] for row in foretold)
wrong = [
    f"{title(row['activation'])} with {row['depth']} layers"
    for row in foretold
    if row["right"] < len(row["scores"])
]
WORDS = {True: "trains", False: "does not", None: "open"}


def verdict(row):
    """Whether the prediction was right for all networks of a row."""
    if row["trainable"] is None:
        return "–"
    return "right" if row["right"] == len(row["scores"]) else "wrong"


shown_tests = [
    {
        "activation": title(row["activation"]),
        "depth": row["depth"],
        "weights": named_after(row["initializer"]),
        "change": change(row["change"], row["trainable"]),
        "foreseen": WORDS[row["trainable"]],
        "accuracy": sampled(row["scores"]),
        "verdict": verdict(row),
    }
    for row in tested
]
comes_true = bool(foretold) and claim(
    f"The prediction of which networks train within {counted(early, 'epoch')} is right for at least nine of ten.",
    right >= 0.9 * networks,
    evidence=f"{right} of {counted(networks, 'network')}; wrong: {', '.join(wrong) or 'none'}",
)
late = [
    f"{title(row['activation'])} with {counted(row['depth'], 'layer')}"
    for row in foretold
    if not row["trainable"] and min(row["ends"]) > 0.5 >= max(row["scores"])
]

# %% [markdown]
# # A map of what can be trained {#sec:map}
#
# @fig:map shows $\chi$ in very deep networks by $\sigma_w$ and $\sigma_b$: at the stable fixed point of the variance, or as it grows
# without end. Deep networks can be trained along the edge of chaos, $\chi = 1$. To its left gradients vanish, to its right they
# explode, and the farther from it, the fewer layers can be trained. With $n$ units below a layer and $n'$ in it, weights have the
# variance $2 / (n + n')$ by @glorot2010, $2 / n$ by @he2015, and $1 / n$ by @lecun1998efficient. Between layers of equal width,
# Glorot's and LeCun's weights therefore have $\sigma_w$ = {{ scales["Glorot, LeCun"] | number }} and He's
# {{ scales["He"] | number }}. {{ on_edge }}
#
# {{ figure(map_of_chi, id="fig:map", caption="$\\chi$ in very deep networks, by the standard deviations of weights and biases. White and the black line: the edge of chaos; blue: gradients vanish; red: they explode. Marked: three initial distributions of the weights, with biases of zero. The scale of $\\sigma_w$ differs for the sigmoid.", alt="Four maps of chi over sigma_w and sigma_b, for ReLU, tanh, sigmoid and LeCun's activation. The edge of chaos runs through Glorot's point for tanh, through He's for ReLU, close to Glorot's for LeCun's activation, and far to the right of both for the sigmoid.") }}
#
# ## Every activation, with every initial distribution {#sec:trainable}
#
# At finite depth no fixed point need be reached. What counts is by how much the squared $\delta$ changes in all: the
# sum of $\ln \chi$ over the hidden layers, from the variance of the first layer on. @schoenholz2017 find that networks can be trained
# as long as they span no more than about {{ TRAINABLE | number(1) }} depth scales of the correlation between two images, which at a
# fixed point $q > 0$ with $\chi < 1$ are those of the gradient. So networks whose sum is below {{ -TRAINABLE | number(1) }} are
# predicted not to train, and those up to {{ TRAINABLE | number(1) }} to train. What becomes of larger sums, of gradients that grow,
# theory leaves open: a smaller learning rate may make up for it. @tbl:trainable gives it for all activations of @sec:atlas: of {{ functions | count }}, networks of
# {{ MAPPED | counted("layer") }} should train for {{ counts["Glorot"] }} with Glorot's weights, for {{ counts["He"] }}
# with He's, and for {{ counts["LeCun"] }} with LeCun's.
#
# {{ table(by_name.values() | list, id="tbl:trainable", caption="By how much $\\ln \\delta^2$ should change through the hidden layers of networks of " ~ (MAPPED | counted("layer")) ~ " with " ~ study.width ~ " units each. Bold: trainable. $-\\infty$: nothing passes, or the variance vanishes; $\\infty$: it overflows.", columns=heads, right=initializers | list) }}
#
# @tbl:tested puts the prediction to the test with the networks of this report: are those that should train the ones that answer
# more than half of the test set rightly after {{ early | counted("epoch") }}? {% if comes_true %}{{ comes_true }} In this study it is right for
# {{ right }} of {{ networks | counted("network") }}. {% endif %}The sum says nothing of what happens later. {% if late %}With small gradients,
# too, a network may learn in the end, as all of {{ late | listing }} do.{% endif %}
#
# {{ table(shown_tests, id="tbl:tested", caption="The prediction for each kind of network, and the test accuracy in per cent after " ~ (early | counted("epoch")) ~ (", with its standard deviation over seeds." if study.seeds >= FEWEST else "."), columns={"activation": "Activation", "depth": "Layers", "weights": "Weights", "change": "Change of $\\ln \\delta^2$", "foreseen": "Predicted", "accuracy": "Accuracy", "verdict": "Verdict"}, right=["change", "accuracy"]) }}
