"""One training step, every array of it: as the code that trains has it, and as autograd has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from analysis.studies.run import Run
from analysis.training.networks import MEANS, Networks

Arrays = Mapping[str, np.ndarray]
#: letter -> layer r = 1..R -> array (units, patterns), (units, units below), (units,) or (). The running means of an
#: optimizer have two letters: uw and ub are u of the weights and of the biases.
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


def by_autograd(f: Function, begun: Arrays, x: torch.Tensor, t: torch.Tensor, run: Run) -> LayerArrays:
    """The step of one network in plain torch operations: deltas and gradients are autograd's, the step torch's.

    `begun` has the network's arrays, as `Networks.arrays` names them; x is (units, patterns), t (classes, patterns).
    """
    last, before = run.depth, {name: torch.tensor(part) for name, part in begun.items()}
    w = {r: before[f"W{r - 1}"].clone().requires_grad_() for r in range(1, last + 1)}
    b = {r: before[f"b{r - 1}"].clone().requires_grad_() for r in range(1, last + 1)}
    v, y = {}, {0: x}
    for r in range(1, last + 1):
        v[r] = w[r] @ y[r - 1] + b[r][:, None]
        v[r].retain_grad()
        if r < last:
            y[r] = f(v[r])
    p = torch.softmax(v[last], 0)
    E = -(t * torch.log(p)).sum() / t.shape[1]
    E.backward()
    means = _stepped(run, before, w, b)
    dw, db, delta = ({r: _gradient(part) for r, part in parts.items()} for parts in (w, b, v))
    return _numpy(
        {
            **_named(before, "", last),
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
            "new w": w,
            "new b": b,
            **_named(means, "new ", last),
        }
    )


def _stepped(
    run: Run, begun: Mapping[str, torch.Tensor], w: Mapping[int, torch.Tensor], b: Mapping[int, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Take the step of torch's optimizer in place; the running means after it, by the names that `begun` has."""
    parts = {
        f"{letter}{r - 1}": part for letter, layers in (("W", w), ("b", b)) for r, part in layers.items()
    }
    gradients = [_gradient(part) for part in parts.values()]
    means = {letter: [begun[f"{letter}_{name}"].clone() for name in parts] for letter in MEANS[run.optimizer]}
    # Their functions: the classes import what compiles networks, which takes longer than all of this.
    take: Any = adam if run.optimizer == "adam" else sgd
    shared = {"lr": run.learning_rate, "weight_decay": run.weight_decay, "maximize": False, "foreach": False}
    with torch.no_grad():
        if run.optimizer == "adam":
            counts = [begun["steps"].float() for _ in parts]
            of_adam = {"beta1": run.beta1, "beta2": run.beta2, "eps": run.adam_eps, "amsgrad": False}
            take([*parts.values()], gradients, means["u"], means["s"], [], counts, **of_adam, **shared)
        else:
            buffers = means.get("u", [None] * len(parts))
            # Without momentum torch keeps no running mean; 1e-300 of one is nothing.
            beta = max(run.momentum, 1e-300) if run.optimizer == "momentum" else 0.0
            of_sgd = {"momentum": beta, "dampening": 0.0, "nesterov": False}
            take([*parts.values()], gradients, buffers, **of_sgd, **shared)
    return {
        f"{letter}_{name}": part
        for letter, kept in means.items()
        for name, part in zip(parts, kept, strict=True)
    }


def _named(arrays: Mapping[str, Any], when: str, last: int) -> dict[str, dict[int, Any]]:
    """Weights, biases and running means by the letters of the equations: w, b, uw, ub, sw, sb."""
    letters = {"W": "w", "b": "b"} | {
        f"{mean}_{name}": f"{mean}{name.lower()}" for mean in "us" for name in "Wb"
    }
    return {
        f"{when}{letter}": {r: arrays[f"{name}{r - 1}"] for r in range(1, last + 1)}
        for name, letter in letters.items()
        if f"{name}0" in arrays
    }


def _gradient(part: torch.Tensor) -> torch.Tensor:
    assert part.grad is not None, "autograd has differentiated every part"
    return part.grad


def slope(f: Function, v: torch.Tensor) -> torch.Tensor:
    """f'(v) by autograd."""
    at = v.detach().clone().requires_grad_()
    return torch.autograd.grad(f(at).sum(), at)[0]


def by_networks(networks: Networks, t: np.ndarray) -> list[LayerArrays]:
    """The step of each network on its training images, in their order; it is taken. t is (classes, patterns).

    In plain gradient descent, gradients are never kept: they are what the step takes, by the learning rate. Of the
    other optimizers, they are the product of what the step has used.
    """
    patterns, run = t.shape[1], networks.runs[0]
    before, found = networks.arrays(), list(networks.gradients(patterns))
    take_step(networks, patterns)
    (loss, _), after = networks.sums(), networks.arrays()
    plain = run.optimizer == "sgd" and run.weight_decay == 0
    steps: list[LayerArrays] = []
    for n, at in enumerate(found):
        p = at.delta[-1] * patterns + t
        old, new = (
            _named({name: part[n] for name, part in arrays.items()}, when, run.depth)
            for arrays, when in ((before, ""), (after, "new "))
        )
        taken = {
            letter: {r: (old[letter][r] - new[f"new {letter}"][r]) / run.learning_rate for r in old[letter]}
            for letter in "wb"
        }
        used = {
            "w": _layers([delta @ y.T for delta, y in zip(at.delta, at.y, strict=True)]),
            "b": _layers([delta.sum(1) for delta in at.delta]),
        }
        steps.append(
            {
                **old,
                **new,
                "v": _layers(at.v),
                "y": dict(enumerate(at.y)),
                "delta": _layers(at.delta),
                "p": {run.depth: p},
                "t": {run.depth: t},
                "E": {run.depth: loss[n] / patterns},
                "S": {run.depth: p.sum(0)},
                **{f"dE/d{letter}": (taken if plain else used)[letter] for letter in "wb"},
            }
        )
    return steps


def take_step(networks: Networks, patterns: int) -> None:
    """One mini-batch of all training images, in their order."""
    networks.begin()
    networks.train({run.seed: np.arange(patterns) for run in networks.runs})


def _layers(parts: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    return dict(enumerate(parts, start=1))


def _numpy(step: Mapping[str, Mapping[int, torch.Tensor]]) -> LayerArrays:
    return {
        letter: {r: part.detach().numpy() for r, part in layers.items()} for letter, layers in step.items()
    }
