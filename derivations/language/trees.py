"""Expressions as nested lists, which JSON can write, and back; read by a whitelist, never evaluated."""

from __future__ import annotations

from functools import partial
from typing import Any

import sympy
from sympy import Basic, Float, Rational, S, Symbol

from derivations.language.activation import v, y

DIGITS = 30  # of a number that is known by its digits only

_NAMED: dict[str, Basic] = {
    "v": v, "y": y, "pi": sympy.pi, "e": sympy.E, "oo": sympy.oo, "-oo": -sympy.oo, "true": S.true,
    "false": S.false,
}  # fmt: skip
_NAMES = {value: name for name, value in _NAMED.items()}
_FUNCTIONS = [
    sympy.Abs, sympy.And, sympy.Equality, sympy.GreaterThan, sympy.Heaviside, sympy.LessThan, sympy.Max,
    sympy.Min, sympy.Or, sympy.Piecewise, sympy.StrictGreaterThan, sympy.StrictLessThan, sympy.Unequality,
    sympy.acos, sympy.acosh, sympy.asin, sympy.asinh, sympy.atan, sympy.atanh, sympy.cos, sympy.cosh,
    sympy.cot, sympy.coth, sympy.csc, sympy.csch, sympy.erf, sympy.erfc, sympy.exp, sympy.log, sympy.sec,
    sympy.sech, sympy.sign, sympy.sin, sympy.sinh, sympy.tan, sympy.tanh,
]  # fmt: skip
_CLASSES: dict[str, Any] = {
    **{function.__name__: function for function in _FUNCTIONS},
    # As they were: evaluating 2 (v + 1) again would multiply it out.
    **{part.__name__: partial(part, evaluate=False) for part in (sympy.Add, sympy.Mul, sympy.Pow)},
    "ExprCondPair": lambda value, condition: (value, condition),
}


def tree(expression: Basic) -> Any:
    """The expression as JSON can write it; raises `ValueError` for what could not be read back."""
    if expression in _NAMES:
        return _NAMES[expression]
    if isinstance(expression, Rational):
        return f"{expression.p}/{expression.q}"
    if isinstance(expression, Float):
        return ["Float", str(expression)]
    name = expression.func.__name__
    if name not in _CLASSES or isinstance(expression, Symbol):
        raise ValueError(f"{name} is not written to the store")
    return [name, *map(tree, expression.args)]


def expression(written: Any) -> Basic:
    """The inverse of `tree`; raises `ValueError` for anything else."""
    if isinstance(written, str):
        return _NAMED[written] if written in _NAMED else Rational(*map(int, written.split("/")))
    name, *arguments = written
    if name == "Float":
        return Float(arguments[0], DIGITS)
    if name not in _CLASSES:
        raise ValueError(f"{name!r} is no part of an expression")
    return _CLASSES[name](*map(expression, arguments))
