"""Derivatives against torch's autograd, kinks, and f' in terms of the output."""

from __future__ import annotations

import pytest
import torch
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, exp, lambdify, log, sign, sqrt, tanh

from derivations import activations, differentiate, v, y

TORCH = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "lecun": lambda x: 1.7159 * torch.tanh(2 * x / 3) + 0.01 * x,
}


@pytest.mark.parametrize("name", TORCH)
def test_derivative_agrees_with_autograd(name):
    slopes = differentiate(activations[name].expression)
    points = torch.linspace(-8, 8, 400, dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(TORCH[name](points).sum(), points)
    found = torch.as_tensor(lambdify(v, slopes.derivative, "numpy")(points.detach().numpy()))
    assert torch.allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid"])
def test_derivative_in_terms_of_output_is_the_derivative(name):
    slopes = differentiate(activations[name].expression)
    for point in (-3, -Rational(1, 3), Rational(1, 7), 2):
        output = slopes.expression.subs(v, point)
        difference = slopes.in_terms_of_output.subs(y, output) - slopes.derivative.subs(v, point)
        assert abs(difference.evalf(30)) < 1e-25


def test_textbook_forms_in_terms_of_the_output():
    assert differentiate(activations["tanh"].expression).in_terms_of_output == 1 - y**2
    assert differentiate(activations["sigmoid"].expression).in_terms_of_output == y * (1 - y)
    assert differentiate(log(1 + exp(v))).in_terms_of_output == 1 - exp(-y)


def test_no_form_in_terms_of_the_output_is_made_up():
    assert differentiate(activations["lecun"].expression).in_terms_of_output is None
    assert differentiate(v**2).in_terms_of_output is None  # two inputs, one output


@pytest.mark.parametrize(
    ("expression", "kinks"),
    [
        (Max(0, v), (0,)),
        (Abs(v) * v, ()),
        (Max(0, Min(1, v / 6 + Rational(1, 2))), (-3, 3)),
        (Piecewise((v, v > 0), (exp(v) - 1, True)), ()),
        (Piecewise((v, v > 0), (2 * (exp(v) - 1), True)), (0,)),
        (sign(v) + tanh(v), (0,)),
        (v * Heaviside(v - 1), (1,)),
        (Max(0, Abs(v) - 1), (-1, 1)),
        (sqrt(Abs(v)), (0,)),
    ],
)
def test_kinks_are_found(expression, kinks):
    assert differentiate(expression).not_differentiable_at == kinks
