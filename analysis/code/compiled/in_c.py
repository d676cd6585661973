"""Generated code as C: an activation's `forward` and `backward`, a vector of numbers at a time."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from analysis.code.accuracy import Numbers
from analysis.code.compiled.compiler import library
from analysis.code.generate import generate
from analysis.code.generated import Generated
from analysis.code.instructions import (
    CONDITION,
    DELTA,
    SLOPE,
    Constant,
    Instruction,
    Operand,
    Program,
    Register,
    V,
    Y,
)
from analysis.code.trial import Runner
from derivations import Activation

#: the function of an instruction -> what C has between its two operands
INFIX = {
    "mul": "*", "gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!=",
    "logical_and": "&", "logical_or": "|",
}  # fmt: skip
#: the function of an instruction -> C; what is in neither is a function of `vectors.c` or `functions.c`, as `exp_`
PATTERNS = {
    "where": "pick({0}, {1}, {2})",
    "reciprocal": "1 / {0}",
    "rsqrt": "1 / sqrt_({0})",
    "logaddexp": "softplus_({0})",  # whose other operand is 0, as `Writer` has it
    "copy": "{0}",
}
COMPARISONS = ("gt", "ge", "lt", "le", "eq", "ne")
MOST_LANES = 16


def in_c(code: Generated) -> str:
    """The C of both functions; `slope` is null where f' is not kept."""
    kept = [SLOPE] if code.keeps_slope else []
    forward = _function(code.forward_program, "REAL *v, REAL *slope", {V: "v"}, [V, *kept])
    takes = {DELTA: "delta", Y: "y"} | dict.fromkeys(kept, "slope")
    backward = _function(
        code.backward_program, "REAL *delta, const REAL *y, const REAL *slope", takes, [DELTA]
    )
    return f"{forward}\n{backward}"


def _function(program: Program, arguments: str, taken: dict[Register, str], given: Sequence[Register]) -> str:
    """A program as a function over arrays: the registers that it takes, and those that it gives."""
    read = {register for line in program.instructions for register in line.reads} | set(given)
    assigned = [(register, f"load({array} + n)") for register, array in taken.items() if register in read]
    assigned += [(line.out, _expression(line)) for line in program.instructions]
    declared: set[Register] = set()
    lines = []
    for register, text in assigned:
        kind = "" if register in declared else "I " if register.name == CONDITION else "V "
        lines.append(f"{kind}{_name(register)} = {text};")
        declared.add(register)
    lines += [f"store({register} + n, {_name(register)});" for register in given]
    body = "\n".join(f"        {line}" for line in lines)
    return (
        f"void {program.name}({arguments}, long count)\n{{\n"
        f"    for (long n = 0; n < count; n += LANES) {{\n{body}\n    }}\n}}\n"
    )


def _expression(line: Instruction) -> str:
    first, *others = line.operands
    if line.function in ("add", "addcmul"):
        return f"{_scalar(first)} {_term(line, ' * '.join(map(_scalar, others)))}"
    if line.function in INFIX:
        text = f"{_scalar(first)} {INFIX[line.function]} {_scalar(*others)}"
        as_numbers = line.function in COMPARISONS and line.out.name != CONDITION
        return f"pick({text}, all(1), all(0))" if as_numbers else text
    operands = [_vector(operand) for operand in line.operands]
    pattern = PATTERNS.get(line.function)
    return pattern.format(*operands) if pattern else f"{line.function}_({', '.join(operands)})"


def _term(line: Instruction, product: str) -> str:
    """What is added, with its sign and its factor."""
    (factor,) = line.options.values() or (1.0,)
    size = "" if abs(factor) == 1 else f"{_number(abs(factor))} * "
    return f"{'-' if factor < 0 else '+'} {size}{product}"


def _scalar(operand: Operand) -> str:
    """An operand of an operator, which may be a number."""
    return _number(operand.number) if isinstance(operand, Constant) else _name(operand)


def _vector(operand: Operand) -> str:
    return f"all({_number(operand.number)})" if isinstance(operand, Constant) else _name(operand)


def _number(value: float) -> str:
    return f"(REAL){float(value)!r}"


def _name(register: Register) -> str:
    """The variable of a register; an array has the register's own name."""
    return f"{register.name}_{'' if register.number is None else register.number}"


@dataclass(frozen=True)
class Compiled:
    """Generated code, and the library that has its `forward` and `backward`."""

    code: Generated
    library: ctypes.CDLL


def compiled(activation: Activation, double: bool, folder: Path) -> Compiled:
    """The compiled code of an activation in a precision, tried from v = -1e4 to 1e4 before it is given."""
    precision = np.dtype(np.float64 if double else np.float32)
    code = generate(activation, by_c(folder), (precision,))
    return Compiled(code, _library(code, double, folder))


def _library(code: Generated, double: bool, folder: Path) -> ctypes.CDLL:
    return library({"activation.c": in_c(code)}, double, folder)


@cache
def by_c(folder: Path) -> Runner:
    """Runs code as C, compiled into this cache."""

    def run(
        code: Generated, points: Numbers, precision: np.dtype
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        compiled = _library(code, precision == np.float64, folder)
        v = _filled(np.array(points, precision))
        y, slope, delta = v.copy(), np.empty_like(v), np.ones_like(v)
        count = ctypes.c_long(len(v))
        compiled.forward(*map(_place, (y, slope)), count)
        compiled.backward(*map(_place, (delta, y, slope)), count)
        made = y[: len(points)], delta[: len(points)]
        return made[0], *made

    return run


def _filled(values: np.ndarray) -> np.ndarray:
    """The values, and zeros up to the next whole vector."""
    return np.concatenate([values, np.zeros(-len(values) % MOST_LANES, values.dtype)])


def _place(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
