"""The sentences of a proof: what each says of f' and f'', and for which v, is so by SymPy's derivatives in mpmath."""

from __future__ import annotations

import re
from functools import cache

import mpmath
import pytest
from sympy import DiracDelta, Equality, Expr, Interval, Set, Union, lambdify, oo

from derivations import derive, v
from derivations.printing.documents import TERMINAL
from derivations.printing.proof import proof

WITH_TAILS = [
    "tanh(v) + sin(v)/2",
    "v**2*sin(v)/(1 + v**2)",
    "sin(v)*exp(-v**2/4) + v/20",
    "cos(5*v)*exp(-v**2)",
    "tanh(v)*(1 + sin(v)/5)",
    "v*sin(v)/(1 + v**2)",
    "sin(v)/(1 + exp(-v))",
    "cos(v)/(1 + v**2) + v",
    "Max(0, v) + sin(v)/3",
    "sin(v)*Abs(v)/(1 + Abs(v))",
    "Piecewise((exp(v)*sin(v), v < 0), (v, True))",
    "Piecewise((sin(v)**3/(1 + v**2), v > 0), (v**3, True))",
    "Piecewise((sin(v)/(1 + v**2), v < 0), (v + cos(v) - 1, True))",
    "Piecewise((v**2/2 - cos(v), v > 0), (-1, True))",
    "Piecewise((sin(v), v > 0), (v, True))",
    "Max(v, sin(v))",
    "v**2/2 - cos(v)",
    "v*sin(v)",
    "log(1 + v**2)*sin(v)",
    "sinlu",
    "gcu",
]
PERIODIC = [
    "sin(v)", "cos(v)", "v + sin(v)**2", "v + sin(v)/2", "Abs(sin(v))", "Abs(sin(v))**3", "Max(sin(v), cos(v))",
    "Max(0, sin(v))", "sqrt(1 + sin(v)**2)", "snake",
]  # fmt: skip
MONOTONE_TAILS = [
    "relu", "elu", "gelu", "silu", "mish", "tanh", "softsign", "hardswish", "softshrink", "logsigmoid", "golu",
    "aria2", "v**2", "sqrt(Abs(v))", "exp(-v**2)", "v/(1 + v**2)", "v**3*exp(-v**2)", "v*exp(-Abs(v))",
    "v**5 - 5*v**3", "Abs(v - 1) + Abs(v + 1)",
]  # fmt: skip
ALL = [*WITH_TAILS, *PERIODIC, *MONOTONE_TAILS]
REACH = 12  # |v| up to which f'' is followed, with digits enough for exp(-v^2)
POINTS = [mpmath.mpf(n) / 9 + mpmath.mpf("0.0123") for n in range(-REACH * 9, REACH * 9)]
FAR_OUT = [mpmath.mpf(n) / 20 for n in range(6000, 6130)]  # a wave's period


@pytest.fixture(autouse=True)
def digits():
    with mpmath.workdps(90):
        yield


@cache
def derivatives(text):
    """f' and f'' by SymPy's rules, but for points."""
    function = derive(text).activation.expression
    slope = function.diff(v)
    return [
        lambdify(v, each.replace(DiracDelta, lambda *_: 0), "mpmath", cse=True)
        for each in (slope, slope.diff(v))
    ]


def critical_points(text):
    return next(step.lines for step in proof(derive(text)) if step.title == "Critical points")


def words(line):
    return "".join(part if isinstance(part, str) else "{}" for part in line)


def sets(line):
    """The sets of v of which a sentence speaks, at its beginning and in the course of it."""
    return [part for part in line if isinstance(part, Set)] or [Interval(-oo, oo)]


def holds(values, x):
    parts = values.args if isinstance(values, Union) else [values]
    return any(number(part.start) < x < number(part.end) for part in parts)


@cache
def number(expression):
    if expression in (oo, -oo):
        return mpmath.inf * (1 if expression == oo else -1)
    return mpmath.mpf(str(expression.evalf(40)))


def zeros_told(text):
    """Where each sentence counts the zeros of f'', and which it finds."""
    for line in critical_points(text):
        if "the slope of the derivative is" in words(line):
            yield sets(line)[-1], [number(part.rhs) for part in line if isinstance(part, Equality)]


@pytest.mark.slow
@pytest.mark.parametrize("text", ALL)
def test_what_is_said_to_be_the_only_zeros_are_the_only_ones_where_it_is_said(text):
    _, bend = derivatives(text)
    for where, zeros in zeros_told(text):
        points = [x for x in POINTS if holds(where, x)]
        signs = [mpmath.sign(bend(x)) for x in points]
        for left, right, before, after in zip(points, points[1:], signs, signs[1:], strict=False):
            crossed = [zero for zero in zeros if left < zero < right]
            assert before == after != 0 or crossed or not holds(where, (left + right) / 2), float(left)
        for zero in zeros:
            close = mpmath.mpf(10) ** -15
            there, beside = (max(abs(bend(zero + side * h)) for side in (1, -1)) for h in (close, 1e-3))
            assert there <= 1e-6 * beside


