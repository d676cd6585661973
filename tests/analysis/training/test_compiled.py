"""The compiled step: networks of any shape, the same bits in any company, processors with other vectors."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from reference import batch_of, holding

from analysis.code.compiled import compiler
from analysis.studies.patterns import Data
from analysis.studies.run import Run, written
from analysis.training import memory
from analysis.training.compiled import CompiledNetworks, step_library
from analysis.training.ways import why_by_torch
from derivations import activations

ROOT = Path(__file__).parents[3]
NAMES = ["relu", "tanh", "gelu"]  # f' is a function of y, or is kept
OPTIMIZERS = ["sgd", "momentum", "adam"]


@pytest.fixture(autouse=True)
def _compiles(libraries):
    if reason := why_by_torch("cpu", libraries):
        pytest.skip(reason)


@dataclass(frozen=True)
class Shape:
    """The sizes of networks and of their mini-batches."""

    inputs: int
    width: int
    classes: int
    depth: int
    batch: int
    optimizer: str = "sgd"

    def runs(self, *seeds: int) -> list[Run]:
        protocol = {"width": self.width, "batch_size": self.batch, "optimizer": self.optimizer, "epochs": 1}
        if self.optimizer == "adam":  # it divides a gradient by its size, however much of that is rounding
            protocol["adam_eps"] = 1e-3
        return [
            Run(
                activation=name,
                expression=written(activations[name]),
                depth=self.depth,
                seed=seed,
                **protocol,
            )
            for seed in seeds
            for name in NAMES
        ]

    def data(self) -> Data:
        """Random images, three mini-batches of them and an incomplete one."""
        random = np.random.default_rng(7)
        count = 3 * self.batch + (self.batch + 1) // 2
        images = random.integers(0, 256, (count, self.inputs), np.uint8)
        labels = random.integers(0, self.classes, count)
        return Data("random", images, labels, images[:67], labels[:67], self.classes)


SHAPES = some.builds(
    Shape,
    some.integers(1, 70),
    some.integers(1, 70),
    some.integers(2, 60),
    some.integers(2, 6),
    some.integers(1, 70),
    some.sampled_from(OPTIMIZERS),
)
BIG = Shape(inputs=300, width=70, classes=10, depth=3, batch=300)  # more terms than are summed at once
of_any_shape = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def made(libraries):
    """Makes compiled networks of a shape."""

    def make(shape, runs=None, precision=np.float64, cache=libraries):
        return CompiledNetworks(runs or shape.runs(0), shape.data(), precision, cache)

    return make


def order(shape, seed=0):
    return np.random.default_rng(seed).permutation(len(shape.data().train_labels))


def by_autograd(shape, networks, n):
    """Network n by autograd, after one epoch from the arrays that it has."""
    data = shape.data()
    model = holding(networks.runs[n], {name: part[n] for name, part in networks.arrays().items()})
    x, labels = batch_of(data.train_images, data.train_labels)
    for places in np.split(order(shape), range(shape.batch, len(labels), shape.batch)):
        model.step(x[places], labels[places])
    return model.arrays()


def difference(ours, theirs):
    """The largest, by the largest number of the same array."""
    return max(np.abs(ours[name] - part).max() / max(1, np.abs(part).max()) for name, part in theirs.items())


def check_against_autograd(shape, made):
    networks = made(shape)
    expected = [by_autograd(shape, networks, n) for n in range(len(NAMES))]
    networks.train({0: order(shape)})
    for n, theirs in enumerate(expected):
        assert difference({name: part[n] for name, part in networks.arrays().items()}, theirs) < 1e-10


@of_any_shape
@given(shape=SHAPES)
def test_networks_of_any_shape_are_trained_as_by_autograd(made, shape):
    check_against_autograd(shape, made)


def test_networks_are_trained_as_by_autograd_where_sums_are_taken_in_parts(made):
    check_against_autograd(BIG, made)


@of_any_shape
@given(shape=SHAPES)
def test_single_precision_differs_from_double_by_its_rounding(made, shape):
    smooth = [run for run in shape.runs(0) if run.activation != "relu"]  # rounding may cross a kink
    single, double = (made(shape, smooth, precision) for precision in (np.float32, np.float64))
    for networks in (single, double):
        networks.train({0: order(shape)})
    expected = double.arrays()
    del expected["correct"]  # where two outputs are the same but for rounding, that decides
    assert difference(single.arrays(), expected) < 1e-4


def check_same_bits(shape, made, precision):
    """Train networks together, and each alone, in parts, the second of which begins from restored arrays."""
    seeds = (0, 2)
    together = made(shape, shape.runs(*seeds), precision)
    begun = together.arrays()
    together.train({seed: order(shape, seed) for seed in seeds})
    expected = [*together.arrays().items(), *zip(["test_loss", "right"], together.evaluate(), strict=True)]
    gradients = list(together.gradients(min(shape.batch, 9)))
    for n, run in enumerate(together.runs):
        parts = [made(shape, [run], precision) for _ in range(3)]
        assert all(np.array_equal(parts[0].arrays()[name][0], part[n]) for name, part in begun.items())
        for (first, then), places in zip(
            pairwise(parts), np.split(order(shape, run.seed), [2 * shape.batch]), strict=True
        ):
            first.train({run.seed: places})
            then.restore(first.arrays())
        alone = parts[-1]
        found = alone.arrays() | dict(zip(["test_loss", "right"], alone.evaluate(), strict=True))
        assert all(np.array_equal(found[name][0], part[n]) for name, part in expected)
        [at] = alone.gradients(min(shape.batch, 9))
        for name, layers in vars(at).items():
            assert all(map(np.array_equal, layers, getattr(gradients[n], name)))


@of_any_shape
@given(shape=SHAPES, precision=some.sampled_from([np.float32, np.float64]))
def test_a_run_has_the_same_bits_in_any_company_and_in_parts(made, shape, precision):
    check_same_bits(shape, made, precision)


@of_any_shape
@given(shape=SHAPES, precision=some.sampled_from([np.float32, np.float64]))
def test_what_fills_rows_up_to_whole_vectors_reaches_no_number_that_counts(made, shape, precision):
    zeros = memory.aligned

    def nan(*shape, kind):
        array = zeros(*shape, kind=kind)
        array.fill(np.nan)
        return array

    def results(networks):
        networks.train({0: order(shape)})
        yield from networks.arrays().values()
        for at in networks.gradients(shape.batch):
            for layers in vars(at).values():
                yield from layers
        yield from networks.evaluate()

    networks = made(shape, precision=precision)
    with pytest.MonkeyPatch.context() as filled:
        filled.setattr(memory, "aligned", nan)
        among_nan = made(shape, precision=precision)
        among_nan.restore(networks.arrays())
        found = list(results(among_nan))
    expected = list(results(networks))
    assert len(found) == len(expected) > 0
    assert all(map(np.array_equal, found, expected))


@pytest.mark.slow
def test_a_run_has_the_same_bits_in_another_process(run, small_data, libraries):
    one = run("gelu", optimizer="adam")
    networks = CompiledNetworks([one], small_data, np.float32, libraries)
    networks.train({0: np.arange(75)})
    program = f"""
