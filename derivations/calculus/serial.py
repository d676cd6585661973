"""A differentiation as JSON and back."""

from __future__ import annotations

from typing import Any

from sympy import Interval

from derivations.calculus.differentiation import Differentiation
from derivations.language.pieces import Piece
from derivations.language.trees import expression, tree


def slopes_to_json(slopes: Differentiation) -> dict[str, Any]:
    """A differentiation."""
    output, period = slopes.in_terms_of_output, slopes.period
    return {
        "expression": tree(slopes.expression),
        "pieces": [[*map(tree, piece.interval.args[:2]), tree(piece.expression)] for piece in slopes.pieces],
        "rules": tree(slopes.rules),
        "derivative": tree(slopes.derivative),
        "in_terms_of_output": None if output is None else tree(output),
        "not_differentiable_at": [*map(tree, slopes.not_differentiable_at)],
        "joints": [*slopes.joints],
        "period": None if period is None else tree(period),
    }


def slopes_from_json(entry: dict[str, Any]) -> Differentiation:
    """The inverse."""
    output, period = entry["in_terms_of_output"], entry["period"]
    return Differentiation(
        expression(entry["expression"]),
        tuple(
            Piece(Interval.open(expression(start), expression(end)), expression(formula))
            for start, end, formula in entry["pieces"]
        ),
        expression(entry["rules"]),
        expression(entry["derivative"]),
        None if output is None else expression(output),
        tuple(map(expression, entry["not_differentiable_at"])),
        tuple(entry["joints"]),
        None if period is None else expression(period),
    )
