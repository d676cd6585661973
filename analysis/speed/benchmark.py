"""How fast stacks train on one thread, beside the machine's own matrix product and a plain autograd loop.

All times are medians over repetitions, in which everything that is compared takes its turn: a machine that is
busy with other work for a while slows all of it. Steps draw their mini-batches as training does.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from itertools import cycle, islice, pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import torch

from analysis.speed.bookkeeping import bookkeeping
from analysis.speed.machine import held, processor
from analysis.speed.recorded import Benchmark
from analysis.studies.data import CLASSES, Data, load
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.training.epochs import batch_order, evaluate, reproducibly
from analysis.training.images import Images
from analysis.training.passes import Pass, Passes
from analysis.training.probes import probe
from analysis.training.stack import Stack

REPETITIONS = 9
TURN = 0.1  # seconds that each takes in each repetition
VARIED_DEPTH = 20
WIDTHS, MODELS, WORKERS = (16, 32, 64, 128), (1, 4, 12, 36), (1, 2)
Timed = Callable[[], object]


@torch.inference_mode()
@reproducibly()
def benchmark(study: Study, cache: Path) -> Benchmark:
    """Stacks of all the study's runs of a depth, and others at its depth nearest `VARIED_DEPTH`."""
    data = load(study.dataset, cache)
    protocol = study.runs[0]
    stacks = {("depth", depth): _runs(study.runs, depth) for depth in study.depths}
    at = _runs(study.runs, min(study.depths, key=lambda depth: abs(depth - VARIED_DEPTH)))
    for width in WIDTHS:
        stacks["width", width] = [run.model_copy(update={"width": width}) for run in at]
    for count in MODELS:
        seeded = (run.model_copy(update={"seed": run.seed + 1000 * n}) for n in range(count) for run in at)
        stacks["models", count] = list(islice(seeded, count))
    timed: dict[Any, Timed] = {"peak": matrix_product(), "copy": copy()}
    trained = {}
    for key, runs in stacks.items():
        stack = Stack(runs, data.train_images.shape[1])
        trained[key] = (stack, Images(data.train_images, data.train_labels, stack))
        timed[key] = step(*trained[key])
    for depth in study.depths:
        timed["autograd", depth] = by_autograd(*trained["depth", depth])
    seconds = medians(timed)

    peak = 2 * SIZE**3 / seconds["peak"] / 1e9
    batches = len(data.train_images) / protocol.batch_size
    measured: dict[tuple[str, int], dict[str, float]] = {}
    for key, runs in stacks.items():
        epoch = seconds[key] * batches
        gflop = arithmetic(runs[0], data.train_images.shape[1]) * len(data.train_images) * len(runs) / 1e9
        measured[key] = {
            "ms_per_model_epoch": 1e3 * epoch / len(runs),
            "gflops": gflop / epoch,
            "fraction_of_peak": gflop / epoch / peak,
            "flop_per_byte": gflop * 1e9 / batches / moved(runs, data.train_images.shape[1]),
        }
    for depth in study.depths:
        row, (stack, images) = measured["depth", depth], trained["depth", depth]
        row["autograd_ms_per_model_epoch"] = 1e3 * seconds["autograd", depth] * batches
        row["overhead"] = _overhead(stack, images, data, row["ms_per_model_epoch"] / 1e3 * len(stack.runs))
    return Benchmark.model_validate(
        {
            "peak_gflops": peak,
            "copy_gigabytes_per_second": 2 * COPIED / seconds["copy"] / 1e9,
            "depths": {depth: measured["depth", depth] for depth in study.depths},
            "widths": {width: measured["width", width] for width in WIDTHS},
            "models": {count: measured["models", count] for count in MODELS},
            "workers": {count: _together(count, at, study.dataset, cache) for count in WORKERS},
            "bookkeeping": bookkeeping(study),
            "study": study.name,
            "machine": processor(),
            "width": protocol.width,
            "models_per_stack": len(at),
            "varied_at_depth": at[0].depth,
            "threads": 1,
            "torch": version("torch"),
        }
    )


def _runs(runs: Sequence[Run], depth: int) -> list[Run]:
    return [run for run in runs if run.depth == depth]


def arithmetic(run: Run, inputs: int) -> int:
    """Floating-point operations per pattern: 6 for each weight, less 2 in the first layer.

    A weight takes part in the forward pass, in delta of the layer below and in its own gradient, each a
    product and a sum; the inputs need no delta.
    """
    units = [inputs, *[run.width] * (run.depth - 1), CLASSES]
    return sum(6 * here * below for below, here in pairwise(units)) - 2 * units[0] * units[1]


