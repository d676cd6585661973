"""Generated code tried at points, in both precisions, against what it is to compute."""

from __future__ import annotations

import math

import numpy as np
import torch
from sympy import Expr

from analysis.code.accuracy import PRECISION_OF, Numbers, Target, sample
from analysis.code.binding import bind, make
from analysis.code.generated import Generated
from analysis.code.instructions import Program, V
from analysis.code.writer import Writer
from derivations import v

#: Where f' is computed from y, an error of y in its last bits is one of f' too; as 1 - y**2 of tanh has it.
OF_OUTPUT = 4


def compute(form: Expr, points: Numbers, precision: np.dtype) -> np.ndarray:
    """An expression in v by the code that would be generated for it."""
    return outputs(Writer(v, V).put(form, V).program("value", V), points, precision)


def outputs(program: Program, points: Numbers, precision: np.dtype) -> np.ndarray:
    """What a program makes of v that goes forward only."""
    values = torch.tensor(np.array(points, precision))
    make(bind(program, {V: values}, [torch.empty_like(values) for _ in range(program.scratch)]))
    return values.numpy()


def outputs_and_slopes(
    code: Generated, points: Numbers, precision: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """f and f' by the code that trains."""
    values = torch.tensor(np.array(points, precision))
    scratch = [torch.empty_like(values) for _ in range(code.scratch)]
    slope = torch.empty_like(values) if code.keeps_slope else None
    delta = torch.ones_like(values)
    make(code.forward(values, slope, scratch))
    make(code.backward(delta, values, slope, scratch))
    return values.numpy(), delta.numpy()


def faults(code: Generated, value: Target, slope: Target, absolute: float = 0) -> list[tuple[str, float]]:
    """Where f or f' is not accurate: which of the two, and v. So many eps count as nothing."""
    points = sample(value.places)
    found: list[tuple[str, float]] = []
    for precision in PRECISION_OF:
        alone = outputs(code.value_program, points, precision)
        y, slopes = outputs_and_slopes(code, points, precision)
        of_output = None if code.keeps_slope else _Slack(points, y, slope)
        for letter, target, computed, slack in (
            ("f", value, alone, None),
            ("f", value, y, None),
            ("f'", slope, slopes, of_output),
        ):
            loose = (lambda x, slack=slack: absolute + (slack(x) if slack else 0)) if absolute else slack
            right = target.accurate(points, computed, loose)
            found += [(letter, x) for x, good in zip(points, right, strict=True) if not good]
        if found:
            break
    return list(dict.fromkeys(found))


class _Slack:
    """What f' from y may be off by, in eps: |y df'/dy| = |y f''/f'|, a few times."""

    def __init__(self, points: Numbers, outputs: np.ndarray, slope: Target) -> None:
        self.outputs = dict(zip(points, outputs.tolist(), strict=True))
        self.slope = slope

    def __call__(self, x: float) -> float:
        truth = self.slope.formula_at(x)
        moved = abs(self.outputs[x] * truth.derivative(x) / truth(x)) if truth(x) else 0.0
        return OF_OUTPUT * moved if math.isfinite(moved) else 0.0
