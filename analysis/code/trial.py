"""Generated code tried at points, in both precisions, against what it is to compute."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from analysis.code.accuracy import PRECISION_OF, Numbers, Target, sample
from analysis.code.generated import Generated

#: Where f' is computed from y, an error of y in its last bits is one of f' too; as 1 - y**2 of tanh has it.
OF_OUTPUT = 4
#: Runs code at points in a precision: f alone, and f and f' as training computes them.
Runner = Callable[[Generated, Numbers, np.dtype], tuple[np.ndarray, np.ndarray, np.ndarray]]


def faults(
    code: Generated,
    value: Target,
    slope: Target,
    run: Runner,
    absolute: float = 0,
    precisions: Sequence[np.dtype] = tuple(PRECISION_OF),
) -> list[tuple[str, float]]:
    """Where f or f' is not accurate: which of the two, and v. So many eps count as nothing."""
    points = sample(value.places)
    found: list[tuple[str, float]] = []
    for precision in precisions:
        alone, y, slopes = run(code, points, precision)
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
