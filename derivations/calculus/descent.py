"""The steps that optimizers take along a gradient: gradient descent, with momentum, Adam, each with weight decay.

These are not derived: an optimizer is what its authors say it is (Polyak 1964, Kingma and Ba 2015). Weight decay adds
lambda w to the gradient, as the penalty lambda w^2/2 in the loss would.
"""

from __future__ import annotations

from typing import Literal

from sympy import Expr, Indexed, Symbol, sqrt

from derivations.calculus.backpropagation import Equation, backpropagation, layer, learning_rate

Optimizer = Literal["sgd", "momentum", "adam"]
OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "momentum", "adam")

decay, momentum = Symbol("lambda", nonnegative=True), Symbol("beta", nonnegative=True)
beta_1, beta_2, small = (
    Symbol("beta_1", nonnegative=True),
    Symbol("beta_2", nonnegative=True),
    Symbol("eta", positive=True),
)
steps = Symbol("n", integer=True, positive=True)  # updates, the one that is made included


def updates(optimizer: Optimizer, decays: bool = False) -> tuple[Equation, ...]:
    """What a step replaces, in this order: of the weights and of the biases, running means first.

    u is the running mean of the gradient, s that of its square; each begins with 0.
    """
    plain = backpropagation()
    of_weights, of_biases = plain.weight_update, plain.bias_update
    if optimizer == "sgd" and not decays:
        return of_weights, of_biases
    return (
        *_updates(of_weights, plain.weight_gradient.right, "weight", optimizer, decays),
        *_updates(of_biases, plain.bias_gradient.right, "bias", optimizer, decays),
    )


def _updates(
    plain: Equation, gradient: Expr, whose: str, optimizer: Optimizer, decays: bool
) -> list[Equation]:
    parameter = plain.left
    if decays:
        gradient = gradient + decay * parameter
    u, s = (_mean(letter, parameter) for letter in "us")
    named = "the weights" if whose == "weight" else "the biases"
    mean, square = (
        f"Running mean of the gradient of {named}",
        f"Running mean of the squared gradient of {named}",
    )

    def replaced(kind: str, title: str, left: Expr, right: Expr) -> Equation:
        return Equation(f"{whose}{kind}-update", title, left, right)

    if optimizer == "sgd":
        return [replaced("", plain.title, parameter, parameter - learning_rate * gradient)]
    if optimizer == "momentum":
        return [
            replaced("-mean", mean, u, momentum * u + gradient),
            replaced("", plain.title, parameter, parameter - learning_rate * u),
        ]
    slope, size = u / (1 - beta_1**steps), sqrt(s / (1 - beta_2**steps))
    return [
        replaced("-mean", mean, u, beta_1 * u + (1 - beta_1) * gradient),
        replaced("-square", square, s, beta_2 * s + (1 - beta_2) * gradient**2),
        replaced("", plain.title, parameter, parameter - learning_rate * slope / (size + small)),
    ]


def _mean(letter: str, parameter: Expr) -> Indexed:
    """The element of a running mean that belongs to a weight or a bias: u^r_ij of w^r_ij, u^r_i of b^r_i."""
    return layer(letter, str(parameter.base).partition("^")[2])[parameter.indices]
