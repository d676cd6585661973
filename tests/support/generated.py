"""Generated code, run: f and f' of an expression at points, by C, torch or NumPy."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import torch

from analysis.code.binding import by_torch
from analysis.code.compiled.in_c import by_c
from analysis.code.generate import generate
from analysis.code.generated import Generated
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
