"""Generated code, run: f and f' of an expression at points, by C, torch or NumPy."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from analysis.code.binding import by_torch
from analysis.code.compiled.in_c import by_c
from analysis.code.generate import generate
from analysis.code.generated import Generated
from analysis.code.instructions import CONDITION, DELTA, Constant, Instruction, Program, Register, V, Y
from analysis.code.interpreter import by_numpy
from analysis.code.trial import Runner
from derivations import Activation, activations, literature

#: Every registered activation and a fifth of the literature's; all of these with THOROUGH=1.
NAMED = [*activations, *list(literature)[:: 1 if os.environ.get("THOROUGH") else 5]]


def runner(name: str, libraries: Path) -> Runner:
    """What runs code: "c", with what it compiles in that cache, "torch" or "numpy"."""
    return {"c": by_c(libraries), "torch": by_torch, "numpy": by_numpy}[name]


def code_for(expression, run, precision) -> Generated:
    """The code that trains by this runner: C is made for a precision, calls of torch for both."""
    activation = Activation("case", expression, "case")
    return generate(activation, run) if run is by_torch else generate(activation, run, (np.dtype(precision),))


def evaluate(expression, points, run):
    """f of the generated code where it goes forward only, and f and f' as it trains, at the points."""
    return run(code_for(expression, run, points.dtype), points.tolist(), points.dtype)


def scratch_for(code, like):
    return [torch.empty_like(like) for _ in range(code.scratch)]


def of_lines(*lines: Instruction) -> Generated:
    """Code whose f is what these instructions leave in v, and whose f' is 1."""
    value = Program("value", (V,), lines)
    unchanged = Instruction("mul", (DELTA, Constant(1.0, DELTA)), DELTA)
    return Generated(
        "case", value, replace(value, name="forward"), Program("backward", (DELTA, Y), (unchanged,))
    )


def _deciding(function: str) -> tuple[Instruction, ...]:
    """Where v > -1 and, or or, v < 1.5, v/2; else 7."""
    first, second = Register(CONDITION, 0), Register(CONDITION, 1)
    return (
        Instruction("gt", (V, Constant(-1.0, V)), first),
        Instruction("lt", (V, Constant(1.5, V)), second),
        Instruction(function, (first, second), first),
        Instruction("mul", (V, Constant(0.5, V)), V),
        Instruction("where", (first, V, Constant(7.0, V)), V),
    )


_NUMBER = Constant(0.2, V)
#: the function of an instruction -> instructions that have it
INSTRUCTIONS: dict[str, tuple[Instruction, ...]] = {
    **{name: (Instruction(name, (V,), V),) for name in (
        "sqrt", "reciprocal", "rsqrt", "sign", "abs", "copy", "exp", "expm1", "log", "log1p", "sin", "cos", "tan",
        "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc", "sigmoid",
    )},
    **{name: (Instruction(name, (V, _NUMBER), V),) for name in (
        "mul", "pow", "maximum", "minimum", "heaviside", "gt", "ge", "lt", "le", "eq", "ne",
    )},
    "logaddexp": (Instruction("logaddexp", (V, Constant(0.0, V)), V),),
    "add": (Instruction("add", (_NUMBER, V), V, {"alpha": -2.5}),),
    "addcmul": (Instruction("addcmul", (_NUMBER, V, V), V, {"value": -0.75}),),
    **{name: _deciding(name) for name in ("logical_and", "logical_or")},
    "where": (
        Instruction("ge", (V, _NUMBER), Register(CONDITION, 0)),
        Instruction("where", (Register(CONDITION, 0), _NUMBER, V), V),
    ),
}  # fmt: skip
#: among them each case, both ends, and what has no value
POINTS = [-2.5, -1.0, -0.3, 0.0, 0.2, 0.9, 1.0, 1.5, 4.0, 60.0, math.inf, -math.inf, math.nan]
