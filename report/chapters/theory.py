# %%
from math import exp, sqrt

import numpy as np
import polars as pl

from analysis.figures.predicted import predicted_profiles
from analysis.keeping.files import CACHE
from analysis.results.statistics import LEVEL, interval
from analysis.studies.data import CLASSES, FULL_INTENSITY, load
from analysis.studies.initial_weights import weight_variance
from analysis.theory.agreement import coverage, deviations, farthest, slopes
from analysis.theory.predictions import limits, predictions, propagation
from analysis.theory.wide_networks import untrained, widened
from derivations import activations
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import MINUS, between, counted, number

study, results = current().study, current().results
names = [name for name in study.activations if name in ("relu", "tanh", "sigmoid", "lecun")]
names = names or list(study.activations)[:6]  # more can't be told apart in a figure
theory = predictions(study, CACHE)
data = load(study.dataset, CACHE)
pixels, width, deepest = data.train_images.shape[1], study.width, max(study.depths)
scales = {
    "first": weight_variance(study.initializer, pixels, width) * pixels,
    "hidden": weight_variance(study.initializer, width, width) * width,
    "last": weight_variance(study.initializer, width, CLASSES) * width,
    "down": weight_variance(study.initializer, width, CLASSES) * CLASSES,
}
pixel_square = np.square(data.train_images[: study.batch_size] / FULL_INTENSITY).mean()
relu = propagation(activations["relu"], CACHE)

# %%
limit = limits(study, CACHE)
at = {row["activation"]: row for row in limit.to_dicts() if row["chi"] is not None}
error = limit["error"].max()
known = [title(row["activation"]) for row in limit.to_dicts() if row["closed"]]


def between_hidden(name):
    """chi of each hidden layer whose delta comes from a hidden one."""
    return theory.filter(pl.col("layer") < deepest - 1, activation=name, depth=deepest)["chi"].drop_nulls()


def layers(depth_scale):
    """A depth scale in print."""
    return "–" if depth_scale is None else "$\\infty$" if depth_scale > 1e6 else number(depth_scale)


shown_limits = [
    {**row, "activation": title(row["activation"]), "depth_scale": layers(row["depth_scale"])}
    for row in limit.to_dicts()
]
glorot = study.initializer.startswith("glorot")
halves = (
    glorot
    and "relu" in at
    and claim(
        "For ReLU $\\chi$ is one half from each hidden layer to the next.",
        all(abs(chi - 0.5) < 1e-9 for chi in [*between_hidden("relu"), at["relu"]["chi"]]),
        evidence=f"$\\sigma_w^2 / 2$ = {number(at['relu']['chi'], 6)}",
    )
)
quarters = (
    glorot
    and "sigmoid" in at
    and claim(
        "From each hidden layer of sigmoids to the one below, $\\delta$ shrinks by a factor of more than four.",
        sqrt(max(*between_hidden("sigmoid"), at["sigmoid"]["chi"])) < 1 / 4,
        evidence=f"$\\chi$ = {number(at['sigmoid']['first'])} in the first layer and {number(at['sigmoid']['chi'])} "
        f"in the limit, a factor of {number(1 / sqrt(at['sigmoid']['chi']))}",
    )
)
slowly = (
    glorot
    and "tanh" in at
    and claim(
        "For tanh $\\chi$ is less than one between hidden layers, but nearer to it with each, because the variance shrinks towards zero, where $f'$ is one.",
        between_hidden("tanh").is_sorted() and at["tanh"]["last"] < 1 and at["tanh"]["chi"] == 1,
        evidence=f"$\\chi$ = {number(at['tanh']['first'])} in the first layer, {number(at['tanh']['last'])} "
        f"in layer {deepest - 2}, {number(at['tanh']['chi'])} in the limit",
    )
)
grows = (
    glorot
    and "lecun" in at
    and claim(
        "For LeCun's activation $\\chi$ exceeds one between all hidden layers, so that $\\delta$ grows slightly.",
        min(*between_hidden("lecun"), at["lecun"]["chi"]) > 1,
        evidence=f"$\\chi$ = {number(at['lecun']['first'], 4)} in the first layer and {number(at['lecun']['chi'], 5)} "
        f"at the fixed point $q$ = {number(at['lecun']['q'])}",
    )
)

