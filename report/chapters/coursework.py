# %%
import polars as pl
from sympy import Function, Symbol

from analysis.keeping.files import CACHE
from analysis.studies.derived import derived
from derivations import activations, softmax_sum
from derivations.language.registry import title
from report.authoring.claims import claim
from report.authoring.context import current
from report.authoring.numbers import number

results = current().results
relu, sigmoid = derived(activations["relu"], CACHE), derived(activations["sigmoid"], CACHE)
total = softmax_sum()


# %%
# A chain of one unit per layer, with an activation whose derivative SymPy writes as a function g.
class f(Function):
    def fdiff(self, argindex=1):
        return Function("g")(*self.args)


layers = 5
x = Symbol("x")
w = [Symbol(f"w{r}") for r in range(1, layers + 1)]
y = [x]
for weight in w[:-1]:
    y.append(f(weight * y[-1]))
loss = Function("E")(w[-1] * y[-1])


def slopes(expression):
    """How many factors f' an expression has."""
    return len(expression.atoms(Function("g")))


factors = [
    {"layer": r, "outputs": slopes(y[r].diff(x)), "weights": slopes(loss.diff(w[r - 1]))}
    for r in range(1, layers)
]

# %%
untrained = results.probes.filter(epoch=0)
largest = untrained.group_by("activation", "depth", "seed", maintain_order=True).agg(
    outputs=pl.col("softmax_sum_max").max(), loss=pl.col("gradient_max").max()
)
# In some networks of 20 or more layers nothing may arrive.
passed = largest.filter(pl.col("loss") > 0, pl.col("loss").is_finite())
rounding = passed["outputs"] / passed["loss"]  # of each network
compared = largest.group_by("activation", "depth", maintain_order=True).agg(
    pl.col("outputs").max(), pl.col("loss").max()
)
shown = compared.with_columns(
    ratio=pl.when(pl.col("outputs") > 0).then(pl.col("loss") / pl.col("outputs")),
    activation=pl.col("activation").map_elements(title, return_dtype=pl.String),
)
two_digits = dict.fromkeys(("outputs", "loss", "ratio"), 2)
noise = rounding.len() > 0 and claim(
    "In every untrained network that has a gradient at all, the largest gradient of the sum of the outputs in any layer is less than a thousandth of the largest gradient of the loss.",
    bool((rounding < 1e-3).all()),
    evidence=f"sum of outputs / loss in one network: at most {number(rounding.max(), 2)}",
)

# %% [markdown]
# # What differs from the published coursework {#sec:coursework}
#
# The published solution of this exercise [@psarras] has four errors, which the sections above avoid. Each is shown
# here by a derivation or a measurement of our own.
#
# ## The gradient range of the sigmoid
#
# It is given there as the closed interval from zero to a quarter. The range is
# ${{ sigmoid.gradient_range.values | tex }}$: the derivative is positive everywhere and only tends to zero (@sec:ranges).
#
# ## The gradient range of ReLU
#
# It is given as the interval from zero to one. Where the derivative exists it is one of two values: the range is
# ${{ relu.gradient_range.values | tex }}$. No value between them is taken, and at the kink, $v = 0$, there is none.
#
# ## Gradients by layer: of what, and by what
#
# There, the outputs of each layer are differentiated by the input pixels, with an additional ReLU layer in front of
# the network, in place of the loss by each layer's weights. The two even run in opposite directions. In a chain of
# {{ layers }} layers with one unit each, SymPy counts the factors $f'$ of both derivatives (@tbl:factors): the
# derivative of the outputs gathers them on the way up, that of the loss on the way down. So the one
# vanishes towards the output, where the other is largest.
#
# {{ table(factors, id="tbl:factors", caption="The number of factors $f'$ in both derivatives, hidden layers of a chain of " ~ layers ~ " layers.", columns={"layer": "Layer $r$", "outputs": "in $\\partial y^{(r)} / \\partial y^{(0)}$", "weights": "in $\\partial E / \\partial w^{(r)}$"}) }}
#
# ## The gradient of a constant
#
# For untrained networks with tanh and with LeCun's activation, the sum of the softmax outputs is differentiated
# there. But this sum is a constant:
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
# for every pattern, and its gradient with respect to anything is zero. What is plotted there is rounding error.
# @tbl:noise shows it: untrained networks and the fixed mini-batch of @sec:gradients, in single precision, once with
# the sum of the outputs and once with the loss. {% if noise %}{{ noise }}{% endif %}
#
# {{ table(shown, id="tbl:noise", caption="Untrained networks: the largest gradient in any layer, over all seeds, of the sum of the softmax outputs (rounding error of zero) and of the loss.", columns={"activation": "Activation", "depth": "Layers", "outputs": "Sum of outputs", "loss": "Loss", "ratio": "Loss / sum"}, formats=two_digits) }}
