"""Code as a list of calls with their operands bound: what is decided once is not decided in each step.

On the CPU, functions that NumPy computes faster than torch are NumPy's, on the same memory: in float32, tanh
takes a sixth of torch's time, sinh a twentieth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from analysis.code.accuracy import Numbers
from analysis.code.generated import Generated
from analysis.code.instructions import (
    CONDITION,
    DELTA,
    SCRATCH,
    SLOPE,
    Constant,
    Operand,
    Program,
    Register,
    V,
    Y,
)

Call = Callable[[], object]

#: NumPy's functions that are as fast as torch's or faster, in both precisions
IN_NUMPY: dict[Callable[..., Tensor], np.ufunc] = {
    torch.expm1: np.expm1,
    torch.log: np.log,
    torch.log1p: np.log1p,
    torch.tan: np.tan,
    torch.asin: np.arcsin,
    torch.acos: np.arccos,
    torch.atan: np.arctan,
    torch.sinh: np.sinh,
    torch.cosh: np.cosh,
    torch.tanh: np.tanh,
    torch.asinh: np.arcsinh,
    torch.acosh: np.arccosh,
}


def call(function: Callable[..., Tensor], *operands: Any, out: Tensor, **options: Any) -> Call:
    """The call function(*operands, out=out, **options), to be made again and again."""
    if function in IN_NUMPY and out.device.type == "cpu":
        arrays = [operand.numpy() for operand in operands]
        return partial(IN_NUMPY[function], *arrays, out=out.numpy())
    return partial(function, *operands, out=out, **options)


def bind(program: Program, buffers: Mapping[Register, Tensor], scratch: Sequence[Tensor]) -> list[Call]:
    """The calls of a program on these buffers; its conditions get buffers of their own, of bools."""
    like = buffers[program.takes[0]]
    conditions = [torch.empty_like(like, dtype=torch.bool) for _ in range(program.conditions)]
    buffer_of = {**buffers, **_numbered(SCRATCH, scratch), **_numbered(CONDITION, conditions)}

    def tensor(operand: Operand) -> Tensor:
        if isinstance(operand, Constant):
            return buffer_of[operand.like].new_tensor(operand.number)
        return buffer_of[operand]

    return [
        call(_function(line.function), *map(tensor, line.operands), out=buffer_of[line.out], **line.options)
        for line in program.instructions
    ]


def _numbered(name: str, buffers: Sequence[Tensor]) -> dict[Register, Tensor]:
    return {Register(name, n): buffer for n, buffer in enumerate(buffers)}


def _function(name: str) -> Callable[..., Tensor]:
    return _copy if name == "copy" else getattr(torch, name)


def _copy(value: Tensor, out: Tensor) -> Tensor:
    """Put a value, or a number for all places, into `out`: torch has no function that does so."""
    return out.copy_(value)


def make(calls: Iterable[Call]) -> None:
    """Make the calls."""
    with np.errstate(all="ignore"):  # of the forms of f that `where` chooses from, one may overflow
        for one in calls:
            one()


def value(code: Generated, v: Tensor, scratch: Sequence[Tensor]) -> list[Call]:
    """The calls that turn v into y = f(v)."""
    return bind(code.value_program, {V: v}, scratch)


def forward(code: Generated, v: Tensor, slope: Tensor | None, scratch: Sequence[Tensor]) -> list[Call]:
    """The calls that turn v into y = f(v), and put f'(v) into `slope` where it is to be kept."""
    kept = {} if slope is None else {SLOPE: slope}
    return bind(code.forward_program, {V: v} | kept, scratch)


def backward(
    code: Generated, delta: Tensor, y: Tensor, slope: Tensor | None, scratch: Sequence[Tensor]
) -> list[Call]:
    """The calls that multiply delta by f'(v)."""
    kept = {} if slope is None else {SLOPE: slope}
    return bind(code.backward_program, {DELTA: delta, Y: y} | kept, scratch)


def by_torch(
    code: Generated, points: Numbers, precision: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the calls make of v at points: f where it goes forward only, f and f' where it trains."""
    alone, y = (torch.tensor(np.array(points, precision)) for _ in range(2))
    scratch = [torch.empty_like(y) for _ in range(code.scratch)]
    slope = torch.empty_like(y) if code.keeps_slope else None
    delta = torch.ones_like(y)
    make(
        value(code, alone, scratch)
        + forward(code, y, slope, scratch)
        + backward(code, delta, y, slope, scratch)
    )
    return alone.numpy(), y.numpy(), delta.numpy()
