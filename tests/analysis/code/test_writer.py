"""SymPy expressions as instructions: which calls they are, and what has no torch code."""

from __future__ import annotations

import pytest
from sympy import And, Max, Piecewise, Symbol, exp, gamma, oo, sqrt, tanh

from analysis.code.instructions import CONDITION, DELTA, SLOPE, Constant, V, Y
from analysis.code.writer import Writer
from derivations import v, y


def calls(expression):
    """The functions that an expression calls, in order."""
    return [line.function for line in Writer(v, V).put(expression, V).instructions]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (v**3, ["mul", "mul"]),
        (v**-2, ["reciprocal", "mul"]),
        (sqrt(v), ["sqrt"]),
        (1 - v**2, ["addcmul"]),
        (3 * v + 1, ["add"]),
        (Max(0, v), ["maximum"]),
        (Piecewise((0, v < 1), (1, True)), ["ge"]),
        (Piecewise((v, v < 1), (tanh(v), True)), ["tanh", "lt", "where"]),
        (Piecewise((v, And(v > 0, v < 1)), (1, True)), ["gt", "lt", "logical_and", "where"]),
    ],
    ids=str,
)
def test_an_expression_is_written_in_few_calls(expression, expected):
    assert calls(expression) == expected


def test_a_value_is_written_once_into_a_register_of_its_own():
    lines = Writer(v, V).put(exp(v) * tanh(exp(v)) + v, V).instructions
    assert len({line.out for line in lines}) == len(lines)


def test_a_condition_that_results_share_is_decided_once():
    small = Symbol("small")
    cases = [Piecewise((v, small), (other, True)) for other in (exp(v), 1)]
    lines = Writer(v, V).share([(small, v < 1)]).put(cases[1], SLOPE).put(cases[0], V).instructions
    assert [line.function for line in lines if line.out.name == CONDITION] == ["lt"]


def test_numbers_are_constants_of_the_type_of_what_is_read():
    (line,) = Writer(y, Y).put(Max(y, 2), SLOPE).instructions
    assert set(line.operands) == {Y, Constant(2.0, Y)}


def test_delta_is_multiplied_in_place():
    *_, line = Writer(y, Y).multiply(1 - y**2).instructions
    assert (line.function, line.operands[0], line.out) == ("mul", DELTA, DELTA)


@pytest.mark.parametrize("expression", [gamma(v), v + gamma(v), Piecewise((oo, v < 0), (v, True))], ids=str)
def test_what_torch_lacks_is_refused(expression):
    with pytest.raises(NotImplementedError, match=r"no code is known for (gamma|oo)"):
        Writer(v, V).put(expression, V)
