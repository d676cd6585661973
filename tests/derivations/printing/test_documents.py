"""The same steps in every form: each holds together, and other programs can read it."""

from __future__ import annotations

import json
import re
import subprocess

import pypandoc
import pytest

from derivations import Activation, activations, derive, parse
from derivations.printing.documents import as_dict, as_json, latex, markdown, prose, terminal
from derivations.printing.notation import tex
from derivations.printing.proof import proof
from derivations.printing.steps import steps
from derivations.printing.typst import typst


def pandoc(source, language, *options):
    """What Pandoc makes of it; a formula that it can't read is an error."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "--from", language, "--fail-if-warnings", *options],
        input=source,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def formulas(source, language):
    """The TeX of every formula in it, as Pandoc finds them."""
    found = re.findall(
        r'"t":"Math","c":\[\{[^}]*\},("(?:[^"\\]|\\.)*")', pandoc(source, language, "--to", "json")
    )
    return [json.loads(text).strip() for text in found]


@pytest.mark.slow
def test_markdown_and_latex_are_read_by_pandoc_and_have_the_same_formulas():
    derivations = [derive(activation) for activation in activations.values()]
    in_markdown, in_latex = ("\n\n".join(map(form, derivations)) for form in (markdown, latex))
    for source, language in ((in_markdown, "markdown"), (in_latex, "latex")):
        assert pandoc(source, language, "--to", "html", "--mathml").count("<math") > 10 * len(activations)
    assert formulas(in_markdown, "markdown") == formulas(in_latex, "latex")


@pytest.mark.parametrize("text", ["v*tanh(v)**2", "(v)-(1)/100", "v*v*v + v/(1 + Abs(v))"])
def test_the_text_of_an_expression_is_its_title_as_it_was_written(text):
    derivation = derive(Activation(text, parse(text), text))
    assert terminal(derivation).splitlines()[0] == text
    for form, language in ((markdown, "markdown"), (latex, "latex")):
        title, *_ = form(derivation).partition("\n")
        assert pandoc(title, language, "--to", "plain").strip() == text


@pytest.mark.parametrize("name", activations)
def test_the_terminal_shows_no_tex(name):
    printed = terminal(derive(activations[name]))
    assert not set("\\$") & set(printed)
    assert all(line == line.rstrip() for line in printed.splitlines())


def test_json_has_every_step_in_every_form():
    derivation = derive(activations["silu"])
    read = json.loads(as_json(derivation))
    assert read == as_dict(derivation)
    assert [step["title"] for step in read["steps"]] == [step.title for step in steps(derivation)]
    for step in read["steps"]:
        assert set(step) == {"title", "text", "latex", "typst", "words"}
        assert all(step.values())
        assert f"{step['title']}:" in terminal(derivation)


def test_json_keeps_the_order_of_sympy_whatever_people_are_shown():
    sigmoid, lecun = (as_dict(derive(activations[name])) for name in ("sigmoid", "lecun"))
    assert sigmoid["steps"][1]["latex"] == (
        r"\[ f'\left(v\right) = \frac{e^{- v}}{\left(1 + e^{- v}\right)^{2}} \]"
    )
    definition = lecun["steps"][0]
    assert definition["latex"] == (
        r"\[ f{\left(v \right)} = \frac{v}{100} + \frac{17159 \tanh{\left(\frac{2 v}{3} \right)}}{10000} \]"
    )
    assert r"= 1.7159 \tanh" in latex(derive(activations["lecun"]))


def test_a_proof_is_one_paragraph_of_markdown():
    proven = prose(proof(derive(activations["sigmoid"])))
    assert "\n" not in proven
    assert proven.endswith(r"The gradient range is $\left(0, 1 / 4\right]$.")


def test_jupyter_is_shown_the_markdown():
    derivation = derive(activations["tanh"])
    assert derivation._repr_markdown_() == markdown(derivation)


def test_a_power_of_a_letter_with_a_layer_has_one_superscript_each():
    square = derive(activations["tanh"]).hidden_delta_of_output.right
    assert r"(y^{(r)}_{i \mu})^{2}" in tex(square)
    assert "(y^((r))_(i mu))^(2)" in typst(square)
