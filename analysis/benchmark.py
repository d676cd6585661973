"""How fast stacks train on one thread, beside the machine's own matrix product and a plain autograd loop.

Times are medians over repetitions, of mini-batches drawn as in training; evaluation and probes are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from itertools import cycle, pairwise
from statistics import median
from time import perf_counter
from typing import Any

import torch

from analysis.data import Data
from analysis.stack import CLASSES, Stack
from analysis.study import Run, Study
from analysis.training import Images8, batch_order

REPETITIONS, BATCHES = 7, 60
Step = Callable[[], object]


def benchmark(study: Study, data: Data) -> dict[str, Any]:
    """Milliseconds per model and epoch at each depth of the study, one stack of all its runs of that depth.

    fraction_of_peak is the arithmetic that training needs, done at `peak_gflops`, over the time it took;
    autograd_ms_per_model_epoch is one tanh network of torch.nn in a Python loop, its data in memory.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    peak = peak_gflops()
    depths = {}
    for depth in study.depths:
        runs = [run for run in study.runs if run.depth == depth]
        batches = len(data.train_images) / study.batch_size
        ours, autograd = (seconds(step) * batches for step in steps(runs, data))
        gflop = arithmetic(runs[0], data.train_images.shape[1]) * len(data.train_images) / 1e9
        depths[str(depth)] = {
            "ms_per_model_epoch": 1e3 * ours / len(runs),
            "gflops": gflop * len(runs) / ours,
            "fraction_of_peak": gflop * len(runs) / ours / peak,
            "autograd_ms_per_model_epoch": 1e3 * autograd,
        }
    return {
        "peak_gflops": peak,
        "depths": depths,
        "study": study.name,
        "models_per_stack": len(runs),
        "threads": 1,
        "torch": version("torch"),
    }


def arithmetic(run: Run, inputs: int) -> int:
    """Floating-point operations per pattern: 6 for each weight, less 2 in the first layer.

    A weight takes part in the forward pass, in delta of the layer below and in its own gradient, each a
    product and a sum; the inputs need no delta.
    """
    units = [inputs, *[run.width] * (run.depth - 1), CLASSES]
    return sum(6 * here * below for below, here in pairwise(units)) - 2 * units[0] * units[1]


def peak_gflops(size: int = 1024) -> float:
    """The rate of torch's float32 product of two square matrices."""
    a, b, product = (torch.rand(size, size) for _ in range(3))
    return 2 * size**3 / seconds(lambda: torch.mm(a, b, out=product), 10) / 1e9


def seconds(step: Step, count: int = BATCHES) -> float:
    """The time of one step: the median over repetitions of `count` steps, after one to warm up."""
    times = []
    for _ in range(REPETITIONS + 1):
        start = perf_counter()
        for _ in range(count):
            step()
        times.append((perf_counter() - start) / count)
    return median(times[1:])


def steps(runs: Sequence[Run], data: Data) -> tuple[Step, Step]:
    """One mini-batch of a stack of the runs, and of one such network by autograd; data included."""
    stack = Stack(runs, data.train_images.shape[1])
    images = Images8(data.train_images, data.train_labels, stack)
    orders = {
        seed: cycle(torch.from_numpy(batch_order(seed, 1, len(images.labels))).split(runs[0].batch_size))
        for seed in stack.seeds
    }
    layers: list[torch.nn.Module] = []
    for below, here in pairwise(stack.units):
        layers += [torch.nn.Linear(below, here), torch.nn.Tanh()]
    network = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(network.parameters(), runs[0].learning_rate)

    def of_stack() -> None:
        batches = {seed: images.batch(next(order)) for seed, order in orders.items()}
        stack.step(
            {seed: x for seed, (x, _) in batches.items()}, {seed: t for seed, (_, t) in batches.items()}
        )

    def by_autograd() -> None:
        x, labels = images.batch(next(orders[runs[0].seed]))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(x), labels).backward()
        optimizer.step()

    return of_stack, by_autograd
