"""Calls with their operands bound: they write where they are told, in the type of their buffers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sympy import Piecewise, exp
from torch.nn import functional

from analysis.code.binding import IN_NUMPY, bind, by_torch, call, make
from analysis.code.generate import generate
from analysis.code.instructions import SLOPE, V
from analysis.code.writer import Writer
from derivations import activations, v


def program(expression, out=V):
    return Writer(v, V).put(expression, out).program("value", V)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("function", IN_NUMPY, ids=lambda function: function.__name__)
def test_a_function_of_numpy_computes_what_torch_does(function, dtype):
    values = torch.linspace(0.01, 0.99, 999, dtype=dtype) + (function is torch.acosh)
    out = torch.empty_like(values)
    call(function, values, out=out)()
    assert torch.allclose(out, function(values), rtol=8 * torch.finfo(dtype).eps, atol=0)


def test_a_call_is_made_again_on_what_its_operands_hold_then():
    values, out = torch.zeros(3), torch.empty(3)
    twice = call(torch.mul, values, torch.tensor(2.0), out=out)
    for number in (1.0, 5.0):
        values.fill_(number)
        twice()
        assert out.tolist() == [2 * number] * 3


def test_nothing_is_computed_before_the_calls_are_made():
    values = torch.full((3,), 2.0)
    bind(program(exp(v)), {V: values}, [])
    assert values.tolist() == [2.0] * 3


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_constants_have_the_type_of_the_buffers(dtype):
    (twice,) = bind(program(2 * v), {V: torch.ones(3, dtype=dtype)}, [])
    assert {operand.dtype for operand in twice.args} == {dtype}


def test_conditions_choose_into_views():
    code = program(Piecewise((-v, v < 0), (2 * v, True)))
    rows = torch.tensor([[-1.0, 2.0], [-3.0, 4.0], [-5.0, 6.0]])
    make(bind(code, {V: rows[::2]}, [torch.empty(2, 2) for _ in range(code.scratch)]))
    assert rows.tolist() == [[1, 4], [-3, 4], [5, 12]]


@pytest.mark.parametrize(("expression", "expected"), [(v, [1.0, 2.0]), (exp(0), [1.0, 1.0])])
def test_a_value_or_a_number_for_all_places_is_copied(expression, expected):
    slope = torch.empty(2)
    make(bind(program(expression, SLOPE), {V: torch.tensor([1.0, 2.0]), SLOPE: slope}, []))
    assert slope.tolist() == expected


def test_what_overflows_on_the_way_is_not_warned_of():
    with np.errstate(all="raise"):
        make([call(torch.sinh, torch.tensor([1e3]), out=torch.empty(1))])


@pytest.mark.parametrize("name", ["tanh", "gelu", "hardshrink"])
@pytest.mark.parametrize("precision", [np.dtype(np.float32), np.dtype(np.float64)], ids=str)
def test_f_and_its_slope_are_those_of_autograd_in_the_precision_that_is_asked_for(name, precision):
    reference = {"tanh": torch.tanh, "gelu": functional.gelu, "hardshrink": functional.hardshrink}[name]
    points = torch.linspace(-4.01, 4.03, 99, dtype=torch.float64, requires_grad=True)
    expected = reference(points)
    (slope,) = torch.autograd.grad(expected.sum(), points)
    found = by_torch(generate(activations[name]), points.tolist(), precision)
    for values, true in zip(found, (expected, expected, slope), strict=True):
        assert values.dtype == precision
        eps = np.finfo(precision).eps
        np.testing.assert_allclose(values, true.detach().numpy(), rtol=2**8 * eps, atol=8 * eps)


def test_a_program_is_as_many_calls_as_instructions():
    code = generate(activations["elu"]).backward_program
    buffers = {register: torch.ones(3) for register in code.takes}
    assert len(bind(code, buffers, [torch.ones(3)])) == len(code.instructions)
