# %% [markdown]
# # Causes: change one thing, and see who learns {#sec:interventions}
#
# That gradients vanish and that a network does not learn may have a cause in common. An
# intervention tells more: one thing is changed and all else stays alike. For those networks
# that now learn the change was enough.
#
# ## ReLU: the variance of the weights {#sec:relu}
#
# Glorot's weights are made for functions that are linear around zero [@glorot2010].
# ReLU passes half of the mean square, and He's weights [@he2015] have twice the
# variance for that reason.

# %%
from analysis.findings import gain, relu
from analysis.keeping.files import CACHE
from analysis.results.tables import weights_compared
from analysis.theory.chaos import chi_by_weights
from report.authoring import ABSENT, FEWEST, claim, counted, current, number, table

report = current()
results, deepest = report.results, max(report.study.depths)
he, chi = results.get("he"), chi_by_weights(report.propagation("relu"), report.study)
compared = counted(he.study.epochs, "epoch") if he else ABSENT
even = claim(
    f"""For ReLU, $\\chi$ is {number(chi["He"])} with He's weights in place of {number(chi["Glorot, LeCun"])}, and the
    squared $\\delta$ of all hidden layers should be the same.""",
    relu.keeps_delta_with_he(results, CACHE),
)
ahead = claim(
    f"""After {compared} every ReLU network of {counted(deepest, "layer")} with He's weights gets more than half of the
    test set right, and none with Glorot's.""",
    relu.learns_with_he_only(results),
)
same_dead = claim(
    f"""Before training, exactly as many units of each layer of ReLU networks of {counted(deepest, "layer")} are dead
    with Glorot's weights as with He's.""",
    relu.as_many_dead_with_he(results),
)

# %% [markdown]
# {{ even }}
# [@tbl:limits has $\chi$ with the weights of the study.]{.optional}
#
# To test it, the ReLU networks of {{ deepest | counted("layer") }} were also trained
# with He's weights, for {{ compared }}: from the same draws, but for a factor, and with
# the same images in the same order. @tbl:contrast compares them seed by seed.

# %%
table(
    weights_compared(results),
    id="tbl:contrast",
    caption=f"""
        ReLU networks of {counted(deepest, "layer")}, seed by seed: the orders of magnitude by which $\\delta$ grows
        from the last hidden layer to the first before training, and the test accuracy after
        {compared}.""",
    columns=["seed", "glorot_growth", "he_growth", "glorot_test", "he_test"],
    formats={"glorot_growth": ".2f", "he_growth": ".2f", "glorot_test": ".1%", "he_test": ".1%"},
)

# %% [markdown]
# {{ ahead }}
# {% if not ahead.fails %}
# What sets the two apart is the size of $\delta$ and of $y$.
# {% endif %}
#
# {{ same_dead }}
# {% if not same_dead.fails %}
# For a positive factor changes the sign of no $v$: what sets the two apart is not the
# number of units that pass nothing.
# {% endif %}
# [@sec:dead counts such units.]{.optional}

# %% [markdown]
# ## LeCun's activation: is it the function, or the size of the weights? {#sec:gain}
#
# Without its linear term LeCun's activation is tanh in other units: $f(v) = a \tanh(b v)$
# in every hidden layer gives the same outputs as tanh does with the weights of the first
# layer times $b$, those of the last times $a$, and all others times $a b$. So what it
# gains on tanh may be a gain of the weights.

# %%
control = results.find(gain.STUDY)
own_weights = control.get(gain.CONTROL) if control else None
times = number(own_weights.study.sigma_w) if own_weights else ABSENT
long = counted(control.study.epochs, "epoch") if control else ABSENT
very_deep = max(control.study.depths) if control else deepest
gains = claim(
    f"""With {very_deep} layers, every tanh network with weights of this size is ahead of the one with Glorot's weights,
    by the mean test accuracy of its {long}.""",
    gain.ahead_of_tanh(control, very_deep),
)
makes_up = claim(
    "Weights of this size make up for more than half of what LeCun's activation is ahead of tanh, with every seed.",
    gain.makes_up_for_most(control, very_deep),
)

# %% [markdown]
# {% if own_weights %}
# To test it, tanh was also trained with weights of $\sigma_w$ = $a b$ = {{ times }},
# the same draws between hidden layers times this factor (@tbl:gain).
# {% endif %}
#
# {{ gains }} {{ makes_up }}
# {% if makes_up and not makes_up.fails and not gains.fails %}
# So it is mainly the size of the weights that LeCun's activation has and tanh with
# Glorot's weights lacks. (The rest may be the linear term, the factors of the first and of
# the last layer, which are not changed here, and a learning rate that in these units is
# larger.)
# {% endif %}

# %%
table(
    gain.compared(control),
    id="tbl:gain",
    caption=f"""
        Mean test accuracy of {
        long
    } in per cent: tanh with Glorot's weights, tanh with weights of $\\sigma_w$ = {times},
        and LeCun's activation with Glorot's{
        "; with standard deviations over seeds." if control and control.study.seeds >= FEWEST else "."
    }""",
    columns={
        "depth": "Layers",
        "tanh": "tanh",
        "control": f"tanh, $\\sigma_w$ = {times}",
        "LeCun": "LeCun’s activation",
    },
)
