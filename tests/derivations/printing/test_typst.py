"""Typst mathematics: what is printed compiles, and says the same as the expression."""

from __future__ import annotations

import pytest
import typst as compiler
from pypdf import PdfReader

from derivations import activations, backpropagation, derive, v
from derivations.printing.documents import typst_document
from derivations.printing.typst import typst


def compile_text(source, folder):
    """The text of the PDF that Typst makes of the source."""
    (folder / "a.typ").write_text(source)
    (folder / "a.pdf").write_bytes(compiler.compile(str(folder / "a.typ")))
    return " ".join(page.extract_text() for page in PdfReader(folder / "a.pdf").pages)


@pytest.mark.slow
@pytest.mark.parametrize("name", activations)
def test_every_derivation_compiles(name, tmp_path):
    text = compile_text(typst_document(derive(activations[name])), tmp_path)
    assert "Gradient range" in text
    assert activations[name].title in text


def test_every_equation_compiles(tmp_path):
    equations = [*vars(backpropagation()).values()]
    lines = [f"$ {typst(equation.left)} = {typst(equation.right)} $" for equation in equations]
    steps = [
        f"$ {typst(step.left)} = {typst(step.expression)} $"
        for equation in equations
        for step in equation.steps
    ]
    assert len(compile_text("\n\n".join(lines + steps), tmp_path)) > 500


def test_signs_fractions_and_powers():
    assert typst(-v / 2) == "- frac(v, 2)"
    assert typst((1 + v) ** 2) == "(v + 1)^(2)"
    assert typst(v**-2) == "frac(1, v^(2))"
    assert typst(v - 3) == "v - 3"
