"""The check of the equations: all agree, and a mistake in an equation or in a stack is seen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest
import torch

from analysis.training.passes import Pass
from analysis.verification import equations as checker
from analysis.verification.checks import equation_checks
from analysis.verification.equations import check_equations, in_torch
from derivations import activations, backpropagation
from derivations.calculus.backpropagation import Backpropagation

STUDY = [activations[name] for name in ("relu", "tanh", "sigmoid", "lecun")]
GENERAL = [equation.label for equation in vars(backpropagation()).values()]


def by_key(checks):
    return {(check.activation, check.label): check for check in checks}


def test_every_displayed_equation_agrees_with_the_code_and_with_autograd():
    checks = by_key(check_equations(STUDY))
    assert {label for name, label in checks if name == "any"} == {*GENERAL, "softmax-sum"}
    for activation in STUDY:
        own = {label for name, label in checks if name == activation.name}
        assert own >= {"derivative", "hidden-delta"}
        assert ("derivative-of-output" in own) == (activation.name != "lecun")
    assert all(check.largest_relative_error < 1e-13 for check in checks.values())
    assert all(check.points > 0 for check in checks.values())


@pytest.mark.slow
def test_every_registered_activation_agrees():
    checks = check_equations(list(activations.values()))
    assert all(check.largest_relative_error < 1e-12 for check in checks)


def test_exactly_the_kinks_are_left_out():
    checks = by_key(check_equations([activations["relu"], activations["hardtanh"], activations["tanh"]]))
    left_out = {name: check.excluded for (name, label), check in checks.items() if label == "derivative"}
    assert left_out == {"relu": 1, "hardtanh": 2, "tanh": 0}
    assert sum(check.excluded for (_, label), check in checks.items() if label == "hidden-delta") == 0


@pytest.mark.parametrize("label", GENERAL)
def test_an_equation_off_by_a_millionth_is_seen(label, monkeypatch):
    right = backpropagation()
    wrong = {
        name: replace(equation, right=equation.right * (1 + 1e-6)) if equation.label == label else equation
        for name, equation in vars(right).items()
    }
    monkeypatch.setattr(checker, "backpropagation", lambda: Backpropagation(**wrong))
    seen = {check.label for check in check_equations(STUDY[1:2]) if check.largest_relative_error > 1e-7}
    assert {found.removesuffix("-of-output") for found in seen} == {label}


def test_a_wrong_stack_is_seen(monkeypatch):
    back = Pass._back

    def swollen(self, r):
        calls = back(self, r)
        return [*calls, partial(self.delta[r - 1].mul_, 1.001)] if r == 2 else calls

    monkeypatch.setattr(Pass, "_back", swollen)
    seen = {check.label for check in check_equations(STUDY[:1]) if check.largest_relative_error > 1e-5}
    assert {"hidden-delta", "weight-gradient", "bias-gradient", "weight-update"} <= seen
    assert not seen & {"forward", "output", "softmax", "loss", "output-delta", "derivative"}


def test_a_wrong_derivative_is_seen(monkeypatch):
    def wrong(expression):
        slopes = differentiate(expression)
        return replace(slopes, derivative=slopes.derivative + 1e-6)

    differentiate = checker.differentiate
    monkeypatch.setattr(checker, "differentiate", wrong)
    seen = {check.label for check in check_equations(STUDY[1:2]) if check.largest_relative_error > 1e-9}
    assert seen == {"derivative", "hidden-delta"}


@pytest.mark.parametrize("name", ["gelu", "mish", "hardswish", "softsign", "celu"])
def test_functions_in_plain_torch_are_those_of_torch_nn(name):
    points = torch.linspace(-4.03, 4.01, 100, dtype=torch.float64)
    expected = getattr(torch.nn.functional, name)(points)
    assert torch.allclose(in_torch(activations[name].expression)(points), expected, rtol=1e-12, atol=1e-14)


def test_checks_are_made_once_and_then_read(tmp_path, monkeypatch):
    first = equation_checks([activations["gelu"]], tmp_path)
    assert {"relu", "gelu"} < {check.activation for check in first}
    monkeypatch.setattr(checker, "check_equations", None)  # calling it would fail
    assert equation_checks([activations["gelu"]], tmp_path) == first


def test_stored_checks_need_no_torch(tmp_path):
    equation_checks([], tmp_path)
    code = (
        "import sys; from pathlib import Path; from analysis.verification.checks import equation_checks; "
        f"assert equation_checks([], Path({str(tmp_path)!r})); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
