"""The training of one stack: epochs of mini-batches, evaluation on the test set, gradient probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from analysis.studies.data import Data
from analysis.studies.run import Run, RunResult
from analysis.training.checkpoints import Checkpoint
from analysis.training.images import Images
from analysis.training.passes import Passes
from analysis.training.probes import probe
from analysis.training.stack import Stack
from analysis.training.state import State, Total

EVALUATED_TOGETHER = 500  # test images in one pass


@contextmanager
def reproducibly() -> Iterator[None]:
    """One thread, as splitting products changes their bits, and no denormals, which are slow; only inside."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(threads)


@torch.inference_mode()
@reproducibly()
def train_stack(
    runs: Sequence[Run],
    data: Data,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    progress: Callable[[int], None] = lambda epoch: None,
    checkpoint: Path | None = None,
) -> list[RunResult]:
    """Train the runs, all of one depth and protocol, as one stack; `progress` is told each epoch, from 0.

    With the path of a checkpoint it goes on from there, and keeps its state there every few seconds.
    """
    stack = Stack(runs, data.train_images.shape[1], dtype, device)
    images = Images(data.train_images, data.train_labels, stack)
    tests = Images(data.test_images, data.test_labels, stack)
    passes, forward = Passes(stack), Passes(stack, training=False)
    run, state = stack.runs[0], State(stack, Checkpoint(checkpoint))
    if state.epoch > 0:
        progress(state.epoch - 1)
    for epoch in range(state.epoch, run.epochs + 1):
        if epoch > 0:
            losses, accuracies = train_epoch(passes, images, epoch, state)
            state.add(epoch, losses, accuracies, *evaluate(forward, tests))
        if epoch in run.probe_epochs:
            state.probes[epoch] = probe(passes, images)
        state.begin(epoch + 1)
        progress(epoch)
    return state.results(str(device))


def batch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the training images, the same for every activation, depth and stack."""
    # Not [seed, epoch]: seeds are padded with zeros, and weights are drawn from [seed, depth, layer].
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)


def train_epoch(
    passes: Passes, images: Images, epoch: int, state: State | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """One pass over the training set, the last incomplete mini-batch included; mean loss and accuracy.

    It begins at the mini-batch that the state has come to.
    """
    stack = passes.stack
    state = state or State(stack, Checkpoint(None))
    count, size = len(images.labels), stack.runs[0].batch_size
    orders = {
        seed: torch.from_numpy(batch_order(seed, epoch, count)).to(stack.device).split(size)
        for seed in stack.seeds
    }
    for indices in islice(zip(*orders.values(), strict=True), state.batch, None):
        at = passes[len(indices[0])]
        images.fill(at, dict(zip(orders, indices, strict=True)))
        at.step()
        state.step(at)
    return state.total.averages(count)


def evaluate(passes: Passes, tests: Images) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean loss and accuracy of every model on the whole test set, (models,)."""
    stack = passes.stack
    count, total = len(tests.labels), Total(stack)
    for index in torch.arange(count, device=stack.device).split(EVALUATED_TOGETHER):
        at = passes[len(index)]
        tests.fill(at, dict.fromkeys(stack.seeds, index))
        at.evaluate()
        total.add(at)
    return total.averages(count)
