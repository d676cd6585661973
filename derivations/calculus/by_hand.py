"""A network small enough for a pocket calculator: one pattern through the derived equations, and one update.

Two inputs, two hidden units with the sigmoid, two outputs with the softmax, which takes no fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from sympy import Expr, Indexed, IndexedBase, Rational

from derivations.calculus.backpropagation import (
    Equation,
    backpropagation,
    batch,
    f,
    i,
    j,
    layer,
    learning_rate,
    mu,
    n_above,
    n_below,
    n_here,
    n_out,
    with_output_slope,
)
from derivations.calculus.differentiation import differentiated
from derivations.language.activation import v
from derivations.language.registry import activations

UNITS = (1, 2)  # of every layer
LAST = 2  # the number of the output layer
DIGITS = 30  # to which everything is computed

#: What is given, as people write it; the weights of a row lead into one unit.
GIVEN = {
    "y^0": ("0.5", "1"),
    "w^1": (("0.2", "-0.4"), ("0.6", "0.1")),
    "b^1": ("0", "0"),
    "w^2": (("0.5", "-0.3"), ("-0.2", "0.7")),
    "b^2": ("0", "0"),
    "t": ("1", "0"),
}
RATE = "0.25"

Values = Mapping[Expr, Expr]


@dataclass(frozen=True)
class Line:
    """One number worked out: element = formula, where all that the formula has is known already.

    Layers are numbered, and the index of the pattern is left out, for there is one. `label` is that of the equation;
    `after` marks what an element is after the update.
    """

    label: str
    element: Expr
    formula: Expr
    value: Expr
    after: bool = False


@cache
def worked() -> tuple[Values, tuple[Line, ...]]:
    """The numbers that are given, and the lines of one step in the order in which they can be worked out.

    The last line is the loss of the same pattern after the update.
    """
    given = _given()
    known: dict[Expr, Expr] = dict(given)
    lines: list[Line] = []
    for equation, r, unit, source in _order():
        line = _line(equation, r, unit, source, known)
        lines.append(line)
        if not line.after:
            known[line.element] = line.value
    known = given | {line.element: line.value for line in lines if line.after}
    for equation, r, unit, source in _forward():
        again = _line(equation, r, unit, source, known)
        known[again.element] = again.value
    return given, (*lines, replace(again, after=True))


def _given() -> dict[Expr, Expr]:
    found: dict[Expr, Expr] = {learning_rate: Rational(RATE)}
    for name, rows in GIVEN.items():
        base = IndexedBase(name)
        for unit, row in zip(UNITS, rows, strict=True):
            if isinstance(row, str):
                found[base[unit]] = Rational(row)
            else:
                found |= {base[unit, source]: Rational(one) for source, one in zip(UNITS, row, strict=True)}
    return found


Place = tuple[
    Equation, int, int, int
]  # an equation, its layer, its unit, and the unit below that a weight is from


def _order() -> Iterator[Place]:
    equations = backpropagation()
    yield from _forward()
    yield from ((equations.output_delta, LAST, unit, 1) for unit in UNITS)
    yield from ((_hidden_delta(), 1, unit, 1) for unit in UNITS)
    for of_weights, of_biases in (
        (equations.weight_gradient, equations.bias_gradient),
        (equations.weight_update, equations.bias_update),
    ):
        for r in range(LAST, 0, -1):
            yield from ((of_weights, r, unit, source) for unit in UNITS for source in UNITS)
            yield from ((of_biases, r, unit, 1) for unit in UNITS)


def _forward() -> Iterator[Place]:
    equations = backpropagation()
    output = replace(
        equations.output,
        right=equations.output.right.replace(f, lambda at: activations["sigmoid"].expression.subs(v, at)),
    )
    for r in range(1, LAST + 1):
        yield from ((equations.forward, r, unit, 1) for unit in UNITS)
        yield from ((output if r < LAST else equations.softmax, r, unit, 1) for unit in UNITS)
    yield equations.loss, LAST, 1, 1


def _hidden_delta() -> Equation:
    found = with_output_slope(
        backpropagation().hidden_delta, differentiated(activations["sigmoid"].expression)
    )
    assert found is not None, "the slope of the sigmoid is y(1 - y)"
    return found


def _line(equation: Equation, r: int, unit: int, source: int, known: Values) -> Line:
    at = dict.fromkeys((n_below, n_here, n_above, n_out), len(UNITS)) | {batch: 1, i: unit, j: source, mu: 1}
    element, formula = (
        _numbered(side, r) for side in (equation.left.subs(at), equation.right.subs(at).doit())
    )
    value = formula.subs(known).evalf(DIGITS)
    return Line(equation.label, element, formula, value, equation.label.endswith("update"))


def _numbered(expression: Expr, r: int) -> Expr:
    """The expression with the numbers of layers, and without the index of the pattern."""
    places = {"r-1": r - 1, "r": r, "r+1": r + 1, "R": LAST, "": ""}

    def element(part: Indexed) -> Expr:
        letter, _, place = str(part.base).partition("^")
        indices = part.indices if letter in "wb" else part.indices[:-1]
        return (layer(letter, str(places[place])) if place else IndexedBase(letter))[indices]

    return expression.xreplace({part: element(part) for part in expression.atoms(Indexed)})
