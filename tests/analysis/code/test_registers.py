"""No register is overwritten before it has been read: programs on few registers, and on one for each value."""

from __future__ import annotations

import random

import pytest
from sympy import exp, sin

from analysis.code.instructions import CONDITION, DELTA, SCRATCH, SLOPE, Constant, Instruction, Register, V, Y
from analysis.code.registers import allot
from analysis.code.slopes import derivative
from analysis.code.writer import Writer, in_common
from derivations import activations, find_activation, literature, v


def outcome(instructions, numbers):
    """What v, slope and delta hold at the end: the number of the value, equal for equal histories."""
    holds = {}
    for line in instructions:
        operands = tuple(holds.get(operand, operand) for operand in line.operands)
        value = (line.function, operands, tuple(line.options.items()))
        holds[line.out] = operands[0] if line.function == "copy" else numbers.setdefault(value, len(numbers))
    return {register: holds.get(register, register) for register in (V, SLOPE, DELTA)}


def same(instructions):
    """Whether the instructions give the same on as few registers as will do."""
    numbers = {}
    return outcome(allot(instructions), numbers) == outcome(instructions, numbers)


def written(function):
    """Instructions for f and f' that share what they have in common, each value in a register of its own."""
    shared, (of_value, of_slope) = in_common([function, derivative(function)])
    return Writer(v, V).share(shared).put(of_slope, SLOPE).put(of_value, V).instructions


def at_random(seed):
    """Instructions that read any values before them: numbers, bools, v, y and delta."""
    draw = random.Random(seed)
    lines, values, conditions = [], [V, Y, DELTA, Constant(1.0, V)], []
    for n in range(draw.randrange(1, 40)):
        operands = tuple(draw.choices(values, k=draw.choice([1, 2, 2, 3])))
        kind = draw.random()
        if kind < 0.2:
            lines.append(Instruction("gt", operands, Register(CONDITION, n)))
            conditions.append(lines[-1].out)
            continue
        if kind < 0.5 and conditions:
            operands = (draw.choice(conditions), *operands)
        lines.append(Instruction(draw.choice(["add", "mul"]), operands, Register(SCRATCH, n)))
        values.append(lines[-1].out)
    lines.append(Instruction("add", (draw.choice(values), draw.choice(values)), SLOPE))
    return [*lines, Instruction("mul", tuple(draw.choices(values, k=2)), V)]


@pytest.mark.parametrize("name", [*activations, *literature])
def test_no_register_is_overwritten_before_it_has_been_read(name):
    assert same(written(find_activation(name).expression))


def test_no_register_is_overwritten_before_it_has_been_read_in_random_programs():
    assert all(same(at_random(seed)) for seed in range(2000))


def test_what_is_overwritten_too_early_is_seen():
    one, two = (Register(SCRATCH, n) for n in range(2))
    lines = [Instruction("exp", (V,), one), Instruction("sin", (V,), two), Instruction("mul", (one, two), V)]
    early = [Instruction("exp", (V,), V), Instruction("sin", (V,), one), Instruction("mul", (V, one), V)]
    numbers = {}
    assert outcome(early, numbers) != outcome(lines, numbers)


def test_y_delta_and_slope_are_never_places_for_other_values():
    for seed in range(200):
        lines = allot(at_random(seed))
        assert [line.out for line in lines if line.out in (Y, DELTA, SLOPE)] == [SLOPE]


def test_bools_and_numbers_never_share_a_register():
    for seed in range(200):
        assert all((line.function == "gt") == (line.out.name == CONDITION) for line in allot(at_random(seed)))


def test_a_chain_of_functions_is_computed_in_place():
    instructions = Writer(v, V).put(sin(exp(sin(v))), V).instructions
    assert {line.out for line in allot(instructions)} == {V}


def test_a_copy_to_where_the_value_is_already_is_left_out():
    assert allot(Writer(v, V).put(v, V).instructions) == ()
