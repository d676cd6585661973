"""Generated code, run by C, torch and NumPy, against torch.nn, in values and in derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from generated import evaluate, runner, scratch_for
from sympy import (
    Abs,
    Heaviside,
    Max,
    Min,
    Piecewise,
    Rational,
    Symbol,
    erf,
    exp,
    log,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)
from torch.nn import functional

from analysis.code import binding
from analysis.code.binding import by_torch, make
from analysis.code.generate import generate
from derivations import Activation, activations, parse, v

HALF = Rational(1, 2)
CASES = {
    "relu": (activations["relu"].expression, torch.relu),
    "tanh": (activations["tanh"].expression, torch.tanh),
    "sigmoid": (activations["sigmoid"].expression, torch.sigmoid),
    "lecun": (activations["lecun"].expression, lambda x: 1.7159 * torch.tanh(2 * x / 3) + 0.01 * x),
    "silu": (v / (1 + exp(-v)), functional.silu),
    "mish": (v * tanh(log(1 + exp(v))), functional.mish),
    "softplus": (log(1 + exp(v)), functional.softplus),
    "logsigmoid": (activations["logsigmoid"].expression, functional.logsigmoid),
    "gelu": (v * (1 + erf(v / sqrt(2))) / 2, functional.gelu),
    "elu": (Piecewise((v, v > 0), (exp(v) - 1, True)), functional.elu),
    "leaky": (Max(v, v / 100), functional.leaky_relu),
    "softsign": (v / (1 + Abs(v)), functional.softsign),
    "hardtanh": (Max(-1, Min(1, v)), functional.hardtanh),
    # torch.nn.functional.hardsigmoid has 1/6 in single precision in its backward pass, even for doubles.
    "hardsigmoid": (Max(0, Min(1, v / 6 + HALF)), lambda x: (x / 6 + 0.5).clamp(0, 1)),
    "hardshrink": (Piecewise((0, (v <= HALF) & (v >= -HALF)), (v, True)), functional.hardshrink),
    "snake": (v + sin(v) ** 2, lambda x: x + torch.sin(x) ** 2),
    "step": (v * Heaviside(v - 1) + sign(v) * v**3, lambda x: x * (x > 1) + torch.sign(x) * x**3),
    # pi/2 occurs several times: a number is no value that results share
    "squasher": (
        Piecewise((0, v < -pi / 2), (1, v > pi / 2), ((1 + sin(v)) / 2, True)),
        lambda x: 0.5 + 0.5 * torch.sin(x.clamp(-torch.pi / 2, torch.pi / 2)),
    ),
    "line": (3 * v + 1, lambda x: 3 * x + 1),
}


@pytest.fixture(params=["c", "torch", "numpy"])
def run(request, libraries):
    """What runs the code: the test is made once with each."""
    return runner(request.param, libraries)


def by_autograd(function, points):
    """f and f' at points, by torch's own means."""
    at = torch.tensor(points, requires_grad=True)
    y = function(at)
    (slope,) = torch.autograd.grad(y.sum(), at)
    return y.detach().numpy(), slope.numpy()


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives_agree_with_torch(name, run):
    expression, reference = CASES[name]
    points = np.linspace(-7.03, 7.01, 500)
    y, slope = by_autograd(reference, points)
    for computed, expected in zip(evaluate(expression, points, run), (y, y, slope), strict=True):
        assert computed == pytest.approx(expected, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_nothing_overflows_far_out_in_single_precision(name, run):
    expression, reference = CASES[name]
    points = np.array([-1e4, -200.0, -90.0, 90.0, 200.0, 1e4], np.float32)
    y, slope = by_autograd(reference, points)
    for computed, expected in zip(evaluate(expression, points, run), (y, y, slope), strict=True):
        assert computed == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("expression", "kink", "slope"),
    [(Max(0, v), 0, 0), (Max(v, v / 100), 0, 0.01), (Min(v, 3 * v), 0, 1), (Max(-1, Min(1, v)), 1, 0)],
)
def test_at_a_kink_the_flatter_side_counts(expression, kink, slope, run):
    *_, found = evaluate(expression, np.array([kink], np.float32), run)
    assert found == pytest.approx([slope])


def test_delta_is_multiplied_by_the_slope():
    code = generate(activations["sigmoid"], by_torch)
    y, delta = torch.tensor([0.5, 0.25]), torch.tensor([8.0, -16.0])
    make(binding.backward(code, delta, y, None, scratch_for(code, y)))
    assert delta.tolist() == [2, -3]


@pytest.mark.parametrize(
    ("name", "kept"), [("relu", False), ("tanh", False), ("lecun", True), ("gelu", True)]
)
def test_the_slope_is_kept_only_where_it_is_no_function_of_the_output(name, kept, run):
    assert generate(activations[name], run).keeps_slope == kept


def test_code_writes_into_views():
    code = generate(activations["tanh"], by_torch)
    rows = torch.randn(4, 6)
    before = rows.clone()
    make(binding.value(code, rows[::2], [torch.empty(2, 6) for _ in range(code.scratch)]))
    assert torch.allclose(rows[::2], torch.tanh(before[::2]))
    assert torch.equal(rows[1::2], before[1::2])


def test_unknown_functions_are_refused_by_name(run):
    from sympy import gamma

    with pytest.raises(NotImplementedError, match="gamma"):
        generate(Activation("gamma", gamma(v**2 + 1), "gamma"), run)


def test_an_activation_is_an_expression_in_v_alone():
    with pytest.raises(ValueError, match="a"):
        Activation("two", v * Symbol("a"), "two")


JOINTS = {
    "Abs(v + exp(v))": lambda x: torch.abs(x + torch.exp(x)),
    "Max(exp(v), v + 2)": lambda x: torch.maximum(torch.exp(x), x + 2),
    "Max(tanh(v), v/2)": lambda x: torch.maximum(torch.tanh(x), x / 2),
}


@pytest.mark.parametrize("text", JOINTS)
def test_joints_without_a_closed_form_are_trained(text, run):
    points = np.linspace(-4.01, 3.99, 101)
    y, slope = by_autograd(JOINTS[text], points)
    _, *found = evaluate(parse(text), points, run)
    assert found[0] == pytest.approx(y, rel=1e-12)
    assert found[1] == pytest.approx(slope, rel=1e-11)
