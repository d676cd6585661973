"""The derived equations against direct differentiation of a 2-3-2 network."""

from __future__ import annotations

from itertools import product

import pytest
from mpmath import mpf, workdps
from sympy import Derivative, Matrix, Rational, Sum, Symbol, exp, lambdify, log, symbols

from derivations import activations, backpropagation, differentiate, softmax_sum, v
from derivations.calculus.backpropagation import (
    b,
    batch,
    delta,
    delta_above,
    delta_out,
    f,
    i,
    j,
    k,
    learning_rate,
    mu,
    n_above,
    n_below,
    n_here,
    n_out,
    p,
    t,
    v_here,
    v_out,
    w,
    w_above,
    with_slope,
    y_below,
)

UNITS, PATTERNS = (2, 3, 2), 2
POSITIVE = {"integer": True, "positive": True}  # what is assumed of an index


def network(name):
    """A 2-3-2 network in symbols: parameters, inputs v of both layers, softmax outputs, targets and loss."""
    activation = activations[name].expression
    x = Matrix(UNITS[0], PATTERNS, lambda r, c: symbols(f"x{r}{c}", real=True))
    w1 = Matrix(UNITS[1], UNITS[0], lambda r, c: symbols(f"w1{r}{c}", real=True))
    w2 = Matrix(UNITS[2], UNITS[1], lambda r, c: symbols(f"w2{r}{c}", real=True))
    b1 = Matrix(UNITS[1], 1, lambda r, _: symbols(f"b1{r}", real=True))
    labels = (0, 1)
    targets = Matrix(UNITS[2], PATTERNS, lambda r, c: int(labels[c] == r))
    v1 = w1 * x + b1 * Matrix.ones(1, PATTERNS)
    v2 = w2 * v1.applyfunc(lambda value: activation.subs(v, value))
    totals = [sum(exp(v2[r, c]) for r in range(UNITS[2])) for c in range(PATTERNS)]
    outputs = Matrix(UNITS[2], PATTERNS, lambda r, c: exp(v2[r, c]) / totals[c])
    loss = (
        -sum(targets[r, c] * log(outputs[r, c]) for r in range(UNITS[2]) for c in range(PATTERNS)) / PATTERNS
    )
    return x, w1, w2, b1, v1, outputs, targets, loss


def instantiate(expression, arrays, sizes):
    """The indexed equation for one network: sizes put in, sums carried out, elements looked up."""
    expanded = expression.subs(sizes).doit()
    return expanded.replace(
        lambda part: part.is_Indexed,
        lambda part: arrays[str(part.base)][tuple(int(n) - 1 for n in part.indices)],
    )


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "lecun"])
def test_recursion_equals_direct_differentiation(name):
    x, w1, w2, b1, v1, outputs, targets, loss = network(name)
    equations = backpropagation()
    sizes = {n_out: UNITS[2], n_above: UNITS[2], n_here: UNITS[1], batch: PATTERNS}
    arrays = {"p": outputs, "t": targets, "w^r+1": w2, "v^r": v1, "y^r-1": x}

    def build(equation, rows):
        return Matrix(
            rows,
            PATTERNS,
            lambda r, c: instantiate(equation.right.subs({i: r + 1, mu: c + 1}), arrays, sizes),
        )

    arrays["delta^r+1"] = build(equations.output_delta, UNITS[2])
    hidden = with_slope(equations.hidden_delta, differentiate(activations[name].expression))
    arrays["delta^r"] = build(hidden, UNITS[1])
    weight = equations.weight_gradient.right.subs({i: 3, j: 2})
    bias = equations.bias_gradient.right.subs({i: 2})

    names = sorted(loss.free_symbols, key=str)
    values = [mpf(3 * n % 17 - 8) / 10 for n in range(len(names))]
    for found, parameter in ((weight, w1[2, 1]), (bias, b1[1])):
        derived = lambdify(names, instantiate(found, arrays, sizes), "mpmath")
        direct = lambdify(names, loss.diff(parameter), "mpmath")
        with workdps(30):
            assert abs(derived(*values) - direct(*values)) < 1e-25
            assert abs(direct(*values)) > 1e-6


