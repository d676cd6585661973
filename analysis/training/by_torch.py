"""Networks that are trained by calls of torch, in lockstep: on an accelerator, or for want of a compiler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import torch

from analysis.code.binding import by_torch, make
from analysis.code.generate import generate
from analysis.studies.patterns import Data
from analysis.studies.run import Run
from analysis.training.images import Images
from analysis.training.networks import Gradients, by_the_sum, how_many
from analysis.training.passes import Pass, Passes
from analysis.training.stack import Stack

EVALUATED_TOGETHER = 500  # test images in one pass


@contextmanager
def reproducibly() -> Iterator[None]:
    """One thread, as splitting products changes their bits, and no denormals, which are slow; only inside."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_flush_denormal(False)
        torch.set_num_threads(threads)


class TorchNetworks:
    """As `Networks` has it."""

    @reproducibly()
    def __init__(self, runs: Sequence[Run], data: Data, precision: type, device: str) -> None:
        inputs = data.train_images.shape[1]
        self._kind = np.dtype(precision)
        kind = torch.float64 if self._kind == np.float64 else torch.float32
        self.stack = Stack(runs, inputs, kind, device, data.classes)
        self.runs = self.stack.runs
        self._training = Images(data.train_images, data.train_labels, self.stack)
        self._tests = Images(data.test_images, data.test_labels, self.stack)
        self._passes, self._forward = Passes(self.stack), Passes(self.stack, training=False)
        self._loss = torch.zeros(len(self.runs), dtype=torch.float64, device=device)
        self._correct = torch.zeros(len(self.runs), dtype=torch.int64, device=device)

    @reproducibly()
    def begin(self) -> None:
        """Begin to sum loss and right answers."""
        self._loss.zero_()
        self._correct.zero_()

    @reproducibly()
    def train(self, places: Mapping[int, np.ndarray]) -> None:
        """Train on the images at these places, of each seed, in mini-batches."""
        size = self.runs[0].batch_size
        parts = [torch.from_numpy(chosen).to(self.stack.device).split(size) for chosen in places.values()]
        for chosen in zip(*parts, strict=True):
            at = self._passes[len(chosen[0])]
            self._training.fill(at, dict(zip(places, chosen, strict=True)))
            at.step()
            self._add(at)

    def _add(self, at: Pass) -> None:
        self._loss += at.loss
        self._correct += at.correct

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network, (networks,)."""
        return self._loss.cpu().numpy().copy(), self._correct.cpu().numpy().copy()

    @reproducibly()
    def evaluate(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network on the test images."""
        self.begin()
        everything = torch.arange(len(self._tests.labels), device=self.stack.device)
        for index in everything.split(EVALUATED_TOGETHER):
            at = self._forward[len(index)]
            self._tests.fill(at, dict.fromkeys(self.stack.seeds, index))
            at.evaluate()
            self._add(at)
        return self.sums()

    @reproducibly()
    def function(self, n: int, points: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """f and f' of network n at points, by the code that trains."""
        code = generate(self.runs[n].function, by_torch)
        _, y, slope = by_torch(code, points, np.dtype(self._kind))
        return y, slope

    def gradients(self, patterns: int) -> Iterator[Gradients]:
        """Those of each network on the first training images."""
        with reproducibly():
            found = self._gradients(patterns)
        yield from found

    def _gradients(self, patterns: int) -> list[Gradients]:
        at, stack = self._passes[patterns], self.stack
        self._training.fill(at, dict.fromkeys(stack.seeds, torch.arange(patterns, device=stack.device)))
        hidden, v = range(stack.depth - 1), []
        for r in (*hidden, stack.depth - 1):
            make(at.weigh[r])
            v.append(_numpy(at.v[r]))  # it is about to become y
            make(at.activate[r] if r in hidden else at.score)
        y, slope = [_numpy(at.v[r]) for r in hidden], [_numpy(at.slopes(r)) for r in hidden]
        delta = self._deltas(at)
        of_sum = by_the_sum(v[-1].transpose(0, 2, 1).reshape(-1, stack.units[-1]))
        at.delta[-1].copy_(stack.tensor(of_sum.reshape(len(self.runs), patterns, -1).transpose(0, 2, 1)))
        by_sum, W = self._deltas(at), [_numpy(weights) for weights in stack.W]
        x = {seed: _numpy(images.mT) for seed, images in at.x.items()}
        return [
            Gradients(
                W=[layer[n] for layer in W],
                y=[x[run.seed], *(layer[n] for layer in y)],
                v=[layer[n] for layer in v],
                slope=[layer[n] for layer in slope],
                delta=[layer[n] for layer in delta],
                of_sum=[layer[n] for layer in by_sum],
            )
            for n, run in enumerate(self.runs)
        ]

    @reproducibly()
    def distinct(self, patterns: int) -> np.ndarray:
        """How many different outputs each layer gives for the first training images, (networks, layers).

        How torch rounds a product may depend on a pattern's place in it: the same output may then count as a few.
        """
        at, stack = self._forward[patterns], self.stack
        self._training.fill(at, dict.fromkeys(stack.seeds, torch.arange(patterns, device=stack.device)))
        found = []
        for r in range(stack.depth):
            make(at.weigh[r])
            if r < stack.depth - 1:
                make(at.activate[r])
            found.append([how_many(y) for y in _numpy(at.v[r].mT)])
        return np.array(found).T

    def _deltas(self, at: Pass) -> list[np.ndarray]:
        """delta of every layer, (models, units, patterns), from that of the output layer."""
        return [_numpy(delta) for _, delta in at.deltas()][::-1]

    def arrays(self) -> dict[str, np.ndarray]:
        """All that training changes, by name."""
        return {name: _numpy(tensor) for name, tensor in self._tensors().items()}

    @reproducibly()
    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from these arrays."""
        for name, tensor in self._tensors().items():
            tensor.copy_(torch.from_numpy(arrays[name]))

    def _tensors(self) -> dict[str, torch.Tensor]:
        return {**self.stack.parameters, "loss": self._loss, "correct": self._correct}


def _numpy(tensor: torch.Tensor) -> np.ndarray:
    return tensor.cpu().numpy().copy()
