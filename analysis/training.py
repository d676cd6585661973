"""The training of one stack: epochs of mini-batches, evaluation on the test set, gradient probes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import torch

from analysis.data import Data
from analysis.passes import Pass
from analysis.results import HISTORY, PROBES, RunResult
from analysis.stack import Stack
from analysis.study import Run

FULL_INTENSITY = 255
EVALUATED_TOGETHER = 500  # test images in one pass


class Images:
    """Images kept as bytes on the stack's device; a mini-batch is an index, scaled to fractions."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, stack: Stack) -> None:
        self.images = torch.from_numpy(np.array(images)).to(stack.device)
        self.labels = torch.from_numpy(np.array(labels, dtype=np.int64)).to(stack.device)

    def fill(self, at: Pass, index: Mapping[int, torch.Tensor]) -> None:
        """Put the images and labels of each seed's index, (patterns,), into the buffers of a pass."""
        for seed, chosen in index.items():
            at.x[seed].copy_(self.images.index_select(0, chosen)).div_(FULL_INTENSITY)
            at.labels[seed].copy_(self.labels.index_select(0, chosen))


@torch.inference_mode()
def train(
    runs: Sequence[Run],
    data: Data,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    progress: Callable[[int], None] = lambda epoch: None,
) -> list[RunResult]:
    """Train the runs, all of one depth and protocol, as one stack; `progress` is told each epoch, from 0."""
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)  # more would wait for each other, and splitting products changes their bits
    start = perf_counter()
    stack = Stack(runs, data.train_images.shape[1], dtype, device)
    images = Images(data.train_images, data.train_labels, stack)
    tests = Images(data.test_images, data.test_labels, stack)
    run = stack.runs[0]
    record = _Record(stack)
    for epoch in range(run.epochs + 1):
        if epoch > 0:
            losses, accuracies = train_epoch(stack, images, epoch)
            record.epoch(epoch, losses, accuracies, *evaluate(stack, tests))
        if epoch in run.probe_epochs:
            record.probes[epoch] = probe(stack, images)
        progress(epoch)
    return record.results((perf_counter() - start) / len(stack.runs), str(device))


def batch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the training images, the same for every activation, depth and stack."""
    # Not [seed, epoch]: seeds are padded with zeros, and weights are drawn from [seed, depth, layer].
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)


def train_epoch(stack: Stack, images: Images, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """One pass over the training set, the last incomplete mini-batch included; mean loss and accuracy."""
    count, size = len(images.labels), stack.runs[0].batch_size
    orders = {
        seed: torch.from_numpy(batch_order(seed, epoch, count)).to(stack.device).split(size)
        for seed in stack.seeds
    }
    total = _Total(stack)
    for indices in zip(*orders.values(), strict=True):
        at = stack.over(len(indices[0]))
        images.fill(at, dict(zip(orders, indices, strict=True)))
        at.step()
        total.add(at)
    return total.means(count)


def evaluate(stack: Stack, tests: Images) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean loss and accuracy of every model on the whole test set, (models,)."""
    count, total = len(tests.labels), _Total(stack)
    for index in torch.arange(count, device=stack.device).split(EVALUATED_TOGETHER):
        at = stack.over(len(index), training=False)
        tests.fill(at, dict.fromkeys(stack.seeds, index))
        at.evaluate()
        total.add(at)
    return total.means(count)


class _Total:
    """Loss and right answers of every model, summed over mini-batches."""

    def __init__(self, stack: Stack) -> None:
        self.loss = torch.zeros(len(stack.runs), dtype=torch.float64, device=stack.device)
        self.correct = torch.zeros(len(stack.runs), dtype=torch.int64, device=stack.device)

    def add(self, at: Pass) -> None:
        """Add those of a pass."""
        self.loss += at.loss
        self.correct += at.correct

    def means(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean loss, and accuracy, over so many patterns."""
        return self.loss / count, self.correct.double() / count


def probe(stack: Stack, images: Images) -> list[dict[str, list[float]]]:
    """The gradients of every model in each layer, on one fixed mini-batch: the first training images.

    For each model: measure -> its value in the layers 1..R, as `results.PROBES` names them.
    """
    patterns = min(stack.runs[0].batch_size, len(images.labels))
    at = stack.over(patterns)
    images.fill(at, dict.fromkeys(stack.seeds, torch.arange(patterns, device=stack.device)))
    at.evaluate()
    of_loss = _measure(at)
    at.take_softmax_sum()
    measured = [*of_loss, _measure(at)[0]]
    return [
        {name: values[n].tolist() for name, values in zip(PROBES, measured, strict=True)}
        for n in range(len(stack.runs))
    ]


def _measure(at: Pass) -> list[np.ndarray]:
    """Maximum and root mean square of |dE/dW|, then of |delta|: each (models, layers)."""
    measured = np.empty((4, len(at.loss), len(at.v)))
    for r, delta in at.deltas():
        for n, values in ((0, at.gradient(r)), (2, delta)):
            flat = values.flatten(1).double()
            measured[n, :, r] = flat.abs().amax(1).cpu()
            measured[n + 1, :, r] = flat.square().mean(1).sqrt().cpu()
    return list(measured)


class _Record:
    """What the runs of a stack have given so far."""

    def __init__(self, stack: Stack) -> None:
        self.runs = stack.runs
        self.history: dict[str, list[Any]] = {measure: [] for measure in HISTORY}
        self.probes: dict[int, list[dict[str, list[float]]]] = {}
        self.diverged_at: list[int | None] = [None] * len(self.runs)

    def epoch(self, epoch: int, *measures: torch.Tensor) -> None:
        """Keep the measures of `HISTORY` after an epoch; a loss that is not finite has diverged."""
        for name, values in zip(HISTORY, measures, strict=True):
            self.history[name].append(values.cpu().tolist())
        for n, loss in enumerate(self.history["train_loss"][-1]):
            if self.diverged_at[n] is None and not np.isfinite(loss):
                self.diverged_at[n] = epoch

    def results(self, seconds: float, device: str) -> list[RunResult]:
        """The result of each run."""
        return [
            RunResult(
                run,
                {name: [values[n] for values in epochs] for name, epochs in self.history.items()},
                {epoch: models[n] for epoch, models in self.probes.items()},
                self.diverged_at[n],
                seconds,
                device,
            )
            for n, run in enumerate(self.runs)
        ]
