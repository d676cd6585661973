"""What is timed of training does train: on mini-batches of the sizes and in the orders of an epoch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analysis.speed.by_autograd import ByAutograd
from analysis.speed.steps import training
from analysis.training.by_torch import TorchNetworks
from analysis.training.epochs import batch_order


@pytest.mark.parametrize(("count", "batch", "taken"), [(75, 16, 64), (1000, 16, 256), (75, 100, 75)])
def test_a_call_takes_the_next_full_mini_batches_of_each_seed(run, count, batch, taken):
    seen = []
    runs = [run(seed=seed, batch_size=batch) for seed in (0, 0, 3)]
    timed = training(seen.append, runs, count)
    timed.clock(count // taken + 1)
    assert timed.epochs == 3 * taken / count
    for seed in (0, 3):
        places = np.concatenate([given[seed] for given in seen[:-1]])
        np.testing.assert_array_equal(places, batch_order(seed, 1, count)[: count // taken * taken])
        np.testing.assert_array_equal(seen[-1][seed], seen[0][seed])  # over and over


def test_each_call_changes_the_weights(run, small_data):
    networks = TorchNetworks([run(), run(seed=1)], small_data, np.float32, "cpu")
    before = networks.arrays()
    training(networks.train, networks.runs, 75).clock(3)
    after = networks.arrays()
    assert all((after[f"W{r}"] != before[f"W{r}"]).any(axis=(1, 2)).all() for r in range(3))


def test_autograd_takes_the_steps_of_the_equations(run, small_data):
    one, threads = run(), torch.get_num_threads()
    by_autograd, networks = ByAutograd(one, small_data), TorchNetworks([one], small_data, np.float32, "cpu")
    arrays = networks.arrays()
    layers = by_autograd.network[::2]
    with torch.no_grad():
        for r, layer in enumerate(layers):
            layer.weight.copy_(torch.from_numpy(arrays[f"W{r}"][0]))
            layer.bias.zero_()
    for epoch in (1, 2):
        for train in (by_autograd.train, networks.train):
            train({0: batch_order(0, epoch, 75)})
    arrays = networks.arrays()
    for r, layer in enumerate(layers):
        given = np.asarray(layer.weight.detach())
        np.testing.assert_allclose(given, arrays[f"W{r}"][0], rtol=1e-4, atol=1e-6)
    assert torch.get_num_threads() == threads
