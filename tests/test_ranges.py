"""The gradient ranges, as sets, and what the proofs say."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import FiniteSet, Interval, Max, Piecewise, Rational, exp, lambdify, log, oo, sin, tanh

from derivations import Unproven, activations, differentiate, gradient_range, v

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
def test_every_sampled_derivative_lies_in_the_range_and_comes_near_its_ends(name):
    slopes = differentiate(activations[name].expression)
    values = gradient_range(slopes).values
    # tanh(v) rounds to 1 beyond v = 18; the set is open there.
    points = np.concatenate([np.linspace(-15, 15, 4001), [1e-9, -1e-9]])
    points = points[~np.isin(points, [float(kink) for kink in slopes.not_differentiable_at])]
    sampled = lambdify(v, slopes.derivative, "numpy")(points)
    low, high = float(values.inf), float(values.sup)
    rounding = 1e-15
    assert np.all((sampled >= low - rounding) & (sampled <= high + rounding))
    assert sampled.min() == pytest.approx(low, abs=1e-5)
    assert sampled.max() == pytest.approx(high, abs=1e-12)


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


def test_critical_values_are_where_the_second_derivative_vanishes():
    slopes = differentiate(activations["lecun"].expression)
    (piece,) = gradient_range(slopes).pieces
    second = slopes.derivative.diff(v)
    (point,) = [point for point, _ in piece.critical_values]
    assert second.subs(v, 0) == 0
    assert piece.kernel.subs(v, 0) == point


@pytest.mark.parametrize("expression", [v * sin(v), tanh(v) / (1 + v**2)])
def test_what_the_method_does_not_reach_is_said_to_be_unproven(expression):
    with pytest.raises(Unproven, match="not a rational function"):
        gradient_range(differentiate(expression))
