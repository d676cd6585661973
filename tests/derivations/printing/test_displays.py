"""What Python and a notebook show of what a person prints."""

from __future__ import annotations

from dataclasses import fields

import pytest

from derivations import Propagation, activations, backpropagation, derive, literature, softmax_sum, verify
from derivations.printing.notation import tex

PROVEN = derive("sigmoid").gradient_range


def test_a_range_shows_its_set():
    assert repr(PROVEN) == "exact range (0, 1/4]"
    assert tex(PROVEN.values) in PROVEN._repr_latex_()


def test_verify_gives_the_certificate_that_it_has_verified():
    verified = verify(PROVEN.certificate)
    assert verified is PROVEN.certificate
    assert "has the range (0, 1/4]" in repr(verified)
    with pytest.raises(TypeError, match=r"gradient_range\.certificate"):
        verify(PROVEN)


def test_equations_are_shown_each_with_its_title():
    equations = backpropagation()
    lines = repr(equations).splitlines()
    assert len(lines) == len(fields(equations))
    assert lines[5] == repr(equations.hidden_delta)
    assert repr(softmax_sum()) == "Sum of the softmax outputs: Sum(p[i, mu], (i, 1, n_R)) = 1"
    assert tex(equations.hidden_delta.right) in equations._repr_latex_()


def test_a_derivation_is_short_in_python_and_whole_in_a_notebook():
    assert repr(derive("sigmoid")) == "Derivation of 1/(1 + exp(-v))"
    assert "**Gradient range.**" in derive("sigmoid")._repr_markdown_()


def test_a_derivation_without_a_proof_says_so_in_a_notebook():
    unknown = derive("sin(v)*exp(sin(exp(v)))/(2 + cos(v**2))", timeout=0.2)
    assert unknown.unproven in unknown._repr_markdown_()


def test_a_propagation_shows_its_means():
    shown = Propagation("relu")
    assert repr(shown) == "Propagation of Max(0, v)"
    assert tex(shown.mean_square.form) in shown._repr_latex_()


def test_lists_show_their_names():
    assert repr(activations).startswith("25 activations: relu, tanh")
    assert "quick_gelu" in repr(literature)
