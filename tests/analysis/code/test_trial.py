"""Code on trial: what is wrong with it is found, in f and in f', by C, torch and NumPy alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from generated import runner
from sympy import Max, exp, tanh

from analysis.code.accuracy import ABSOLUTE
from analysis.code.generate import generate
from analysis.code.instructions import DELTA, SLOPE, Constant, V, Y
from analysis.code.slopes import pieces_of, slope_target, value_target
from analysis.code.trial import faults
from analysis.code.writer import Writer
from derivations import activations, v, y

FLOAT, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
#: what runs code -> the programs of it that it runs: in C, `forward` is also what goes forward only
PROGRAMS = {
    "c": ("forward_program", "backward_program"),
    "torch": ("value_program", "forward_program", "backward_program"),
    "numpy": ("value_program", "forward_program", "backward_program"),
}


@pytest.fixture(params=PROGRAMS)
def run(request, libraries):
    """What runs the code: the test is made once with each."""
    return runner(request.param, libraries)


def found(code, name, run, **options):
    """What is found wrong with code that is to compute this activation."""
    expression = activations[name].expression
    pieces = pieces_of(expression)
    return faults(code, value_target(expression, pieces), slope_target(pieces), run, **options)


def computing(expression):
    """The code of tanh, but that f is computed as this."""
    value = Writer(v, V).put(expression, V).program("value", V)
    return replace(
        generate(activations["tanh"]), value_program=value, forward_program=replace(value, name="forward")
    )


def backward_of(slope):
    return Writer(y, Y).multiply(slope).program("backward", DELTA, Y, SLOPE)


def letters(faulty):
    return {letter for letter, _ in faulty}


@pytest.mark.parametrize("name", ["relu", "tanh", "lecun", "elu"])
def test_nothing_is_wrong_with_generated_code(name, run):
    assert found(generate(activations[name]), name, run) == []


def test_a_wrong_slope_is_found(run):
    code = replace(generate(activations["tanh"]), backward_program=backward_of(1 + y**2))
    assert letters(found(code, "tanh", run)) == {"f'"}


def test_a_wrong_value_is_found(run):
    assert "f" in letters(found(computing(tanh(1.001 * v)), "tanh", run))


@pytest.mark.parametrize("by", ["torch", "numpy"])
def test_a_wrong_value_is_found_though_it_is_right_in_training(by, libraries):
    code = generate(activations["tanh"])
    wrong = replace(code, value_program=computing(tanh(1.001 * v)).value_program)
    assert letters(found(wrong, "tanh", runner(by, libraries))) == {"f"}


def test_the_slope_of_the_wrong_side_of_a_kink_is_found(run):
    code = replace(generate(activations["relu"]), backward_program=backward_of(1 - Max(0, -y)))
    assert ("f'", 0.0) in found(code, "relu", run)


def test_a_value_that_overflows_far_out_is_found_there(run):
    faulty = found(computing((exp(v) - exp(-v)) / (exp(v) + exp(-v))), "tanh", run)
    assert min(x for letter, x in faulty if x > 1) > 80


def test_what_is_right_to_single_precision_only_is_found_in_double(run):
    code = computing(tanh((1 + 1e-7) * v))
    assert found(code, "tanh", run, precisions=(FLOAT,)) == []
    assert "f" in letters(found(code, "tanh", run, precisions=(DOUBLE,)))
    assert "f" in letters(found(code, "tanh", run))


def test_digits_that_cancel_are_found_but_where_some_eps_count_as_nothing(run):
    code = computing(1 - 2 / (1 + exp(2 * v)))  # tanh, by numbers of the size of 1
    faulty = found(code, "tanh", run)
    assert letters(faulty) == {"f"}
    assert max(abs(x) for _, x in faulty) < 0.1
    assert found(code, "tanh", run, absolute=ABSOLUTE) == []


@pytest.mark.slow
@pytest.mark.parametrize("by", PROGRAMS)
@pytest.mark.parametrize("name", ["lecun", "selu", "gelu", "silu"])
def test_any_number_that_is_off_by_a_hundredth_is_found(name, by, libraries):
    code, run = generate(activations[name]), runner(by, libraries)
    for which in PROGRAMS[by]:
        program = getattr(code, which)
        for n, line in enumerate(program.instructions):
            for wrong in _changed(line):
                lines = (*program.instructions[:n], wrong, *program.instructions[n + 1 :])
                assert found(replace(code, **{which: replace(program, instructions=lines)}), name, run) != []


def _changed(line):
    """The instruction with one of its numbers changed; 0 is none, as v is compared with it at its joint."""
    for k, operand in enumerate(line.operands):
        if isinstance(operand, Constant) and operand.number:
            other = replace(operand, number=1.01 * operand.number)
            yield replace(line, operands=(*line.operands[:k], other, *line.operands[k + 1 :]))
    for name, number in line.options.items():
        yield replace(line, options={**line.options, name: 1.01 * number})
