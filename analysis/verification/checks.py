"""The checks of the displayed equations, kept in the store: torch is imported only to make them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sympy import srepr

from analysis.code.compiled.compiler import COMPILER
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.verification.compared import EquationCheck
from derivations import Activation, activations

CHECKER = "analysis.verification.equations"
DISPLAYED = ("relu", "tanh", "sigmoid", "lecun")  # activations whose equations the chapters show


def equation_checks(functions: Sequence[Activation], cache: Path) -> tuple[EquationCheck, ...]:
    """The checks for the activations displayed and those of a study, from the store where they are there."""
    checked = list(dict.fromkeys([*(activations[name] for name in DISPLAYED), *functions]))
    what = [[activation.name, srepr(activation.expression)] for activation in checked]
    made_by = made_with(CHECKER, COMPILER, "torch", "numpy", "sympy")

    def make() -> list[dict[str, object]]:
        from analysis.verification.equations import check_equations

        return [asdict(check) for check in check_equations(checked, cache)]

    return tuple(EquationCheck(**row) for row in memo(cache / "checks", what, made_by, make))
