# %% [markdown]
# # Theory: how gradients change from layer to layer {#sec:theory}
#
# What the last sections measured can be computed beforehand, from $f$ and the way
# in which weights are drawn. In a wide layer the $v$ are sums of many independent
# terms: over the draws of the weights they are normal, of mean zero and a variance
# $q$. With weights of variance $\sigma_w^2$ / fan-in and biases of variance
# $\sigma_b^2$, the layer above has the variance
#
# $$
# q^{(r+1)} = \sigma_w^2 \, \mathrm{E}\bigl[f(\sqrt{q^{(r)} }\, z)^2\bigr] + \sigma_b^2
# $$ {#eq:variance-map}
#
# with a standard normal $z$ [@poole2016]. On the way down, if the weights of a
# layer are taken to be independent of the signal that comes up through it, the mean
# square of $\delta$ is multiplied in each layer, between layers of equal width, by
# [@schoenholz2017]
#
# $$
# \chi^{(r)} = \sigma_w^2 \, \mathrm{E}\bigl[f'(\sqrt{q^{(r)} }\, z)^2\bigr]
# $$ {#eq:chi}
#
# Where the variance has come to a fixed point of @eq:variance-map, $\chi$ is the
# same in every layer: the gradient vanishes if it is less than one, explodes if it
# is greater, and changes by a factor of $\mathrm{e}$ in its square over
# $1 / |\ln \chi|$ layers, the depth scale. At $\chi = 1$, the edge of chaos, it is
# kept.

# %%
from analysis.figures.predicted import predicted_profiles, told_apart
from analysis.findings import theory
from analysis.keeping.files import CACHE
from analysis.theory import agreement
from analysis.theory.factors import Scales, factors
from analysis.theory.predictions import limits
from analysis.theory.wide_networks import beside_wider, widened
from derivations.language.registry import title
from report.authoring import (
    ABSENT,
    LEVEL,
    averaged,
    between,
    claim,
    counted,
    current,
    figure,
    how_averaged,
    number,
    percent,
    table,
)

report = current()
study, results, predicted = report.study, report.results, report.theory
deepest, relu = max(study.depths), report.propagation("relu")
limit = limits(study, CACHE)
closed, error = [title(name) for name in limit.filter("closed")["activation"]], limit["error"].max()
scales, chi = Scales.of(study, report.data), factors(study, predicted, limit)

# %% [markdown]
# Both means are worked out from the same symbolic $f$ and $f'$ as the proofs of
# @sec:ranges. For ReLU they are ${{ relu.mean_square.form | tex }}$ and
# ${{ relu.mean_square_slope.form | tex }}$ [@cho2009]. SymPy finds such closed
# forms where $f$ is pieced together of polynomials and exponential functions, and
# for some error functions, by arcsine kernels [@williams1997]: {% if closed %}here,
# for {{ closed | listing }}{% else %}here, for none{% endif %}.
# {% if closed | length < study.activations | length %}
# The others are integrated by Gauss's rule on panels that end where $f$ is not
# differentiable{% if error is not none %}; two rules, with more and with fewer
# points, differ by so little that no mean has a relative error above
# {{ error | number(1) }}, rounding included{% endif %}.
# {% endif %}

# %% [markdown]
# ## What each activation does {#sec:limits}
#
# Here, $\sigma_b = 0$, and $\sigma_w^2$ is {{ scales.hidden | number }} between
# hidden layers. The first and the last layer have another fan-in and fan-out:
# $\sigma_w^2$ is {{ scales.first | number }} in the first,
# {{ scales.last | number }} in the last, and below the last, where $\delta$ comes
# from one unit for each class, the factor in front of the mean of @eq:chi is
# {{ scales.down | number }}. The variance of the first layer need be no fixed
# point, either: it follows from the images of the mini-batch, of which the mean
# square of a pixel makes it {{ scales.variance | number }}. [@tbl:limits says what
# then happens.]{.optional}

