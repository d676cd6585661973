"""Programs run by NumPy, against torch and against numbers that everyone knows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from generated import INSTRUCTIONS, POINTS, of_lines
from sympy import Max, exp

from analysis.code.binding import by_torch
from analysis.code.generate import generate
from analysis.code.instructions import DELTA, SLOPE, V, Y
from analysis.code.interpreter import FUNCTIONS, by_numpy, compute, run
from derivations import activations, v

PRECISIONS = [np.dtype(np.float32), np.dtype(np.float64)]


@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_instruction_means_to_numpy_what_it_means_to_torch(name, precision):
    code, points = of_lines(*INSTRUCTIONS[name]), POINTS
    if name in ("sign", "heaviside"):
        points = POINTS[:-1]  # of NaN torch makes 0
    with np.errstate(all="ignore"):
        for ours, theirs in zip(
            by_numpy(code, points, precision), by_torch(code, points, precision), strict=True
        ):
            np.testing.assert_allclose(ours, theirs, rtol=8 * np.finfo(precision).eps)
            assert ours.dtype == precision


def test_every_instruction_that_numpy_knows_is_tried():
    assert set(FUNCTIONS) == set(INSTRUCTIONS)


@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
@pytest.mark.parametrize("name", activations)
def test_an_activation_is_to_numpy_what_it_is_to_torch(name, precision):
    code, points = generate(activations[name]), np.linspace(-30.1, 30.3, 241).tolist()  # beside all kinks
    eps = np.finfo(precision).eps
    for ours, theirs in zip(
        by_numpy(code, points, precision), by_torch(code, points, precision), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=2**8 * eps, atol=2**5 * eps)


@pytest.mark.parametrize(
    ("form", "expected"),
    [(exp(v), [1, math.e]), (Max(v, 0.25), [0.25, 1]), (3 + 0 * v, [3, 3]), (v**2 - 2, [-2, -1])],
    ids=str,
)
@pytest.mark.parametrize("precision", PRECISIONS, ids=str)
def test_an_expression_is_computed_at_points_in_a_precision(form, expected, precision):
    found = compute(form, [0.0, 1.0], precision)
    assert found == pytest.approx(np.array(expected, precision))
    assert found.dtype == precision


def test_registers_that_are_given_stay_as_they_are():
    values = np.array([1.0, 2.0])
    there = run(generate(activations["lecun"]).forward_program, {V: values})
    assert list(values) == [1, 2]
    assert list(there[V]) == pytest.approx(
        [1.7159 * math.tanh(2 / 3) + 0.01, 1.7159 * math.tanh(4 / 3) + 0.02]
    )
    assert SLOPE in there


def test_delta_is_multiplied_by_the_slope():
    taken = {DELTA: np.array([8.0, -16.0]), Y: np.array([0.5, 0.25])}
    assert list(run(generate(activations["sigmoid"]).backward_program, taken)[DELTA]) == [2, -3]


def test_nothing_is_warned_of():
    with np.errstate(all="raise"):
        by_numpy(of_lines(*INSTRUCTIONS["log"]), [0.0, -1.0], np.dtype(np.float64))
