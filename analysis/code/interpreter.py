"""Programs run by NumPy, one instruction after another: by them forms of f are tried before one is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from sympy import Expr

from analysis.code.accuracy import Numbers
from analysis.code.generated import Generated
from analysis.code.instructions import DELTA, SLOPE, Constant, Program, Register, V, Y
from analysis.code.writer import Writer
from derivations import v

_one_by_one: dict[str, Callable[[float], float]] = {"erf": math.erf, "erfc": math.erfc}

#: the function of an instruction -> NumPy's
FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    **{name: getattr(np, name) for name in (
        "maximum", "minimum", "heaviside", "where", "logical_and", "logical_or", "sqrt", "reciprocal", "sign", "abs",
        "exp", "expm1", "log", "log1p", "logaddexp", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    )},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{name: np.vectorize(function, otypes=[float]) for name, function in _one_by_one.items()},
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal,
    "mul": np.multiply, "pow": np.power, "copy": np.positive,
    "add": lambda a, b, alpha=1.0: a + alpha * b,
    "addcmul": lambda a, b, c, value=1.0: a + value * (b * c),
    "rsqrt": lambda a: 1 / np.sqrt(a),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
}  # fmt: skip


def run(program: Program, registers: Mapping[Register, np.ndarray]) -> dict[Register, np.ndarray]:
    """All registers after the program, in the precision of those that it is given."""
    known = dict(registers)
    kind = known[program.takes[0]].dtype.type
    with np.errstate(all="ignore"):
        for line in program.instructions:
            operands = [
                kind(one.number) if isinstance(one, Constant) else known[one] for one in line.operands
            ]
            options: dict[str, Any] = {name: kind(value) for name, value in line.options.items()}
            made = FUNCTIONS[line.function](*operands, **options)
            known[line.out] = made if line.out.name == "condition" else np.asarray(made, kind)
    return known


def compute(form: Expr, points: Numbers, precision: np.dtype) -> np.ndarray:
    """An expression in v at points."""
    values = np.array(points, precision)
    program = Writer(v, V).put(form, V).program("value", V)
    return np.broadcast_to(run(program, {V: values})[V], values.shape)


def by_numpy(
    code: Generated, points: Numbers, precision: np.dtype
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What code makes of v at points: f where it goes forward only, f and f' where it trains."""
    values = np.array(points, precision)
    there = run(code.forward_program, {V: values})
    taken = {DELTA: np.ones_like(values), Y: there[V]} | ({SLOPE: there[SLOPE]} if code.keeps_slope else {})
    alone, delta = run(code.value_program, {V: values})[V], run(code.backward_program, taken)[DELTA]
    alone, y, slopes = (np.broadcast_to(found, values.shape) for found in (alone, there[V], delta))
    return alone, y, slopes
