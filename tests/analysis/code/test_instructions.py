"""The text of generated code, which the report shows."""

from __future__ import annotations

import ast

import pytest
from generated import NAMED

from analysis.code.generate import generate
from analysis.code.instructions import SLOPE, Constant, Instruction, Program, Register, V
from derivations import activations, find_activation

TEXTS = {
    "relu": """\
def value(v, scratch):
    torch.maximum(constant(0.0, v), v, out=v)

def forward(v, slope, scratch):
    torch.maximum(constant(0.0, v), v, out=v)

def backward(delta, y, slope, scratch):
    torch.gt(y, constant(0.0, y), out=scratch[0])
    torch.mul(delta, scratch[0], out=delta)
""",
    "tanh": """\
def value(v, scratch):
    torch.tanh(v, out=v)

def forward(v, slope, scratch):
    torch.tanh(v, out=v)

def backward(delta, y, slope, scratch):
    torch.addcmul(constant(1.0, y), y, y, value=-1.0, out=scratch[0])
    torch.mul(delta, scratch[0], out=delta)
""",
    "sigmoid": """\
def value(v, scratch):
    torch.sigmoid(v, out=v)

def forward(v, slope, scratch):
    torch.sigmoid(v, out=v)

def backward(delta, y, slope, scratch):
    torch.addcmul(y, y, y, value=-1.0, out=scratch[0])
    torch.mul(delta, scratch[0], out=delta)
""",
    "lecun": """\
def value(v, scratch):
    torch.mul(v, constant(0.01, v), out=scratch[0])
    torch.mul(v, constant(0.6666666666666666, v), out=v)
    torch.tanh(v, out=v)
    torch.add(scratch[0], v, alpha=1.7159, out=v)

def forward(v, slope, scratch):
    torch.mul(v, constant(0.6666666666666666, v), out=scratch[0])
    torch.tanh(scratch[0], out=scratch[0])
    torch.addcmul(constant(1.1539333333333333, v), scratch[0], scratch[0], value=-1.1439333333333332, out=slope)
    torch.mul(v, constant(0.01, v), out=v)
    torch.add(v, scratch[0], alpha=1.7159, out=v)

def backward(delta, y, slope, scratch):
    torch.mul(delta, slope, out=delta)
""",
    "elu": """\
def value(v, scratch, condition):
    torch.le(v, constant(0.0, v), out=condition[0])
    torch.expm1(v, out=scratch[0])
    torch.where(condition[0], scratch[0], v, out=v)

def forward(v, slope, scratch, condition):
    torch.le(v, constant(0.0, v), out=condition[0])
    torch.expm1(v, out=scratch[0])
    torch.where(condition[0], scratch[0], v, out=v)

def backward(delta, y, slope, scratch, condition):
    torch.le(y, constant(0.0, y), out=condition[0])
    torch.add(constant(1.0, y), y, alpha=1.0, out=scratch[0])
    torch.where(condition[0], scratch[0], constant(1.0, y), out=scratch[0])
    torch.mul(delta, scratch[0], out=delta)
""",
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_of_an_activation_is_one_torch_call_a_line(name):
    assert generate(activations[name]).source == TEXTS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED)
def test_every_text_is_python_that_uses_only_what_it_takes(name):
    for function in ast.parse(generate(find_activation(name)).source).body:
        names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        assert names <= {argument.arg for argument in function.args.args} | {"torch", "constant"}


def test_a_program_without_instructions_leaves_v_as_it_is():
    assert str(Program("value", (V,), ())) == "def value(v, scratch):\n    pass\n"


def test_an_instruction_reads_each_register_once_and_no_constant():
    scratch = Register("scratch", 1)
    assert Instruction("where", (scratch, V, scratch, Constant(1.0, V)), SLOPE).reads == [scratch, V]


def test_a_program_counts_its_buffers_and_its_calls_but_not_those_that_write_bools():
    program = generate(activations["elu"]).backward_program
    assert (program.scratch, program.conditions, program.calls) == (1, 1, 3)
