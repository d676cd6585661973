"""Training, compiled and by torch, against a plain loop with autograd; divergence, kills, shared mini-batches."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS, trained

from analysis.studies.data import load
from analysis.studies.run import HISTORY, PROBES
from analysis.training import checkpoints, epochs
from analysis.training.checkpoints import Checkpoint
from analysis.training.epochs import batch_order, train_epoch, train_stack
from analysis.training.state import State
from analysis.training.ways import networks_of

MIXED = [*ACTIVATIONS, "gelu", "v*exp(-v**2/2)"]
OPTIMIZERS = {
    "sgd": {"optimizer": "sgd"},
    "momentum": {"optimizer": "momentum", "learning_rate": 0.03, "momentum": 0.8},
    "adam": {"optimizer": "adam", "learning_rate": 0.01, "beta1": 0.8, "beta2": 0.99, "adam_eps": 1e-4},
}


@pytest.mark.slow
@pytest.mark.parametrize("weight_decay", [0.0, 0.03])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_histories_and_the_weights_after_three_epochs_are_those_of_autograd(
    run, small_data, way, libraries, optimizer, weight_decay
):
    protocol = {"depth": 4, "epochs": 3, "weight_decay": weight_decay} | OPTIMIZERS[optimizer]
    runs = [run(name, seed=n % 2, **protocol) for n, name in enumerate(MIXED)]
    results = {result.run: result for result in train_stack(runs, small_data, np.float64, cache=libraries)}
    networks = networks_of(runs, small_data, np.float64, "cpu", libraries)
    for epoch in (1, 2, 3):
        train_epoch(networks, epoch, len(small_data.train_labels))
    ours = networks.arrays()
    for n, one in enumerate(networks.runs):
        model, history = trained(one, small_data)
        for measure in HISTORY:
            assert results[one].history[measure] == pytest.approx(history[measure], rel=1e-10)
        for name, expected in model.arrays().items():
            assert np.abs(ours[name][n] - expected).max() < 1e-10 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("initializer", ["torch_default", "normal"])
def test_networks_that_begin_with_biases_are_trained_as_by_autograd(
    run, small_data, way, libraries, initializer
):
    free = {"sigma_w": 1.3, "sigma_b": 0.4} if initializer == "normal" else {}
    one = run("tanh", 4, epochs=2, initializer=initializer, **free)
    [result] = train_stack([one], small_data, np.float64, cache=libraries)
    _, history = trained(one, small_data)
    for measure in HISTORY:
        assert result.history[measure] == pytest.approx(history[measure], rel=1e-10)


@pytest.mark.parametrize("classes", [2, 47, 256])
def test_the_output_layer_has_a_unit_for_each_class(run, small_data, way, libraries, classes):
    labels = {f"{of}_labels": np.arange(count) * 97 % classes for of, count in (("train", 75), ("test", 40))}
    data = replace(small_data, **labels, classes=classes)
    [result] = train_stack([run("tanh")], data, np.float64, cache=libraries)
    model, history = trained(run("tanh"), data)
    assert model.W[-1].shape[0] == classes
    for measure in HISTORY:
        assert result.history[measure] == pytest.approx(history[measure], rel=1e-10)


@pytest.mark.slow
def test_in_single_precision_accuracies_are_those_of_autograd_but_for_chance(
    mnist_cache, run, way, libraries
):
    data = load("MNIST", mnist_cache)
    data = replace(data, train_images=data.train_images[:6400], train_labels=data.train_labels[:6400])
    runs = [
        run(name, depth=5, seed=seed, epochs=3, width=32, batch_size=64)
        for name, seed in product(["tanh", "relu"], range(5))
    ]
    last = {
        result.run: result.history["test_accuracy"][-1] for result in train_stack(runs, data, cache=libraries)
    }
    differences = [
        accuracy - trained(one, data, torch.float32)[1]["test_accuracy"][-1] for one, accuracy in last.items()
    ]
    assert min(last.values()) > 0.8
    # Student's t for paired differences, 9 degrees of freedom, at a level of one in a thousand.
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert abs(np.mean(differences)) <= 4.78 * error + 1e-4


@pytest.mark.parametrize(("last", "probed"), [(1, [0, 1]), (3, [0, 3]), (5, [0, 3, 5])])
def test_gradients_are_probed_untrained_after_three_epochs_and_last(run, small_data, libraries, last, probed):
    [result] = train_stack([run(epochs=last)], small_data, cache=libraries)
    assert sorted(result.probes) == probed
    for measures in result.probes.values():
        assert sorted(measures) == sorted(PROBES)
        assert {len(values) for values in measures.values()} == {3}


def test_mini_batches_depend_on_seed_and_epoch_alone():
    first = batch_order(0, 1, 1000)
    assert sorted(first) == list(range(1000))
    assert (first == batch_order(0, 1, 1000)).all()
    for other in (batch_order(0, 2, 1000), batch_order(1, 1, 1000)):
        assert (first == other).mean() < 0.02


def test_order_is_not_drawn_from_the_stream_of_the_first_layer_of_as_many_layers():
    of_weights = np.random.default_rng([0, 5, 0])  # seed 0, depth 5, layer 0
    assert (batch_order(0, 5, 1000) == of_weights.permutation(1000)).mean() < 0.02


@pytest.mark.parametrize("width", [16, 32])
def test_a_run_gives_the_same_bits_in_any_stack(run, small_data, way, libraries, width):
    """Where each array of a model fills whole vectors of the processor, as with the built-in studies."""
    count = {"train": 64, "test": 32}
    parts = {f"{part}_{kind}": count[part] for part, kind in product(count, ["images", "labels"])}
    data = replace(small_data, **{name: getattr(small_data, name)[:size] for name, size in parts.items()})
    runs = [run(name, seed=seed, width=width) for name, seed in product(MIXED, [0, 1, 2])]
    together = {result.run: result for result in train_stack(runs, data, cache=libraries)}
    for stack in (runs[:1], runs[1:6], runs[::4], runs[-1:]):
        for result in train_stack(stack, data, cache=libraries):
            same = together[result.run]
            assert (result.history, result.probes) == (same.history, same.probes)


def test_a_stack_gives_the_same_bits_again(run, small_data, way, libraries):
    runs = [run(name, seed=seed, width=13) for name, seed in product(ACTIVATIONS, [0, 1])]
    first, again = (train_stack(runs, small_data, cache=libraries) for _ in range(2))
    assert first == again


def test_a_run_that_diverges_is_recorded_and_leaves_the_others_alone(run, small_data, way, libraries):
    # At this rate 0.01 v lets LeCun's activation grow without bound; the sigmoid is bounded.
    wild, tame = (run(name, depth=6, learning_rate=10.0, epochs=4) for name in ("lecun", "sigmoid"))
    diverged, beside = train_stack([wild, tame], small_data, cache=libraries)
    first = diverged.diverged_at
    assert first is not None
    finite = [math.isfinite(loss) for loss in diverged.history["train_loss"]]
    assert finite == [epoch < first for epoch in range(1, 5)]
    [alone] = train_stack([tame], small_data, cache=libraries)
    assert beside.diverged_at is None
    assert beside.history["test_loss"] == pytest.approx(alone.history["test_loss"], rel=1e-3)


def test_progress_is_told_each_epoch(run, small_data, libraries):
    told: list[int] = []
    train_stack([run(epochs=3)], small_data, progress=told.append, cache=libraries)
    assert told == [0, 1, 2, 3]


class Killed(BaseException):
    """As a kill: nothing catches it."""


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("batches", [1, 7, 13, 20, 29])
def test_a_training_that_was_killed_goes_on_to_the_same_bits(
    run, small_data, way, libraries, tmp_path, monkeypatch, batches, optimizer
):
    protocol = {"epochs": 5} | OPTIMIZERS[optimizer]
    runs = [run(name, seed=seed, **protocol) for name, seed in product(ACTIVATIONS, [0, 1])]
    undisturbed = train_stack(runs, small_data, cache=libraries)
    monkeypatch.setattr(checkpoints, "EVERY", 0.0)
    monkeypatch.setattr(checkpoints, "DEARTH", 0.0)
    monkeypatch.setattr(epochs, "AT_ONCE", 1)
    advance, done = State.advance, []

    def counting(self, count):
        if len(done) == batches:  # of the 25 mini-batches of five epochs
            raise Killed
        done.append(count)
        advance(self, count)

    path = tmp_path / "checkpoint.npz"
    with monkeypatch.context() as killing:
        killing.setattr(State, "advance", counting)
        if batches < 25:
            with pytest.raises(Killed):
                train_stack(runs, small_data, checkpoint=path, cache=libraries)
        else:
            train_stack(runs, small_data, checkpoint=path, cache=libraries)
    told: list[int] = []
    resumed = train_stack(runs, small_data, checkpoint=path, progress=told.append, cache=libraries)
    assert resumed == undisturbed
    assert told == list(range(min(batches // 5, 5), 6))


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"", None])
def test_a_checkpoint_that_can_not_be_read_is_not_taken_up(
    run, small_data, libraries, tmp_path, monkeypatch, damage
):
    monkeypatch.setattr(checkpoints, "EVERY", 0.0)
    path = tmp_path / "checkpoint.npz"
    expected = train_stack([run()], small_data, checkpoint=path, cache=libraries)
    content = path.read_bytes()
    # None: a bit of the weights is turned over, which the sum of the array tells.
    path.write_bytes(damage(content) if damage else content[:500] + bytes([content[500] ^ 1]) + content[501:])
    assert Checkpoint(path).read() is None
    assert train_stack([run()], small_data, checkpoint=path, cache=libraries) == expected
