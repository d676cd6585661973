"""Networks that are trained by the compiled step, `step.c`, one after another on one thread."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from ctypes import POINTER, byref, c_int64, c_void_p, pointer
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from analysis.code.compiled.compiler import library
from analysis.code.compiled.in_c import Compiled, by_c, compiled
from analysis.studies.patterns import Data
from analysis.studies.run import Run
from analysis.training.memory import (
    BatchArrays,
    ByteImages,
    Network,
    NetworkArrays,
    Optimizer,
    place,
    watched,
)
from analysis.training.networks import MEANS, Gradients, by_the_sum, drawn, how_many, units_of

SOURCES = [Path(__file__).with_name(name) for name in ("products.c", "step.c")]
EVALUATED_TOGETHER = 64  # test images


def step_library(double: bool, folder: Path) -> ctypes.CDLL:
    """The compiled step of a precision, for any activation."""
    loaded = library({path.name: path.read_text("utf-8") for path in SOURCES}, double, folder)
    loaded.stride.restype = ctypes.c_int64
    return loaded


class CompiledNetworks:
    """As `Networks` has it."""

    def __init__(self, runs: Sequence[Run], data: Data, precision: type, folder: Path) -> None:
        self.runs = tuple(sorted(runs, key=lambda run: run.seed))
        one, inputs = self.runs[0], data.train_images.shape[1]
        self._kind, self._folder = np.dtype(precision).type, folder
        double = self._kind is np.float64
        self._step = step_library(double, folder)
        self._training = ByteImages(data.train_images, data.train_labels)
        self._tests = ByteImages(data.test_images, data.test_labels)
        self._units = units_of(one, inputs, data.classes)
        self._compiled = [compiled(run.function, double, folder) for run in self.runs]
        self._parameters = [self._drawn(run) for run in self.runs]
        self._networks = [
            parameters.network(made.library)
            for parameters, made in zip(self._parameters, self._compiled, strict=True)
        ]
        self._of_seed = {
            seed: _pointers([self._networks[n] for n in group])
            for seed, group in groupby(range(len(self.runs)), key=lambda n: self.runs[n].seed)
        }
        self._batch = min(one.batch_size, len(data.train_labels))
        self._at = self._arrays(max(self._batch, EVALUATED_TOGETHER))
        self._optimizer = Optimizer(
            1 + list(MEANS).index(one.optimizer), one.learning_rate, one.weight_decay,
            one.momentum, one.beta1, one.beta2, one.adam_eps,
        )  # fmt: skip

    def _drawn(self, run: Run) -> NetworkArrays:
        means = [f"{mean}_{name}" for mean in MEANS[run.optimizer] for name in "Wb"]
        parameters = NetworkArrays(self._units, ["W", "b", *means], self._step.stride, self._kind)
        for r, (W, b) in enumerate(drawn(run, self._units[0], self._units[-1])):
            parameters.real["W"][r][:], parameters.real["b"][r][:] = W, b
        return parameters

    def _arrays(self, patterns: int, apart: bool = False) -> BatchArrays:
        keeps_slope = any(made.code.keeps_slope for made in self._compiled)
        return BatchArrays(self._units, patterns, keeps_slope, self._step.stride, self._kind, apart)

    def begin(self) -> None:
        """Begin to sum loss and right answers."""
        for network in self._networks:
            network.loss, network.correct = 0.0, 0

    def train(self, places: Mapping[int, np.ndarray]) -> None:
        """Train on the images at these places, of each seed, in mini-batches."""
        for seed, networks in self._of_seed.items():
            chosen = np.ascontiguousarray(places[seed], np.int64)
            self._step.train(
                networks, _count(networks), byref(self._at.structure), byref(self._optimizer),
                byref(self._training.structure), c_void_p(place(chosen)), c_int64(len(chosen)), c_int64(self._batch),
            )  # fmt: skip

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network, (networks,)."""
        loss, correct = zip(*((network.loss, network.correct) for network in self._networks), strict=True)
        return np.array(loss), np.array(correct)

    def evaluate(self) -> tuple[np.ndarray, np.ndarray]:
        """Loss and right answers of every network on the test images."""
        self.begin()
        everything = np.arange(len(self._tests.labels))
        self._evaluate(_pointers(self._networks), self._at, self._tests, everything, EVALUATED_TOGETHER)
        return self.sums()

    def _evaluate(
        self, networks: Any, at: BatchArrays, on: ByteImages, places: np.ndarray, batch: int
    ) -> None:
        self._step.evaluate(
            networks, _count(networks), byref(at.structure), byref(on.structure),
            c_void_p(place(places)), c_int64(len(places)), c_int64(batch),
        )  # fmt: skip

    def function(self, n: int, points: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
        """f and f' of network n at points, by the code that trains."""
        _, y, slope = by_c(self._folder)(self._compiled[n].code, points, np.dtype(self._kind))
        return y, slope

    def gradients(self, patterns: int) -> Iterator[Gradients]:
        """Those of each network on the first training images."""
        at, first = self._arrays(patterns, apart=True), np.arange(patterns)
        hidden, last = self._units[1:-1], self._units[-1]
        for network, parameters, made in zip(self._networks, self._parameters, self._compiled, strict=True):
            counted = network.loss, network.correct
            with watched(network, self._kind) as seen:
                self._evaluate(_pointers([network]), at, self._training, first, patterns)
            network.loss, network.correct = counted
            v = [
                _counting(rows.reshape(patterns, -1), count) for rows, count in zip(seen, hidden, strict=True)
            ]
            y = [_counting(rows, count) for rows, count in zip([at.x, *at.y[:-1]], self._units, strict=False)]
            slope = [self._slope(made, at, r) for r in range(len(hidden))]
            delta = self._backpropagated(network, at, patterns)
            of_output = at.y[-1][:, :last]
            at.delta[-1][:, :last] = by_the_sum(of_output)
            of_sum = self._backpropagated(network, at, patterns)
            W = [weights.copy() for weights in parameters.real["W"]]
            yield Gradients(W, y, [*v, of_output.T.copy()], slope, delta, of_sum)

    def distinct(self, patterns: int) -> np.ndarray:
        """How many different outputs each layer gives for the first training images, (networks, layers)."""
        at, first, units = self._arrays(patterns), np.arange(patterns), self._units[1:]
        found = []
        for network in self._networks:
            counted = network.loss, network.correct
            self._evaluate(_pointers([network]), at, self._training, first, patterns)
            network.loss, network.correct = counted
            found.append([how_many(y[:, :count]) for y, count in zip(at.y, units, strict=True)])
        return np.array(found)

    def _backpropagated(self, network: Network, at: BatchArrays, patterns: int) -> list[np.ndarray]:
        self._step.backpropagate(byref(network), byref(at.structure), c_int64(patterns))
        return [_counting(rows, count) for rows, count in zip(at.delta, self._units[1:], strict=True)]

    def _slope(self, made: Compiled, at: BatchArrays, r: int) -> np.ndarray:
        """f'(v) of a hidden layer, (units, patterns): delta is 1 before it is multiplied by it."""
        ones = np.ones_like(at.y[r])
        arrays = (c_void_p(place(rows)) for rows in (ones, at.y[r], at.slope[r]))
        made.library.backward(*arrays, c_int64(ones.size))
        return _counting(ones, self._units[r + 1])

    def arrays(self) -> dict[str, np.ndarray]:
        """All that training changes, by name."""
        parameters = {
            f"{name}{r}": np.stack([one.real[name][r] for one in self._parameters])
            for name, layers in self._parameters[0].real.items()
            for r in range(len(layers))
        }
        loss, correct = self.sums()
        steps = np.array([network.steps for network in self._networks])
        return {**parameters, "loss": loss, "correct": correct, "steps": steps}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from these arrays."""
        for n, (network, parameters) in enumerate(zip(self._networks, self._parameters, strict=True)):
            for name, layers in parameters.real.items():
                for r, real in enumerate(layers):
                    real[:] = arrays[f"{name}{r}"][n]
            network.loss, network.correct, network.steps = (
                arrays[name][n].item() for name in ("loss", "correct", "steps")
            )


def _pointers(networks: Sequence[Network]) -> Any:
    return (POINTER(Network) * len(networks))(*map(pointer, networks))


def _count(networks: Any) -> c_int64:
    return c_int64(len(networks))


def _counting(rows: np.ndarray, count: int) -> np.ndarray:
    """The numbers that count of an array of a mini-batch, as in the equations: (units, patterns)."""
    return rows[:, :count].T.copy()
