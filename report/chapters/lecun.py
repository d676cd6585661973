# %% [markdown]
# # LeCun's activation against tanh {#sec:lecun}
#
# What does a scaled tanh gain on tanh itself?

# %%
from analysis.figures.measured import gradient_profiles, learning_curves
from analysis.findings import accuracy, gradients
from analysis.results import tables
from derivations import v
from report.authoring import claim, current, figure, percent, stated, table

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
