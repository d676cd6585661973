"""A certificate as JSON and back; read by a whitelist, and worth nothing until it is verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Basic, Expr, Rational

from derivations.arithmetic.points import End, Point, Smooth
from derivations.language.trees import expression, tree
from derivations.proofs.certificate import Certificate, Extreme, Part, PieceCertificate


def certificate_to_json(certificate: Certificate) -> dict[str, Any]:
    """A certificate."""
    return {
        "expression": tree(certificate.expression),
        "order": certificate.order,
        "period": _maybe(tree, certificate.period),
        "pieces": [_piece(piece) for piece in certificate.pieces],
        "joints": [[_end(point), joint] for point, joint in certificate.joints],
        "claimed": [_part(part) for part in certificate.claimed],
        "by_piece": [_part(part) for part in certificate.by_piece],
        "summands": [certificate_to_json(each) for each in certificate.summands],
    }


def certificate_from_json(entry: dict[str, Any]) -> Certificate:
    """The inverse; raises `ValueError` or another error of Python's for anything else."""
    return Certificate(
        expression(entry["expression"]),
        int(entry["order"]),
        tuple(map(_read_piece, entry["pieces"])),
        tuple((_read_end(point), joint) for point, joint in entry["joints"]),
        _maybe(expression, entry["period"]),
        tuple(map(_read_part, entry["claimed"])),
        tuple(map(_read_part, entry["by_piece"])),
        tuple(map(certificate_from_json, entry["summands"])),
    )


def _piece(piece: PieceCertificate) -> dict[str, Any]:
    return {
        "start": _end(piece.start),
        "end": _end(piece.end),
        "formula": tree(piece.formula),
        "shown": tree(piece.shown),
        "bend": _maybe(tree, piece.bend),
        "marks": [_end(mark) for mark in piece.marks],
        "stretches": list(piece.stretches),
    }


def _read_piece(entry: dict[str, Any]) -> PieceCertificate:
    return PieceCertificate(
        _read_end(entry["start"]),
        _read_end(entry["end"]),
        expression(entry["formula"]),
        expression(entry["shown"]),
        tuple(map(_read_end, entry["marks"])),
        tuple(entry["stretches"]),
        _maybe(expression, entry["bend"]),
    )


def _end(end: End) -> Any:
    """An infinity as it is, a point as a list."""
    if not isinstance(end, Point):
        return tree(end)
    if end.zero_of is None:
        return [tree(end.value)]
    return [tree(end.value), tree(end.zero_of.formula), end.zero_of.order, tree(end.low), tree(end.high)]


def _read_end(entry: Any) -> Any:
    if isinstance(entry, str):
        return expression(entry)
    value, *rest = entry
    if not rest:
        return Point(expression(value))
    formula, order, low, high = rest
    return Point(expression(value), Smooth(expression(formula), int(order)), _rational(low), _rational(high))


def _part(part: Part) -> list[Any]:
    return [
        [tree(end.value), end.attained, _maybe(tree, end.low), _maybe(tree, end.high)]
        for end in (part.lower, part.upper)
    ]


def _read_part(entry: Any) -> Part:
    low, high = (
        Extreme(expression(value), bool(attained), _maybe(_rational, below), _maybe(_rational, above))
        for value, attained, below, above in entry
    )
    return Part(low, high)


def _rational(entry: Any) -> Rational:
    found = expression(entry)
    if not isinstance(found, Rational):
        raise ValueError(f"{found} is not a rational number")
    return found


def _maybe(function: Callable[[Any], Any], part: Basic | Expr | Any | None) -> Any:
    return None if part is None else function(part)
