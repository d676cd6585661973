"""How long each registered activation takes to prove, beside SymPy's own `function_range` of its f'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from sympy import S, Set
from sympy.calculus.util import function_range

from derivations.derivation import Derivation
from derivations.language.activation import Activation, v
from derivations.language.deadline import time_limit
from derivations.language.pieces import Unproven
from derivations.language.registry import activations


@dataclass(frozen=True)
class Row:
    """Seconds for derivative and proof, the range and its kind, and SymPy's answer or why there is none."""

    name: str
    seconds: float
    kind: str
    values: Set
    sympy: str


def benchmark(patience: float = 20) -> Iterator[Row]:
    """A row for each activation; SymPy is given so many seconds for each."""
    for name, activation in activations.items():
        derivation = Derivation(activation)
        start = perf_counter()
        proven = derivation.gradient_range
        seconds = perf_counter() - start
        yield Row(name, seconds, proven.kind, proven.values, _sympy(activation, patience))


def _sympy(activation: Activation, patience: float) -> str:
    try:
        with time_limit(patience):
            return str(function_range(activation.expression.diff(v), v, S.Reals))
    except Unproven:
        return f"nothing in {patience:g} s"
    except Exception as error:  # whatever it raises is its answer
        return type(error).__name__
