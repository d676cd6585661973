"""An activation however it is given: by its name, as a text, as an expression of SymPy, or as itself."""

from __future__ import annotations

from typing import TypeAlias

from sympy import Expr

from derivations.language.activation import Activation, in_v
from derivations.language.parsing import CONSTANTS
from derivations.language.registry import find_activation
from derivations.proofs.domain import parse

Given: TypeAlias = Activation | Expr | str


def activation_of(given: Given) -> Activation:
    """The activation; raises `UnknownActivation`, `ParseError`, `NotReal`, or what `in_v` does.

    >>> activation_of("ReLU").expression, activation_of("0.5*v").expression
    (Max(0, v), v/2)
    """
    if isinstance(given, Activation):
        return given
    if isinstance(given, str) and given.strip().isidentifier() and given.strip() not in CONSTANTS:
        return find_activation(given.strip())
    expression = parse(given) if isinstance(given, str) else in_v(given)
    return Activation(str(given), expression)
