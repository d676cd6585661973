"""The backpropagation equations, derived by the chain rule from v = W y + b, y = f(v) and the loss.

Every partial derivative below is SymPy's own, of sums over indices: differentiating sum_j w_ij y_j by w_kl
gives brackets [i = k] [j = l], one where the indices agree and else zero (SymPy's KroneckerDelta), of which the sum
then keeps one term.
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
from derivations.language.display import Displayed

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
    """One line of a derivation: what is done, in Markdown, and left = expression, which it gives."""

    reason: str
    left: Expr
    expression: Expr


@dataclass(frozen=True, repr=False)
class Equation(Displayed):
    """left = right, with the steps that derive it; `label` is its name in the report."""

    label: str
    title: str
    left: Expr
    right: Expr
    steps: tuple[Rewriting, ...] = ()


@dataclass(frozen=True, repr=False)
class Backpropagation(Displayed):
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
v_above = layer("v", "r+1")
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
    names, slope = {unit: i, pattern: mu}, Derivative(loss, v_out[unit, pattern])
    return Equation(
        "output-delta",
        "Delta of the output layer",
        delta_out[i, mu],
        short.subs(names),
        (
            Rewriting(
                "put the softmax into the loss: the logarithm of a quotient is a difference", loss, of_sums
            ),
            Rewriting(
                "differentiate it by one sum of the output layer: a bracket is 1 where its indices agree, else 0",
                slope,
                by_rules,
            ),
            Rewriting("carry out the sums, in which the brackets leave one term each", slope, summed),
            Rewriting("the targets of a pattern sum to 1", slope, normalised),
            Rewriting(
                "the quotient is the output $p$ of the softmax: what is left is how far it is from its target",
                slope,
                short,
            ),
        ),
    )


def _hidden_delta() -> Equation:
    """dE/dv of a hidden layer, by way of the inputs v^(r+1) of the layer above."""
    above = Sum(w_above[k, j] * f(v_here[j, mu]), (j, 1, n_here)) + layer("b", "r+1")[k]
    by_rules = above.diff(v_here[i, mu])
    summed = inside(by_rules.doit(), {i: n_here})
    chain = Sum(delta_above[k, mu] * summed, (k, 1, n_above))
    right = factor_terms(chain)
    moved = Derivative(v_above[k, mu], v_here[i, mu])
    return Equation(
        "hidden-delta",
        "Delta recursion of the hidden layers",
        delta[i, mu],
        right,
        (
            Rewriting(
                "how much the sum of one unit moves that of a unit above: differentiate the one by the other",
                moved,
                by_rules,
            ),
            Rewriting(
                "the bracket leaves the term $j = i$: the weight between both, times the slope of $f$",
                moved,
                summed,
            ),
            Rewriting(
                "chain rule: every unit above passes its own $\\delta$ down along its weight",
                delta[i, mu],
                chain,
            ),
            Rewriting("the slope of $f$ does not depend on $k$, and leaves the sum", delta[i, mu], right),
        ),
    )


def _weight_gradient() -> Equation:
    unit, source = symbols("k l", integer=True, positive=True)
    by_rules = _weighted_sum(i, mu).diff(w[unit, source])
    summed = inside(by_rules.doit(), {source: n_below})
    chain = Sum(delta[i, mu] * summed, (i, 1, n_here), (mu, 1, batch))
    right = inside(chain.doit(), {unit: n_here}).subs({unit: i, source: j})
    moved, slope = Derivative(v_here[i, mu], w[unit, source]), Derivative(loss, w[unit, source])
    return Equation(
        "weight-gradient",
        "Gradient of the weights",
        Derivative(loss, w[i, j]),
        right,
        (
            Rewriting("differentiate the sum of a unit by one weight", moved, by_rules),
            Rewriting("a weight moves the sum of its own unit only, by what comes through it", moved, summed),
            Rewriting("chain rule: sum over units and patterns", slope, chain),
            Rewriting("the bracket leaves one unit", Derivative(loss, w[i, j]), right),
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
            Rewriting(
                "differentiate the sum of a unit by one bias", Derivative(v_here[i, mu], b[unit]), by_rules
            ),
            Rewriting("chain rule: sum over units and patterns", Derivative(loss, b[unit]), chain),
            Rewriting("the bracket leaves one unit", Derivative(loss, b[i]), right),
        ),
    )


@cache
def softmax_sum() -> Equation:
    """The sum of the softmax outputs of a pattern: it is 1, whatever the network, and has no gradient."""
    total, left = Symbol("S", positive=True), Sum(p[i, mu], (i, 1, n_out))
    denominator, numerator = (Sum(exp(v_out[n, mu]), (n, 1, n_out)) for n in (k, i))
    outputs = Sum(_softmax(i, mu).subs(denominator, total), (i, 1, n_out))
    factored = factor_terms(outputs)
    return Equation(
        "softmax-sum",
        "Sum of the softmax outputs",
        left,
        factored.subs(numerator, total),
        (
            Rewriting(
                "write $S$ for the sum in the denominator, which does not depend on $i$", left, outputs
            ),
            Rewriting("so $1 / S$ leaves the sum, and what stays in it adds up to $S$", left, factored),
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
