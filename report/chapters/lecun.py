# %% [markdown]
# # LeCun's activation against tanh {#sec:lecun}
#
# What does a scaled tanh gain on tanh itself?

# %%
from analysis.figures.measured import gradient_profiles, learning_curves
from analysis.findings import accuracy, gain, gradients
from analysis.results import tables
from derivations import v
from report.authoring import ABSENT, FEWEST, claim, counted, current, figure, number, percent, stated, table

report = current()
study, results, deepest = report.study, report.results, max(report.study.depths)
lecun, tanh = report.derived("lecun"), report.derived("tanh")

# %% [markdown]
# LeCun and others [-@lecun1998efficient] recommend a scaled tanh, to which a small
# linear term can be added against flat spots:
#
# {{ equation("f(v) = " ~ (lecun.activation.expression | tex), id="eq:lecun") }}
#
# Its derivative is
#
# {{ equation("f'(v) = " ~ (lecun.slopes.derivative | tex), id="eq:lecun-slope") }}
#
# and its gradient range ${{ lecun.gradient_range.values | tex }}$
# [(proof in @sec:ranges)]{.optional}: unlike that of tanh,
# ${{ tanh.gradient_range.values | tex }}$, it stays away from zero, and it exceeds one.
# There is no closed form of $f'$ in terms of $y$, because $v$ occurs both in and outside
# of the tanh. The delta recursion is
#
# {{ equation(lecun.hidden_delta, id="eq:lecun-delta") }}

# %%
both = {"tanh", "lecun"} <= set(study.activations)
pair = {"tanh": "tanh", "lecun": "LeCun's activation"} if both else {}

# %% [markdown]
# {% if not both %}
# This study has not trained both activations, so that there is nothing to compare.
# {% endif %}
#
# ## Learning curves
#
# Does a deep network learn with it, and how well?

# %%
learns = claim(
    f"""With {deepest} layers every network with LeCun's activation learns: there is an epoch after which it answers
    more than half of the test set rightly.""",
    accuracy.learns(results, "lecun", deepest) if both else None,
)
scores = {name: results.accuracy(key, deepest) for key, name in pair.items()}
ending = " and ".join(f"{percent(sum(of) / len(of))} with {name}" for name, of in scores.items())

# %% [markdown]
# @fig:lecun compares both at each depth. [@tbl:scores has the numbers.]{.optional}
#
# {{ learns }}

# %%
figure(
    learning_curves(results.history, list(pair), report.data.chance) if both else None,
    id="fig:lecun",
    caption="""
        Accuracy of tanh and of LeCun's activation on the test set (thick) and on the training set (thin); medians over
        seeds, bands from the lowest to the highest.""",
    alt=f"""
        Learning curves of tanh and LeCun's activation in one panel for each depth. At {deepest} layers the mean test
        accuracy after the last epoch is {ending}.""",
)

# %% [markdown]
# ## Gradients before training
#
# Do the two differ from the start? They begin with the same weights.

# %%
larger = claim(
    """Before training, from the same weights, the first layer's gradient is larger with LeCun's activation than with
    tanh, at every depth and for every seed.""",
    gradients.larger_in_the_first_layer(results, "lecun", "tanh", study.depths, epoch=0),
)
ends = tables.gradient_ends(results.probes, 0, pair)
first = {pair[row["activation"]]: row["first"] for row in ends.filter(depth=deepest).to_dicts()}
beginning = " and ".join(f"{stated(median)} with {name}" for name, median in first.items())
lecun_at_zero, tanh_at_zero = (activation.slopes.derivative.subs(v, 0) for activation in (lecun, tanh))

# %% [markdown]
# @fig:untrained and @tbl:untrained show the same networks before their first step.

# %%
figure(
    gradient_profiles(results.probes, list(pair), 0) if both else None,
    id="fig:untrained",
    caption="""
        The largest gradient of each layer's weights in untrained networks, on a fixed mini-batch. Both activations
        start from the same weights.""",
    alt=f"""
        Maximum gradient against layer before training, on a logarithmic scale, a panel for each depth; at {deepest}
        layers the median in layer 1 is {beginning}.""",
)

# %%
table(
    ends,
    id="tbl:untrained",
    caption="""
        The largest gradient of the first and of the last layer before training, their ratio, and the smallest and
        largest over layers: medians over seeds.""",
    columns=tables.ENDS,
    formats=tables.DIGITS_OF_ENDS,
)

# %% [markdown]
# {{ larger }} The slope of LeCun's activation at zero is ${{ lecun_at_zero | tex }}$ where that of
# tanh is ${{ tanh_at_zero | tex }}$. [It enters @eq:hidden-delta once for every layer
# that $\delta$ passes on its way down, and the outputs $y$ once for every layer on the
# way up; by @eq:weight-gradient the gradient of a weight is the product of both. What
# one activation gains on the other is therefore spread over all layers, and need not be
# seen in the ratio of the first to the last.]{.optional} [@sec:why looks at $\delta$
# alone.]{.optional}

# %% [markdown]
# ## Is it the activation, or the size of the weights? {#sec:gain}
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
    "Weights of this size make up for more than half of what LeCun's activation is ahead, with every seed.",
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
# Glorot's weights lacks. (The factors of the first and of the last layer, which are not
# changed here, and a learning rate that in these units is larger, may be the rest.)
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
