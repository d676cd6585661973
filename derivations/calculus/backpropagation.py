"""The backpropagation equations, derived by the chain rule from v = W y + b, y = f(v) and the loss.

Every partial derivative below is SymPy's own, of sums over indices: differentiating sum_j w_ij y_j by w_kl
gives Kronecker deltas, which the sum then picks out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from sympy import (
    Derivative,
    Expr,
    Function,
    IndexedBase,
    Piecewise,
    S,
    Sum,
    Symbol,
    exp,
    expand,
    factor_terms,
    log,
    symbols,
)

from derivations.calculus.differentiation import Differentiation
from derivations.language.activation import v, y

i, j, k, mu = symbols("i j k mu", integer=True, positive=True)
#: units of layer r-1, r, r+1 and R, and patterns of the mini-batch
n_below, n_here, n_above, n_out, batch = symbols("n_{r-1} n_r n_{r+1} n_R m", integer=True, positive=True)
learning_rate = Symbol("epsilon", positive=True)
f = Function("f")


def layer(letter: str, r: str) -> IndexedBase:
    """The array of a layer: `layer("w", "r+1")` is the weights of layer r+1."""
    return IndexedBase(f"{letter}^{r}")


@dataclass(frozen=True)
class Rewriting:
    """One line of a derivation: what is done, and the expression that it gives."""

    reason: str
    expression: Expr


@dataclass(frozen=True)
class Equation:
    """left = right, with the steps that derive it; `label` is its name in the report."""

    label: str
    title: str
    left: Expr
    right: Expr
    steps: tuple[Rewriting, ...] = ()


@dataclass(frozen=True)
class Backpropagation:
    """The equations of one training step, in the order in which they are used."""

    forward: Equation
    output: Equation
    softmax: Equation
    loss: Equation
    output_delta: Equation
    hidden_delta: Equation
    weight_gradient: Equation
    bias_gradient: Equation
    weight_update: Equation
    bias_update: Equation


w, b, delta = layer("w", "r"), layer("b", "r"), layer("delta", "r")
w_above, delta_above = layer("w", "r+1"), layer("delta", "r+1")
v_here, y_here, y_below = layer("v", "r"), layer("y", "r"), layer("y", "r-1")
v_out, p, t, delta_out = layer("v", "R"), IndexedBase("p"), IndexedBase("t"), layer("delta", "R")
loss = Symbol("E")


@cache
def backpropagation() -> Backpropagation:
    """Derive the equations for any activation f.

    i and j, k number the units of a layer and of its neighbours, mu the patterns of the mini-batch.
    """
    weight_gradient = _weight_gradient()
    bias_gradient = _bias_gradient()
    return Backpropagation(
        forward=Equation("forward", "Forward pass", v_here[i, mu], _weighted_sum(i, mu)),
        output=Equation("output", "Output of a layer", y_here[i, mu], f(v_here[i, mu])),
        softmax=Equation("softmax", "Softmax", p[i, mu], _softmax(i, mu)),
        loss=Equation("loss", "Mean cross-entropy", loss, _cross_entropy(log(p[i, mu]))),
        output_delta=_output_delta(),
        hidden_delta=_hidden_delta(),
        weight_gradient=weight_gradient,
        bias_gradient=bias_gradient,
        weight_update=Equation(
            "weight-update", "Update of the weights", w[i, j], w[i, j] - learning_rate * weight_gradient.right
        ),
        bias_update=Equation(
            "bias-update", "Update of the biases", b[i], b[i] - learning_rate * bias_gradient.right
        ),
    )


def _weighted_sum(unit: Expr, pattern: Expr) -> Expr:
    return Sum(w[unit, j] * y_below[j, pattern], (j, 1, n_below)) + b[unit]


def _softmax(unit: Expr, pattern: Expr) -> Expr:
    return exp(v_out[unit, pattern]) / Sum(exp(v_out[k, pattern]), (k, 1, n_out))


def _cross_entropy(log_p: Expr) -> Expr:
    """E = -1/m sum_mu sum_i t_i,mu ln p_i,mu, whatever the logarithm is written as."""
    return -Sum(t[i, mu] * log_p, (i, 1, n_out), (mu, 1, batch)) / batch


def _log_softmax(unit: Expr, pattern: Expr) -> Expr:
    """The logarithm of the softmax, in which that of the exponential is its exponent."""
    return v_out[unit, pattern] - log(Sum(exp(v_out[k, pattern]), (k, 1, n_out)))


def _output_delta() -> Equation:
    """dE/dv of the output layer; the targets of a pattern sum to 1."""
    unit, pattern = symbols("l nu", integer=True, positive=True)
    of_sums = _cross_entropy(_log_softmax(i, mu))
    by_rules = of_sums.diff(v_out[unit, pattern])
    summed = expand(inside(by_rules.doit(), {unit: n_out, pattern: batch}))
    targets = Sum(t[i, pattern], (i, 1, n_out))
    normalised = summed.subs(targets, 1)
    short = factor_terms(normalised.subs(_softmax(unit, pattern), p[unit, pattern]))
    names = {unit: i, pattern: mu}
    return Equation(
        "output-delta",
        "Delta of the output layer",
        delta_out[i, mu],
        short.subs(names),
        (
            Rewriting(
                "differentiate the loss, with the softmax put in, by one input of the output layer", by_rules
            ),
            Rewriting("carry out the sums over the Kronecker deltas", summed),
            Rewriting("the targets of a pattern sum to 1", normalised),
            Rewriting("the quotient is the softmax output p", short),
        ),
    )


def _hidden_delta() -> Equation:
    """dE/dv of a hidden layer, by way of the inputs v^(r+1) of the layer above."""
    above = Sum(w_above[k, j] * f(v_here[j, mu]), (j, 1, n_here)) + layer("b", "r+1")[k]
    by_rules = above.diff(v_here[i, mu])
    summed = inside(by_rules.doit(), {i: n_here})
    chain = Sum(delta_above[k, mu] * summed, (k, 1, n_above))
    right = factor_terms(chain)
    return Equation(
        "hidden-delta",
        "Delta recursion of the hidden layers",
        delta[i, mu],
        right,
        (
            Rewriting("differentiate the input of a unit of the layer above by one of this layer", by_rules),
            Rewriting("carry out the sum over the Kronecker delta", summed),
            Rewriting("chain rule: sum over the units of the layer above", chain),
            Rewriting("the derivative of f does not depend on k", right),
        ),
    )


def _weight_gradient() -> Equation:
    unit, source = symbols("k l", integer=True, positive=True)
    by_rules = _weighted_sum(i, mu).diff(w[unit, source])
    summed = inside(by_rules.doit(), {source: n_below})
    chain = Sum(delta[i, mu] * summed, (i, 1, n_here), (mu, 1, batch))
    right = inside(chain.doit(), {unit: n_here}).subs({unit: i, source: j})
    return Equation(
        "weight-gradient",
        "Gradient of the weights",
        Derivative(loss, w[i, j]),
        right,
        (
            Rewriting("differentiate the input of a unit by one weight", by_rules),
            Rewriting("carry out the sum over the Kronecker deltas", summed),
            Rewriting("chain rule: sum over units and patterns", chain),
            Rewriting("carry out the sum over the units", right),
        ),
    )


def _bias_gradient() -> Equation:
    unit = symbols("k", integer=True, positive=True)
    by_rules = _weighted_sum(i, mu).diff(b[unit])
    chain = Sum(delta[i, mu] * by_rules, (i, 1, n_here), (mu, 1, batch))
    right = inside(chain.doit(), {unit: n_here}).subs({unit: i})
    return Equation(
        "bias-gradient",
        "Gradient of the biases",
        Derivative(loss, b[i]),
        right,
        (
            Rewriting("differentiate the input of a unit by one bias", by_rules),
            Rewriting("chain rule: sum over units and patterns", chain),
            Rewriting("carry out the sum over the units", right),
        ),
    )


@cache
def softmax_sum() -> Equation:
    """The sum of the softmax outputs of a pattern: it is 1, whatever the network, and has no gradient."""
    total = Symbol("S", positive=True)
    summed = Sum(exp(v_out[i, mu]), (i, 1, n_out))
    outputs = Sum(_softmax(i, mu).subs(summed.subs(i, k), total), (i, 1, n_out))
    factored = factor_terms(outputs)
    return Equation(
        "softmax-sum",
        "Sum of the softmax outputs",
        Sum(p[i, mu], (i, 1, n_out)),
        factored.subs(total, summed),
        (
            Rewriting("write S for the sum in the denominator, which does not depend on i", outputs),
            Rewriting("S may leave the sum", factored),
            Rewriting("the numerator is S as well", factored.subs(summed, total)),
        ),
    )


def inside(expression: Expr, last: dict[Expr, Expr]) -> Expr:
    """The expression for indices from 1 to their `last`: SymPy says 0 beyond the end of a sum."""
    for index, end in last.items():
        expression = expression.subs({index <= end: True, end >= index: True})
    return expression.replace(
        Piecewise, lambda first, *others: first[0] if first[1] is S.true else Piecewise(first, *others)
    )


def with_slope(equation: Equation, slopes: Differentiation) -> Equation:
    """The equation with f'(v_i,mu) of one activation put in."""
    return with_this_slope(equation, slopes.derivative)


def with_output_slope(equation: Equation, slopes: Differentiation) -> Equation | None:
    """The same in terms of the unit's own output y_i,mu, or None where f' has no closed form in y."""
    return None if slopes.in_terms_of_output is None else with_this_slope(equation, slopes.in_terms_of_output)


def with_this_slope(equation: Equation, slope: Expr) -> Equation:
    """The equation with an f' put in, which is given as an expression in v or y of one unit."""
    at_unit = slope.subs({v: v_here[i, mu], y: y_here[i, mu]})
    return replace(equation, right=equation.right.replace(Derivative, lambda *_: at_unit), steps=())
