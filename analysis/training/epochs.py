"""The training of one stack: epochs of mini-batches, evaluation on the test set, gradient probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from analysis.studies.data import Data
from analysis.studies.run import HISTORY, PROBES, Run, RunResult
from analysis.training.passes import Pass
from analysis.training.stack import Stack
from analysis.training.state import Checkpoint

FULL_INTENSITY = 255
EVALUATED_TOGETHER = 500  # test images in one pass
UNDERFLOW = 1e-30  # below it, products in single precision begin to be lost


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
def train(
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
    run, state = stack.runs[0], State(stack, Checkpoint(checkpoint))
    if state.epoch > 0:
        progress(state.epoch - 1)
    for epoch in range(state.epoch, run.epochs + 1):
        if epoch > 0:
            losses, accuracies = train_epoch(stack, images, epoch, state)
            state.add(epoch, losses, accuracies, *evaluate(stack, tests))
        if epoch in run.probe_epochs:
            state.probes[epoch] = probe(stack, images)
        state.begin(epoch + 1)
        progress(epoch)
    return state.results(str(device))


def batch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the training images, the same for every activation, depth and stack."""
    # Not [seed, epoch]: seeds are padded with zeros, and weights are drawn from [seed, depth, layer].
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)


def train_epoch(
    stack: Stack, images: Images, epoch: int, state: State | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """One pass over the training set, the last incomplete mini-batch included; mean loss and accuracy.

    It begins at the mini-batch that the state has come to.
    """
    state = state or State(stack, Checkpoint(None))
    count, size = len(images.labels), stack.runs[0].batch_size
    orders = {
        seed: torch.from_numpy(batch_order(seed, epoch, count)).to(stack.device).split(size)
        for seed in stack.seeds
    }
    for indices in islice(zip(*orders.values(), strict=True), state.batch, None):
        at = stack.over(len(indices[0]))
        images.fill(at, dict(zip(orders, indices, strict=True)))
        at.step()
        state.step(at)
    return state.total.means(count)


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
    of_weights = _measure_transfer(at)
    at.take_softmax_sum()
    of_sum = _measure(at)[0]
    measured = [*of_loss, of_sum, *of_weights]
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


def _measure_transfer(at: Pass) -> list[np.ndarray]:
    """What decides how delta changes from a layer to the one below, each (models, layers).

    The spectral norm of W; of any pattern the greatest |delta of r| / (norm of W of r+1 * |delta of r+1|),
    which sup |f'| bounds, nought in the last layer; the part of the units whose f' is zero on every pattern.
    A product of norms below `UNDERFLOW` counts as that, because it may be but what underflow has left.
    """
    norms, transfer, dead = measured = [np.zeros((len(at.loss), len(at.v))) for _ in range(3)]
    for r, above in at.deltas():
        W = at.stack.W[r].double()
        norm = torch.linalg.matrix_norm(W.nan_to_num(posinf=0, neginf=0), 2)
        norms[:, r] = torch.where(W.isfinite().all(2).all(1), norm, torch.nan).cpu()
        if r > 0:
            allowed = (norm[:, None] * above.double().norm(dim=1)).clamp(min=UNDERFLOW)
            transfer[:, r - 1] = (at.delta[r - 1].double().norm(dim=1) / allowed).amax(1).cpu()
            dead[:, r - 1] = (at.slopes(r - 1) == 0).all(2).double().mean(1).cpu()
    return measured


class State:
    """How far the training of a stack has come, and what its runs have given so far.

    `epoch` is the one that is being trained, of which `batch` mini-batches are done.
    """

    def __init__(self, stack: Stack, checkpoint: Checkpoint) -> None:
        self.stack, self.checkpoint = stack, checkpoint
        self.started = perf_counter()
        self.epoch = self.batch = 0
        self.total = _Total(stack)
        self.history: dict[str, list[list[float]]] = {measure: [] for measure in HISTORY}
        self.probes: dict[int, list[dict[str, list[float]]]] = {}
        self.diverged_at: list[int | None] = [None] * len(stack.runs)
        if kept := checkpoint.read():
            self._restore(*kept)

    def begin(self, epoch: int) -> None:
        """The epochs before this one are done."""
        self.epoch, self.batch, self.total = epoch, 0, _Total(self.stack)
        self._keep()

    def step(self, at: Pass) -> None:
        """A mini-batch is done."""
        self.total.add(at)
        self.batch += 1
        self._keep()

    def add(self, epoch: int, *measures: torch.Tensor) -> None:
        """Add the measures of `HISTORY` after an epoch; a loss that is not finite has diverged."""
        for name, values in zip(HISTORY, measures, strict=True):
            self.history[name].append(values.cpu().tolist())
        for n, loss in enumerate(self.history["train_loss"][-1]):
            if self.diverged_at[n] is None and not np.isfinite(loss):
                self.diverged_at[n] = epoch

    def results(self, device: str) -> list[RunResult]:
        """The result of each run."""
        seconds = (perf_counter() - self.started) / len(self.stack.runs)
        return [
            RunResult(
                run,
                {name: [values[n] for values in epochs] for name, epochs in self.history.items()},
                {epoch: models[n] for epoch, models in self.probes.items()},
                self.diverged_at[n],
                device,
                seconds,
            )
            for n, run in enumerate(self.stack.runs)
        ]

    def _keep(self) -> None:
        if not self.checkpoint.is_due():
            return
        rest = {
            "epoch": self.epoch,
            "batch": self.batch,
            "history": self.history,
            "probes": list(self.probes.items()),
            "diverged_at": self.diverged_at,
            "seconds": perf_counter() - self.started,
        }
        self.checkpoint.write({name: array.cpu().numpy() for name, array in self._arrays().items()}, rest)

    def _restore(self, arrays: Mapping[str, np.ndarray], rest: Mapping[str, Any]) -> None:
        for name, array in self._arrays().items():
            array.copy_(torch.from_numpy(arrays[name]))
        self.epoch, self.batch = rest["epoch"], rest["batch"]
        self.history, self.diverged_at = rest["history"], rest["diverged_at"]
        self.probes = dict(rest["probes"])
        self.started -= rest["seconds"]

    def _arrays(self) -> dict[str, torch.Tensor]:
        weights = {f"W{r}": W for r, W in enumerate(self.stack.W)}
        biases = {f"b{r}": b for r, b in enumerate(self.stack.b)}
        return {**weights, **biases, "loss": self.total.loss, "correct": self.total.correct}
