# %% [markdown]
# # Gradients by layer {#sec:gradients}
#
# How large is the gradient in each layer of a network, and what do the activations
# make of it?

# %%
from analysis.figures.measured import gradient_profiles
from analysis.findings import gradients
from analysis.keeping.files import CACHE
from analysis.results import tables
from analysis.theory.predictions import limits
from report.authoring import claim, counted, current, figure, stated, table

report = current()
study, results, early = report.study, report.results, report.study.early
names, deepest = study.all_but("lecun"), max(study.depths)
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
        next to the input. Thick: median over seeds; thin: each seed. Crosses: exactly zero.""",
    alt=f"""
        Maximum gradient against layer, on a logarithmic scale, a panel for each depth. The medians over seeds lie
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
        smallest and largest over layers: medians over seeds.""",
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
# The gradient of ReLU has a range of two values. A unit either passes the error
# unchanged or stops it, and whole layers of a deep network can come to stop it for all
# patterns; the gradients below are then exactly zero. [@sec:relu counts such units and
# layers.]{.optional}
