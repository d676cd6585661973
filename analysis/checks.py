"""The checks of the displayed equations, kept in the store: torch is imported only to make them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from sympy import srepr

from analysis.entries import kept
from analysis.sources import source_digests
from derivations import Activation

CHECKER = "analysis.equations"


@dataclass(frozen=True)
class EquationCheck:
    """One equation in numbers beside the code that trains and torch's autograd, in float64.

    label                   of the equation; `derivative` and `derivative-of-output` are f'(v) and f'(y)
    activation              the name of the activation put in, or "any"
    points                  how many numbers were compared
    largest_relative_error  the largest difference from either, by the largest number of the same array
    excluded                how many more were left out, for lying within 1e-6 of a kink
    """

    label: str
    title: str
    activation: str
    points: int
    largest_relative_error: float
    excluded: int


def equation_checks(activations: Sequence[Activation], cache: Path) -> tuple[EquationCheck, ...]:
    """The checks for these activations, from the store where they are there."""
    inputs = {
        "activations": [[activation.name, srepr(activation.expression)] for activation in activations],
        "sources": source_digests(CHECKER),
        "versions": {name: version(name) for name in ("torch", "numpy", "sympy")},
    }

    def make() -> list[dict[str, object]]:
        from analysis.equations import check_equations

        return [asdict(check) for check in check_equations(activations)]

    return tuple(EquationCheck(**row) for row in kept(cache / "checks", inputs, make))
