"""f': as the rules give it, simplified, where it does not exist, and in terms of the output y = f(v)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from sympy import (
    Abs,
    Dummy,
    Expr,
    Function,
    Interval,
    Piecewise,
    cancel,
    default_sort_key,
    degree,
    exp,
    expand,
    factor,
    factor_terms,
    fraction,
    log,
    oo,
    sign,
    together,
)

from derivations.arithmetic import identities
from derivations.arithmetic.points import Smooth, symbolic
from derivations.calculus.fractions import PATIENCE, by_letters, identical, nicest
from derivations.language.activation import v, y
from derivations.language.deadline import time_limit
from derivations.language.pieces import Piece, Unproven
from derivations.proofs.branches import on_interval
from derivations.proofs.certificate import Certificate, Joint, Part
from derivations.proofs.joints import joints_of
from derivations.proofs.partition import Partition, Stretch, partition
from derivations.proofs.search import pieces_of, prove


@dataclass(frozen=True)
class Differentiation:
    """The derivative f' of an activation f.

    expression             f(v)
    pieces                 the smooth pieces of f'
    rules                  f'(v) as the rules of differentiation give it, piece by piece
    derivative             f'(v) simplified; a Piecewise where f has several pieces, undefined at the kinks
    in_terms_of_output     f' as a function of y = f(v), where it is proven to be one and has a closed form; or None
    not_differentiable_at  the points where f has no derivative, ascending
    joints                 how f fails to have one at each of them: kink, vertical or jump
    period                 where f has infinitely many pieces, that after which they repeat: then `pieces` has f' as one
                           expression, and `not_differentiable_at` the points of one period
    """

    expression: Expr
    pieces: tuple[Piece, ...]
    rules: Expr
    derivative: Expr
    in_terms_of_output: Expr | None
    not_differentiable_at: tuple[Expr, ...]
    joints: tuple[Joint, ...] = ()
    period: Expr | None = None


def differentiated(expression: Expr) -> Differentiation:
    """The derivative of an activation f, an expression in v; raises `NotReal` or `Unproven`.

    >>> from sympy import tanh
    >>> differentiated(tanh(v)).in_terms_of_output
    1 - y**2
    """
    found = partition(expression)
    joints = joints_of(expression, pieces_of(found), found.period)
    broken = [(point.value, joint) for point, joint in joints if joint != "smooth"]
    kinks, kinds = tuple(point for point, _ in broken), tuple(joint for _, joint in broken)
    whole_line = Interval(-oo, oo)
    if found.period is not None and (broken or len(found.pieces) > 1):
        slope = _unsplit(expression, found)
        whole = (Piece(whole_line, slope),)
        return Differentiation(expression, whole, slope, slope, None, kinks, kinds, found.period)
    rules = [
        Piece(part.interval if found.period is None else whole_line, derivative(part, 1))
        for part in found.pieces
    ]
    slopes = tuple(Piece(piece.interval, nicest(piece.expression)) for piece in rules)
    of_output = _in_terms_of_output(expression, found, slopes)
    return Differentiation(
        expression, slopes, _as_one(rules, kinks), _as_one(slopes, kinks), of_output, kinks, kinds
    )


def derivative(part: Stretch, order: int) -> Expr:
    """A derivative of a smooth piece by SymPy's rules, with such roots of squares as they bring in."""
    found = part.derivative(order)
    return on_interval(found, part.start, part.end) if found.has(Abs, sign) else found


def _unsplit(expression: Expr, found: Partition) -> Expr:
    """f' of infinitely many pieces as one expression, if it is that on each piece of a period."""
    if len(found.pieces) == 1:
        return found.pieces[0].formula.diff(v)
    slope = expression.diff(v)
    for part in found.pieces:
        here = symbolic(Smooth(on_interval(slope, part.start, part.end), 0))
        if not identities.is_zero(here - symbolic(Smooth(part.formula, 1))):
            raise Unproven(f"the derivative of {expression} has no one expression that is known to be right")
    return slope


def _as_one(pieces: Sequence[Piece], kinks: tuple[Expr, ...]) -> Expr:
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


