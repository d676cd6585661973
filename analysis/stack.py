"""A stack: N networks of one depth, trained in lockstep by the derived equations.

The arrays of all networks lie side by side, units before patterns, as in the equations: y[r] has the shape
(models, units, patterns), so that the four equations of the report are one line each below:

    forward            v = W y + b,  y = f(v)
    output delta       delta = (p - t) / patterns
    delta recursion    delta[r] = f'(v[r]) * (W[r+1]^T delta[r+1])
    update             W[r] <- W[r] - learning_rate * delta[r] y[r-1]^T

Nothing is allocated while training: every product is written into a buffer that stays, v becomes f'(v) in
place, and the gradient of the weights is never formed, the product that gives it being added to W directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, pairwise

import numpy as np
import torch

from analysis.codegen import generate
from analysis.study import Run
from derivations import find_activation

CLASSES = 10
Images = Mapping[int, torch.Tensor]  # seed -> (patterns, inputs), fractions of full intensity
Labels = Mapping[int, torch.Tensor]  # seed -> (patterns,)


@dataclass(frozen=True)
class Buffers:
    """Where a pass writes, for one number of patterns: v[r] is (models, units, patterns), and so on.

    `activate[r]` are the calls that put f(v[r]) into y[r] and, for a backward pass, f'(v[r]) into v[r].
    """

    v: list[torch.Tensor]
    y: list[torch.Tensor]
    delta: list[torch.Tensor]
    output_delta: torch.Tensor
    activate: list[list[Callable[[], None]]]


class Stack:
    """Networks of one depth and one protocol; any mix of activations and seeds.

    Models are ordered by seed: those of one seed see the same images, and their first layers are one product.
    `runs[n]` is model n. Layers are counted from 0 here, from 1 in the report.
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
            (generate(find_activation(name)), models)
            for name in dict.fromkeys(run.activation for run in self.runs)
            for models in _slices([n for n, run in enumerate(self.runs) if run.activation == name])
        ]
        self.W, self.b = self._initial()
        self.buffers = lru_cache(maxsize=4)(self._allocate)

    def _initial(self) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Glorot-uniform weights, the same for every activation of a seed; zero biases."""
        weights, biases = [], []
        for r, (below, here) in enumerate(pairwise(self.units)):
            limit = np.sqrt(6 / (below + here))  # Glorot and Bengio (2010), equation 16
            drawn = {
                seed: np.random.default_rng([seed, self.depth, r]).uniform(-limit, limit, (here, below))
                for seed in self.seeds
            }
            weights.append(self.tensor(np.stack([drawn[run.seed] for run in self.runs])))
            biases.append(self.tensor(np.zeros((len(self.runs), here, 1))))
        return weights, biases

    def tensor(self, values: np.ndarray) -> torch.Tensor:
        """The values on the stack's device, in its precision."""
        return torch.as_tensor(values).to(self.device, self.dtype)

    def _allocate(self, patterns: int, keep: bool = True) -> Buffers:
        """Buffers for so many patterns; unless a backward pass is to `keep` them, layers share theirs."""

        def buffers(units: int, count: int) -> list[torch.Tensor]:
            shape = (len(self.runs), units, patterns)
            return [torch.empty(shape, dtype=self.dtype, device=self.device) for _ in range(count)]

        hidden, width = self.depth - 1, self.units[1]
        layers = (lambda: buffers(width, hidden)) if keep else (lambda: buffers(width, 1) * hidden)
        v, y = layers(), layers()
        scratch = buffers(width, max(code.scratch for code, _ in self.activations))
        # Each activation works on the views of its own models, made once.
        activate: list[list[Callable[[], None]]] = [
            [
                partial(
                    code.value_and_slope if keep else code.value,
                    v_r[models],
                    y_r[models],
                    [buffer[models] for buffer in scratch],
                )
                for code, models in self.activations
            ]
            for v_r, y_r in zip(v, y, strict=True)
        ]
        (v_out,), (output_delta,) = buffers(CLASSES, 1), buffers(CLASSES, 1)
        return Buffers([*v, v_out], y, buffers(width, 2), output_delta, activate)

    def forward(self, x: Images, at: Buffers) -> torch.Tensor:
        """v of the output layer. Buffers that are kept then hold y = f(v) and, in place of v, f'(v)."""
        for seed, models in self.seeds.items():
            W, v = self.W[0][models].flatten(0, 1), at.v[0][models].flatten(0, 1)
            torch.addmm(self.b[0][models].flatten(0, 1), W, x[seed].mT, out=v)
        for r in range(1, self.depth):
            for activate in at.activate[r - 1]:  # y <- f(v), v <- f'(v)
                activate()
            torch.baddbmm(self.b[r], self.W[r], at.y[r - 1], out=at.v[r])
        return at.v[-1]

    def deltas(self, output_delta: torch.Tensor, at: Buffers) -> Iterator[tuple[int, torch.Tensor]]:
        """Layer and delta, from the output layer down.

        A layer comes when its weights have done their part for the delta below, so that they may be changed.
        """
        delta = output_delta
        for r in range(self.depth - 1, 0, -1):
            below = at.delta[r % 2]
            torch.bmm(self.W[r].mT, delta, out=below)
            below.mul_(at.v[r - 1])
            yield r, delta
            delta = below
        yield 0, delta

    def step(self, x: Images, labels: Labels) -> tuple[torch.Tensor, torch.Tensor]:
        """One update of every model; its loss and its right answers before the update, (models,)."""
        patterns = len(next(iter(labels.values())))
        at = self.buffers(patterns)
        loss, correct, delta = self.loss(self.forward(x, at), labels, at)
        for r, delta_r in self.deltas(delta, at):
            self._update(r, delta_r, x, at)
        return loss, correct

    def _update(self, r: int, delta: torch.Tensor, x: Images, at: Buffers) -> None:
        """W <- W - learning_rate * delta y^T, b <- b - learning_rate * delta 1."""
        if r > 0:
            self.W[r].baddbmm_(delta, at.y[r - 1].mT, alpha=-self.learning_rate)
        else:
            for seed, models in self.seeds.items():
                W = self.W[0][models].flatten(0, 1)
                W.addmm_(delta[models].flatten(0, 1), x[seed], alpha=-self.learning_rate)
        self.b[r].sub_(delta.sum(2, keepdim=True), alpha=self.learning_rate)

    def loss(
        self, v: torch.Tensor, labels: Labels, at: Buffers
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Mean cross-entropy and right answers of each model, (models,), and delta of the output layer."""
        index = torch.cat(
            [labels[seed].expand(_length(models), 1, -1) for seed, models in self.seeds.items()]
        )
        log_p = torch.log_softmax(v, dim=1)
        patterns = v.shape[2]
        log_p_of_label = log_p.gather(1, index)
        loss = -log_p_of_label.sum((1, 2)) / patterns
        # The greatest value rather than its place: argmax takes thirty times as long. NaN is never right.
        correct = (log_p_of_label == log_p.amax(1, keepdim=True)).sum((1, 2))
        delta = torch.softmax(v, dim=1, out=at.output_delta)  # p
        delta.scatter_(1, index, -1, reduce="add").div_(patterns)
        return loss, correct, delta

    def softmax_sum_delta(self, v: torch.Tensor) -> torch.Tensor:
        """Delta of the output layer for the sum of the softmax outputs in place of the loss: p_i (1 - sum p).

        It is zero but for rounding; the report shows what the published coursework plotted.
        """
        p = torch.softmax(v, dim=1)
        return p * (1 - p.sum(1, keepdim=True))

    def gradient(self, r: int, delta: torch.Tensor, x: Images, at: Buffers) -> torch.Tensor:
        """dE/dW of layer r, (models, units, units below)."""
        if r > 0:
            return delta @ at.y[r - 1].mT
        return torch.cat([delta[models] @ x[seed] for seed, models in self.seeds.items()])


def _length(models: slice) -> int:
    return models.stop - models.start


def _slices(models: list[int]) -> list[slice]:
    """The models as few slices as possible: one where they are evenly spaced, as in a grid of seeds."""
    steps = {after - before for before, after in pairwise(models)} or {1}
    if len(steps) == 1:
        (step,) = steps
        return [slice(models[0], models[-1] + 1, step)]
    return [slice(n, n + 1) for n in models]