def test_equations_are_those_of_the_course():
    equations = backpropagation()
    assert equations.output_delta.left == delta_out[i, mu]
    assert equations.output_delta.right.equals((p[i, mu] - t[i, mu]) / batch)
    assert equations.hidden_delta.right.has(Derivative(f(v_here[i, mu]), v_here[i, mu]))
    assert {part.base for part in equations.hidden_delta.right.atoms(type(w[i, j]))} >= {
        w_above,
        delta_above,
    }
    update = equations.weight_update
    assert update.right - update.left == -learning_rate * equations.weight_gradient.right
    assert equations.bias_update.left == b[i]
    assert equations.weight_gradient.right.has(delta, y_below)


def entry(name, row, column=1):
    """An entry of an array, made up; targets are of one class, and softmax outputs are those of v."""
    if name == "t":
        return int(row == column)
    if name == "p":
        total = sum(exp(entry("v^R", unit, column)) for unit in range(1, UNITS[2] + 1))
        return exp(entry("v^R", row, column)) / total
    return Rational(7 * sum(map(ord, name)) % 23 + 5 * row + 3 * column * row - 11, 13)


def number(expression, at):
    """The value of an indexed expression for a 2-3-2 network, where its free indices are these."""
    sizes = {n_below: UNITS[0], n_here: UNITS[1], n_above: UNITS[2], n_out: UNITS[2], batch: PATTERNS}
    indices = {letter: at[letter.name] for letter in expression.free_symbols if letter.name in at}
    given = expression.replace(Derivative, lambda applied, _: 1 / (1 + applied.args[0] ** 2))
    carried_out = given.subs(sizes | indices).doit()
    return float(
        carried_out.replace(
            lambda part: part.is_Indexed, lambda part: entry(str(part.base), *map(int, part.indices))
        )
    )


@pytest.mark.parametrize(
    ("label", "before", "after", "renamed"),
    [
        ("output-delta", 1, 2, {}),
        ("output-delta", 2, 3, {}),
        ("output-delta", 3, 4, {}),
        ("hidden-delta", 0, 1, {}),
        ("hidden-delta", 2, 3, {}),
        ("weight-gradient", 0, 1, {}),
        ("weight-gradient", 2, 3, {"i": "k", "j": "l"}),
        ("bias-gradient", 1, 2, {"i": "k"}),
    ],
)
def test_a_step_that_carries_out_or_rewrites_has_the_value_of_the_one_before(label, before, after, renamed):
    [equation] = [each for each in vars(backpropagation()).values() if each.label == label]
    first, second = (equation.steps[n].expression for n in (before, after))
    assert first != second
    letters = sorted({letter.name for letter in first.free_symbols} & {"i", "j", "k", "l", "mu", "nu"})
    found = []
    for values in product((1, 2), repeat=len(letters)):
        at = dict(zip(letters, values, strict=True))
        found.append(number(first, at))
        assert number(second, at | {new: at[old] for new, old in renamed.items()}) == pytest.approx(found[-1])
    assert len(set(found)) > 1


def test_the_loss_is_that_of_the_first_step_with_the_softmax_put_in():
    equations = backpropagation()
    first = equations.output_delta.steps[0]
    assert first.left == equations.loss.left
    assert number(first.expression, {}) == pytest.approx(number(equations.loss.right, {}))


def test_the_softmax_outputs_sum_to_one_in_steps_that_say_so():
    total = softmax_sum()
    assert total.right == 1
    sum_of_exponentials = Symbol("S", positive=True)
    for step in total.steps:
        assert step.left == total.left
        whole = step.expression.subs(sum_of_exponentials, Sum(exp(v_out[k, mu]), (k, 1, n_out)))
        assert number(whole, {"mu": 2}) == pytest.approx(1)


def test_the_last_step_is_the_equation():
    derived = [equation for equation in vars(backpropagation()).values() if equation.steps]
    assert len(derived) == 4
    for equation in derived:
        letters = {Symbol(name, **POSITIVE): new for name, new in (("l", i), ("nu", mu))}
        assert equation.steps[-1].expression.subs(letters) == equation.right
