"""The checks of the displayed equations, kept in the store: torch is imported only to make them anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sympy import srepr

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import kept
from derivations import Activation, activations

CHECKER = "analysis.verification.equations"
DISPLAYED = ("relu", "tanh", "sigmoid", "lecun")  # activations whose equations the chapters show


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


def equation_checks(functions: Sequence[Activation], cache: Path) -> tuple[EquationCheck, ...]:
    """The checks for the activations displayed and those of a study, from the store where they are there."""
    checked = list(dict.fromkeys([*(activations[name] for name in DISPLAYED), *functions]))
    what = [[activation.name, srepr(activation.expression)] for activation in checked]
    means = made_with(CHECKER, "torch", "numpy", "sympy")

    def make() -> list[dict[str, object]]:
        from analysis.verification.equations import check_equations

        return [asdict(check) for check in check_equations(checked)]

    return tuple(EquationCheck(**row) for row in kept(cache / "checks", what, means, make))


@dataclass(frozen=True)
class Checks:
    """A job: the checks of the equations, left in the store."""

    functions: tuple[Activation, ...]

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Make them, in a worker."""
        equation_checks(self.functions, cache)

    def __str__(self) -> str:
        return "the check of the displayed equations"
