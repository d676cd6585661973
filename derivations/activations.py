"""The registry: each activation is one SymPy expression in the real variable v, with its source."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from sympy import Expr, Max, Rational, Symbol, exp, sympify, tanh

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


activations: dict[str, Activation] = {
    activation.name: activation
    for activation in [
        Activation("relu", Max(0, v), "ReLU", "nair2010"),
        Activation("tanh", tanh(v), "tanh", "lecun1998efficient"),
        Activation("sigmoid", 1 / (1 + exp(-v)), "sigmoid", "rumelhart1986"),
        Activation(
            "lecun",
            Rational("1.7159") * tanh(Rational(2, 3) * v) + Rational("0.01") * v,
            "LeCun",
            "lecun1998efficient",
        ),
    ]
}


class UnknownActivation(ValueError):  # noqa: N818 - reads as what is wrong
    """A name that the registry lacks; the message names the nearest ones."""


def find_activation(name: str) -> Activation:
    """The registered activation of that name, capitals and underscores aside.

    >>> find_activation("ReLU").name
    'relu'
    """
    folded = {known.replace("_", ""): known for known in activations}
    key = name.casefold().replace("_", "")
    if key in folded:
        return activations[folded[key]]
    near = [folded[match] for match in get_close_matches(key, folded, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(activations)}."
    raise UnknownActivation(f"unknown activation {name!r}: {hint}")
