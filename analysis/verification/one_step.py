"""One training step, every array of it: as the code that trains has it, and as autograd has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from analysis.training.networks import Networks

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


def by_networks(networks: Networks, t: np.ndarray) -> list[LayerArrays]:
    """The step of each network on its training images, in their order; it is taken. t is (classes, patterns).

    The gradients of the weights are never kept: they are what the step takes from them, by its learning rate.
    """
    patterns = t.shape[1]
    before, found = networks.arrays(), list(networks.gradients(patterns))
    networks.begin()
    networks.train({run.seed: np.arange(patterns) for run in networks.runs})
    (loss, _), after = networks.sums(), networks.arrays()
    rate, last = networks.runs[0].learning_rate, networks.runs[0].depth
    steps: list[LayerArrays] = []
    for n, at in enumerate(found):
        p = at.delta[-1] * patterns + t
        step: dict[str, dict[int, np.ndarray]] = {
            "v": _layers(at.v),
            "y": dict(enumerate(at.y)),
            "delta": _layers(at.delta),
            "p": {last: p},
            "t": {last: t},
            "E": {last: loss[n] / patterns},
            "S": {last: p.sum(0)},
        }
        for letter, name in (("w", "W"), ("b", "b")):
            old, new = ([arrays[f"{name}{r}"][n] for r in range(last)] for arrays in (before, after))
            step |= {letter: _layers(old), f"new {letter}": _layers(new)}
            step[f"dE/d{letter}"] = _layers(
                [(one - other) / rate for one, other in zip(old, new, strict=True)]
            )
        steps.append(step)
    return steps


def _layers(parts: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    return dict(enumerate(parts, start=1))


def _numpy(step: Mapping[str, Mapping[int, Any]]) -> LayerArrays:
    """As NumPy arrays; biases without their axis for the patterns."""
    arrays = {
        letter: {r: part.detach().numpy() for r, part in layers.items()} for letter, layers in step.items()
    }
    return arrays | {
        letter: {r: part[:, 0] for r, part in arrays[letter].items()} for letter in ("b", "dE/db", "new b")
    }