def _in_terms_of_output(expression: Expr, found: Partition, slopes: Sequence[Piece]) -> Expr | None:
    """f' as a function of y: with several pieces, where the output is proven to tell which piece it came from."""
    forms = [
        _eliminate(part.formula, slope.expression) for part, slope in zip(found.pieces, slopes, strict=True)
    ]
    if None in forms:
        return None
    if len(forms) == 1:
        return forms[0]
    try:
        with time_limit(PATIENCE):
            shown = [
                (part.formula, slope.expression) for part, slope in zip(found.pieces, slopes, strict=True)
            ]
            outputs = prove(expression, 0, shown)
    except Unproven:
        return None
    return _by_outputs(outputs, forms)


def _by_outputs(outputs: Certificate, forms: Sequence[Expr | None]) -> Expr | None:
    """One expression in y, if the pieces' outputs lie one after the other, with no output in two of them."""
    ranges = [*zip(outputs.by_piece, forms, strict=True)]
    if not all(end.exact for part, _ in ranges for end in (part.lower, part.upper)):
        return None
    ranges.sort(key=lambda entry: (float(entry[0].lower.value), float(entry[0].upper.value)))
    cases: list[tuple[Expr | None, object]] = []
    for (one, form), (two, _) in pairwise(ranges):
        if not _apart(one, two):
            return None
        end, belongs = one.upper.value, not two.lower.attained
        cases.append((form, y <= end if belongs else y < end))
    return Piecewise(*cases, (ranges[-1][1], True))


def _apart(one: Part, two: Part) -> bool:
    """Whether the second part begins where the first has ended, with no common value."""
    if one.upper.value.is_infinite or two.lower.value.is_infinite:
        return False
    gap = identities.sign(symbolic(Smooth(two.lower.value - one.upper.value, 0)))
    return gap > 0 or (gap == 0 and not (one.upper.attained and two.lower.attained))


def _eliminate(function: Expr, slope: Expr) -> Expr | None:
    """`slope` with v replaced by way of y = function, or None.

    The function is to depend on v through one kernel alone, such as tanh(2v/3) or exp(-v):
    y = function(kernel) is solved for the kernel, and a solution is kept only if
    putting y = function(v) back is proven to give the slope for all v.
    """
    if not slope.has(v):
        return slope
    with suppress(Unproven), time_limit(PATIENCE):
        for candidate in _candidates(function, slope):
            if identical(candidate.subs(y, function), slope):
                return candidate
    return None


def _candidates(function: Expr, slope: Expr) -> Iterator[Expr]:
    kernel_value = Dummy("K")
    for rewrite in (lambda form: form, lambda form: form.rewrite(exp)):
        inner, target = rewrite(function), rewrite(slope)
        for kernel in [*sorted(inner.atoms(Function), key=default_sort_key), v]:
            outer, wanted = inner.subs(kernel, kernel_value), target.subs(kernel, kernel_value)
            if outer.has(v) or wanted.has(v) or (solution := _solved(outer, kernel_value, y)) is None:
                continue
            form = expand(wanted.subs(kernel_value, solution)).xreplace({y: v})
            forms = [form, *(by_letters(form, each) for each in (together, cancel, factor))]
            yield factor_terms(min(forms, key=_length)).xreplace({v: y})


def _length(form: Expr) -> int:
    return int(form.count_ops())


def _solved(outer: Expr, unknown: Expr, value: Expr) -> Expr | None:
    """The unknown in outer = value, where outer is a quotient of lines in it, or exp or log of such, and so on."""
    if outer.is_rational_function(unknown):
        above, below = fraction(together(outer))
        if max(degree(above, unknown), degree(below, unknown)) != 1:
            return None
        (a, b), (c, d) = (
            (form.coeff(unknown, 1), form.coeff(unknown, 0)) for form in map(expand, (above, below))
        )
        return (value * d - b) / (a - value * c)
    constant, rest = outer.as_independent(unknown, as_Add=True)
    factor_, core = rest.as_independent(unknown, as_Add=False)
    if constant != 0 or factor_ != 1:
        return _solved(core, unknown, (value - constant) / factor_)
    if isinstance(core, log):
        return _solved(core.args[0], unknown, exp(value))
    if isinstance(core, exp):
        return _solved(core.args[0], unknown, log(value))
    return None
