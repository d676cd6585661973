"""A derivation as JSON and back."""

from __future__ import annotations

from typing import Any

from sympy import Basic, Interval

from derivations.calculus.differentiation import Differentiation
from derivations.language.pieces import Piece
from derivations.language.trees import expression, tree
from derivations.proofs.certificate import Cell, Certificate, Extreme, PieceCertificate
from derivations.proofs.search import GradientRange


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
            Piece(Interval.open(expression(start), expression(end)), expression(formula))
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
