"""The checks of the displayed equations, kept in the store: torch is imported only to make them anew."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from sympy import srepr

from analysis.code.compiled.compiler import COMPILER
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from analysis.studies.run import OPTIMIZER_KEYS
from analysis.studies.study import Study
from analysis.verification.compared import EquationCheck
from derivations import activations

CHECKER = "analysis.verification.equations"
DISPLAYED = ("relu", "tanh", "sigmoid", "lecun")  # activations whose equations the chapters show


def equation_checks(study: Study, cache: Path) -> tuple[EquationCheck, ...]:
    """The checks for the activations displayed and those of a study, from the store where they are there."""
    checked = list(dict.fromkeys([*(activations[name] for name in DISPLAYED), *study.functions]))
    optimizer = study.model_dump(include={*OPTIMIZER_KEYS})
    what = [[[activation.name, srepr(activation.expression)] for activation in checked], optimizer]
    made_by = made_with(CHECKER, COMPILER, "torch", "numpy", "sympy")

    def make() -> list[dict[str, object]]:
        from analysis.verification.equations import check_equations

        return [asdict(check) for check in check_equations(checked, cache, study)]

    return tuple(EquationCheck(**row) for row in memo(cache / "checks", what, made_by, make))
