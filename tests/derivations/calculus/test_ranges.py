"""The gradient ranges, as sets, and what the proofs say."""

from __future__ import annotations

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import DIGITS, Oracle
from reference import ACTIVATIONS
from sampling import Part, extreme, outside, samples, slopes
from sympy import (
    FiniteSet,
    Interval,
    Max,
    Piecewise,
    Rational,
    cos,
    erf,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tanh,
    zeta,
)  # fmt: skip

from derivations import Unproven, activations, differentiate, gradient_range, parse, v
from derivations.printing.notation import intervals

STATED = {
    "relu": FiniteSet(0, 1),
    "tanh": Interval.Lopen(0, 1),
    "sigmoid": Interval.Lopen(0, Rational(1, 4)),
    "lecun": Interval.Lopen(Rational(1, 100), Rational(17309, 15000)),
}


@pytest.mark.parametrize(("name", "stated"), STATED.items())
def test_range_is_the_stated_set(name, stated):
    assert gradient_range(differentiate(activations[name].expression)).values == stated


@pytest.mark.parametrize("name", STATED)
def test_every_slope_by_autograd_lies_in_the_range_and_some_come_near_its_ends(name):
    values = gradient_range(differentiate(activations[name].expression)).values
    # tanh(v) rounds to 1 beyond v = 18; the set is open there.
    points = torch.cat([torch.linspace(-15, 15, 4001, dtype=torch.float64), torch.tensor([1e-9, -1e-9])])
    [found] = torch.autograd.grad(ACTIVATIONS[name](points.requires_grad_()).sum(), points)
    low, high = float(values.inf), float(values.sup)
    rounding = 1e-15
    assert ((found >= low - rounding) & (found <= high + rounding)).all()
    assert found.min().item() == pytest.approx(low, abs=1e-5)
    assert found.max().item() == pytest.approx(high, abs=1e-12)


def test_sigmoid_gradient_never_reaches_zero():
    assert 0 not in gradient_range(differentiate(activations["sigmoid"].expression)).values


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (3 * v + 1, FiniteSet(3)),
        (v**3, Interval(0, oo)),
        (log(1 + exp(v)), Interval.open(0, 1)),
        (v - tanh(v), Interval.Ropen(0, 1)),
        (v * Max(0, v), Interval(0, oo)),
        (Piecewise((v, v > 0), (exp(v) - 1, True)), Interval.Lopen(0, 1)),
        (Max(v / 100, v, 3 * v - 1), FiniteSet(Rational(1, 100), 1, 3)),
        (v**2 * Max(-1, v), Interval(0, oo)),
    ],
)
def test_open_closed_isolated_and_unbounded_ends(expression, values):
    assert gradient_range(differentiate(expression)).values == values


@pytest.mark.parametrize(
    ("expression", "guesses"),
    [(v / (1 + exp(-v)), (-2.4, 2.4)), (v * tanh(log(1 + exp(v))), (-2.26, 1.49))],
)
def test_enclosed_ends_agree_with_an_independent_search(expression, guesses):
    found = gradient_range(differentiate(expression))
    slope = lambdify(v, expression.diff(v), "mpmath")
    with mpmath.workdps(60):
        sampled = [slope(mpmath.findroot(lambda x: mpmath.diff(slope, x), guess)) for guess in guesses]
        ends = [mpmath.mpf(str(found.values.inf)), mpmath.mpf(str(found.values.sup))]
        for end, other in zip(ends, sampled, strict=True):
            assert abs(end - other) < mpmath.mpf(10) ** -20
    assert found.kind == "enclosed"


def test_gelu_is_exact():
    found = gradient_range(differentiate(v * (1 + erf(v / sqrt(2))) / 2))
    bound = erf(1) / 2 + exp(-1) / sqrt(pi)
    assert found.kind == "exact"
    assert found.values == Interval(Rational(1, 2) - bound, Rational(1, 2) + bound)


def test_tails_that_swing_are_bounded_or_take_every_value():
    assert gradient_range(differentiate(v * cos(v))).values == Interval(-oo, oo)
    damped = gradient_range(differentiate(sin(v) * exp(-(v**2)))).values
    assert damped.sup == 1
    assert 1 in damped


def test_periodic_ranges_are_closed():
    assert gradient_range(differentiate(v + sin(v) ** 2)).values == Interval(0, 2)


def test_what_is_not_proven_is_said_to_be_unproven():
    with pytest.raises(Unproven):
        gradient_range(differentiate(v * zeta(2 + v**2)))


def parts(values):
    """The intervals of a proven set, as the samples are compared with them."""
    with mpmath.workdps(DIGITS):
        ends = [
            [mpmath.mpf(str(end.evalf(50)).replace("oo", "inf")) for end in (part.inf, part.sup)]
            for part in intervals(values)
        ]
        return [Part(low, high, True, True) for low, high in ends]


@st.composite
def texts(draw):
    """Random compositions of the grammar, defined on the whole real line."""
    inner = draw(st.sampled_from(["v", "v/2", "v + 1", "2*v - 1", "v**2"]))
    outer = draw(st.sampled_from(["tanh", "atan", "erf", "sigmoid", "softplus", "Abs"]))
    factor = draw(st.sampled_from(["", "v*", "1/3*"]))
    return f"{factor}{outer}({inner})"


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(texts())
def test_every_difference_quotient_lies_in_the_range_and_some_come_near_both_ends(text):
    proven, f = parts(gradient_range(differentiate(parse(text))).values), Oracle(text)
    points = slopes(f, samples(f, count=250))
    assert len(points) > 200
    assert outside(f, points, proven, mpmath.mpf(10) ** -18) == []
    for end, sign in ((proven[0].lower, -1), (proven[-1].upper, 1)):
        _, sampled = extreme(f, points, sign)
        assert (abs(sampled - end) < 0.02) if mpmath.isfinite(end) else abs(sampled) > 100


@pytest.mark.parametrize("expression", [tanh(v), v / (1 + exp(-v))])
@pytest.mark.parametrize(("a", "b"), [(2, 1), (-3, Rational(1, 2))])
def test_scaling_and_adding_a_line_move_the_range_as_calculus_says(expression, a, b):
    before = gradient_range(differentiate(expression)).values
    after = gradient_range(differentiate(a * expression + b * v)).values
    ends = sorted([a * before.inf + b, a * before.sup + b])
    assert abs(after.inf - ends[0]) < 1e-20
    assert abs(after.sup - ends[1]) < 1e-20
    opened = (before.left_open, before.right_open)
    assert (after.left_open, after.right_open) == (opened if a > 0 else opened[::-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expression", "values"),
    [
        (tanh(v - 100), Interval.Lopen(0, 1)),
        (tanh(3 * v - 300), Interval.Lopen(0, 3)),
        (tanh(1000 * v), Interval.Lopen(0, 1000)),
        (1 / (1 + exp(200 - v)), Interval.Lopen(0, Rational(1, 4))),
        (log(1 + exp(100 * v)) / 100, Interval.open(0, 1)),
        (sqrt((1 - v) ** 2 + 1), Interval.open(-1, 1)),
        (sin(v) + sin(sqrt(2) * v), Interval.Lopen(-1 - sqrt(2), 1 + sqrt(2))),
    ],
)
def test_shifts_scales_and_waves_without_a_common_period_are_proven(expression, values):
    assert gradient_range(differentiate(expression)).values == values
