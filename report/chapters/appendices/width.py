# %% [markdown]
# # Networks of finite width {#sec:finite-width}
#
# A layer of $n$ units is not infinitely wide, and networks differ. Take one image.
# With independent weights and to first order in $1 / n$ (an expansion in the manner of
# @roberts2022) the standard deviation $s_r$ of $\ln \left|\delta^{(r)}\right|$ over
# networks is given by
#
# $$
# 4\, s_r^2 = V + \frac{1}{n} \sum_{k=1}^{R-1} b_{k+1}^2\, \varphi_k
#   + \frac{1}{n} \sum_{k=r}^{R-1} (\gamma_k + 2\, b_{k+1}\, \psi_k)
# $$ {#eq:spread}
#
# $$
# \gamma = \frac{3\, \langle f'^4 \rangle}{\langle f'^2 \rangle^2} - 1, \qquad
# \varphi = \frac{\langle f^4 \rangle}{\langle f^2 \rangle^2} - 1, \qquad
# \psi = \frac{\langle f^2 f'^2 \rangle}{\langle f^2 \rangle\, \langle f'^2 \rangle} - 1
# $$ {#eq:of-units}
#
# with the means in layer $k$. It says that
#
# - each layer on the way down multiplies $\left|\delta\right|^2$ by a mean of $n$ products, whose
#   relative variance is $\gamma / n$;
# - each layer on the way up makes $q$ a mean of $n$ terms, whose relative variance is
#   $\varphi / n$, and where $q$ strays, $f'^2$ does in all layers above: $b_k$, the
#   derivative of $\ln \left|\delta^{(r)}\right|^2$ by $\ln q_k$, adds up what that does;
# - both means run over the same units, and so they vary together: $\psi / n$;
# - all of these are sums over layers, so that $s_r$ grows about as the square root of depth
#   over width.
#
# On the way down from $b_R$, the response of the output's error, whose own variance is $V$,
# $b_k = a_k b_{k+1} + c_k$, where $a$ and $c$ are the derivatives of
# $\ln \langle f^2 \rangle$ and $\ln \langle f'^2 \rangle$ by $\ln q$; below layer $r$, where
# $\delta^{(r)}$ does not pass, without $c_k$. For ReLU $c$ is zero, and a layer adds
# $5 / n$, as @hanin2020 have it; were $f$ linear, it would be $2 / n$.

# %%
from analysis.findings import theory
from analysis.keeping.files import CACHE
from analysis.theory import agreement
from analysis.theory.bands import drawn_slopes
from analysis.theory.wide_networks import beside_wider, times_smaller, widened
from report.authoring import (
    ABSENT,
    LEVEL,
    averaged,
    between,
    claim,
    counted,
    current,
    how_averaged,
    number,
    percent,
    table,
)

report = current()
study, results, predicted, bands = report.study, report.results, report.theory, report.bands

alone = agreement.alone(predicted, bands)
table(
    alone,
    id="tbl:alone",
    caption=f"""
        Standard deviation of $\\ln \\left|\\delta^{{(1)}}\\right|$ over untrained networks of {study.width} units: of
        one image, by @eq:spread and of networks that were drawn; and of $\\ln \\delta$, the root mean square over the
        mini-batch.""",
    columns={
        "activation": "Activation",
        "depth": "Layers",
        "predicted": "@eq:spread",
        "drawn": "Drawn",
        "together": "Drawn, mini-batch",
    },
    formats=dict.fromkeys(["predicted", "drawn", "together"], ".2f"),
)

# %%
apart = percent(max(abs(alone["predicted"] / alone["drawn"] - 1)), 0) if alone.height else ABSENT
networks = number(max(bands["networks"])) if bands.height else ABSENT
shares = {measure: agreement.coverage(results.probes, bands, measure) for measure in ("delta", "gradient")}
held = {measure: ABSENT if share is None else percent(share, 0) for measure, share in shares.items()}

# %% [markdown]
# @tbl:alone compares that with {{ networks }} untrained networks of each kind, drawn with
# other seeds than the study's. No standard deviation is off by more than {{ apart }}.
# (The equation takes weights to be normal. With uniform ones the last hidden layer, whose
# $\delta$ comes mostly from the output of the label, adds less.)
#
# The root mean square over a mini-batch differs less from network to network, because it is
# a mean over patterns that are more or less alike. How much less depends on how alike they
# become in each single network, which no expansion in $1 / n$ tells where there are about
# as many layers as units. So the bands [of @fig:predicted-delta and
# @fig:predicted-gradient]{.optional} are percentiles of the {{ networks }} networks.
# Of the measured hidden layers they hold {{ held.delta }} for $\delta$ and
# {{ held.gradient }} for the gradient; layers of one network stray together.

# %%
fits = agreement.among_drawn(agreement.slopes(results.probes, predicted), drawn_slopes(study, CACHE))
agree = claim(
    f"""As many of the measured slopes lie within the ranges of {percent(LEVEL, 0)} of the networks drawn as chance
    lets expect.""",
    theory.slopes_within_ranges(fits),
)
table(
    fits,
    id="tbl:slopes",
    caption=f"""
        Change of $\\ln \\delta$ from a hidden layer to the one below, as the slope of a line fitted to all hidden
        layers: of the untrained networks ({how_averaged(study.seeds)}), of the prediction, which is a mean of
        $\\ln(\\chi) / 2$, and of networks of this width that were drawn: their median, and between which values
        {percent(LEVEL, 0)} of them lie.""",
    columns={
        "activation": "Activation",
        "depth": "Layers",
        "measured": "Measured",
        "predicted": "$\\ln(\\chi) / 2$",
        "typical": "Median",
        "low": "From",
        "high": "To",
    },
    formats=dict.fromkeys(["predicted", "typical", "low", "high"], ".3f") | {"measured": averaged},
    right=["measured"],
)

# %% [markdown]
# @tbl:slopes has the slopes of $\ln \delta$. {{ agree }}
#
# ## Wider networks {#sec:wider}
#
# Theory is exact where layers are infinitely wide.

# %%
wide, wider = widened(study) or study, beside_wider(study, CACHE)
times = between(times_smaller(wider, "off"), ".1f") if wider.height else ABSENT
deviations = between(times_smaller(wider, "drawn"), ".1f") if wider.height else ABSENT
root = number((wide.width / study.width) ** 0.5, 2)
closer = claim(
    f"With {wide.width} units in place of {study.width} the agreement is closer.",
    theory.wider_are_closer(wider),
)

# %% [markdown]
# Are wider networks closer to it? {{ closer }}
#
# The differences of @tbl:wider are {{ times }} times smaller with {{ wide.width }} units,
# and the standard deviations of one image {{ deviations }} times; as one over the root of
# the width they would be {{ root }} times smaller.

# %%
table(
    wider,
    id="tbl:wider",
    caption=f"""
        Networks of {counted(wide.depths[0], "layer")} that were drawn. Off: root mean square difference of
        $\\ln \\delta$ from that of infinitely wide networks, over networks and hidden layers. One image: standard
        deviation of $\\ln \\left|\\delta^{{(1)}}\\right|$ over networks, and by @eq:spread.""",
    columns={
        "activation": "Activation",
        "width": "Units",
        "off": "Off",
        "drawn": "One image",
        "predicted": "@eq:spread",
    },
    formats=dict.fromkeys(["off", "drawn", "predicted"], ".2f"),
)
