"""Expressions in words: what a listener hears, and that nothing of the notation is left in it."""

from __future__ import annotations

import re

import pytest
from sympy import (
    Abs,
    Eq,
    FiniteSet,
    Float,
    Interval,
    Max,
    Piecewise,
    Rational,
    Union,
    erf,
    exp,
    log,
    oo,
    sqrt,
    tanh,
)

from derivations import activations, backpropagation, derive, v, y
from derivations.printing.documents import in_words
from derivations.printing.steps import slope_of
from derivations.printing.words import words

SPOKEN = {
    1 - y**2: "1 minus y squared",
    y * (1 - y): "y times open parenthesis 1 minus y close parenthesis",
    Rational(-1, 4): "minus 1 over 4",
    v / 2: "v over 2",
    -v / (1 + v**3): "minus the fraction v over v cubed plus 1, end of fraction",
    exp(-v): "e to the power minus v",
    exp(v**2 / 2): "e to the power the fraction v squared over 2, end of fraction, end of power",
    sqrt(v + 1): "the square root of v plus 1, end of root",
    tanh(v): "tanh of v",
    log(1 + v): "the logarithm of v plus 1, end of argument",
    erf(v): "the error function of v",
    Max(0, v): "the largest of 0 and v, end of argument",
    Abs(v): "the absolute value of v, end of absolute value",
    Piecewise((0, v < 0), (1, True)): "one if v at least 0, else zero",
    Piecewise((0, v < 0), (v, True)): "cases: 0 for v less than 0; v for v at least 0; end of cases",
    Interval.Lopen(0, Rational(1, 4)): "the interval from 0, not included, to 1 over 4",
    Interval(-oo, 2): "the interval from minus infinity to 2",
    Interval.open(0, 1): "the interval from 0, not included, to 1, not included",
    FiniteSet(0, 1): "the set of 0 and 1",
    Union(Interval(0, 1), FiniteSet(2)): "the interval from 0 to 1 together with the set of 2",
    Float("-0.09983932012", 20): "about minus 0.09983932",
    slope_of: "f prime of v",
    Eq(v, 2, evaluate=False): "v equals 2",
}


@pytest.mark.parametrize("expression", SPOKEN, ids=str)
def test_an_expression_is_read_as_a_person_would(expression):
    assert words(expression) == SPOKEN[expression]


def test_indices_and_layers_are_said():
    said = words(backpropagation().hidden_delta.right)
    assert "the sum over k from 1 to n sub r plus 1 of w superscript r plus 1 sub k i times delta" in said
    assert said.endswith("end of sum")


@pytest.mark.slow
@pytest.mark.parametrize("name", activations)
def test_a_derivation_in_words_has_no_notation_left(name):
    _title, _, steps = in_words(derive(activations[name])).partition("\n")
    assert re.fullmatch(r"[A-Za-z0-9 .,:;\n]+", steps)
