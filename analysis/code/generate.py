"""From a SymPy activation to code: straight lines that write y = f(v), and f'(v), into given buffers.

f and f' are generated together, so that f' reuses what f has computed: y itself where f' is a function of y,
and every common subexpression otherwise. Each line is one call of a function: a line of C, or a call of torch with
`out=`, so that nothing is allocated.

No code is taken on trust: it is tried from v = -1e4 to 1e4, in both precisions, against exact values. The
shortest that is accurate is kept; where none is, other forms of f and f' are searched for and put together.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import nan

import numpy as np
from sympy import Expr, Heaviside, Interval, Piecewise, Symbol, Wild, exp, expand, log, sign

from analysis.code.accuracy import ABSOLUTE, PRECISION_OF, Inaccurate, Target
from analysis.code.generated import Generated
from analysis.code.instructions import DELTA, SLOPE, V, Y
from analysis.code.interpreter import by_numpy, compute
from analysis.code.named import Logistic, LogOnePlusExp
from analysis.code.repair import repaired
from analysis.code.slopes import derivative, pieces_of, slope_target, value_target
from analysis.code.trial import Runner, faults
from analysis.code.writer import Writer, in_common
from derivations import Activation, v, y
from derivations.calculus.differentiation import differentiated
from derivations.language.pieces import Piece, Unproven


@cache
def generate(
    activation: Activation, run: Runner = by_numpy, precisions: tuple[np.dtype, ...] = tuple(PRECISION_OF)
) -> Generated:
    """The code of an activation and of its derivative, measured to be accurate where `run` runs it.

    Raises `NotImplementedError` for a function for which no code is known, by name, and `Inaccurate`.
    """

    def wrong(code: Generated, absolute: float = 0) -> list[tuple[str, float]]:
        return faults(code, value, slope, run, absolute, precisions)

    name, expression = activation.name, activation.expression
    pieces, value, slope = _targets(expression)
    plain, plain_slope = _stable(expression), _plain_slope(pieces, slope)
    for code in _ways(name, expression, plain, plain_slope):
        if not wrong(code):
            return code
    function = _repaired_value(expression)
    for code in _ways(name, expression, function, plain_slope) if function != plain else ():
        if not wrong(code):
            return code
    code = _keeping(name, function, _repaired_slope(expression))
    places = _listed(wrong(code))
    if wrong(code, ABSOLUTE):
        raise Inaccurate(f"{name} cannot be trained accurately: {places}")
    return replace(code, loses=places)


@cache
def _targets(expression: Expr) -> tuple[tuple[Piece, ...], Target, Target]:
    """The smooth pieces, and what the code for f and for f' is measured against."""
    pieces = pieces_of(expression)
    return pieces, value_target(expression, pieces), slope_target(pieces)


@cache
def _repaired_value(expression: Expr) -> Expr:
    """f put together from forms that NumPy computes accurately, whatever runs the code in the end."""
    pieces, value, _ = _targets(expression)
    return repaired(_stable(expression), value, _intervals(pieces), compute)


@cache
def _repaired_slope(expression: Expr) -> Expr:
    """The same of f'."""
    pieces, _, slope = _targets(expression)
    return repaired(_plain_slope(pieces, slope), slope, _intervals(pieces), compute)


def _intervals(pieces: tuple[Piece, ...]) -> tuple[Interval, ...]:
    return tuple(piece.interval for piece in pieces)


def _listed(wrong: list[tuple[str, float]]) -> str:
    """Where f and f' lose their digits, in words."""
    parts = []
    for letter in ("f", "f'"):
        places = [x for which, x in wrong if which == letter]
        if len(places) > 1:
            parts.append(
                f"{letter} loses its digits at {len(places)} points, v = {min(places):g} to {max(places):g}"
            )
        elif places:
            parts.append(f"{letter} loses its digits at v = {places[0]:g}")
    return "; ".join(parts)


def _ways(name: str, expression: Expr, function: Expr, slope: Expr) -> list[Generated]:
    """Code for f and f' as they stand, shortest first: f' from y where it is a function of y, and f' kept."""
    value = _put_value(Writer(v, V), function).program("value", V)
    found = []
    for form in _of_output(expression):
        try:
            backward = Writer(y, Y).multiply(form).program("backward", DELTA, Y, SLOPE)
        except NotImplementedError:  # such as the inverse of erf
            continue
        forward = replace(value, name="forward", takes=(V, SLOPE))
        found.append(Generated(name, value, forward, backward))
    found.append(_keeping(name, function, slope))
    return sorted(found, key=lambda code: code.calls)


@cache
def _of_output(expression: Expr) -> list[Expr]:
    """f' in terms of y, in the forms that may be shortest."""
    try:
        form = differentiated(expression).in_terms_of_output
    except Unproven:
        return []
    return [] if form is None else [form, expand(form)]


def _keeping(name: str, function: Expr, slope: Expr) -> Generated:
    """Code whose forward pass keeps f'(v)."""
    kept = Symbol("slope")
    shared, (value_of, slope_of) = in_common([function, slope])
    return Generated(
        name,
        _put_value(Writer(v, V), function).program("value", V),
        _put_value(Writer(v, V).share(shared).put(slope_of, SLOPE), function, value_of).program(
            "forward", V, SLOPE
        ),
        Writer(kept, SLOPE).multiply(kept).program("backward", DELTA, Y, SLOPE),
    )


def _put_value(writer: Writer, function: Expr, written: Expr | None = None) -> Writer:
    """Have f(v) written into v, as its formula or in the form that is given.

    NaN stays, by which it is seen that a network has diverged: a choice between cases would make a number of it.
    """
    form = function if written is None else written
    stays = np.isnan(compute(function, [nan], np.dtype(float))).all() and not function.has(sign, Heaviside)
    return writer.put(form, V) if stays else writer.put_unless_nan(form, V)


def _stable(expression: Expr) -> Expr:
    """The expression with 1/(1 + exp(x)) and log(1 + exp(x)) named, so that neither they nor f' overflow.

    The logarithm of the former is the negative of the latter, and no less stable for it.
    """
    x = Wild("x")
    named = expression.replace(log(1 + exp(x)), LogOnePlusExp(x)).replace(1 / (1 + exp(x)), Logistic(-x))
    return named.replace(log(Logistic(x)), -LogOnePlusExp(-x))


def _plain_slope(pieces: tuple[Piece, ...], slope: Target) -> Expr:
    """f'(v) for all v as the rules give it, piece by piece; a joint belongs to the flatter side."""
    formulas = [derivative(_stable(piece.expression)) for piece in pieces]
    cases = [
        (formula, v <= joint if left else v < joint)
        for formula, joint, left in zip(formulas, slope.joints, slope.belongs_left, strict=False)
    ]
    return Piecewise(*cases, (formulas[-1], True))
