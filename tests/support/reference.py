"""A network by torch's own means, autograd and torch.optim, to compare with what is derived."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from analysis.studies.data import Data
from analysis.studies.run import Run
from analysis.training.epochs import batch_order
from analysis.training.networks import drawn
from analysis.verification.equations import in_torch

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "lecun": lambda v: 1.7159 * torch.tanh(2 * v / 3) + 0.01 * v,
}


class Reference:
    """One network; W[r] (units, units below) and b[r] (units, 1) are copied."""

    def __init__(self, run: Run, W: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> None:
        self.f = ACTIVATIONS.get(run.activation) or in_torch(run.function.expression)
        self.W = [weights.clone().requires_grad_() for weights in W]
        self.b = [bias.flatten().clone().requires_grad_() for bias in b]
        self.optimizer = _optimizer(run, [*self.W, *self.b])
        self.v: list[torch.Tensor] = []

    def loss(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy; keeps v of every layer, whose gradient is that layer's delta."""
        self.v = []
        for r, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            y = x if r == 0 else self.f(self.v[-1])
            self.v.append(torch.nn.functional.linear(y, W, b))
            self.v[-1].retain_grad()
        return torch.nn.functional.cross_entropy(self.v[-1], labels)

    def slope(self, v: torch.Tensor) -> torch.Tensor:
        """f'(v), by autograd."""
        at = v.detach().clone().requires_grad_()
        return torch.autograd.grad(self.f(at).sum(), at)[0]

    def step(self, x: torch.Tensor, labels: torch.Tensor) -> None:
        """One step of the run's optimizer."""
        self.optimizer.zero_grad()
        self.loss(x, labels).backward()
        self.optimizer.step()

    def arrays(self) -> dict[str, np.ndarray]:
        """Weights and biases by the names that `Networks.arrays` gives them."""
        named = [("W", self.W), ("b", self.b)]
        return {
            f"{letter}{r}": part.detach().numpy() for letter, parts in named for r, part in enumerate(parts)
        }


def _optimizer(run: Run, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    if run.optimizer == "adam":
        betas = (run.beta1, run.beta2)
        return torch.optim.Adam(parameters, run.learning_rate, betas, run.adam_eps, run.weight_decay)
    momentum = run.momentum if run.optimizer == "momentum" else 0
    return torch.optim.SGD(parameters, run.learning_rate, momentum, weight_decay=run.weight_decay)


def untrained(run: Run, inputs: int, dtype: torch.dtype = torch.float64) -> Reference:
    """The network of a run with its initial weights."""
    W = [torch.from_numpy(weights).to(dtype) for weights in drawn(run, inputs)]
    return Reference(run, W, [torch.zeros(len(weights), dtype=dtype) for weights in W])


def trained(run: Run, data: Data) -> Reference:
    """The network of a run after all its epochs, by a plain loop, in double precision."""
    model = untrained(run, data.train_images.shape[1])
    x, labels = torch.tensor(data.train_images).double() / 255, torch.tensor(data.train_labels)
    for epoch in range(1, run.epochs + 1):
        for index in torch.from_numpy(batch_order(run.seed, epoch, len(x))).split(run.batch_size):
            model.step(x[index], labels[index])
    return model
