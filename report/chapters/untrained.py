# %% [markdown]
# # Untrained networks {#sec:untrained-networks}
#
# Before the first step there is nothing but the functions and the draws of the weights, and
# theory says what each layer should get.
#
# ## The error on its way down {#sec:predicted}
#
# @fig:predicted-delta and @fig:predicted-gradient compare the untrained networks of
# the study with the prediction, which no measurement has entered: $\delta$ of the
# output layer follows from the softmax of normal $v$, and the scalar products of
# its images tell what two patterns of the mini-batch have in common, from layer to
# layer.

# %%
from analysis.figures.measured import gradient_profiles
from analysis.figures.predicted import predicted_profiles, told_apart
from analysis.findings import decay, gradients, theory
from analysis.keeping.files import CACHE
from analysis.results import tables
from analysis.theory import agreement
from analysis.theory.predictions import limits
from derivations import v
from derivations.printing.written import as_defined
from report.authoring import (
    ABSENT,
    LEVEL,
    between,
    claim,
    counted,
    current,
    figure,
    lines_over,
    medians_over,
    number,
    percent,
    stated,
    table,
)

report = current()
study, results, predicted, bands = report.study, report.results, report.theory, report.bands
deepest, names = max(study.depths), told_apart(study.activations)
first = agreement.in_first_layer(predicted, names, deepest)
ratios = agreement.beside(results.probes, predicted, "delta", names)["ratio"]
figure(
    predicted_profiles(results.probes, predicted, bands, names, "delta_rms"),
    id="fig:predicted-delta",
    caption=f"""
        Above: root mean square of $\\delta$ in untrained networks, over units and the patterns of a fixed mini-batch.
        {lines_over(study.seeds)}; dashed: predicted for infinitely wide layers.
        Below: the ratio of both at the greatest depth, with the bands in which {percent(LEVEL, 0)} of networks of this
        width lie.""",
    alt=f"""
        Measured and predicted delta against the layer, a panel for each depth, on a logarithmic scale. Lower panels
        have the ratio of both: {between(ratios)} in hidden layers. At {deepest} layers the prediction of the first
        layer is {between(first["delta"].drop_nulls())}.""",
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
    f"""In most ReLU networks of {deepest} layers with {study.width} units the gradient of the weights is smaller than
    predicted, above all near the output.""",
    theory.narrowness_lowers_it(study, predicted, bands, "relu"),
)
figure(
    predicted_profiles(results.probes, predicted, bands, names, "gradient_rms"),
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
# the gradient is the product of both[\ (@eq:weight-gradient)]{.optional}: before training, the gradient of
# a deep ReLU network is as small in its last layers as in its first.
# {% endif %}
#
# {{ smaller }}

# %%
factor = agreement.widest(agreement.in_first_layer(bands, names, deepest))
wide_band = ABSENT if factor is None else number(factor, 2)

# %% [markdown]
# Networks of {{ study.width }} units differ: the bands are percentiles of untrained networks
# that were drawn with other seeds. In the first layer of networks of
# {{ deepest | counted("layer") }} they reach over up to a factor of {{ wide_band }}. They are
# not centred on the prediction: the mean of a logarithm is lower than the logarithm of the
# mean, and $q$, on which $\chi$ depends, strays. [@sec:finite-width says by how much, and
# @sec:wider that wider networks are closer.]{.optional}

# %% [markdown]
# ## LeCun's activation and tanh before training {#sec:lecun-untrained}
#
# Do the two differ from the start? @fig:untrained and @tbl:untrained show the same networks
# before their first step. They begin with the same weights.

# %%
pair = {"tanh": "tanh", "lecun": "LeCun's activation"} if {"tanh", "lecun"} <= set(study.activations) else {}
lecun, tanh = report.derived("lecun"), report.derived("tanh")
larger = claim(
    """Before training, from the same weights, the first layer's gradient is larger with LeCun's activation than with
    tanh, at every depth and for every seed.""",
    gradients.larger_in_the_first_layer(results, "lecun", "tanh", study.depths, epoch=0),
)
ends = tables.gradient_ends(results.probes, 0, pair)
medians = {pair[row["activation"]]: row["first"] for row in ends.filter(depth=deepest).to_dicts()}
beginning = " and ".join(f"{stated(median)} with {name}" for name, median in medians.items())
lecun_at_zero, tanh_at_zero = (
    as_defined(activation.slopes.derivative.subs(v, 0), activation.slopes) for activation in (lecun, tanh)
)

# %%
figure(
    gradient_profiles(results.probes, list(pair), 0) if pair else None,
    id="fig:untrained",
    caption="""
        The largest gradient of each layer's weights in untrained networks, on a fixed mini-batch. Both activations
        start from the same weights.""",
    alt=f"""
        Maximum gradient against layer before training, on a logarithmic scale, a panel for each depth; at {deepest}
        layers the median in layer 1 is {beginning}.""",
)

# %% [markdown]
# @tbl:untrained also has the smallest and the largest gradient of all layers.

# %%
table(
    ends,
    id="tbl:untrained",
    caption=f"""
        The largest gradient of the first and of the last layer before training, their ratio, and the smallest and
        largest over layers: {medians_over(study.seeds)}.""",
    columns=tables.ENDS,
    formats=tables.DIGITS_OF_ENDS,
)

# %% [markdown]
# {{ larger }} The slope of LeCun's activation at zero is ${{ lecun_at_zero | tex }}$ where that of
# tanh is ${{ tanh_at_zero | tex }}$. [The gradient of a weight is the product of $\delta$ and
# $y$ (@eq:weight-gradient): $\delta$ of layer $r$ has passed $R - r$ such slopes on its way
# down, and $y$ the others on its way up. So every layer's gradient has the factor about $R$
# times, and the ratio of the first to the last need not show it.]{.optional}
#
# Which of them keeps more of $\delta$ on its way down?
# It is compared by the slope of $\ln \delta$ over the hidden layers of untrained
# networks, seed by seed. Theory has a factor for each layer, $\chi$, by which the
# squared $\delta$ is multiplied; it follows from the variance of $v$ there. In very
# deep networks that variance comes to a fixed point, and the depth scale is the number
# of layers over which the squared $\delta$ then changes by a factor of $e$.

# %%
limit = limits(study, CACHE)
keeps = claim(
    """In every untrained network of four or more layers $\\delta$ fares better on its way down with LeCun's activation
    than with tanh from the same weights, as theory predicts.""",
    decay.keeps_more(results, predicted, limit, "lecun", "tanh"),
)
settled = decay.settles_above_one(limit, "lecun", "tanh")
chi, depth_scale = (number(settled.chi, 5), number(settled.depth_scale)) if settled else (ABSENT, ABSENT)

# %% [markdown]
# {{ keeps }}
# {% if not keeps.fails %}
# The variance of tanh has its fixed point at zero, and until it is there,
# $f'$ is less than one wherever $v$ is not zero. LeCun's activation has a slope above
# one around zero, and its variance stays where the mean square of the slope exceeds
# one, so that $\chi$ is {{ chi }} and the depth scale {{ depth_scale }} layers. This is
# no property of its gradient range, which reaches from almost nothing to more than one:
# it is that of an average over the range.
# {% endif %}
