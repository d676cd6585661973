"""Formulas in print, of whatever a formula is made from: the one place that others import them from."""

from __future__ import annotations

from derivations.calculus.backpropagation import Equation
from derivations.printing.cases import intervals
from derivations.printing.digits import decimal
from derivations.printing.terminal import inline, set_text, text
from derivations.printing.tex import tex

__all__ = ["decimal", "equation_tex", "inline", "intervals", "set_text", "tex", "text"]


def equation_tex(equation: Equation) -> str:
    """left = right in TeX; an update is an assignment."""
    sign = r"\leftarrow" if equation.label.endswith("update") else "="
    return f"{tex(equation.left)} {sign} {tex(equation.right)}"
