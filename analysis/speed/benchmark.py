"""How fast networks train on one thread, beside the fastest matrix product and other ways to train them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analysis.speed import products
from analysis.speed.arithmetic import arithmetic, moved
from analysis.speed.bookkeeping import bookkeeping
from analysis.speed.by_autograd import ByAutograd
from analysis.speed.machine import cores, processor
from analysis.speed.recorded import Benchmark
from analysis.speed.steps import training
from analysis.speed.timing import Clock, clock, medians
from analysis.speed.together import together
from analysis.studies.data import load
from analysis.studies.patterns import Data
from analysis.studies.run import Run, written
from analysis.studies.study import Study
from analysis.training.by_torch import TorchNetworks
from analysis.training.networks import Networks
from analysis.training.probes import probe
from analysis.training.ways import networks_of, why_by_torch
from derivations import activations

VARIED_DEPTH = 20
WIDTHS, BATCHES = (16, 32, 64, 128, 256), (16, 64, 256)
BOOKED = 2000  # stored runs
COPIED = 256 * 2**20  # bytes, which no cache can hold
Key = tuple[str, Any]  # of what is timed: what varies, and its value


class Times(NamedTuple):
    """Seconds: of an epoch of one network, by what varies or another way to train; of a product; of a copy.

    Products are free of variables that hold libraries back, or, where there are such, also as they are with them.
    """

    epoch: Mapping[Key, float]
    free: Mapping[products.Product, float]
    given: Mapping[products.Product, float]
    copy: float


def benchmark(study: Study, cache: Path) -> Benchmark:
    """The study's networks of each depth; and others, at that of its depths which is nearest to `VARIED_DEPTH`."""
    data = load(study.dataset, cache)
    depth = min(study.depths, key=lambda depth: abs(depth - VARIED_DEPTH))
    runs = varied(study, depth)
    networks = {key: networks_of(some, data, np.float32, "cpu", cache) for key, some in runs.items()}
    times = _times(runs, networks, study.depths, data, cache)
    reached, epoch = products.rates(times.free), times.epoch
    peak = max(reached.values())
    rates = {key: _rate(some[0], epoch[key], peak, data) for key, some in runs.items()}
    for deep in study.depths:
        rates["depth", deep] |= {
            "torch_ms_per_model_epoch": 1e3 * epoch["torch", deep],
            "autograd_ms_per_model_epoch": 1e3 * epoch["autograd", deep],
            "overhead": _overhead(networks["depth", deep], data) / epoch["depth", deep],
        }
    for name in activations:
        rates["activation", name]["times_relu"] = epoch["activation", name] / epoch["activation", "relu"]

    def of(what: str) -> dict[Any, dict[str, float]]:
        return {value: rate for (name, value), rate in rates.items() if name == what}

    return Benchmark.model_validate(
        {
            "peak_gflops": peak,
            "peak_by": max(reached, key=reached.__getitem__),
            "products": reached,
            "held_back": products.held_back(products.rates(times.given), reached),
            "held_back_by": products.chosen(),
            "copy_gigabytes_per_second": 2 * COPIED / times.copy / 1e9,
            "trained_by": "calls of torch" if why_by_torch("cpu", cache) else "the compiled step",
            "depths": of("depth"),
            "widths": of("width"),
            "batches": of("batch"),
            "activations": of("activation"),
            "workers": {n: together(n, runs["depth", depth], cache) for n in _doubled(cores())},
            "bookkeeping": bookkeeping(study, BOOKED),
            "study": study.name,
            "machine": processor(),
            "day": date.today(),
            "width": study.width,
            "batch_size": study.batch_size,
            "models_per_stack": len(runs["depth", depth]),
            "varied_at_depth": depth,
            "threads": 1,
            "torch": version("torch"),
        }
    )


def varied(study: Study, depth: int) -> dict[Key, list[Run]]:
    """What varies and its value -> the networks that are trained.

    They are all of the study at each of its depths; of one seed, at the given depth, in other widths and batch sizes;
    and one of each registered activation.
    """

    def changed(runs: Sequence[Run], **changes: Any) -> list[Run]:
        return [run.model_copy(update=changes) for run in runs]

    depths = {deep: [run for run in study.runs if run.depth == deep] for deep in study.depths}
    of_one_seed = [run for run in depths[depth] if run.seed == depths[depth][0].seed]
    return {
        **{("depth", deep): some for deep, some in depths.items()},
        **{("width", width): changed(of_one_seed, width=width) for width in WIDTHS},
        **{("batch", size): changed(of_one_seed, batch_size=size) for size in BATCHES},
        **{
            ("activation", name): changed(of_one_seed[:1], activation=name, expression=written(function))
            for name, function in activations.items()
        },
    }


def _times(
    runs: Mapping[Key, Sequence[Run]],
    networks: Mapping[Key, Networks],
    depths: Sequence[int],
    data: Data,
    cache: Path,
) -> Times:
    count = len(data.train_labels)
    trained = {key: training(networks[key].train, some, count) for key, some in runs.items()}
    for depth in depths:
        some = runs["depth", depth]
        trained["torch", depth] = training(TorchNetworks(some, data, np.float32, "cpu").train, some, count)
        trained["autograd", depth] = training(ByAutograd(some[0], data).train, some[:1], count)
    clocks: dict[Key, Clock] = {("trained", key): one.clock for key, one in trained.items()}
    clocks["copy", COPIED] = clock(copy())
    with ExitStack() as processes:
        free = products.of_libraries(processes.enter_context(products.apart(free=True)))
        if not why_by_torch("cpu", cache):
            free |= products.of_the_step(cache)
        clocks |= {("free", key): one for key, one in free.items()}
        if products.chosen():
            given = products.of_libraries(processes.enter_context(products.apart(free=False)))
            clocks |= {("given", key): one for key, one in given.items()}
        taken = medians(clocks)

    def of(kind: str) -> dict[Any, float]:
        return {key: seconds for (name, key), seconds in taken.items() if name == kind}

    epoch = {key: seconds / trained[key].epochs for key, seconds in of("trained").items()}
    return Times(epoch, of("free"), of("given"), taken["copy", COPIED])


def _rate(run: Run, epoch: float, peak: float, data: Data) -> dict[str, float]:
    """Of a network that takes so many seconds for an epoch."""
    count, inputs = data.train_images.shape
    rate = arithmetic(run, inputs) * count / epoch / 1e9
    return {
        "ms_per_model_epoch": 1e3 * epoch,
        "gflops": rate,
        "fraction_of_peak": rate / peak,
        "flop_per_byte": arithmetic(run, inputs) * run.batch_size / moved(run, inputs),
    }


def copy() -> Callable[[], object]:
    """A copy in memory."""
    source, target = (np.ones(COPIED, np.uint8) for _ in range(2))
    return lambda: np.copyto(target, source)


def _overhead(networks: Networks, data: Data) -> float:
    """Seconds of one network and epoch for evaluation, and for the probes of a run."""
    run, count = networks.runs[0], len(data.train_labels)
    seconds = medians({"evaluate": clock(networks.evaluate), "probe": clock(lambda: probe(networks, count))})
    return (seconds["evaluate"] + seconds["probe"] * len(run.probe_epochs) / run.epochs) / len(networks.runs)


def _doubled(most: int) -> list[int]:
    """1, 2, 4, ... up to so many."""
    return [2**n for n in range(most.bit_length())]
