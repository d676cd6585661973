"""The open intervals on which an expression follows one smooth formula, and that formula."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import (
    Abs,
    Expr,
    FiniteSet,
    Heaviside,
    Interval,
    Max,
    Min,
    Piecewise,
    Reals,
    S,
    Set,
    oo,
    sign,
    solveset,
)
from sympy.core.relational import Relational

from derivations.language.activation import v

_SWITCHES = (Abs, sign, Heaviside, Max, Min, Piecewise)


class Unproven(Exception):  # noqa: N818 - a finding, not a mistake
    """What could not be proven; the message says what was tried."""


@dataclass(frozen=True)
class Piece:
    """`expression` is free of case distinctions and holds on the open `interval`."""

    interval: Interval
    expression: Expr


def split(expression: Expr) -> tuple[Piece, ...]:
    """The smooth pieces of an expression in v, from -oo to oo, as few as possible.

    Innermost case distinctions are resolved first. Between two neighbouring roots of all that decides them,
    each keeps one branch, so a single point tells which.

    >>> from sympy import Max
    >>> [(piece.interval, piece.expression) for piece in split(Max(0, v))]
    [(Interval.open(-oo, 0), 0), (Interval.open(0, oo), v)]
    """
    pieces = [Piece(Interval(-oo, oo), expression)]
    while any(piece.expression.has(*_SWITCHES) for piece in pieces):
        pieces = [part for piece in pieces for part in _resolve_innermost(piece)]
    return tuple(_join(pieces))


def _resolve_innermost(piece: Piece) -> list[Piece]:
    """The piece, cut where its innermost case distinctions change, with these resolved."""
    switches = [
        node for node in piece.expression.atoms(*_SWITCHES) if not any(a.has(*_SWITCHES) for a in node.args)
    ]
    if not switches:
        return [piece]
    inside = {root for node in switches for root in _roots(node, piece.interval)}
    ends = [piece.interval.start, *sorted(inside, key=lambda root: root.evalf(30)), piece.interval.end]
    parts = []
    for start, end in pairwise(ends):
        point = point_inside(start, end)
        resolved = {node: _branch_at(node, point) for node in switches}
        parts.append(Piece(Interval.open(start, end), piece.expression.xreplace(resolved)))
    return parts


def _roots(node: Expr, interval: Set) -> FiniteSet:
    """Where, inside the open interval, one of the quantities that decide the node is zero."""
    found: set[Expr] = set()
    for decider in _deciders(node):
        roots = solveset(decider, v, Reals)
        if roots == Reals or roots is S.EmptySet:  # identically zero, or never
            continue
        if not isinstance(roots, FiniteSet):
            raise Unproven(
                f"the points where {decider} changes sign could not be listed: solveset gives {roots}"
            )
        found |= {root for root in roots if interval.contains(root) == True}  # noqa: E712 - SymPy's own
    return found


def _deciders(node: Expr) -> list[Expr]:
    if isinstance(node, Piecewise):
        relations = {r for _, condition in node.args for r in condition.atoms(Relational)}
        return [relation.lhs - relation.rhs for relation in relations]
    if isinstance(node, (Max, Min)):
        return [a - b for n, a in enumerate(node.args) for b in node.args[:n]]
    return [node.args[0]]


def _branch_at(node: Expr, point: Expr) -> Expr:
    """The formula that the node follows around the point, where none of its deciders changes sign."""
    if isinstance(node, Piecewise):
        return next(formula for formula, condition in node.args if condition.subs(v, point) == True)  # noqa: E712
    if isinstance(node, (Max, Min)):
        pick = max if isinstance(node, Max) else min
        return pick(node.args, key=lambda argument: argument.subs(v, point))
    argument = node.args[0]
    direction = sign(argument.subs(v, point))
    return {Abs: argument * direction, sign: direction, Heaviside: (1 + direction) / 2}[type(node)]


def _join(pieces: list[Piece]) -> list[Piece]:
    """Neighbours that follow the same formula through a common end become one piece."""
    joined = pieces[:1]
    for piece in pieces[1:]:
        last = joined[-1]
        if last.expression == piece.expression:
            joined[-1] = Piece(Interval.open(last.interval.start, piece.interval.end), last.expression)
        else:
            joined.append(piece)
    return joined


def point_inside(start: Expr, end: Expr) -> Expr:
    """A point of the open interval, exact."""
    if start == -oo:
        return S.Zero if end == oo else end - 1
    return start + 1 if end == oo else (start + end) / 2
