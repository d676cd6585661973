"""What a person sees who prints a range, a certificate or equations, in Python or in a notebook."""

from __future__ import annotations

from dataclasses import fields

from derivations.calculus.backpropagation import Backpropagation, Equation
from derivations.calculus.ranges import GradientRange
from derivations.language.display import as_tex, as_text
from derivations.printing.notation import equation_tex, inline, set_text, tex
from derivations.proofs.certificate import Certificate

_OF_ORDER = {0: "f", 1: "f'", 2: "f''"}


@as_text.register
def _(shown: GradientRange) -> str:
    return f"{shown.kind} range {set_text(shown.values)}"


@as_tex.register
def _(shown: GradientRange) -> str:
    return tex(shown.values)


@as_text.register
def _(shown: Certificate) -> str:
    return f"certificate that {_OF_ORDER[shown.order]} of {shown.expression} has the range {set_text(shown.values)}"


@as_tex.register
def _(shown: Certificate) -> str:
    function = rf"f(v) = {tex(shown.expression)}"
    return rf"{function}: \quad {_OF_ORDER[shown.order]}(\mathbb{{R}}) = {tex(shown.values)}"


@as_text.register
def _(shown: Equation) -> str:
    return f"{shown.title}: {inline(shown.left)} = {inline(shown.right)}"


as_tex.register(Equation, equation_tex)


@as_text.register
def _(shown: Backpropagation) -> str:
    return "\n".join(map(repr, _equations(shown)))


@as_tex.register
def _(shown: Backpropagation) -> str:
    rows = r" \\ ".join(map(equation_tex, _equations(shown)))
    return rf"\begin{{gathered}} {rows} \end{{gathered}}"


def _equations(shown: Backpropagation) -> list[Equation]:
    return [getattr(shown, field.name) for field in fields(shown)]
