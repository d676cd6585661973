"""The derived equations against direct differentiation of a 2-3-2 network."""

from __future__ import annotations

import pytest
from mpmath import mpf, workdps
from sympy import Derivative, Matrix, exp, lambdify, log, symbols

from derivations import activations, backpropagation, differentiate, v
from derivations.calculus.backpropagation import (
    b,
    batch,
    delta,
    delta_above,
    delta_out,
    f,
    i,
    j,
    learning_rate,
    mu,
    n_above,
    n_here,
    n_out,
    p,
    t,
    v_here,
    w,
    w_above,
    with_slope,
    y_below,
)

UNITS, PATTERNS = (2, 3, 2), 2


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


def test_every_step_is_an_expression_that_differs_from_the_one_before():
    for equation in vars(backpropagation()).values():
        for before, after in zip(equation.steps, equation.steps[1:], strict=False):
            assert before.expression != after.expression
