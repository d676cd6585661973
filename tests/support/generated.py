"""Generated torch code, run: f and f' of an expression at points."""

from __future__ import annotations

import torch

from analysis.code.binding import make
from analysis.code.generate import generate
from derivations import Activation


def scratch_for(code, like):
    return [torch.empty_like(like) for _ in range(code.scratch)]


def evaluate(expression, points):
    """f and f' of the generated code at the points."""
    code = generate(Activation("case", expression, "case"))
    output, kept, slope = points.clone(), torch.full_like(points, torch.nan), torch.ones_like(points)
    scratch = scratch_for(code, points)
    make(code.forward(output, kept if code.keeps_slope else None, scratch))
    make(code.backward(slope, output, kept if code.keeps_slope else None, scratch))
    return output, slope


def evaluate_alone(expression, points):
    """f of the generated code at the points."""
    code = generate(Activation("case", expression, "case"))
    output = points.clone()
    make(code.value(output, scratch_for(code, points)))
    return output
