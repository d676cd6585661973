# %% [markdown]
# # What differs from the published coursework {#sec:coursework}
#
# The published solution of this exercise [@psarras] has four errors, which the sections
# above avoid. Each is shown here by a derivation or a measurement of our own.

# %%
from analysis.findings import coursework
from analysis.results.tables import rounding
from derivations import softmax_sum
from derivations.calculus.chain import slopes_in_chain
from report.authoring import claim, current, table

report = current()
relu, sigmoid = report.derived("relu"), report.derived("sigmoid")
total = softmax_sum()
layers = 5

# %% [markdown]
# ## The gradient range of the sigmoid
#
# It is given there as the closed interval from zero to a quarter. The range is
# ${{ sigmoid.gradient_range.values | tex }}$: the derivative is positive everywhere and
# only tends to zero. [@sec:ranges has the proof.]{.optional}
#
# ## The gradient range of ReLU
#
# It is given as the interval from zero to one. Where the derivative exists it is one of
# two values: the range is ${{ relu.gradient_range.values | tex }}$. No value between
# them is taken, and at the kink, $v = 0$, there is none.
#
# ## Gradients by layer: of what, and by what
#
# There, the outputs of each layer are differentiated by the input pixels, with an
# additional ReLU layer in front of the network, in place of the loss by each layer's
# weights. The two even run in opposite directions. In a chain of {{ layers }} layers
# with one unit each, SymPy counts the factors $f'$ of both derivatives (@tbl:factors):
# the derivative of the outputs gathers them on the way up, that of the loss on the way
# down. So the one vanishes towards the output, where the other is largest.

# %%
table(
    slopes_in_chain(layers),
    id="tbl:factors",
    caption=f"The number of factors $f'$ in both derivatives, hidden layers of a chain of {layers} layers.",
    columns={
        "layer": "Layer $r$",
        "outputs": "in $\\partial y^{(r)} / \\partial y^{(0)}$",
        "weights": "in $\\partial E / \\partial w^{(r)}$",
    },
)

# %% [markdown]
# ## The gradient of a constant
#
# For untrained networks with tanh and with LeCun's activation, the sum of the softmax
# outputs is differentiated there. But this sum is a constant:
#
# {% for step in total.steps %}
# {{ loop.index }}. {{ step.reason }}:
#
#     $${{ step.expression | tex }}$$
#
# {% endfor %}
# so that
#
# {{ equation(total, id="eq:softmax-sum") }}
#
# for every pattern, and its gradient with respect to anything is zero. @tbl:noise shows
# what was measured: untrained networks and the fixed mini-batch, in single precision,
# once with the sum of the outputs and once with the loss. [The mini-batch is that of
# @sec:gradients.]{.optional}

# %%
noise = claim(
    """In every untrained network that has a gradient at all, the largest gradient of the sum of the outputs in any
    layer is less than a thousandth of the largest gradient of the loss.""",
    coursework.only_rounding(report.results),
)

# %% [markdown]
# {{ noise }}
# {% if not noise.fails %}
# What is plotted there is rounding error.
# {% endif %}

# %%
table(
    rounding(report.results.probes),
    id="tbl:noise",
    caption="""
        Untrained networks: the largest gradient in any layer, over all seeds, of the sum of the softmax outputs
        (rounding error of zero) and of the loss.""",
    columns=["activation", "depth", "sum", "loss", "loss_by_sum"],
    formats=dict.fromkeys(("sum", "loss", "loss_by_sum"), 2),
)
