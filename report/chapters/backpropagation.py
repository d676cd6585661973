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
from derivations.calculus.descent import updates
from derivations.printing.documents import prose
from derivations.printing.steps import proof
from derivations.printing.tables import ON_A_PAGE, RANGES, range_ends, range_rows
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
# the right class and zero for the others. With the softmax put in it reads
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
#     $${{ step.expression | tex }}$$
#
# {% endfor %}
# So, with the names of the other equations,
#
# {{ equation(equations.output_delta, id="eq:output-delta") }}
#
# ## The hidden layers
#
# A unit of layer $r$ acts on the loss through the sums $v^{(r+1)}_{k \mu}$ of the layer
# above:
#
# {% for step in equations.hidden_delta.steps %}
# {{ loop.index }}. {{ step.reason }}:
#
#     $${{ step.expression | tex }}$$
#
# {% endfor %}
# This is the delta recursion,
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
# ## For ReLU, tanh and sigmoid {#sec:three}
#
# Only @eq:hidden-delta depends on the activation.

# %%
relu, tanh, sigmoid = (report.derived(name) for name in ("relu", "tanh", "sigmoid"))

# %% [markdown]
# For ReLU [@nair2010] it becomes
#
# {{ equation(relu.hidden_delta, id="eq:relu") }}
#
# For tanh and for the sigmoid, $f'$ is a function of the output $y = f(v)$ alone, so that
# a network need not keep $v$: $f' = {{ tanh.slopes.in_terms_of_output | tex }}$ for tanh,
# and $f' = {{ sigmoid.slopes.in_terms_of_output | tex }}$ for the sigmoid. Hence
#
# {{ equation(tanh.hidden_delta_of_output, id="eq:tanh") }}
#
# {{ equation(sigmoid.hidden_delta_of_output, id="eq:sigmoid") }}
#
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
# arithmetic [@johansson2017]: between them, and on both tails up to infinity, the slope
# keeps its sign. So $f'$ is monotone there, and, being continuous, takes every value
# between its extremes and no other.
# {%- if derived | length < study.functions | length %} [@tbl:atlas has all.]{.optional}{% endif %}

# %%
table(
    range_rows(derived),
    id="tbl:ranges",
    caption="Activation functions, their derivatives and their gradient ranges, as proven below.",
    columns=RANGES,
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