# %%
halves = claim(
    "For ReLU $\\chi$ is one half from each hidden layer to the next.",
    theory.chi_is_one_half(study, chi, "relu"),
)
quarters = claim(
    "From each hidden layer of sigmoids to the one below, $\\delta$ shrinks by a factor of more than four.",
    theory.delta_shrinks(study, chi, "sigmoid", by=4),
)
slowly = claim(
    """For tanh $\\chi$ is less than one between hidden layers, but nearer to it with each, because the variance shrinks
    towards zero, where $f'$ is one.""",
    theory.chi_nears_one(study, chi, "tanh"),
)
grows = claim(
    "For LeCun's activation $\\chi$ exceeds one between all hidden layers, so that $\\delta$ grows slightly.",
    theory.chi_exceeds_one(study, chi, "lecun"),
)
table(
    limit if chi else [],
    id="tbl:limits",
    caption=f"""
        Factors of the squared $\\delta$ in networks of {counted(deepest, "layer")}: in the first hidden layer, in the
        last one whose $\\delta$ comes from a hidden layer, and at the fixed point $q$ of very deep networks.""",
    columns={
        "activation": "Activation",
        "first": "$\\chi$, layer 1",
        "last": f"$\\chi$, layer {max(deepest - 2, 1)}",
        "q": "Fixed point $q$",
        "chi": "$\\chi$ there",
        "depth_scale": "Depth scale / layers",
    },
    formats=dict.fromkeys(["first", "last", "q"], 4)
    | {"chi": 5, "depth_scale": lambda layers: number(layers) if layers < 1e6 else "$\\infty$"},
    right=["depth_scale"],
)

# %% [markdown]
# {{ halves }}
#
# {{ quarters }}
#
# {{ slowly }}
#
# {{ grows }}
#
# ## Prediction beside measurement {#sec:predicted}
#
# @fig:predicted-delta and @fig:predicted-gradient compare the untrained networks of
# the study with the prediction, which no measurement has entered: $\delta$ of the
# output layer follows from the softmax of normal $v$, and the scalar products of
# its images tell what two patterns of the mini-batch have in common, from layer to
# layer.

# %%
names = told_apart(study.activations)
first = agreement.in_first_layer(predicted, names, deepest)
ratios = agreement.beside(results.probes, predicted, "delta", names)["ratio"]
figure(
    predicted_profiles(results.probes, predicted, names, "delta_rms"),
    id="fig:predicted-delta",
    caption=f"""
        Above: root mean square of $\\delta$ in untrained networks, over units and the patterns of a fixed mini-batch.
        Thick: median over seeds; thin: each seed; dashed: predicted. Below: the ratio of both, with the bands in which
        {percent(LEVEL, 0)} of networks of this width should lie.""",
    alt=f"""
        Measured and predicted delta against the layer, a panel for each depth, on a logarithmic scale. Lower panels
        have the ratio of both: {between(ratios)} in hidden layers. At {deepest} layers the prediction of the first
        layer is {between(first["delta"])}.""",
)

# %% [markdown]
# The gradient of the weights depends on the outputs $y$, too.

# %%
flat = claim(
    """For ReLU, theory predicts the same gradient of the weights in all hidden layers above the first, to within a
    factor of two.""",
    theory.same_gradient(study, predicted, "relu", within=2),
)
smaller = claim(
    "In narrow networks it is smaller still, above all near the output.",
    theory.narrowness_lowers_it(study, predicted, "relu"),
)
figure(
    predicted_profiles(results.probes, predicted, names, "gradient_rms"),
    id="fig:predicted-gradient",
    caption="""
        The same for the gradient of the weights, $\\partial E / \\partial w$, over all weights of a layer.""",
    alt=f"""
        Measured and predicted root mean square of the weights' gradient against the layer, a panel for each depth, on
        a logarithmic scale. At {deepest} layers the prediction of the first layer is
        {between(first["gradient"].drop_nulls())}.""",
)

# %% [markdown]
# {{ flat }}
# {% if not flat.fails %}
# What $\delta$ loses on the way down, the outputs $y$ have lost on the way up, and
# @eq:weight-gradient multiplies the one by the other: before training, the gradient of
# a deep ReLU network is as small in its last layers as in its first.
# {% endif %}
#
# {{ smaller }}
# {% if not smaller.fails %}
# The band of @fig:predicted-gradient allows for that.
# {% endif %}
#
# ## Networks of finite width {#sec:finite-width}
#
# A layer of $n$ units is not infinitely wide, and networks differ. Theory predicts
# by how much: each layer makes the squared $\delta$ a mean of $n$ products, so that
# the standard deviation $s_r$ of $\ln \delta$ over networks grows downwards. For
# one pattern
#
# $$
# 4\, s_r^2 = \sum_{k=r}^{R-1} \ln\Bigl(1 + \frac{3 \kappa_k - 1}{n}\Bigr), \qquad
# \kappa_k = \frac{\mathrm{E}[f'^4]}{\mathrm{E}[f'^2]^2}
# $$ {#eq:spread}
#
# with $\kappa_k$ in layer $k$, which for ReLU is the result of @hanin2020. The root
# mean square over a mini-batch differs less, because it is a mean over patterns
# that are more or less alike; how much, follows from the same correlations.

