"""f and f' as what generated code is to compute: smooth formulas, and the values where they meet."""

from __future__ import annotations

import math

from sympy import Abs, Add, Dummy, Expr, Heaviside, Interval, Max, Min, Piecewise, S, limit, oo, sign

from analysis.code.accuracy import Target
from analysis.code.named import IfPositive
from analysis.code.truth import Truth, value
from derivations import v
from derivations.language.pieces import Piece, Unproven
from derivations.proofs.partition import split


def pieces_of(expression: Expr) -> tuple[Piece, ...]:
    """The smooth pieces; the whole, with its case distinctions, where their places cannot be listed."""
    try:
        return split(expression)
    except Unproven:
        return (Piece(Interval(-oo, oo), expression),)


def value_target(expression: Expr, pieces: tuple[Piece, ...]) -> Target:
    """f: at a joint, the value that its expression has there."""
    joints = tuple(piece.interval.end for piece in pieces[:-1])
    at_joints = tuple(value(expression.subs(v, joint)) for joint in joints)
    left = tuple(
        value(piece.expression.subs(v, joint)) == there
        for piece, joint, there in zip(pieces, joints, at_joints, strict=False)
    )
    return Target(tuple(Truth(piece.expression) for piece in pieces), joints, at_joints, left)


def slope_target(pieces: tuple[Piece, ...]) -> Target:
    """f': at a kink the one-sided derivative of smaller magnitude, as torch has it for ReLU.

    That matters: the units of a dead ReLU layer sit exactly at v = 0. Where both are infinite, as those of
    sqrt(Abs(v)) at 0, f' counts as 0: a unit that sits there does not learn, and spoils no other.
    """
    formulas = [derivative(piece.expression) for piece in pieces]
    joints = tuple(piece.interval.end for piece in pieces[:-1])
    sides = [
        (_one_sided(before, joint, "-"), _one_sided(after, joint, "+"))
        for before, after, joint in zip(formulas, formulas[1:], joints, strict=False)
    ]
    at_joints = tuple(min(filter(math.isfinite, pair), key=abs, default=0.0) for pair in sides)
    left = tuple(before == there for (before, _), there in zip(sides, at_joints, strict=True))
    return Target(tuple(map(Truth, formulas)), joints, at_joints, left)


def _one_sided(formula: Expr, joint: Expr, side: str) -> float:
    there = value(formula.subs(v, joint))
    if math.isfinite(there):
        return there
    try:
        return value(limit(formula, v, joint, side))
    except (NotImplementedError, TypeError, ValueError):
        return math.nan


def derivative(expression: Expr) -> Expr:
    """f' by the rules, which for case distinctions is the derivative of the case that holds."""
    switches = expression.atoms(Abs, Max, Min, Piecewise, sign, Heaviside)
    if not switches:
        return expression.diff(v)
    return _derivative(expression)


def _derivative(part: Expr) -> Expr:
    """The chain rule, with the flatter side of Max, Min and Abs where their arguments meet."""
    if not part.has(v) or isinstance(part, (sign, Heaviside)):
        return S.Zero
    if part == v:
        return S.One
    if isinstance(part, Piecewise):
        return Piecewise(*((_derivative(value), condition) for value, condition in part.args))
    if isinstance(part, Abs):
        slope = _derivative(part.args[0])
        return IfPositive(part.args[0], slope, -slope)
    if isinstance(part, (Max, Min)):
        first, *others = part.args
        other = part.func(*others)
        a, b = _derivative(first), _derivative(other)
        above = first - other if isinstance(part, Max) else other - first
        return IfPositive(above, a, IfPositive(-above, b, IfPositive(Abs(a) - Abs(b), b, a)))
    inner = {argument: Dummy("u", real=True) for argument in part.args if argument.has(v)}
    outer = part.func(*(inner.get(argument, argument) for argument in part.args))
    back = {u: argument for argument, u in inner.items()}
    return Add(*(outer.diff(u).xreplace(back) * _derivative(argument) for u, argument in back.items()))