# %%
delta_profiles = predicted_profiles(
    results.probes.filter(pl.col("activation").is_in(names)),
    theory.filter(pl.col("activation").is_in(names)),
    names,
    "delta_rms",
)
gradient_profiles = predicted_profiles(
    results.probes.filter(pl.col("activation").is_in(names)),
    theory.filter(pl.col("activation").is_in(names)),
    names,
    "gradient_rms",
)
relu_hidden = theory.filter(pl.col("layer").is_between(2, deepest - 1), activation="relu", depth=deepest)
relu_flat = (
    glorot
    and deepest >= 20
    and relu_hidden["gradient"].drop_nulls().len() > 1
    and claim(
        "For ReLU, theory predicts the same gradient of the weights in all hidden layers above the first, to within a factor of two.",
        relu_hidden["gradient"].max() < 2 * relu_hidden["gradient"].min(),
        evidence=f"from {number(relu_hidden['gradient'].min(), 2)} to {number(relu_hidden['gradient'].max(), 2)} "
        f"with {deepest} layers",
    )
)
first = theory.filter(pl.col("activation").is_in(names), depth=deepest, layer=1).drop_nulls("delta")
widest = first["delta_spread"].drop_nulls().max() or 0.0


def ends(measure):
    """Between which values of the first layer the prediction lies, in words for who can't see the figure."""
    known = first[measure].drop_nulls()
    if not known.len():
        return "Nothing is predicted for the first layer."
    return f"At {deepest} layers the prediction of the first layer is {between(known, '.2g')}."


# %%
def over_seeds(values):
    """The mean with its interval, or each value where the seeds are too few."""
    found = interval(values)
    if found is None:
        return ", ".join(f"{value:.4f}" for value in values).replace("-", MINUS)
    return f"{found[0]:.4f} ± {found[1]:.4f}".replace("-", MINUS)


fits = slopes(results.probes, theory)
off = [
    abs(measured - row["typical"]) / row["spread"] for row in fits.to_dicts() for measured in row["measured"]
]
shown_fits = [
    {**row, "activation": title(row["activation"]), "measured": over_seeds(row["measured"])}
    for row in fits.to_dicts()
]
agree = bool(off) and claim(
    "No untrained network's slope is farther from what theory expects at this width than chance explains.",
    max(off) < farthest(len(off)),
    evidence=f"{counted(len(off), 'network')}; the farthest is off by {number(max(off), 2)} of theory's standard deviations, and "
    f"in one case of a hundred the farthest of so many would be off by more than {number(farthest(len(off)), 2)}",
)
within = {measure: coverage(results.probes, theory, measure) for measure in ("delta", "gradient")}

# %%
wide, wider, beyond, tightens = widened(study), [], [], None
if wide is not None:
    narrow = deviations(results.probes.filter(depth=wide.depths[0]), theory.filter(depth=wide.depths[0]))
    broad = deviations(untrained(wide, CACHE), predictions(wide, CACHE))
    if narrow.height and broad.height:
        wider = narrow.join(broad, on=("activation", "depth"), suffix="_wide").to_dicts()
if wider:
    root = {
        key: sqrt(sum(row[key] ** 2 for row in wider) / len(wider)) for key in ("measured", "measured_wide")
    }
    tightens = claim(
        f"With {wide.width} units in place of {width} the agreement is closer.",
        root["measured_wide"] < root["measured"],
        evidence=f"root mean square of the difference in $\\ln \\delta$, over activations, networks and hidden "
        f"layers: {number(root['measured_wide'], 2)} instead of {number(root['measured'], 2)}",
    )
    beyond = [row["measured_wide"] / row["predicted_wide"] for row in wider]
    wider = [{**row, "activation": title(row["activation"])} for row in wider]

