"""A stack: N networks of one depth, trained in lockstep by the derived equations.

The arrays of all networks lie side by side, units before patterns, as in the equations: y[r] has the shape
(models, units, patterns), so that the four equations of the report are one line each in `passes`:

    forward            v = W y + b,  y = f(v)
    output delta       delta = (p - t) / patterns
    delta recursion    delta[r] = f'(v[r]) * (W[r+1]^T delta[r+1])
    update             W[r] <- W[r] - learning_rate * delta[r] y[r-1]^T
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np
import torch

from analysis.code.binding import by_torch
from analysis.code.generate import generate
from analysis.studies.patterns import CLASSES
from analysis.studies.run import Run
from analysis.training.networks import MEANS, drawn, units_of


class Stack:
    """Networks of one depth and one protocol; any mix of activations and seeds.

    Models are ordered by seed: those of one seed see the same images, and their first layers are one product.
    `runs[n]` is model n; W[r] is (models, units, units below), b[r] (models, units, 1). What an optimizer keeps of
    the gradients, u and s, has the same shapes. `steps` counts the updates.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        inputs: int,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device = "cpu",
        classes: int = CLASSES,
    ) -> None:
        self.runs = tuple(sorted(runs, key=lambda run: run.seed))
        run = self.runs[0]
        self.dtype, self.device = dtype, device
        self.units, self.depth = units_of(run, inputs, classes), run.depth
        self.seeds = {
            seed: slice(models[0], models[-1] + 1)
            for seed, group in groupby(range(len(self.runs)), key=lambda n: self.runs[n].seed)
            for models in [list(group)]
        }
        self.activations = [
            (generate(function, by_torch), models)
            for function in dict.fromkeys(run.function for run in self.runs)
            for models in _slices([n for n, run in enumerate(self.runs) if run.function == function])
        ]
        layers = list(zip(*(drawn(run, inputs, classes) for run in self.runs), strict=True))
        self.W = [self.tensor(np.stack([W for W, _ in layer])) for layer in layers]
        self.b = [self.tensor(np.stack([b for _, b in layer])[:, :, None]) for layer in layers]
        self.kept = {
            letter: [torch.zeros_like(part) for part in (*self.W, *self.b)] for letter in MEANS[run.optimizer]
        }
        self.steps = torch.zeros(len(self.runs), 1, 1, dtype=torch.float64, device=device)

    @property
    def parameters(self) -> dict[str, torch.Tensor]:
        """All that training changes, by name: W0, ..., b0, ..., u_W0 and so on; biases as (models, units)."""
        lists = {"": (self.W, self.b)}
        for letter, parts in self.kept.items():
            lists[f"{letter}_"] = parts[: self.depth], parts[self.depth :]
        return {
            **{f"{of}W{r}": W for of, (weights, _) in lists.items() for r, W in enumerate(weights)},
            **{f"{of}b{r}": b.squeeze(2) for of, (_, biases) in lists.items() for r, b in enumerate(biases)},
            "steps": self.steps.flatten(),
        }

    def tensor(self, values: np.ndarray) -> torch.Tensor:
        """The values on the stack's device, in its precision."""
        return torch.as_tensor(values).to(self.device, self.dtype)

    def empty(self, *shape: int) -> torch.Tensor:
        """A buffer on the stack's device, in its precision."""
        return torch.empty(shape, dtype=self.dtype, device=self.device)


def _slices(models: list[int]) -> list[slice]:
    """The models as few slices as possible: one where they are evenly spaced, as in a grid of seeds."""
    steps = {after - before for before, after in pairwise(models)} or {1}
    if len(steps) == 1:
        (step,) = steps
        return [slice(models[0], models[-1] + 1, step)]
    return [slice(n, n + 1) for n in models]
