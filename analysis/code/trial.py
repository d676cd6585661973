"""Generated code tried at points, in both precisions, against what it is to compute."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from sympy import Expr

from analysis.code.accuracy import PRECISION_OF, Numbers, Target, sample
from analysis.code.generated import Generated, assembled
from analysis.code.instructions import Writer
from derivations import v

if TYPE_CHECKING:
    from analysis.code.calls import Call

#: Where f' is computed from y, an error of y in its last bits is one of f' too; as 1 - y**2 of tanh has it.
OF_OUTPUT = 4


def compute(form: Expr, points: Numbers, precision: np.dtype) -> np.ndarray:
    """An expression in v by the code that would be generated for it."""
    code = assembled("form", False, value=Writer("v", {v: "v"}).put(v=form).finished())
    return outputs(code, points, precision)


def outputs(code: Generated, points: Numbers, precision: np.dtype) -> np.ndarray:
    """f by the code that goes forward only."""
    import torch

    values = torch.tensor(np.array(points, precision))
    _make(code.value(values, [torch.empty_like(values) for _ in range(code.scratch)]))
    return values.numpy()


def outputs_and_slopes(
    code: Generated, points: Numbers, precision: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """f and f' by the code that trains."""
    import torch

    values = torch.tensor(np.array(points, precision))
    scratch = [torch.empty_like(values) for _ in range(code.scratch)]
    slope = torch.empty_like(values) if code.keeps_slope else None
    delta = torch.ones_like(values)
    _make(code.forward(values, slope, scratch))
    _make(code.backward(delta, values, slope, scratch))
    return values.numpy(), delta.numpy()


def _make(calls: list[Call]) -> None:
    with np.errstate(all="ignore"):  # what overflows on the way may be of no account, or is found to be wrong
        for call in calls:
            call()


def faults(code: Generated, value: Target, slope: Target, absolute: float = 0) -> list[tuple[str, float]]:
    """Where f or f' is not accurate: which of the two, and v. So many eps count as nothing."""
    points = sample(value.places)
    found: list[tuple[str, float]] = []
    for precision in PRECISION_OF:
        alone = outputs(code, points, precision)
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