# %% [markdown]
# # Theory: how gradients change from layer to layer {#sec:theory}
#
# What the last sections measured can be computed beforehand, from $f$ and the way in which weights are drawn.
# In a wide layer the $v$ are sums of many independent terms: over the draws of the weights they are normal, of mean zero and a
# variance $q$. With weights of variance $\sigma_w^2$ / fan-in and biases of variance $\sigma_b^2$, the layer above has
# the variance
#
# {{ equation("q^{(r+1)} = \\sigma_w^2 \\, \\mathrm{E}\\bigl[f(\\sqrt{q^{(r)} }\\, z)^2\\bigr] + \\sigma_b^2", id="eq:variance-map") }}
#
# with a standard normal $z$ [@poole2016]. On the way down, if the weights of a layer are taken to be independent of
# the signal that comes up through it, the mean square of $\delta$ is multiplied in each layer, between layers of equal width, by [@schoenholz2017]
#
# {{ equation("\\chi^{(r)} = \\sigma_w^2 \\, \\mathrm{E}\\bigl[f'(\\sqrt{q^{(r)} }\\, z)^2\\bigr]", id="eq:chi") }}
#
# Where the variance has come to a fixed point of @eq:variance-map, $\chi$ is the same in every layer: the gradient
# vanishes if it is less than one, explodes if it is greater, and changes by a factor of $\mathrm{e}$ in its
# square over $1 / |\ln \chi|$ layers, the depth scale. At $\chi = 1$, the edge of chaos, it is kept.
#
# Both means are worked out from the same symbolic $f$ and $f'$ as the proofs of @sec:ranges. For ReLU they are
# ${{ relu.mean_square.form | tex }}$ and ${{ relu.mean_square_slope.form | tex }}$ [@cho2009]. SymPy finds such closed
# forms where $f$ is pieced together of polynomials and exponential functions, and for some error functions, by arcsine kernels
# [@williams1997]: {% if known %}here, for {{ known | listing }}{% else %}here, for none{% endif %}. The others are
# integrated by Gauss's rule on panels that end where $f$ is not differentiable{% if error is not none %}; two rules, with more
# and with fewer points, differ by so little that no mean has a relative error above {{ error | number(1) }}, rounding included{% endif %}.
#
# ## What each activation does {#sec:limits}
#
# Here, $\sigma_b = 0$, and $\sigma_w^2$ is {{ scales.hidden | number }} between hidden layers. The first and the last
# layer have another fan-in and fan-out: $\sigma_w^2$ is {{ scales.first | number }} in the first,
# {{ scales.last | number }} in the last, and below the last, where $\delta$ comes from fewer units than $y$ went to, the factor in front of
# the mean of @eq:chi is {{ scales.down | number }}. The variance of the first layer is no fixed point, either: it follows from the
# images of the mini-batch, of which the mean square of a pixel makes it {{ (scales.first * pixel_square) | number }}. {% if at %}@tbl:limits says
# what then happens.
#
# {{ table(shown_limits, id="tbl:limits", caption="Factors of the squared $\\delta$ in networks of " ~ (deepest | counted("layer")) ~ ": in the first hidden layer, in the last one whose $\\delta$ comes from a hidden layer, and at the fixed point $q$ of very deep networks.", columns={"activation": "Activation", "first": "$\\chi$, layer 1", "last": "$\\chi$, layer " ~ [deepest - 2, 1] | max, "q": "Fixed point $q$", "chi": "$\\chi$ there", "depth_scale": "Depth scale / layers"}, formats={"first": 4, "last": 4, "q": 4, "chi": 5}, right=["depth_scale"]) }}{% endif %}
#
# {% if halves %}{{ halves }}{% endif %} {% if quarters %}{{ quarters }}{% endif %}
# {% if slowly %}{{ slowly }}{% endif %} {% if grows %}{{ grows }}{% endif %}
#
# ## Prediction beside measurement {#sec:predicted}
#
# @fig:predicted-delta and @fig:predicted-gradient compare the untrained networks of the study with the prediction,
# which no measurement has entered: $\delta$ of the output layer follows from the softmax of normal $v$, and
# the scalar products of its images tell what two patterns of the mini-batch have in common, from layer to layer.
#
# {{ figure(delta_profiles, id="fig:predicted-delta", caption="Above: root mean square of $\\delta$ in untrained networks, over units and the patterns of a fixed mini-batch. Thick: median over seeds; thin: each seed; dashed: predicted. Below: the ratio of both, with the bands in which " ~ (LEVEL | percent(0)) ~ " of networks of this width should lie.", alt="Measured and predicted delta against the layer, a panel for each depth, on a logarithmic scale. The predicted lines lie on the measured ones; lower panels have the ratio. " ~ ends("delta")) }}
#
# {{ figure(gradient_profiles, id="fig:predicted-gradient", caption="The same for the gradient of the weights, $\\partial E / \\partial w$, over all weights of a layer.", alt="Measured and predicted root mean square of the weights' gradient against the layer, a panel for each depth, on a logarithmic scale. " ~ ends("gradient")) }}
#
# {% if relu_flat %}{{ relu_flat }} What $\delta$ loses on the way down, the outputs $y$ have lost on the way up, and
# @eq:weight-gradient multiplies the one by the other: before training, the gradient of a deep ReLU network is as small in its last
# layers as in its first. (In narrow networks it is smaller still, above all near the output, as the band of
# @fig:predicted-gradient allows for.){% endif %}
#
# A layer of $n$ units is not infinitely wide, and networks differ. Theory predicts by how much: each layer makes the
# squared $\delta$ a mean of $n$ products, so that the standard deviation $s_r$ of $\ln \delta$ over networks
# grows downwards. For one pattern
#
# {{ equation("4\\, s_r^2 = \\sum_{k=r}^{R-1} \\ln\\Bigl(1 + \\frac{3 \\kappa_k - 1}{n}\\Bigr), \\qquad \\kappa_k = \\frac{\\mathrm{E}[f'^4]}{\\mathrm{E}[f'^2]^2}", id="eq:spread") }}
#
# with $\kappa_k$ in layer $k$, which for ReLU is the result of @hanin2020. The root mean square over a mini-batch differs less,
# because it is a mean over patterns that are more or less alike; how much, follows from the same correlations. With {{ width }} units and {{ deepest | counted("layer") }}
# one standard deviation is then, in the first layer, up to a factor of {{ exp(widest) | number(2) }}. The mean of
# $\ln \delta$ differs from the prediction, too. The mean of a logarithm is lower than the logarithm of the mean, by the square of its
# standard deviation; and $q$ strays as $\delta$ does, and is not the same for all images, while $\chi$ depends on it. The bands of
# @fig:predicted-delta{% if shown_fits %} and the slopes of @tbl:slopes{% endif %} take that into account, to first order in $1 / n$. {% if within.delta %}They should hold
# {{ LEVEL | percent(0) }} of the measured layers, and hold {{ within.delta | percent(0) }}. {% endif %}Those of @fig:predicted-gradient{% if within.gradient %}, which hold
# {{ within.gradient | percent(0) }},{% endif %} are somewhat too narrow near the output: they leave out that, from one narrow
# network to another, the outputs $y$ of two patterns are more or less alike.
#
# {% if shown_fits %}
# {{ table(shown_fits, id="tbl:slopes", caption="Change of $\\ln \\delta$ from a hidden layer to the one below, as the slope of a line fitted to all hidden layers: of the untrained networks (" ~ ("mean and " ~ (LEVEL | percent(0)) ~ " interval over seeds, by Student's $t$" if study.seeds >= 3 else "each seed") ~ "), of the prediction, which is a mean of $\\ln(\\chi) / 2$, and as expected in networks of this width, with the standard deviation of one network.", columns={"activation": "Activation", "depth": "Layers", "measured": "Measured", "predicted": "$\\ln(\\chi) / 2$", "typical": "At this width", "spread": "Std. dev."}, formats={"predicted": ".4f", "typical": ".4f", "spread": ".4f"}, right=["measured"]) }}
#
# {{ agree }}{% endif %}
# {% if tightens %}{{ tightens }} @tbl:wider gives the differences of each activation beside those that theory expects of
# networks of that width; with {{ wide.width }} units they are {{ between(beyond, ".1f") }} times as large.
#
# {{ table(wider, id="tbl:wider", caption="Root mean square difference of $\\ln \\delta$ between untrained networks of " ~ (wide.depths[0] | counted("layer")) ~ " and theory, over hidden layers and " ~ (wide.seeds | counted("seed")) ~ ", and the standard deviation that theory predicts from the width, with " ~ width ~ " and with " ~ wide.width ~ " units.", columns={"activation": "Activation", "measured": width ~ " units", "predicted": "predicted", "measured_wide": wide.width ~ " units", "predicted_wide": "predicted "}, formats={"measured": ".3f", "predicted": ".3f", "measured_wide": ".3f", "predicted_wide": ".3f"}) }}
# {% endif %}
