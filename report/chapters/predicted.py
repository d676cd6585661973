# %% [markdown]
# ## Prediction beside measurement {#sec:predicted}
#
# @fig:predicted-delta and @fig:predicted-gradient compare the untrained networks of
# the study with the prediction, which no measurement has entered: $\delta$ of the
# output layer follows from the softmax of normal $v$, and the scalar products of
# its images tell what two patterns of the mini-batch have in common, from layer to
# layer.

# %%
from analysis.figures.predicted import predicted_profiles, told_apart
from analysis.findings import theory
from analysis.keeping.files import CACHE
from analysis.theory import agreement
from analysis.theory.wide_networks import beside_wider, widened
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
deepest, names = max(study.depths), told_apart(study.activations)
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
# measured layers, and hold {{ held.delta }}. Those of @fig:predicted-gradient hold
# {{ held.gradient }}; they leave out that, from one narrow network to another, the
# outputs $y$ of two patterns are more or less alike.

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
