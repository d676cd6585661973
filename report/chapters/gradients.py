# %% [markdown]
# # Gradients by layer {#sec:gradients}
#
# How large is the gradient in each layer of a network, and what do the activations
# make of it?

# %%
from analysis.figures.measured import gradient_profiles, panel_for
from analysis.findings import gradients, training
from analysis.keeping.files import CACHE
from analysis.results import tables
from analysis.theory.predictions import limits
from report.authoring import FEWEST, claim, counted, current, figure, lines_over, medians_over, stated, table

report = current()
study, results, early = report.study, report.results, report.study.early
names, deepest = study.activations, max(study.depths)
ends = tables.gradient_ends(results.probes, early, names)

# %% [markdown]
# After {{ early | counted("epoch") }}, the gradient of the loss was measured in each
# layer of every network, on one and the same mini-batch: the first
# {{ study.batch_size }} images of the training set. @fig:gradients shows
# $\max_{ij} \left|\partial E / \partial w^{(r)}_{ij}\right|$[, by
# @eq:weight-gradient]{.optional}.

# %%
figure(
    gradient_profiles(results.probes, names, early),
    id="fig:gradients",
    caption=f"""
        The largest gradient of each layer's weights after {counted(early, "epoch")}, on a fixed mini-batch; layer 1 is
        next to the input. {lines_over(study.seeds)}. Crosses: exactly zero.""",
    alt=f"""
        Maximum gradient against layer, on a logarithmic scale, a panel for each {panel_for(names)}. They lie
        between {stated(ends["smallest"].min())} and {stated(ends["largest"].max())}; a table gives those of the first
        and last layers.""",
)

# %% [markdown]
# @tbl:gradients compares both ends.

# %%
sigmoid_vanishes = claim(
    """In every sigmoid network of 20 or more layers the gradient falls from the output layer to the first by more than
    a factor of three per layer, in the geometric mean.""",
    gradients.falls_per_layer(results, "sigmoid", study.deep, early, by=3),
)
tanh_keeps = claim(
    f"""At {deepest} layers the first layer of every tanh network has a gradient larger than that of the sigmoid network
    of the same seed by more than ten orders of magnitude.""",
    gradients.far_larger_in_the_first_layer(results, "tanh", "sigmoid", deepest, early, orders=10),
)
near_zero = claim(
    f"""The initial weights keep a tanh network of {deepest} layers near $v = 0$ at first: in theory the variance of
    $v$ is below one quarter in each of its hidden layers.""",
    gradients.stays_near_zero(report.theory, limits(study, CACHE), "tanh", deepest, below=1 / 4),
)
table(
    ends,
    id="tbl:gradients",
    caption=f"""
        The largest gradient in the first and in the last layer after {counted(early, "epoch")}, their ratio, and the
        smallest and largest over layers: {medians_over(study.seeds)}.""",
    columns=tables.ENDS,
    formats=tables.DIGITS_OF_ENDS,
)

# %% [markdown]
# What is left of the gradient in the first layer of a deep network?
# {{ sigmoid_vanishes }} [The proof of @tbl:ranges allows no more than a quarter for
# $f'$, and that only at $v = 0$.]{.optional} [@sec:theory computes what is left of the
# gradient on average, and @sec:why what that is in single precision.]{.optional}
#
# {{ tanh_keeps }}
#
# The range of tanh reaches one, and near $v = 0$ its derivative is close to it.
# {{ near_zero }}
#
# {% if "relu" in study.activations %}
# The gradient of ReLU has a range of two values. A unit either passes the error
# unchanged or stops it, and whole layers of a deep network can come to stop it for all
# patterns; the gradients below are then exactly zero. [@sec:dead counts such units and
# layers.]{.optional}
# {% endif %}

# %% [markdown]
# ## What training changes {#sec:during}
#
# Are these gradients those of the random weights with which training began? @tbl:growth
# follows $\delta$ through the training: by how many orders of magnitude it is larger in the
# first layer than in the last hidden one, as theory predicts it for untrained networks and
# as it was measured, before the first step and later.

# %%
growth = tables.growth_by_epoch(results, report.theory)
spread = ", with its standard deviation over seeds" if study.seeds >= FEWEST else ""
silent = " A dash: nothing arrives, or no finite number." if any(None in row for row in growth.rows()) else ""
table(
    growth,
    id="tbl:growth",
    caption=f"""
        Orders of magnitude by which $\\delta$ grows from the last hidden layer to the first: predicted for untrained
        networks, and measured ({medians_over(study.seeds)}); and test accuracy in per cent{spread}.{silent}""",
    columns=tables.growth_headings(study),
    formats=dict.fromkeys(growth.columns[2:-1], ".2f"),
)

# %% [markdown]
# A network has learned if it gets more than half of the test set right. The gradient of its
# first layer begins with $\delta$ of the output layer, and depends on what $\delta$ gains or
# loses on its way down. The spectral norm of a layer's weights is the most by which they can
# stretch it.

# %%
changed = claim(
    f"""Networks that learn do not keep the profiles of random weights: in every network of three or more layers that
    after {counted(early, "epoch")} gets more than half of the test set right, $\\delta$ grows more on its way
    down, or falls less, than before training.""",
    training.growth_increases(results, early),
)
grown = claim(
    f"""In every network of three or more layers that after {counted(early, "epoch")} gets more than half of the
    test set right, $\\delta$ grows on its way down.""",
    training.grows_downwards(results, early),
)
shrinks = claim(
    f"""In every network that after {counted(study.epochs, "epoch")} gets more than half of the test set right,
    $\\delta$ of the output layer is smaller than before training.""",
    training.output_delta_shrinks(results),
)
stretched = claim(
    "In every network that ends above one half, the largest spectral norm of its weights has grown.",
    training.largest_norm_grows(results),
)
falls = claim(
    f"""From epoch {early} to epoch {study.epochs} the gradient of the first layer becomes smaller with LeCun's
    activation, in the median over seeds at every depth.""",
    training.first_gradient_falls(results, "lecun", early),
)

# %% [markdown]
# Do networks that learn keep the profiles of random weights? {{ changed }}
# {{ grown }}
#
# {{ shrinks }} {{ stretched }}
#
# {{ falls }}
