"""What an activation is: one SymPy expression in the real variable v."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol, sympify

v = Symbol("v", real=True)
y = Symbol("y", real=True)


@dataclass(frozen=True)
class Activation:
    """An activation function f(v): `title` is its printed name, `source` a key of the bibliography."""

    name: str
    expression: Expr
    title: str
    source: str | None = None

    def __post_init__(self) -> None:
        unknown = sympify(self.expression).free_symbols - {v}
        if unknown:
            raise ValueError(
                f"{self.name} is to be an expression in v alone, but it has {sorted(map(str, unknown))}"
            )