# %%
factor = agreement.one_deviation(first)
one_deviation = ABSENT if factor is None else number(factor, 2)
shares = {
    measure: agreement.coverage(results.probes, predicted, measure) for measure in ("delta", "gradient")
}
held = {measure: ABSENT if share is None else percent(share, 0) for measure, share in shares.items()}
narrow = claim(
    "The bands of @fig:predicted-gradient are somewhat too narrow near the output.",
    theory.bands_are_too_narrow(results, predicted, "gradient"),
)

# %% [markdown]
# With {{ study.width }} units and {{ deepest | counted("layer") }} one standard
# deviation is then, in the first layer, up to a factor of {{ one_deviation }}.
#
# The mean of $\ln \delta$ differs from the prediction, too. The mean of a logarithm
# is lower than the logarithm of the mean, by the square of its standard deviation;
# and $q$ strays as $\delta$ does, and is not the same for all images, while $\chi$
# depends on it. The bands of @fig:predicted-delta take that into account, to first
# order in $1 / n$. [So do the slopes of @tbl:slopes.]{.optional}
#
# The bands of @fig:predicted-delta should hold {{ LEVEL | percent(0) }} of the
# measured layers, and hold {{ held.delta }}.
#
# {{ narrow }}
# {% if not narrow.fails %}
# They hold {{ held.gradient }} of the layers, and leave out that, from one narrow
# network to another, the outputs $y$ of two patterns are more or less alike.
# {% endif %}

# %%
agree = claim(
    "No untrained network's slope is farther from what theory expects at this width than chance explains.",
    theory.no_farther_than_chance(results, predicted),
)
table(
    agreement.slopes(results.probes, predicted),
    id="tbl:slopes",
    caption=f"""
        Change of $\\ln \\delta$ from a hidden layer to the one below, as the slope of a line fitted to all hidden
        layers: of the untrained networks ({how_averaged(study.seeds)}), of the prediction, which is a mean of
        $\\ln(\\chi) / 2$, and as expected in networks of this width, with the standard deviation of one network.""",
    columns={
        "activation": "Activation",
        "depth": "Layers",
        "measured": "Measured",
        "predicted": "$\\ln(\\chi) / 2$",
        "typical": "At this width",
        "spread": "Std. dev.",
    },
    formats={"measured": averaged, "predicted": ".4f", "typical": ".4f", "spread": ".4f"},
    right=["measured"],
)

# %% [markdown]
# {{ agree }}
#
# ## Wider networks {#sec:wider}
#
# Theory is exact where layers are infinitely wide.

# %%
wide, wider = widened(study) or study, beside_wider(results, predicted, CACHE)
times = between(wider["times"], ".1f") if wider.height else ABSENT
closer = claim(
    f"With {wide.width} units in place of {study.width} the agreement is closer.",
    theory.wider_are_closer(wider),
)
table(
    wider,
    id="tbl:wider",
    caption=f"""
        Root mean square difference of $\\ln \\delta$ between untrained networks of
        {counted(wide.depths[0], "layer")} and theory, over hidden layers and {counted(wide.seeds, "seed")}, and the
        standard deviation that theory predicts from the width, with {study.width} and with {wide.width} units.""",
    columns={
        "activation": "Activation",
        "measured": f"{study.width} units",
        "predicted": "predicted",
        "measured_wide": f"{wide.width} units",
        "predicted_wide": "predicted ",
    },
    formats=dict.fromkeys(["measured", "predicted", "measured_wide", "predicted_wide"], ".3f"),
)

# %% [markdown]
# Are wider networks closer to it? {{ closer }}
#
# @tbl:wider gives the differences of each activation beside those that theory
# expects of networks of that width; with {{ wide.width }} units they are {{ times }}
# times as large.