import hashlib, numpy as np
from pathlib import Path
from analysis.studies.patterns import Data
from analysis.studies.run import Run
from analysis.training.compiled import CompiledNetworks
random = np.random.default_rng(1)
train, test = (random.integers(0, 256, (count, 20), dtype=np.uint8) for count in (75, 40))
data = Data("small", train, train[:, :10].argmax(1), test, test[:, :10].argmax(1))
run = Run.model_validate_json({one.model_dump_json()!r})
networks = CompiledNetworks([run], data, np.float32, Path({str(libraries)!r}))
networks.train({{0: np.arange(75)}})
print(b"".join(part.tobytes() for part in networks.arrays().values()).hex())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == b"".join(part.tobytes() for part in networks.arrays().values()).hex()


@pytest.mark.slow
@pytest.mark.skipif("avx2" not in compiler.processor_features(), reason="no processor with AVX2")
@pytest.mark.parametrize(("precision", "error"), [(np.float32, 1e-4), (np.float64, 1e-10)])
@pytest.mark.parametrize(("processor", "size"), [("x86_64", 16), ("x86_64_v3", 32)])
def test_processors_with_shorter_vectors_train_alike_but_for_rounding(
    made, monkeypatch, tmp_path, processor, size, precision, error
):
    """The vectors of SSE have 16 bytes, those of AVX2 have 32; this machine's own are as long or longer."""
    shape = Shape(inputs=45, width=37, classes=10, depth=5, batch=31, optimizer="adam")
    own = made(shape, precision=precision)
    machine = platform.machine().lower()
    monkeypatch.setitem(compiler.FLAGS_OF, machine, (*compiler.FLAGS_OF[machine], f"-mcpu={processor}"))
    other = made(shape, precision=precision, cache=tmp_path)
    assert step_library(precision is np.float64, tmp_path).stride(1) * precision().itemsize == size
    for networks in (own, other):
        networks.train({0: order(shape)})
    assert difference(other.arrays(), own.arrays()) < error
