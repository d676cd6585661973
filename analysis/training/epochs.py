"""The training of one stack: epochs of mini-batches, evaluation on the test set, gradient probes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analysis.keeping.files import CACHE
from analysis.studies.patterns import Data
from analysis.studies.run import Run, RunResult
from analysis.training.checkpoints import Checkpoint
from analysis.training.networks import Networks
from analysis.training.probes import probe
from analysis.training.state import State
from analysis.training.ways import networks_of

AT_ONCE = 16  # mini-batches between two looks at whether a checkpoint is due


def train_stack(
    runs: Sequence[Run],
    data: Data,
    precision: type = np.float32,
    device: str = "cpu",
    progress: Callable[[int], None] = lambda epoch: None,
    checkpoint: Path | None = None,
    cache: Path = CACHE,
) -> list[RunResult]:
    """Train the runs, all of one depth and protocol, as one stack; `progress` is told each epoch, from 0.

    With the path of a checkpoint it goes on from there, and keeps its state there every few seconds. What is
    compiled is kept in the cache.
    """
    networks = networks_of(runs, data, precision, device, cache)
    run, state = networks.runs[0], State(networks, Checkpoint(checkpoint))
    if state.epoch > 0:
        progress(state.epoch - 1)
    count, tests = len(data.train_labels), len(data.test_labels)
    for epoch in range(state.epoch, run.epochs + 1):
        if epoch > 0:
            train_epoch(networks, epoch, count, state)
            loss, correct = networks.sums()
            test_loss, test_correct = networks.evaluate()
            state.add(epoch, loss / count, correct / count, test_loss / tests, test_correct / tests)
        if epoch in run.probe_epochs:
            state.probes[epoch] = probe(networks, count)
        state.begin(epoch + 1)
        progress(epoch)
    return state.results(device)


def batch_order(seed: int, epoch: int, count: int) -> np.ndarray:
    """The order of the training images, the same for every activation, depth and stack."""
    # Not [seed, epoch]: seeds are padded with zeros, and weights are drawn from [seed, depth, layer].
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch,))).permutation(count)


def train_epoch(networks: Networks, epoch: int, count: int, state: State | None = None) -> None:
    """One pass over the training images, so many, the last incomplete mini-batch included.

    It begins at the mini-batch that the state has come to.
    """
    state = state or State(networks, Checkpoint(None))
    size = networks.runs[0].batch_size
    orders = {
        seed: batch_order(seed, epoch, count) for seed in dict.fromkeys(run.seed for run in networks.runs)
    }
    batches = -(-count // size)
    while state.batch < batches:
        some = slice(state.batch * size, (state.batch + AT_ONCE) * size)
        networks.train({seed: order[some] for seed, order in orders.items()})
        state.advance(min(AT_ONCE, batches - state.batch))