@pytest.mark.parametrize("text", ALL)
def test_every_v_is_spoken_of(text):
    certificate = derive(text).gradient_range.certificate
    lines = critical_points(text)
    told = [where for where, _ in zeros_told(text)]
    told += [sets(line)[0] for line in lines if re.match("For .* the derivative (?!tends)", words(line))]
    told += [sets(line)[0] for line in lines if "stays in" in words(line)]
    start, end = -REACH, REACH
    if certificate.period is not None:
        start, end = (
            number(each.value) for each in (certificate.pieces[0].start, certificate.pieces[-1].end)
        )
    if not any("So it takes every value." in words(line) for line in lines):
        assert all(any(holds(part, x) for part in told) for x in POINTS if start < x < end)


@pytest.mark.parametrize("text", WITH_TAILS)
def test_the_derivative_stays_between_the_bounds_that_are_told_and_comes_near_the_limits(text):
    slope, _ = derivatives(text)
    for line in critical_points(text):
        said, (where, *inside) = words(line), sets(line)
        numbers = [part for part in line if isinstance(part, Expr) and not part.has(v)]
        points = [x for x in (*POINTS, *FAR_OUT, *(-x for x in FAR_OUT)) if holds(where, x)]
        if "stays strictly between" in said:
            inside = [Interval.open(*numbers)]
        if "stays" in said or "swings in" in said:
            assert points
            assert all(holds(inside[0], slope(x)) for x in points)
        for limit in numbers if "comes as near" in said else ():
            assert min(abs(slope(x) - number(limit)) for x in points) < 0.02
        if "tends to" in said:
            assert min(numbers[-1] * slope(x) for x in points if abs(x) > REACH) > 100
        if "of both signs" in said:
            far = [x for x in points if abs(x) > REACH]
            assert min(map(slope, far)) < -4 < 4 < max(map(slope, far))


@pytest.mark.parametrize("text", ALL)
def test_the_derivative_has_the_values_that_are_told_at_the_points_that_are_told(text):
    slope, _ = derivatives(text)
    at: list[Expr] = []
    for line in critical_points(text):
        points = [part.rhs for part in line if isinstance(part, Equality)]
        values = [part for part in line if isinstance(part, Expr)]
        at = points or at
        if words(line).startswith(("There the derivative is", "At")):
            for point, value in zip(at, values, strict=True):
                assert slope(number(point)) == pytest.approx(number(value), rel=1e-15, abs=1e-18)


def test_zeros_beyond_the_interval_of_the_search_are_not_denied():
    _, bend = derivatives("tanh(v) + sin(v)/2")
    assert bend(9) < 0 < bend(10)
    [(where, zeros)] = zeros_told("tanh(v) + sin(v)/2")
    assert (where, len(zeros)) == (Interval.open(-8, 8), 5)


def said(text, title="Critical points"):
    [step] = [step for step in proof(derive(text)) if step.title == title]
    return " ".join(TERMINAL.lines(step))


def test_what_bounds_a_derivative_beyond_is_told_with_its_numbers():
    assert said("tanh(v) + sin(v)/2").endswith(
        "At v = -8 and v = 8 it is cos(8)/2 + 1 - tanh(8)^2 and cos(8)/2 + 1 - tanh(8)^2. For v in (-∞, -8) ∪ (8, ∞),"
        " the derivative swings in (-1/2, 3/2), and comes as near as one likes to -1/2."
    )
    assert said("sin(v)*exp(-v**2/4) + v/20").endswith(
        "For v in (-∞, -8] ∪ [8, ∞), the derivative stays strictly between -0.4458506… and 21/20."
    )


def test_what_grows_with_a_wave_upon_it_is_not_said_to_swing():
    assert said("v**2/2 - cos(v)") == (
        "For v in (-∞, -8), the derivative tends to -∞ as the absolute value of v grows. "
        "For v in (8, ∞), the derivative tends to ∞ as the absolute value of v grows. So it takes every value."
    )


def test_a_zero_where_a_period_begins_is_told():
    assert said("sin(v)").startswith(
        "On one period, of length 2·pi, for v in [0, 2·pi), the slope of the derivative is -sin(v), "
        "which is zero only at v = 0 and v = pi."
    )


def test_a_limit_at_one_end_is_told_where_the_other_has_none():
    assert said("Piecewise((sin(v), v > 0), (v, True))", "Limits").startswith(
        "For v in (0, ∞), the derivative tends to 1 towards the left end, and does not reach it there."
    )


def test_two_waves_without_a_common_period_are_told_with_their_ranges():
    assert (
        "sin(v) and sin(sqrt(2)·v), whose derivatives take the values [-1, 1] and [-sqrt(2), sqrt(2)]"
        in said("sin(v) + sin(sqrt(2)*v)")
    )
