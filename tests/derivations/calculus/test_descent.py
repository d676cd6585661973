"""The steps of optimizers: what they replace, in which order, beside gradient descent as it was derived."""

from __future__ import annotations

import pytest
from sympy import S, Symbol

from derivations import backpropagation
from derivations.calculus.backpropagation import b, i, j, layer, learning_rate, w
from derivations.calculus.descent import OPTIMIZERS, beta_1, beta_2, decay, momentum, small, steps, updates

u, s = layer("u", "r"), layer("s", "r")


def by_left(optimizer, decays=False):
    return {equation.left: equation.right for equation in updates(optimizer, decays)}


def test_plain_gradient_descent_is_that_of_backpropagation():
    plain = backpropagation()
    assert updates("sgd") == (plain.weight_update, plain.bias_update)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_labels_are_distinct_and_those_of_updates(optimizer):
    labels = [equation.label for equation in updates(optimizer, True)]
    assert len(set(labels)) == len(labels)
    assert all(label.endswith("update") for label in labels)
    assert {"weight-update", "bias-update"} <= set(labels)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_weight_decay_of_nothing_changes_nothing(optimizer):
    for equation, plain in zip(updates(optimizer, True), updates(optimizer), strict=True):
        assert equation.left == plain.left
        assert (equation.right.subs(decay, 0) - plain.right).expand() == 0


def test_weight_decay_is_the_gradient_of_its_penalty():
    for parameter in (w[i, j], b[i]):
        shrinking = by_left("sgd", True)[parameter] - by_left("sgd")[parameter]
        penalty = decay * parameter**2 / 2
        assert (shrinking + learning_rate * penalty.diff(parameter)).expand() == 0


def test_momentum_sums_gradients_that_fade():
    gradient = Symbol("g")
    mean = by_left("momentum")[u[i, j]].subs(backpropagation().weight_gradient.right, gradient)
    u_n = S.Zero
    for _ in range(3):
        u_n = mean.subs(u[i, j], u_n)
    assert (u_n - gradient * (1 + momentum + momentum**2)).expand() == 0
    assert by_left("momentum")[w[i, j]] == w[i, j] - learning_rate * u[i, j]


def test_adam_takes_its_first_step_by_the_sign_of_the_gradient():
    """For then both means are corrected to the gradient and its square."""
    gradient, rules = Symbol("g", positive=True), by_left("adam")
    first = {u[i, j]: 0, s[i, j]: 0, backpropagation().weight_gradient.right: gradient}
    means = {letter[i, j]: rules[letter[i, j]].subs(first) for letter in (u, s)}
    step = (rules[w[i, j]] - w[i, j]).subs(means).subs({steps: 1, small: 0})
    numbers = {beta_1: S("9/10"), beta_2: S("999/1000"), gradient: S("7/3"), learning_rate: S("1/100")}
    assert step.subs(numbers) == -S("1/100")


def test_biases_are_treated_as_weights_are():
    for optimizer in OPTIMIZERS:
        equations = updates(optimizer, True)
        half = len(equations) // 2
        for of_weights, of_biases in zip(equations[:half], equations[half:], strict=True):
            assert of_weights.label.replace("weight", "bias") == of_biases.label
            assert of_weights.title.replace("weights", "biases") == of_biases.title
