# %% [markdown]
# # Backpropagation, derived {#sec:backpropagation}
#
# ## Forward pass
#
# Layers are numbered $r = 1, \dots, R$ and have $n_r$ units each, units are numbered
# $i, j, k$, and the $m$ patterns of a mini-batch $\mu$.

# %%
from analysis.figures.functions import activation_functions
from derivations import backpropagation
from derivations.calculus.by_hand import RATE
from derivations.calculus.descent import updates
from derivations.printing import by_hand
from derivations.printing.documents import prose
from derivations.printing.proof import proof
from derivations.printing.tables import ON_A_PAGE, RANGES, range_ends, range_rows, where_sigma
from derivations.printing.written import delta_as_written
from report.authoring import current, figure, table

report = current()
study, equations = report.study, backpropagation()
replaced = updates(study.optimizer, study.weight_decay > 0)

# %% [markdown]
# Each layer weighs the outputs of the layer below,
#
# {{ equation(equations.forward, id="eq:forward") }}
#
# and a hidden layer applies the activation function to each sum,
#
# {{ equation(equations.output, id="eq:output") }}
#
# The output layer turns its sums into probabilities by the softmax,
#
# {{ equation(equations.softmax, id="eq:softmax") }}
#
# and the loss is the mean cross-entropy with the targets $t_{i \mu}$, which are one for
# the right class and zero for the others:
#
# {{ equation(equations.loss, id="eq:loss") }}
#
# ## The output layer
#
# Write $\delta^{(r)}_{i \mu} = \partial E / \partial v^{(r)}_{i \mu}$. The following
# lines are not typed in: each is what SymPy [@sympy2017] makes of the line before, and
# the program that trains the networks below uses the last one. For unit $l$ and pattern
# $\nu$ of the output layer:
#
# {% for step in equations.output_delta.steps %}
# {{ loop.index }}. {{ step.reason }}:
#
#     $${{ step.left | tex }} = {{ step.expression | tex }}$$
#
# {% endfor %}
# So every output is told how far it is from its target, its share of the blame for the
# loss. With the names of the other equations,
#
# {{ equation(equations.output_delta, id="eq:output-delta") }}
#
# ## The hidden layers
#
# A unit of layer $r$ acts on the loss through the sums $v^{(r+1)}_{k \mu}$ of the layer
# above, and so it takes its share of the blame from each of them:
#
# {% for step in equations.hidden_delta.steps[:-1] %}
# {{ loop.index }}. {{ step.reason }}:
#
#     $${{ step.left | tex }} = {{ step.expression | tex }}$$
#
# {% endfor %}
# Now {{ equations.hidden_delta.steps[-1].reason }}. What is left is the delta recursion,
#
# {{ equation(equations.hidden_delta, id="eq:hidden-delta") }}
#
# by which the error goes from each layer to the one below [@rumelhart1986].
#
# ## The update
#
# Every weight acts on the loss through the sum of its own unit; in the same way as above,
#
# {{ equation(equations.weight_gradient, id="eq:weight-gradient") }}
#
# {{ equation(equations.bias_gradient, id="eq:bias-gradient") }}
#
# {% if study.optimizer == "sgd" %}
# and gradient descent with the learning rate $\epsilon$ replaces
# {%- elif study.optimizer == "momentum" %}
# and gradient descent with momentum [@polyak1964] replaces, in this order, with the
# learning rate $\epsilon$, $\beta = {{ study.momentum | given }}$ and running means $u$
# of the gradients that begin with zero
# {%- else %}
# and Adam [@kingma2015] replaces in step $n$, in this order, with the learning rate
# $\epsilon$, $\beta_1 = {{ study.beta1 | given }}$, $\beta_2 = {{ study.beta2 | given }}$,
# $\eta = {{ study.adam_eps | tex(2) }}$ and running means $u$ of the gradients and $s$ of
# their squares that begin with zero
# {%- endif %}{% if study.weight_decay %}; the weight decay is
# $\lambda = {{ study.weight_decay | tex(2) }}${% endif %}
#
# {% for update in replaced %}
# {{ equation(update, id="eq:" ~ update.label) }}
#
# {% endfor %}
#
# ## In matrices
#
# The program has these equations as most textbooks do. Without indices $v$, $y$, $\delta$,
# $p$ and $t$ are matrices with a row for each unit and a column for each pattern, $W$ is
# that of the weights, and $\odot$ multiplies element by element:
#
# $$
# \delta^{(R)} = \frac{p - t}{m}, \qquad
# \delta^{(r)} = f'(v^{(r)}) \odot (W^{(r+1)\top} \delta^{(r+1)})
# $$ {#eq:matrix-delta}
#
# $$
# \frac{\partial E}{\partial W^{(r)} } = \delta^{(r)}\, y^{(r-1)\top}, \qquad
# \frac{\partial E}{\partial b^{(r)} } = \delta^{(r)}\, \mathbf{1}
# $$ {#eq:matrix-gradient}
#
# where $\mathbf{1}$ is a column of ones, one for each pattern: it adds up what the
# patterns of the mini-batch say of each bias.
#
# ## For ReLU, tanh and sigmoid {#sec:three}
#
# Only @eq:hidden-delta depends on the activation.

