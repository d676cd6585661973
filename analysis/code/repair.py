"""An expression put together from forms that were measured to be accurate, each where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sympy import Eq, Expr, Float, Interval, Piecewise, S
from sympy.logic.boolalg import Boolean

from analysis.code.accuracy import PRECISION_OF, Target, sample
from analysis.code.forms import around, at_infinity, forms
from analysis.code.truth import Truth
from derivations import v

#: computes an expression at points, in a precision
Compute = Callable[[Expr, list[float], np.dtype], np.ndarray]


@dataclass(frozen=True)
class Form:
    """A form of an expression, and at which of the points it is accurate."""

    expression: Expr
    holds: np.ndarray


def repaired(plain: Expr, target: Target, intervals: tuple[Interval, ...], compute: Compute) -> Expr:
    """The plain expression if it is accurate for all v, else one that is wherever one of the forms is."""
    if _holds(plain, target, sample(target.places), compute).all():
        return plain
    regions = [
        _covered(truth, interval, compute) for truth, interval in zip(target.formulas, intervals, strict=True)
    ]
    cases: list[tuple[Expr, Boolean]] = []
    for n, found in enumerate(regions):
        cases += [(form, v <= Float(end, 17)) for form, end in found[:-1]]
        last, _ = found[-1]
        if n == len(target.joints):
            cases.append((last, S.true))
        else:
            cases += _up_to_joint(target, n, last, regions[n + 1][0][0], compute)
    return Piecewise(*cases)


def _up_to_joint(
    target: Target, n: int, before: Expr, after: Expr, compute: Compute
) -> list[tuple[Expr, Boolean]]:
    """The case on the left of a joint: with it, or without it, or with a case for it alone."""
    joint, place = target.joints[n], [target.places[n]]
    for form, condition in ((before, v <= joint), (after, v < joint)):
        if _holds(form, target, place, compute).all():
            return [(before, condition)]
    return [(before, v < joint), (Float(target.at_joints[n], 17), Eq(v, joint, evaluate=False))]


def _covered(truth: Truth, interval: Interval, compute: Compute) -> list[tuple[Expr, float]]:
    """Forms from left to right, each with where it ends; as few as will do, the earlier form where two do."""
    if not truth.expression.has(v):
        return [(truth.expression, np.inf)]
    ends = [float(end) for end in (interval.start, interval.end) if end.is_finite]
    points = [x for x in sample(ends) if interval.contains(Float(x, 30)) == True]  # noqa: E712 - SymPy's own
    if not points:
        return [(truth.expression, np.inf)]
    tried: list[Form] = []
    for form in _candidates(truth.expression, interval):
        holds = _holds(form, Target((truth,), (), (), ()), points, compute)
        if holds.all():
            return [(form, np.inf)]
        if holds.any():
            tried.append(Form(form, holds))
    return _cover(tried, points) if tried else [(truth.expression, np.inf)]


def _candidates(expression: Expr, interval: Interval) -> Iterator[Expr]:
    yield expression
    yield from forms(expression)
    yield from at_infinity(expression)
    for point in (S.Zero, interval.start, interval.end):
        if point.is_finite and interval.closure.contains(point) == True:  # noqa: E712 - SymPy's own
            polynomial = around(expression, point)
            if polynomial is not None:
                yield polynomial


def _holds(form: Expr, target: Target, points: list[float], compute: Compute) -> np.ndarray:
    """Where the code for a form is accurate in both precisions; nowhere if there is no code for it."""
    holds = np.ones(len(points), bool)
    for precision in PRECISION_OF:
        try:
            holds &= target.accurate(points, compute(form, points, precision))
        except (NotImplementedError, TypeError, ValueError, OverflowError, RuntimeError):
            return np.zeros(len(points), bool)
    return holds


def _cover(tried: list[Form], points: list[float]) -> list[tuple[Expr, float]]:
    """The form that holds longest from the left, then the one that does from there, and so on.

    Where two follow each other the place between them lies in the middle of where both hold.
    """
    runs: list[tuple[int, int, Form]] = []  # first and last point, form
    n = 0
    while n < len(points):
        last, best = max(((_run_from(n, form), -k) for k, form in enumerate(tried)))
        form = tried[-best]
        if last < n:  # no form holds here: the one before goes on
            n += 1
            continue
        first = n
        while first > 0 and form.holds[first - 1]:
            first -= 1
        runs.append((first, last, form))
        n = last + 1
    places = [
        (points[max(0, min(later[0], earlier[1]))] + points[earlier[1]]) / 2
        for earlier, later in pairwise(runs)
    ]
    return [(form.expression, end) for (_, _, form), end in zip(runs, [*places, np.inf], strict=True)]


def _run_from(n: int, form: Form) -> int:
    """The last point of the run of accurate points that begins at point n; n - 1 if there is none."""
    wrong = np.flatnonzero(~form.holds[n:])
    return n + int(wrong[0]) - 1 if len(wrong) else len(form.holds) - 1
