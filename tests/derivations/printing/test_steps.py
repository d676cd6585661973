"""The steps of a derivation: in order, true where they can be computed otherwise, told where missing."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Basic, exp, lambdify, pi, sin

from derivations import Activation, activations, derive, v, y
from derivations.printing.sentences import Display
from derivations.printing.steps import steps

TITLES = [
    "Definition",
    "Derivative by the rules",
    "Simplified",
    "In terms of the output",
    "Kinks",
    "Critical points",
    "Limits",
    "Gradient range",
    "Shape",
    "Deltas of the output layer and of a hidden layer",
]


def by_title(activation):
    return {step.title: step.lines for step in steps(derive(activation))}


def said(lines):
    return " ".join("".join(map(str, line)) for line in lines if not isinstance(line, Display))


@pytest.mark.slow
@pytest.mark.parametrize("name", activations)
def test_steps_come_in_the_order_in_which_they_can_be_followed(name):
    titles = [step.title for step in steps(derive(activations[name]))]
    assert titles == [title for title in TITLES if title in titles]
    assert set(TITLES) - set(titles) <= {"Simplified", "Limits"}


@pytest.mark.parametrize("name", activations)
def test_both_forms_of_the_derivative_are_that_of_the_definition(name):
    found = by_title(activations[name])
    [definition] = found["Definition"]
    function = lambdify(v, definition.right, "mpmath")
    for title in ("Derivative by the rules", "Simplified"):
        assert title in found or title == "Simplified"
        for display in found.get(title, ()):
            slope = lambdify(v, display.right, "mpmath")
            for point in (-4.1, -1.7, -0.3, 0.07, 0.9, 2.2, 7.3):
                assert slope(point) == pytest.approx(float(mpmath.diff(function, point)), abs=1e-9)


def test_the_derivative_in_terms_of_the_output_is_shown_or_said_to_be_missing():
    for name, form in (("tanh", 1 - y**2), ("softplus", 1 - exp(-y)), ("sigmoid", y * (1 - y))):
        words, display = by_title(activations[name])["In terms of the output"]
        assert said([words]) == "With y for f(v):"
        assert display.right == form
    [missing] = by_title(activations["gelu"])["In terms of the output"]
    assert "No closed form" in said([missing])


def test_kinks_joints_and_pieces_are_named():
    relu = by_title(activations["relu"])
    assert said(relu["Kinks"]).startswith("At Eq(v, 0) the function has no derivative")
    assert "Limits" not in relu
    elu = by_title(activations["elu"])
    assert said(elu["Kinks"]) == "The function has a derivative everywhere."
    assert "At Eq(v, 0) the pieces meet smoothly, with the derivative 1." in said(elu["Limits"])


def test_critical_points_are_those_of_the_certificate():
    derivation = derive(activations["mish"])
    [piece] = derivation.gradient_range.certificate.pieces
    points = [
        part.rhs for line in by_title(activations["mish"])["Critical points"] for part in line
        if isinstance(part, Basic) and part.is_Relational
    ]  # fmt: skip
    assert len(points) == len(piece.marks) > 0
    for point, mark in zip(points, piece.marks, strict=True):
        assert abs(point - mark.value) < 1e-18


def test_a_periodic_derivative_is_followed_over_one_period():
    critical = said(by_title(Activation("snake", v + sin(v) ** 2, "snake"))["Critical points"])
    assert critical.startswith(f"On one period, of length {pi}, ")