def moved(runs: Sequence[Run], inputs: int) -> int:
    """Bytes that a mini-batch has to move at least, where nothing stays in the cache from layer to layer.

    A weight is read in the forward pass and for delta, read and written in the update; y of a unit and
    pattern is written once and read twice.
    """
    run = runs[0]
    units = [inputs, *[run.width] * (run.depth - 1), CLASSES]
    weights = sum(here * below for below, here in pairwise(units))
    return 4 * len(runs) * (4 * weights + 3 * sum(units[1:]) * run.batch_size)


SIZE, COPIED = 1024, 256 * 2**20


def matrix_product() -> Timed:
    """torch's float32 product of two square matrices: the fastest arithmetic that the machine offers."""
    a, b, product = (torch.rand(SIZE, SIZE) for _ in range(3))
    return lambda: torch.mm(a, b, out=product)


def copy() -> Timed:
    """A copy that no cache can hold."""
    source, target = (torch.zeros(COPIED, dtype=torch.uint8) for _ in range(2))
    return lambda: target.copy_(source)


def step(stack: Stack, images: Images) -> Timed:
    """One step of the stack, its mini-batches included."""
    at, orders = Pass(stack, stack.runs[0].batch_size), _orders(stack, images)

    def one() -> None:
        images.fill(at, {seed: next(order) for seed, order in orders.items()})
        at.step()

    return one


def by_autograd(stack: Stack, images: Images) -> Timed:
    """One step of a tanh network of the stack's sizes, as a user of torch.nn writes it."""
    (order, *_) = _orders(stack, images).values()
    with torch.inference_mode(False):
        layers: list[torch.nn.Module] = []
        for below, here in pairwise(stack.units):
            layers += [torch.nn.Linear(below, here), torch.nn.Tanh()]
        network = torch.nn.Sequential(*layers[:-1])
        optimizer = torch.optim.SGD(network.parameters(), stack.learning_rate)

    def one() -> None:
        index = next(order)
        with torch.inference_mode(False):
            optimizer.zero_grad()
            x, labels = images.images[index] / 255, images.labels[index]
            torch.nn.functional.cross_entropy(network(x), labels).backward()
            optimizer.step()

    return one


def _orders(stack: Stack, images: Images) -> dict[int, cycle[torch.Tensor]]:
    """Full mini-batches of each seed, without end."""
    size = stack.runs[0].batch_size
    return {
        seed: cycle(list(torch.from_numpy(batch_order(seed, 1, len(images.labels))).split(size))[:-1])
        for seed in stack.seeds
    }


def medians(steps: Mapping[Any, Timed]) -> dict[Any, float]:
    """Seconds of one step of each: the median over repetitions, in each of which all take their turns."""
    for one in steps.values():
        one()  # the first allocates
    counts = {name: max(1, round(TURN / _seconds(one, 1))) for name, one in steps.items()}
    times = [{name: _seconds(one, counts[name]) for name, one in steps.items()} for _ in range(REPETITIONS)]
    return {name: median(turn[name] for turn in times) for name in steps}


def _seconds(one: Timed, count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        one()
    return (perf_counter() - start) / count


def _overhead(stack: Stack, images: Images, data: Data, epoch: float) -> float:
    """Evaluation after each epoch, and the probes of a run, by the training."""
    tests, run = Images(data.test_images, data.test_labels, stack), stack.runs[0]
    passes, forward = Passes(stack), Passes(stack, training=False)
    seconds = medians({"evaluate": lambda: evaluate(forward, tests), "probe": lambda: probe(passes, images)})
    return (seconds["evaluate"] + seconds["probe"] * len(run.probe_epochs) / run.epochs) / epoch


def _together(workers: int, runs: Sequence[Run], dataset: str, cache: Path) -> dict[str, float]:
    """Milliseconds per model and epoch, for one of so many processes that train at once, and for all."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(workers)
    with context.Pool(workers, _meet, (barrier,)) as pool:
        times = pool.starmap(_epoch_seconds, [(runs, dataset, cache)] * workers, chunksize=1)
    each = 1e3 * max(seconds for seconds, _ in times) / len(runs)
    return {
        "ms_per_model_epoch": each,
        "ms_per_model_epoch_of_all": each / workers,
        "gigabytes_resident": max(held for _, held in times),
    }


_barrier: Any = None


def _meet(barrier: Any) -> None:
    global _barrier
    _barrier = barrier


@torch.inference_mode()
@reproducibly()
def _epoch_seconds(runs: Sequence[Run], dataset: str, cache: Path) -> tuple[float, float]:
    """Seconds of an epoch of the stack, once all processes are ready; gigabytes that this one has held."""
    data = load(dataset, cache)
    stack = Stack(runs, data.train_images.shape[1])
    one = step(stack, Images(data.train_images, data.train_labels, stack))
    one()
    _barrier.wait()
    seconds = medians({"step": one})["step"] * len(data.train_images) / runs[0].batch_size
    return seconds, held()
