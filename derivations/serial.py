"""A derivation as JSON and back: expression trees as nested lists, read by a whitelist, never evaluated."""

from __future__ import annotations

from functools import partial
from typing import Any

import sympy
from sympy import Basic, Float, Rational, S, Symbol

from derivations.activations import v, y
from derivations.certificates import DIGITS, Cell, Certificate, Extreme, PieceCertificate
from derivations.differentiation import Differentiation
from derivations.pieces import Piece
from derivations.ranges import GradientRange

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


def slopes_to_json(slopes: Differentiation) -> dict[str, Any]:
    """A differentiation."""
    return {
        "expression": tree(slopes.expression),
        "pieces": [[*map(tree, piece.interval.args[:2]), tree(piece.expression)] for piece in slopes.pieces],
        "rules": tree(slopes.rules),
        "derivative": tree(slopes.derivative),
        "in_terms_of_output": _maybe(slopes.in_terms_of_output),
        "not_differentiable_at": [*map(tree, slopes.not_differentiable_at)],
    }


def slopes_from_json(entry: dict[str, Any]) -> Differentiation:
    """The inverse."""
    output = entry["in_terms_of_output"]
    return Differentiation(
        expression(entry["expression"]),
        tuple(
            Piece(sympy.Interval.open(expression(start), expression(end)), expression(formula))
            for start, end, formula in entry["pieces"]
        ),
        expression(entry["rules"]),
        expression(entry["derivative"]),
        None if output is None else expression(output),
        tuple(map(expression, entry["not_differentiable_at"])),
    )


def range_to_json(proven: GradientRange) -> dict[str, Any]:
    """A range with its certificate."""
    certificate = proven.certificate
    return {
        "expression": tree(certificate.expression),
        "pieces": [
            {
                "start": tree(piece.start),
                "end": tree(piece.end),
                "slope": tree(piece.slope),
                "periodic": piece.periodic,
                "cells": [
                    [cell.kind, tree(cell.start), tree(cell.end), _maybe(cell.point), cell.order]
                    for cell in piece.cells
                ],
            }
            for piece in certificate.pieces
        ],
        "not_differentiable_at": [*map(tree, certificate.not_differentiable_at)],
        "joints": [[tree(point), tree(value)] for point, value in certificate.joints],
        "claimed": [
            [[tree(extreme.value), extreme.exact, extreme.attained] for extreme in pair]
            for pair in certificate.claimed
        ],
    }


def range_from_json(entry: dict[str, Any]) -> GradientRange:
    """The inverse; `verify` can check what it gives."""
    pieces = tuple(
        PieceCertificate(
            expression(piece["start"]),
            expression(piece["end"]),
            expression(piece["slope"]),
            tuple(
                Cell(
                    kind,
                    expression(start),
                    expression(end),
                    None if point is None else expression(point),
                    order,
                )
                for kind, start, end, point, order in piece["cells"]
            ),
            bool(piece["periodic"]),
        )
        for piece in entry["pieces"]
    )
    return GradientRange(
        Certificate(
            expression(entry["expression"]),
            pieces,
            tuple(map(expression, entry["not_differentiable_at"])),
            tuple((expression(point), expression(value)) for point, value in entry["joints"]),
            tuple((_extreme(low), _extreme(high)) for low, high in entry["claimed"]),
        )
    )


def _extreme(written: Any) -> Extreme:
    value, exact, attained = written
    return Extreme(expression(value), bool(exact), bool(attained))


def _maybe(part: Basic | None) -> Any:
    return None if part is None else tree(part)
