"""A network by torch's own means, autograd and torch.optim, to compare with what is derived."""

from __future__ import annotations

from collections.abc import Callable

import torch

from analysis.studies.run import Run

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "lecun": lambda v: 1.7159 * torch.tanh(2 * v / 3) + 0.01 * v,
}


class Reference:
    """One network; W[r] (units, units below) and b[r] (units, 1) are copied."""

    def __init__(self, run: Run, W: list[torch.Tensor], b: list[torch.Tensor]) -> None:
        self.f = ACTIVATIONS[run.activation]
        self.W = [weights.clone().requires_grad_() for weights in W]
        self.b = [bias.flatten().clone().requires_grad_() for bias in b]
        self.optimizer = torch.optim.SGD([*self.W, *self.b], run.learning_rate)
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
        """One step of gradient descent."""
        self.optimizer.zero_grad()
        self.loss(x, labels).backward()
        self.optimizer.step()
