"""python -m derivations, as a user runs it, and the stable JSON."""

from __future__ import annotations

import json

import pytest
from sympy import FiniteSet, Interval, Rational, Symbol, Union, oo, pi, sqrt
from typer.testing import CliRunner

from derivations import activations, literature
from derivations.__main__ import app
from derivations.printing.notation import decimal, intervals, set_text, tex

run = CliRunner().invoke


def test_json_is_the_documented_form():
    result = run(app, ["sigmoid", "--format", "json"])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert [step["title"] for step in printed.pop("steps")][-1].startswith("Deltas")
    wide = {key: printed.pop(key) for key in ("critical", "edge_of_chaos", "gain", "wide_unknown")}
    assert wide["critical"] | {"reason": "..."} == {
        "class": "none",
        "points": [],
        "searched": [1e-6, 1e4],
        "reason": "...",
        "proof": None,
    }
    assert wide["gain"]["torch"]["exact_gain"] == "1"
    shape = {key: printed.pop(key) for key in [*printed][7:]}
    assert shape == {
        "joints": [],
        "value_range": [
            {
                "lower": "0",
                "upper": "1",
                "lower_closed": False,
                "upper_closed": False,
                "exact_lower": "0",
                "exact_upper": "1",
            }
        ],
        "second_derivative_range": [
            {
                "lower": "-0.0962250448649376274182",
                "upper": "0.0962250448649376274182",
                "lower_closed": True,
                "upper_closed": True,
                "exact_lower": "-sqrt(3)/18",
                "exact_upper": "sqrt(3)/18",
            }
        ],
        "bounded": True,
        "lipschitz": "0.25",
        "slope_lipschitz": "0.0962250448649376274182",
        "monotone": "increasing",
        "convex": "no",
        "parity": "neither",
        "slope_changes_sign_at": [],
    }
    assert printed | {"derivative": "..."} == {
        "name": "sigmoid",
        "expression": "1/(1 + exp(-v))",
        "derivative": "...",
        "in_terms_of_output": "y*(1 - y)",
        "not_differentiable_at": [],
        "certificate": "exact",
        "gradient_range": [
            {
                "lower": "0",
                "upper": "0.25",
                "lower_closed": False,
                "upper_closed": True,
                "exact_lower": "0",
                "exact_upper": "1/4",
            }
        ],
    }


def test_the_edge_of_chaos_is_that_of_the_biases_asked_for():
    tanh = json.loads(run(app, ["tanh", "--format", "json", "--sigma-b", "0"]).stdout)
    edge = {"q": 0.0, "sigma_w": 1.0, "chi_parallel": 1.0, "stable": None}
    assert tanh["edge_of_chaos"] == {"sigma_b": 0.0, "points": [edge]}
    assert "Edge of chaos" in run(app, ["tanh"]).stdout


def test_isolated_values_are_intervals_of_one_point():
    printed = json.loads(run(app, ["relu", "--format", "json"]).stdout)
    assert [(part["lower"], part["upper"]) for part in printed["gradient_range"]] == [("0", "0"), ("1", "1")]
    assert all(part["lower_closed"] and part["upper_closed"] for part in printed["gradient_range"])
    assert printed["not_differentiable_at"] == ["0"]


@pytest.mark.slow
def test_registry_lists_every_activation_with_its_range():
    printed = run(app, []).stdout
    for line in ("relu", "(0, 1/4]", "(1/100, 17309/15000]", "{0, 1}"):
        assert line in printed
    assert len(printed.splitlines()) == 1 + len(activations)
    assert not any(line.startswith("golu ") for line in printed.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 100])
def test_the_registry_fits_a_terminal(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(map(len, run(app, []).stdout.splitlines())) <= width


@pytest.mark.slow
def test_the_registry_for_other_programs_has_the_ranges_of_each_derivation():
    listed = {entry["name"]: entry for entry in json.loads(run(app, ["--format", "json"]).stdout)}
    assert [*listed] == [*activations]
    for name in ("sigmoid", "relu", "selu"):
        alone = json.loads(run(app, [name, "--format", "json"]).stdout)
        assert {key: alone[key] for key in alone.keys() & listed[name].keys()}.items() <= listed[name].items()
        assert listed[name]["unproven"] is None


def test_a_list_in_another_language_is_refused():
    result = run(app, ["--format", "latex"])
    assert result.exit_code == 2
    assert "text or json" in result.stderr


@pytest.mark.slow
def test_many_digits_are_derived_within_the_time_that_few_take():
    result = run(app, ["v/(1+exp(-1.702*v))", "--timeout", "20"])
    assert result.exit_code == 0


@pytest.mark.slow
def test_the_derivative_is_said_where_its_range_is_unproven():
    result = run(app, ["sin(v)*exp(sin(exp(v)))/(2 + cos(v**2))", "--timeout", "1"])
    assert result.exit_code == 3
    assert "could not be proven" in result.stderr
    assert "f'(v) = " in result.stderr


def test_the_time_limit_is_one_for_all_of_it():
    result = run(app, ["sigmoid(-v)/(3 + atan(v/3 + 1/2)**2) - erf(v/3 + 1/2)", "--timeout", "0.3"])
    assert result.exit_code == 3
    assert "within 0.3 s" in result.stderr


@pytest.mark.slow
@pytest.mark.release
def test_the_wider_atlas_is_listed_in_the_same_form():
    result = run(app, ["--literature", "--timeout", "1"])
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["name", *literature]
    ends = {line.split()[0]: line.partition("  ")[2] for line in lines}
    assert ends["sine"].split() == ["sin(v)", "[-1,", "1]"]
    unproven = [line.split()[0] for line in lines if line.endswith("unproven")]
    assert result.exit_code == (3 if unproven else 0)
    assert all(name in result.stderr for name in unproven)


def test_an_activation_of_the_wider_atlas_is_derived_by_its_name():
    printed = run(app, ["GCU", "--format", "words"])
    assert printed.exit_code == 0
    assert "f of v equals v times the cosine of v." in printed.stdout
    assert "did you mean" in run(app, ["quik_gelu"]).stderr
    assert "quick_gelu" in run(app, ["quik_gelu"]).stderr


@pytest.mark.parametrize(
    ("format", "part"),
    [
        ("text", "δ⁽ʳ⁾[i, μ]"),
        ("latex", r"\paragraph{Definition.}"),
        ("typst", "*Definition.*"),
        ("words", "delta superscript r sub i mu equals"),
    ],
)
def test_each_format_prints_its_own_language(format, part):
    result = run(app, ["lecun", "--format", format])
    assert result.exit_code == 0
    assert part in result.stdout


def test_unknown_name_names_the_nearest_and_exits_with_2():
    result = run(app, ["sigmiod"])
    assert result.exit_code == 2
    assert "did you mean sigmoid" in result.stderr


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (Rational(1, 4), "0.25"),
        (Rational(100), "100"),
        (Rational(-1, 3), "-0.33333333333333333333"),
        (oo, "inf"),
        (sqrt(2), "1.4142135623730950488"),
        (pi / pi, "1"),
    ],
)
def test_decimals_have_twenty_digits_unless_exact(number, written):
    assert decimal(number) == written


def test_sets_are_written_as_mathematicians_do():
    values = Union(Interval.Ropen(0, 1), FiniteSet(2))
    assert set_text(values) == "[0, 1) ∪ {2}"
    assert [part.inf for part in intervals(values)] == [0, 2]
    assert tex(FiniteSet(0, Symbol("a"))) == r"\left\{0, a\right\}"