# %%
relu, tanh, sigmoid = (report.derived(name) for name in ("relu", "tanh", "sigmoid"))

# %% [markdown]
# For ReLU [@nair2010] it becomes
#
# {{ equation(delta_as_written(relu.slopes), id="eq:relu") }}
#
# where the bracket is one if its condition holds, else zero: a unit passes $\delta$ on
# as it is, or not at all.
#
# For tanh and for the sigmoid, $f'$ is a function of the output $y = f(v)$ alone, so that
# a network need not keep $v$: $f' = {{ tanh.slopes.in_terms_of_output | in_text }}$ for tanh,
# and $f' = {{ sigmoid.slopes.in_terms_of_output | in_text }}$ for the sigmoid. Hence
#
# {{ equation(tanh.hidden_delta_of_output, id="eq:tanh") }}
#
# {{ equation(sigmoid.hidden_delta_of_output, id="eq:sigmoid") }}
#
# ## A network in numbers {#sec:by-hand}
#
# One step fits on a pocket calculator. Take two inputs, two hidden units with the
# sigmoid, and two outputs, for the softmax of a single output is always one. One pattern
# of the first class is shown to the network, so that $m = 1$ and the index $\mu$ is left
# out; the learning rate is $\epsilon = {{ RATE }}$. @tbl:by-hand has all numbers.
# Those of the first units come about like this: on the way up,

# %%
line = by_hand.lines_of_one_unit()
before, after = by_hand.losses()

# %% [markdown]
# $${{ line["forward"] }}$$
#
# $${{ line["output"] }}$$
#
# and, with the other hidden unit and the sums of the output layer found in the same way,
#
# $${{ line["softmax"] }}$$
#
# $${{ line["loss"] }}$$
#
# On the way down, the first output is too small, and the other too large by as much:
#
# $${{ line["output-delta"] }}$$
#
# Both pass their $\delta$ on to the first hidden unit, each along the weight through which
# it was reached:
#
# $${{ line["hidden-delta"] }}$$
#
# The gradient of a weight is $\delta$ of the unit that it leads to, times the output of
# the unit that it comes from, and the weight goes a step against it:
#
# $${{ line["weight-gradient"] }}$$
#
# $${{ line["weight-update"] }}$$
#
# When all weights and biases have made their step, the loss of the same pattern is
# {{ after | number(4) }}, where it was {{ before | number(4) }}.

# %%
table(
    by_hand.rows(),
    id="tbl:by-hand",
    caption="""
        A way up, a way down and an update in numbers. Rows of weights have those that lead to each unit, from the first
        and from the second unit below. All was computed with more digits than are shown; whoever computes with those
        shown may be off by one in the last.""",
    columns=by_hand.COLUMNS,
    right=["first", "second"],
)

# %% [markdown]
# ## The range of the gradient {#sec:ranges}
#
# The gradient range of an activation is the set of values that $f'(v)$ takes over all
# real $v$ at which $f$ is differentiable.

# %%
derived = [report.derived(function.name) for function in study.functions[:ON_A_PAGE]]

# %% [markdown]
# @tbl:ranges lists it and @fig:activations shows it
# {%- if derived | length < study.functions | length %}, for the first activations of the
# study{% endif %}; the proofs follow. Each lists the points where the slope of $f'$ is
# zero, and the limits of $f'$ at both ends. That no such point is missed is shown in ball
# arithmetic [@johansson2017]: between them, and up to the ends of the intervals that are
# named, the slope keeps its sign. So $f'$ is monotone there; elsewhere it is shown to stay
# between bounds, to repeat itself or to swing between limits. Being continuous, it takes
# every value between its extremes and no other.
# {%- if derived | length < study.functions | length %} [@tbl:atlas has all.]{.optional}{% endif %}

# %%
rows = range_rows(derived)
table(
    rows,
    id="tbl:ranges",
    caption=f"Activation functions, their derivatives and their gradient ranges{where_sigma(rows)}.",
    columns=RANGES,
)

# %%
figure(
    activation_functions(derived),
    id="fig:activations",
    caption="""
        Each activation function (left) and its derivative (right). The bars at the right edge are the gradient
        ranges: filled circles are values that are attained, hollow ones are not.""",
    alt=f"""
        Curves of each activation function and of its derivative for v from -5 to 5. Gradient ranges:
        {range_ends(derived)}.""",
)

# %% [markdown]
# {% for derivation in derived %}
# **{{ derivation.activation.title }}.**
# {% if derivation.unproven %}
# Its gradient range could not be proven: `{{ derivation.unproven }}`.
# {% else %}
# {{ prose(proof(derivation)) }}
# {% endif %}
#
# {% endfor %}
