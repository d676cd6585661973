"""A network by torch's own means, autograd and torch.optim, to compare with what is derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from analysis.studies.patterns import CLASSES, Data
from analysis.studies.run import HISTORY, Run
from analysis.training.epochs import batch_order
from analysis.training.networks import drawn
from analysis.verification.in_numbers import in_torch

#: optimizer -> the letter of a running mean -> its name in the state of torch.optim's
KEPT_BY_TORCH: Mapping[str, Mapping[str, str]] = {
    "sgd": {},
    "momentum": {"u": "momentum_buffer"},
    "adam": {"u": "exp_avg", "s": "exp_avg_sq"},
}

torch.set_num_threads(1)  # products are small here: threads would wait for each other

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "lecun": lambda v: 1.7159 * torch.tanh(2 * v / 3) + 0.01 * v,
}


class Reference:
    """One network; W[r] (units, units below) and b[r] (units, 1) are copied."""

    def __init__(self, run: Run, W: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> None:
        self.run = run
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
        """All that training changes, by the names that `Networks.arrays` gives it."""
        named = {f"{letter}{r}": part for letter in "Wb" for r, part in enumerate(getattr(self, letter))}
        means = {
            f"{mean}_{name}": self.optimizer.state[part][kept]
            for mean, kept in KEPT_BY_TORCH[self.run.optimizer].items()
            for name, part in named.items()
        }
        return {name: part.detach().numpy() for name, part in (named | means).items()}


def _optimizer(run: Run, parameters: list[torch.Tensor]) -> torch.optim.Optimizer:
    if run.optimizer == "adam":
        betas = (run.beta1, run.beta2)
        return torch.optim.Adam(parameters, run.learning_rate, betas, run.adam_eps, run.weight_decay)
    # Without momentum torch keeps no mean; 1e-300 of one is nothing.
    momentum = max(run.momentum, 1e-300) if run.optimizer == "momentum" else 0
    return torch.optim.SGD(parameters, run.learning_rate, momentum, weight_decay=run.weight_decay)


def untrained(run: Run, inputs: int, dtype: torch.dtype = torch.float64, classes: int = CLASSES) -> Reference:
    """The network of a run with its initial weights."""
    W, b = (
        [torch.from_numpy(part).to(dtype) for part in parts]
        for parts in zip(*drawn(run, inputs, classes), strict=True)
    )
    return Reference(run, W, b)


def holding(run: Run, arrays: Mapping[str, np.ndarray]) -> Reference:
    """The network of a run with these weights and biases, named as `Networks.arrays` names them."""
    W, b = ([torch.from_numpy(arrays[f"{letter}{r}"]) for r in range(run.depth)] for letter in "Wb")
    return Reference(run, W, b)


def batch_of(
    images: np.ndarray, labels: np.ndarray, dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, torch.Tensor]:
    """Images as fractions of full intensity, and their labels."""
    return torch.tensor(images).to(dtype) / 255, torch.tensor(labels)


def trained(
    run: Run, data: Data, dtype: torch.dtype = torch.float64
) -> tuple[Reference, dict[str, list[float]]]:
    """The network of a run after all its epochs, and its history, by the loop that a reader would write first."""
    x, labels = batch_of(data.train_images, data.train_labels, dtype)
    test_x, test_labels = batch_of(data.test_images, data.test_labels, dtype)
    model = untrained(run, x.shape[1], dtype, data.classes)
    history: dict[str, list[float]] = {measure: [] for measure in HISTORY}
    for epoch in range(1, run.epochs + 1):
        loss_sum = right = 0.0
        for index in torch.from_numpy(batch_order(run.seed, epoch, len(x))).split(run.batch_size):
            loss_sum += model.loss(x[index], labels[index]).item() * len(index)
            right += (model.v[-1].argmax(1) == labels[index]).sum().item()
            model.step(x[index], labels[index])
        test_loss = model.loss(test_x, test_labels).item()
        accuracy = (model.v[-1].argmax(1) == test_labels).double().mean().item()
        measured = [loss_sum / len(x), right / len(x), test_loss, accuracy]
        for name, value in zip(HISTORY, measured, strict=True):
            history[name].append(value)
    return model, history
