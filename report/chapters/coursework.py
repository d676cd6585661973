# %% [markdown]
# # What differs from the published coursework {#sec:coursework}
#
# The published solution of this exercise [@psarras] differs from this report in what it
# derives, in how it explains what it sees, and in what it plots. Each is set right here
# by a derivation or a measurement of our own.

# %%
from analysis.findings import coursework
from analysis.results.tables import rounding
from analysis.studies.initial_weights import Initializer
from analysis.studies.protocol import PUBLISHED, named_after
from analysis.theory.predictions import reached
from derivations import softmax_sum
from derivations.calculus.chain import slopes_in_chain
from report.authoring import claim, counted, current, number, percent, table

report = current()
study, results = report.study, report.results
relu, sigmoid = report.derived("relu"), report.derived("sigmoid")
total = softmax_sum()
layers, deepest = 5, max(study.depths)
of_weights, of_biases = Initializer(PUBLISHED.initializer).variances(study.width, study.width)
whose = named_after(PUBLISHED.initializer)
scale, network = of_weights * study.width, report.propagation("sigmoid")
settled = reached(network, 1.0, scale, of_biases)
variance = settled.q if settled and settled.q else 1.0  # of a bounded function it settles above zero
steepness = network.mean_square_slope(variance).value ** 0.5
share = steepness / float(sigmoid.gradient_range.values.sup)

small = claim(
    f"""In every ReLU network of {counted(deepest, "layer")} that never learns, the largest gradient by epoch
    {study.early} is smaller than in every ReLU network that has learned by then.""",
    coursework.smaller_where_nothing_is_learned(results, "relu", deepest, study.early)
    if study.deep
    else None,
)
at_random = claim(
    f"""In every sigmoid network of 20 or more layers the gradient of the first layer is less than a millionth of that
    of the last, after {counted(study.early, "epoch")} as before training.""",
    coursework.as_small_at_random_weights(results, "sigmoid", study.deep, study.early, below=1e-6),
)

# %% [markdown]
# ## The derivation
#
# *The output layer.* There, $\delta$ of the output layer has the factor $f'$ of the
# hidden layers' function. But the outputs are those of a softmax, and have no such
# factor: $\delta$ is the difference between outputs and targets[\ (@eq:output-delta)]{.optional}.
#
# *Ends of intervals.* There, the sigmoid's gradient range is given as $[0, 1/4]$, and
# ReLU's as $[0, 1]$. But the sigmoid's is ${{ sigmoid.gradient_range.values | in_text }}$,
# without zero, and ReLU's is ${{ relu.gradient_range.values | in_text }}$, with nothing
# between. [@sec:ranges has the proofs.]{.optional}
#
# ## The explanations
#
# *Saturation.* There, units that saturate are said to make the gradients of deep sigmoid
# networks vanish. But in wide networks with {{ whose }}'s weights $v$ comes to the variance
# {{ variance | number(2) }}; there the root mean square of $f'$ is
# {{ steepness | number(3) }}, which is {{ share | percent(0) }} of the largest
# that $f'$ can be. Nothing is saturated, and $\delta$ still becomes smaller by a factor of
# {{ ((scale * steepness**2) ** -0.5) | number(2) }} in every layer.
#
# *Units that die of a large gradient.* This is the reason given there for deep ReLU
# networks that do not learn. {{ small }}
# {% if "relu" in study.activations %}
# [What keeps them from learning is the variance of their initial weights
# (@sec:relu).]{.optional}
# {% endif %}
#
# *A local minimum.* Gradients near zero are taken there for the sign of one. But a product of many small
# factors is small anywhere, at random weights, too. {{ at_random }}
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
#     $${{ step.left | tex }} = {{ step.expression | tex }}$$
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
    coursework.only_rounding(results),
)

# %% [markdown]
# {{ noise }}
# {% if not noise.fails %}
# What is plotted there is rounding error.
# {% endif %}

# %%
table(
    rounding(results.probes),
    id="tbl:noise",
    caption="""
        Untrained networks: the largest gradient in any layer, over all seeds, of the sum of the softmax outputs
        (rounding error of zero) and of the loss.""",
    columns=["activation", "depth", "sum", "loss", "loss_by_sum"],
    formats=dict.fromkeys(("sum", "loss", "loss_by_sum"), 2),
)

# %% [markdown]
# ## The protocol
#
# The learning curves (part B there) are of mini-batches of {{ given(64) }} and of
# {{ given(100) }} epochs. For the gradients by layer (part C) networks were trained with
# mini-batches of {{ given(32) }} and have two weight layers more than they are named
# after, and {{ given(32) }} images were looked at. Untrained networks (part D) are
# compared by Frobenius norms of gradients. All of it is of one network each.
# [@tbl:protocol has the protocol of this report.]{.optional}
