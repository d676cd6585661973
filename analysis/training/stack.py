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

from analysis.code.generate import generate
from analysis.studies.data import CLASSES
from analysis.studies.initial_weights import initial_weights
from analysis.studies.run import Run


class Stack:
    """Networks of one depth and one protocol; any mix of activations and seeds.

    Models are ordered by seed: those of one seed see the same images, and their first layers are one product.
    `runs[n]` is model n; W[r] is (models, units, units below), b[r] (models, units, 1).
    """

    def __init__(
        self,
        runs: Sequence[Run],
        inputs: int,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device = "cpu",
    ) -> None:
        self.runs = tuple(sorted(runs, key=lambda run: run.seed))
        run = self.runs[0]
        self.learning_rate = run.learning_rate
        self.dtype, self.device = dtype, device
        self.units = [inputs, *[run.width] * (run.depth - 1), CLASSES]
        self.depth = run.depth
        self.seeds = {
            seed: slice(models[0], models[-1] + 1)
            for seed, group in groupby(range(len(self.runs)), key=lambda n: self.runs[n].seed)
            for models in [list(group)]
        }
        self.activations = [
            (generate(function), models)
            for function in dict.fromkeys(run.function for run in self.runs)
            for models in _slices([n for n, run in enumerate(self.runs) if run.function == function])
        ]
        self.W, self.b = self._initial()

    def _initial(self) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Weights as the protocol draws them, the same for every activation of a seed; zero biases."""
        name, weights, biases = self.runs[0].initializer, [], []
        for r, (below, here) in enumerate(pairwise(self.units)):
            drawn = {
                seed: initial_weights(name, np.random.default_rng([seed, self.depth, r]), below, here)
                for seed in self.seeds
            }
            weights.append(self.tensor(np.stack([drawn[run.seed] for run in self.runs])))
            biases.append(self.tensor(np.zeros((len(self.runs), here, 1))))
        return weights, biases

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
