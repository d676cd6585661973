"""f': as the rules give it, simplified, where it does not exist, and in terms of the output y = f(v)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import (
    Dummy,
    Expr,
    Function,
    Piecewise,
    cancel,
    default_sort_key,
    degree,
    exp,
    expand,
    factor,
    factor_terms,
    fraction,
    limit,
    simplify,
    solve,
    together,
)

from derivations.language.activation import v, y
from derivations.language.pieces import Piece, split


@dataclass(frozen=True)
class Differentiation:
    """The derivative f' of an activation f.

    expression             f(v)
    pieces                 the smooth pieces of f'
    rules                  f'(v) as the rules of differentiation give it, piece by piece
    derivative             f'(v) simplified; a Piecewise where f has several pieces, undefined at the kinks
    in_terms_of_output     f' as a function of y = f(v), or None where no closed form was found
    not_differentiable_at  the points where f has no derivative, ascending
    """

    expression: Expr
    pieces: tuple[Piece, ...]
    rules: Expr
    derivative: Expr
    in_terms_of_output: Expr | None
    not_differentiable_at: tuple[Expr, ...]


def differentiate(expression: Expr) -> Differentiation:
    """Differentiate an activation f, an expression in v.

    >>> from sympy import tanh
    >>> differentiate(tanh(v)).in_terms_of_output
    1 - y**2
    """
    parts = split(expression)
    by_rules = [Piece(part.interval, part.expression.diff(v)) for part in parts]
    pieces = [Piece(part.interval, _shortest(part.expression)) for part in by_rules]
    kinks = tuple(
        left.interval.end
        for left, right, left_slope, right_slope in zip(parts, parts[1:], pieces, pieces[1:], strict=False)
        if not _smooth_joint(left, right, left_slope, right_slope)
    )
    return Differentiation(
        expression,
        tuple(pieces),
        _as_one(by_rules, kinks),
        _as_one(pieces, kinks),
        _in_terms_of_output(parts, pieces),
        kinks,
    )


def _shortest(expression: Expr) -> Expr:
    """The shortest of the equivalent fractions: no function is brought in that the rules did not give."""
    forms = (expression, together(expression), cancel(expression), factor(expression))
    return min(forms, key=lambda form: form.count_ops())


def _smooth_joint(left: Piece, right: Piece, left_slope: Piece, right_slope: Piece) -> bool:
    """Whether f is differentiable where two pieces meet: f and f' have equal, finite limits from both sides.

    By the mean value theorem that suffices; the value of f at the joint follows from its being continuous.
    """
    joint = left.interval.end
    for before, after in ((left, right), (left_slope, right_slope)):
        gap = limit(before.expression, v, joint, "-") - limit(after.expression, v, joint, "+")
        if not (gap.is_finite and simplify(gap) == 0):
            return False
    return True


def _as_one(pieces: list[Piece], kinks: tuple[Expr, ...]) -> Expr:
    """One expression for all pieces: a Piecewise, undefined at the kinks."""
    if len(pieces) == 1:
        return pieces[0].expression
    cases = [
        (piece.expression, v < piece.interval.end if piece.interval.end in kinks else v <= piece.interval.end)
        for piece in pieces[:-1]
    ]
    last = pieces[-1]
    cases.append((last.expression, v > last.interval.start if last.interval.start in kinks else True))
    return Piecewise(*cases)


def _in_terms_of_output(parts: tuple[Piece, ...], slopes: list[Piece]) -> Expr | None:
    """f' as a function of y = f(v): with several pieces, where the output tells which piece it came from."""
    found = [_eliminate(part.expression, slope.expression) for part, slope in zip(parts, slopes, strict=True)]
    if None in found:
        return None
    if len(parts) == 1:
        return found[0]
    ends = [
        tuple(limit(part.expression, v, *at) for at in ((part.interval.start, "+"), (part.interval.end, "-")))
        for part in parts
    ]
    for (_, before), (after, _) in pairwise(ends):
        if not (before.is_finite and simplify(after - before) >= 0):
            return None
    # A constant piece has one output, which belongs to it and not to the piece before.
    limits = [y < end if low == high else y <= end for (_, end), (low, high) in pairwise(ends)]
    return Piecewise(*zip(found, [*limits, True], strict=True))


def _eliminate(function: Expr, slope: Expr) -> Expr | None:
    """`slope` with v replaced by way of y = function, or None.

    The function is to depend on v through one kernel alone, such as tanh(2v/3) or exp(-v):
    y = function(kernel) is solved for the kernel, and a solution is kept only if
    putting y = function(v) back gives the slope.
    """
    if not slope.has(v):
        return slope
    kernel_value = Dummy("K")
    for rewrite in (lambda form: form, lambda form: form.rewrite(exp)):
        inner, target = rewrite(function), rewrite(slope)
        for kernel in [*sorted(inner.atoms(Function), key=default_sort_key), v]:
            outer, wanted = inner.subs(kernel, kernel_value), target.subs(kernel, kernel_value)
            solvable = kernel != v or outer.is_rational_function(kernel_value)
            if outer.has(v) or wanted.has(v) or not solvable:
                continue
            solution = _only_solution(outer - y, kernel_value)
            if solution is None:  # several inputs of one output: f' is no function of y alone
                continue
            candidate = factor_terms(_shortest(expand(wanted.subs(kernel_value, solution))))
            if simplify(candidate.subs(y, inner) - target) == 0:
                return candidate
    return None


def _only_solution(equation: Expr, unknown: Expr) -> Expr | None:
    """The solution where there is one and only one that SymPy finds."""
    above, _ = fraction(together(equation))
    if above.is_polynomial(unknown) and degree(above, unknown) != 1:
        return None
    try:
        solutions = solve(equation, unknown)
    except NotImplementedError:
        return None
    return solutions[0] if len(solutions) == 1 else None
