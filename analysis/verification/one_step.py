"""One training step, every array of it: as the code that trains has it, and as autograd has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from analysis.code.binding import make
from analysis.studies.data import CLASSES
from analysis.training.passes import Pass
from analysis.training.stack import Stack

Arrays = Mapping[str, np.ndarray]
#: letter -> layer r = 1..R -> array (units, patterns), (units, units below), (units,) or ()
LayerArrays = Mapping[str, Mapping[int, np.ndarray]]
Function = Callable[[torch.Tensor], torch.Tensor]


def seen_from(r: int, step: LayerArrays) -> Arrays:
    """The arrays of a step as the equations of layer r name them: v^r, w^r+1, delta^R and so on."""
    last = max(step["w"])
    places = {"r-1": r - 1, "r": r, "r+1": r + 1, "R": last}
    named = {
        f"{letter}^{place}": layers[number]
        for letter, layers in step.items()
        for place, number in places.items()
        if number in layers
    }
    return named | {letter: step[letter][last] for letter in ("p", "t", "E", "S")}


def by_autograd(
    f: Function,
    W: Sequence[torch.Tensor],
    b: Sequence[torch.Tensor],
    x: torch.Tensor,
    t: torch.Tensor,
    rate: float,
) -> LayerArrays:
    """The step of one network in plain torch operations; each delta and gradient is autograd's.

    W[r] is (units, units below), b[r] (units, 1), x (units, patterns), t (classes, patterns).
    """
    last = len(W)
    w = {r: part.clone().requires_grad_() for r, part in enumerate(W, start=1)}
    bias = {r: part.clone().requires_grad_() for r, part in enumerate(b, start=1)}
    v, y = {}, {0: x}
    for r in range(1, last + 1):
        v[r] = w[r] @ y[r - 1] + bias[r]
        v[r].retain_grad()
        if r < last:
            y[r] = f(v[r])
    p = torch.softmax(v[last], 0)
    E = -(t * torch.log(p)).sum() / t.shape[1]
    E.backward()
    dw, db, delta = ({r: _gradient(part) for r, part in parts.items()} for parts in (w, bias, v))
    return _numpy(
        {
            "w": w,
            "b": bias,
            "v": v,
            "y": y,
            "slope": {r: slope(f, v[r]) for r in range(1, last)},
            "p": {last: p},
            "t": {last: t},
            "E": {last: E},
            "S": {last: p.sum(0)},
            "delta": delta,
            "dE/dw": dw,
            "dE/db": db,
            "new w": {r: w[r] - rate * dw[r] for r in w},
            "new b": {r: bias[r] - rate * db[r] for r in bias},
        }
    )


def _gradient(part: torch.Tensor) -> torch.Tensor:
    assert part.grad is not None, "autograd has differentiated every part"
    return part.grad


def slope(f: Function, v: torch.Tensor) -> torch.Tensor:
    """f'(v) by autograd."""
    at = v.detach().clone().requires_grad_()
    return torch.autograd.grad(f(at).sum(), at)[0]


def by_stack(stack: Stack, x: torch.Tensor, labels: torch.Tensor) -> list[LayerArrays]:
    """The step of each model of a stack of one seed, which takes it.

    x is (units, patterns), labels (patterns,).
    """
    (seed,) = stack.seeds
    at, last, patterns = Pass(stack, len(labels)), stack.depth, len(labels)
    at.fill({seed: x.mT}, {seed: labels})
    v: dict[int, torch.Tensor] = {}
    for r in range(last):
        make(at.weigh[r])
        v[r + 1] = at.v[r].clone()  # it is about to become y
        make(at.activate[r] if r < last - 1 else at.score)
    t = torch.nn.functional.one_hot(labels, CLASSES).mT
    p = at.delta[-1] * patterns + t  # which has become delta in place
    found: dict[str, dict[int, Any]] = {
        "w": _layers(stack.W),
        "b": _layers(stack.b),
        "v": v,
        "y": {0: x.expand(len(stack.runs), -1, -1)} | _layers(at.v[:-1]),
        "p": {last: p},
        "t": {last: t.expand(len(stack.runs), -1, -1)},
        "E": {last: at.loss / patterns},
        "S": {last: p.sum(1)},
        "delta": {},
        "dE/dw": {},
    }
    for r, delta in at.deltas():
        found["delta"][r + 1] = delta.clone()
        found["dE/dw"][r + 1] = at.gradient(r)
    at.step()
    found["new w"], found["new b"] = _layers(stack.W), _layers(stack.b)
    # The gradient of the biases is never kept: it is what the step takes from them.
    found["dE/db"] = {r: (found["b"][r] - found["new b"][r]) / stack.learning_rate for r in found["b"]}
    return [
        _numpy({letter: {r: part[n] for r, part in layers.items()} for letter, layers in found.items()})
        for n in range(len(stack.runs))
    ]


def slopes_by_stack(stack: Stack, v: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """f(v) and f'(v) of each model by the code of the stack's first layer; v is (models, units, patterns)."""
    at = Pass(stack, v.shape[2])
    at.v[0].copy_(v)
    make(at.activate[0])
    slope = torch.ones_like(v)
    for n, (code, models) in enumerate(stack.activations):
        scratch = [buffer[models] for buffer in at.scratch]
        make(code.backward(slope[models], at.v[0][models], at.slope.get((0, n)), scratch))
    return at.v[0].numpy().copy(), slope.numpy()


def _layers(parts: Sequence[torch.Tensor]) -> dict[int, torch.Tensor]:
    return {r: part.clone() for r, part in enumerate(parts, start=1)}


def _numpy(step: Mapping[str, Mapping[int, Any]]) -> LayerArrays:
    """As NumPy arrays; biases without their axis for the patterns."""
    arrays = {
        letter: {r: part.detach().numpy() for r, part in layers.items()} for letter, layers in step.items()
    }
    return arrays | {
        letter: {r: part[:, 0] for r, part in arrays[letter].items()} for letter in ("b", "dE/db", "new b")
    }
