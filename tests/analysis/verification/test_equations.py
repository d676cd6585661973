"""The check of the equations: all agree, and a mistake in an equation or in the code that trains is seen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from analysis.studies.run import Protocol
from analysis.studies.study import Study
from analysis.training import compiled, ways
from analysis.training.passes import Pass
from analysis.verification import equations as checker
from analysis.verification.checks import equation_checks
from analysis.verification.equations import check_equations
from derivations import Activation, activations, backpropagation, parse
from derivations.calculus.backpropagation import Backpropagation
from derivations.calculus.descent import OPTIMIZERS, updates

STUDY = [activations[name] for name in ("relu", "tanh", "sigmoid", "lecun")]
GENERAL = [equation.label for equation in vars(backpropagation()).values()]
FORWARD = {"forward", "output", "softmax", "loss", "output-delta"}
BACKWARD = {"hidden-delta", "weight-gradient", "bias-gradient", "weight-update", "bias-update"}


def protocol(optimizer="sgd", weight_decay=0.0, **constants):
    return Protocol(epochs=1, optimizer=optimizer, weight_decay=weight_decay, **constants)


def by_key(checks):
    return {(check.activation, check.label): check for check in checks}


def seen(checks, error=1e-7):
    """The labels of the equations that are off by more than this, or by NaN."""
    return {check.label for check in checks if not check.largest_relative_error <= error}


def test_every_displayed_equation_agrees_with_the_code_and_with_autograd(way, libraries):
    checks = by_key(check_equations(STUDY, libraries))
    assert {label for name, label in checks if name == "any"} == {*GENERAL, "softmax-sum"}
    for activation in STUDY:
        own = {label for name, label in checks if name == activation.name}
        assert own >= {"derivative", "hidden-delta"}
        assert ("derivative-of-output" in own) == (activation.name != "lecun")
    assert all(check.largest_relative_error < 1e-13 for check in checks.values())
    assert all(check.points > 0 for check in checks.values())


@pytest.mark.parametrize(
    "constants",
    [
        {"weight_decay": 0.1},
        {"optimizer": "momentum", "momentum": 0.6},
        {"optimizer": "momentum", "momentum": 0.0, "weight_decay": 0.1},
        {"optimizer": "adam", "beta1": 0.7, "beta2": 0.8, "adam_eps": 1e-3},
        {"optimizer": "adam", "weight_decay": 0.1},
    ],
    ids=str,
)
def test_every_equation_of_an_optimizer_agrees_with_the_code_and_with_torch_optim(way, libraries, constants):
    checks = by_key(check_equations(STUDY[:2], libraries, protocol(**constants)))
    displayed = updates(constants.get("optimizer", "sgd"), constants.get("weight_decay", 0) > 0)
    assert {equation.label for equation in displayed} <= {label for name, label in checks if name == "any"}
    assert all(check.largest_relative_error < 1e-13 for check in checks.values())


@pytest.mark.slow
def test_every_registered_activation_agrees(way, libraries):
    checks = check_equations(list(activations.values()), libraries)
    assert all(check.largest_relative_error < 1e-12 for check in checks)


def test_exactly_the_kinks_are_left_out(way, libraries):
    kinked = [activations["relu"], activations["hardtanh"], activations["tanh"]]
    checks = by_key(check_equations(kinked, libraries))
    left_out = {name: check.excluded for (name, label), check in checks.items() if label == "derivative"}
    assert left_out == {"relu": 1, "hardtanh": 2, "tanh": 0}
    assert sum(check.excluded for (_, label), check in checks.items() if label == "hidden-delta") == 0


@pytest.mark.parametrize("label", GENERAL)
def test_an_equation_off_by_a_millionth_is_seen(label, monkeypatch, libraries):
    right = backpropagation()
    wrong = {name: off(equation, label) for name, equation in vars(right).items()}
    monkeypatch.setattr(checker, "backpropagation", lambda: Backpropagation(**wrong))
    monkeypatch.setattr(checker, "updates", partial(wrong_updates, label))
    found = seen(check_equations(STUDY[1:2], libraries))
    assert {name.removesuffix("-of-output") for name in found} == {label}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_equation_of_an_optimizer_off_by_a_millionth_is_seen(optimizer, monkeypatch, libraries):
    for equation in updates(optimizer, True):
        monkeypatch.setattr(checker, "updates", partial(wrong_updates, equation.label))
        found = seen(check_equations(STUDY[1:2], libraries, protocol(optimizer, 0.1)))
        assert found == {equation.label}


def wrong_updates(label, *which):
    return [off(equation, label) for equation in updates(*which)]


def off(equation, label):
    """The equation, off by a millionth if it has this label."""
    return replace(equation, right=equation.right * (1 + 1e-6)) if equation.label == label else equation


def test_a_wrong_stack_is_seen(monkeypatch, libraries):
    back = Pass._back

    def swollen(self, r):
        calls = back(self, r)
        return [*calls, partial(self.delta[r - 1].mul_, 1.001)] if r == 2 else calls

    monkeypatch.setattr(ways, "why_by_torch", lambda device, folder: "the test asks for it")
    monkeypatch.setattr(Pass, "_back", swollen)
    found = seen(check_equations(STUDY[:1], libraries), 1e-5)
    assert found >= BACKWARD - {"bias-update"}
    assert not found & {*FORWARD, "derivative"}


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize(
    ("right", "wrong", "off", "right_still"),
    [
        (".bias = layer->b,", ".bias = 0,", {"forward"}, {"derivative"}),
        ("-= v[label] -", "-= 1.001 * v[label] -", {"loss"}, {*FORWARD, *BACKWARD} - {"loss"}),
        ("delta[label] -= 1;", "delta[label] -= 1.001;", {"output-delta"}, {"forward", "output", "loss"}),
        (".K = here, .A = at->delta[r]", ".K = here - 1, .A = at->delta[r]", {"hidden-delta"}, FORWARD),
        (
            "mu++) sum += load(delta",
            "mu++) sum += 1.001 * load(delta",
            {"bias-gradient", "bias-update"},
            {*FORWARD, "hidden-delta", "weight-gradient", "weight-update"},
        ),
        (
            "old - by->rate * step",
            "old - 1.001 * by->rate * step",
            {"weight-update", "bias-update"},
            {*FORWARD, "hidden-delta"},
        ),
    ],
)
def test_a_mistake_in_the_compiled_step_is_seen(monkeypatch, tmp_path, right, wrong, off, right_still):
    found = seen(check_equations(STUDY[:1], mistaken(monkeypatch, tmp_path, right, wrong)), 1e-5)
    assert off <= found
    assert not found & right_still


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize(
    ("right", "wrong", "label"),
    [
        ("+ (1 - by->beta1) * step", "+ 1.001 * (1 - by->beta1) * step", "mean-update"),
        ("* step * step;", "* step * step * 1.001;", "square-update"),
        ("* by->root + by->small", "+ by->small", "update"),
        ("+= by->decay * old", "-= by->decay * old", "mean-update"),
    ],
)
def test_a_mistake_in_the_compiled_steps_of_adam_is_seen(monkeypatch, tmp_path, right, wrong, label):
    cache = mistaken(monkeypatch, tmp_path, right, wrong)
    found = seen(check_equations(STUDY[:1], cache, protocol("adam", 0.1)), 1e-5)
    assert {f"weight-{label}", f"bias-{label}"} <= found
    assert not found & {*FORWARD, "hidden-delta", "derivative"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_functions_without_a_bound_overflow_in_no_optimizer_s_step(optimizer, libraries):
    cube = Activation("cube", parse("v**3"), "Cube")
    exponentials = [Activation(text, parse(text), text) for text in ("exp(v)", "sinh(v)")]
    for steep in ([cube, activations["threshold"]], exponentials):
        assert not seen(check_equations(steep, libraries, protocol(optimizer)), 1e-12)


def mistaken(monkeypatch, folder, right, wrong):
    """A cache of its own, and the sources of the step with a mistake in them."""
    if reason := ways.why_by_torch("cpu", folder):
        pytest.skip(reason)
    texts = {path.name: path.read_text("utf-8") for path in compiled.SOURCES}
    assert sum(text.count(right) for text in texts.values()) == 1
    for name, text in texts.items():
        (folder / name).write_text(text.replace(right, wrong), "utf-8")
    monkeypatch.setattr(compiled, "SOURCES", [folder / name for name in texts])
    return folder


def test_a_wrong_derivative_is_seen(monkeypatch, libraries):
    def wrong(expression):
        slopes = differentiate(expression)
        return replace(slopes, derivative=slopes.derivative + 1e-6)

    differentiate = checker.differentiate
    monkeypatch.setattr(checker, "differentiate", wrong)
    found = seen(check_equations(STUDY[1:2], libraries), 1e-9)
    assert found == {"derivative", "hidden-delta"}


@pytest.fixture
def cache(tmp_path, libraries):
    """A cache in which nothing is but what the tests have compiled."""
    (tmp_path / "compiled").symlink_to(libraries / "compiled")
    return tmp_path


def study(**protocol):
    return Study(name="s", activations=["gelu"], depths=[2], seeds=1, epochs=1, **protocol)


def test_checks_are_made_once_for_activations_and_an_optimizer_and_then_read(cache, monkeypatch):
    plain, adam = (equation_checks(study(**settings), cache) for settings in ({}, {"optimizer": "adam"}))
    assert {"relu", "gelu"} < {check.activation for check in plain}
    assert "weight-square-update" in {check.label for check in adam} - {check.label for check in plain}
    monkeypatch.setattr(checker, "check_equations", None)  # calling it would fail
    assert equation_checks(study(), cache) == plain
    assert equation_checks(study(optimizer="adam"), cache) == adam


@pytest.mark.slow
def test_stored_checks_need_no_torch(cache):
    equation_checks(study(), cache)
    code = (
        "import sys; from pathlib import Path; from analysis.studies.study import Study; "
        "from analysis.verification.checks import equation_checks; "
        f"study = Study.model_validate_json({study().model_dump_json()!r}); "
        f"assert equation_checks(study, Path({str(cache)!r})); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
