"""The training of a stack against a plain loop with autograd; probes, divergence, shared mini-batches."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS, Reference

from analysis.studies.data import load
from analysis.studies.run import HISTORY, PROBES
from analysis.training import checkpoints
from analysis.training.epochs import batch_order, train_epoch, train_stack
from analysis.training.images import Images
from analysis.training.passes import Passes
from analysis.training.stack import Stack
from analysis.training.state import State


def reference_of(run, inputs, dtype=torch.float64):
    stack = Stack([run], inputs, dtype)
    return Reference(run, [W[0] for W in stack.W], [b[0] for b in stack.b])


def by_autograd(run, data, dtype=torch.float64):
    """The history of a run, by a loop over mini-batches that a reader would write first."""
    x, test_x = (torch.tensor(images).to(dtype) / 255 for images in (data.train_images, data.test_images))
    labels, test_labels = torch.tensor(data.train_labels), torch.tensor(data.test_labels)
    model = reference_of(run, x.shape[1], dtype)
    history = {measure: [] for measure in HISTORY}
    for epoch in range(1, run.epochs + 1):
        loss_sum = right = 0.0
        for index in torch.from_numpy(batch_order(run.seed, epoch, len(x))).split(run.batch_size):
            loss_sum += model.loss(x[index], labels[index]).item() * len(index)
            right += (model.v[-1].argmax(1) == labels[index]).sum().item()
            model.step(x[index], labels[index])
        test_loss = model.loss(test_x, test_labels).item()
        accuracy = (model.v[-1].argmax(1) == test_labels).double().mean().item()
        for name, value in zip(
            HISTORY, [loss_sum / len(x), right / len(x), test_loss, accuracy], strict=True
        ):
            history[name].append(value)
    return history


def test_losses_and_accuracies_agree_with_a_plain_autograd_loop(run, small_data):
    runs = [run(name, seed=seed, epochs=3) for name, seed in product(ACTIVATIONS, [0, 1])]
    for result in train_stack(runs, small_data, torch.float64):
        expected = by_autograd(result.run, small_data)
        for measure in HISTORY:
            assert result.history[measure] == pytest.approx(expected[measure], rel=1e-10)


def test_the_weights_after_three_epochs_are_those_of_autograd(run, small_data):
    runs = [run(name, depth=8, seed=seed, epochs=3) for name, seed in product(ACTIVATIONS, [0, 1])]
    inputs = small_data.train_images.shape[1]
    stack = Stack(runs, inputs, torch.float64)
    images = Images(small_data.train_images, small_data.train_labels, stack)
    passes = Passes(stack)
    with torch.inference_mode():
        for epoch in (1, 2, 3):
            train_epoch(passes, images, epoch)
    x, labels = torch.tensor(small_data.train_images).double() / 255, torch.tensor(small_data.train_labels)
    for n, trained in enumerate(stack.runs):
        model = reference_of(trained, inputs)
        for epoch in (1, 2, 3):
            for index in torch.from_numpy(batch_order(trained.seed, epoch, len(x))).split(trained.batch_size):
                model.step(x[index], labels[index])
        for ours, theirs in zip([*stack.W, *stack.b], [*model.W, *model.b], strict=True):
            expected = theirs.detach().view(ours[n].shape)
            assert (ours[n] - expected).abs().max() < 1e-10 * max(1, expected.abs().max())


@pytest.mark.slow
def test_in_single_precision_accuracies_are_those_of_autograd_but_for_chance(mnist_cache, run):
    data = load("MNIST", mnist_cache)
    data = replace(data, train_images=data.train_images[:6400], train_labels=data.train_labels[:6400])
    runs = [
        run(name, depth=5, seed=seed, epochs=3, width=32, batch_size=64)
        for name, seed in product(["tanh", "relu"], range(5))
    ]
    ours = train_stack(runs, data)
    differences = [
        result.history["test_accuracy"][-1]
        - by_autograd(result.run, data, torch.float32)["test_accuracy"][-1]
        for result in ours
    ]
    assert min(result.history["test_accuracy"][-1] for result in ours) > 0.8
    # Student's t for paired differences, 9 degrees of freedom, at a level of one in a thousand.
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    assert abs(np.mean(differences)) <= 4.78 * error + 1e-4


def test_untrained_probe_measures_the_gradients_of_the_first_training_images(run, small_data):
    runs = [run(name, depth=6) for name in ACTIVATIONS]
    for result in train_stack(runs, small_data, torch.float64):
        model = reference_of(result.run, small_data.train_images.shape[1])
        x = torch.tensor(small_data.train_images[: result.run.batch_size]).double() / 255
        model.loss(x, torch.tensor(small_data.train_labels[: len(x)])).backward()
        expected = {
            "gradient_max": [W.grad.abs().max().item() for W in model.W],
            "gradient_rms": [W.grad.square().mean().sqrt().item() for W in model.W],
            "delta_max": [v.grad.abs().max().item() for v in model.v],
            "delta_rms": [v.grad.square().mean().sqrt().item() for v in model.v],
        }
        below, above = model.v[:-1], list(zip(model.W[1:], model.v[1:], strict=True))
        expected["spectral_norm"] = [np.linalg.svd(W.detach())[1][0] for W in model.W]
        expected["delta_transfer"] = [
            (v.grad.norm(dim=1) / (torch.linalg.svdvals(W)[0] * over.grad.norm(dim=1))).max().item()
            for v, (W, over) in zip(below, above, strict=True)
        ] + [0]
        silent = [model.slope(v) == 0 for v in below]
        expected["dead_units"] = [part.all(0).double().mean().item() for part in silent] + [0]
        for measure, values in expected.items():
            assert result.probes[0][measure] == pytest.approx(values, rel=1e-9)


@pytest.mark.parametrize(("epochs", "probed"), [(1, [0, 1]), (3, [0, 3]), (5, [0, 3, 5])])
def test_gradients_are_probed_untrained_after_three_epochs_and_last(run, small_data, epochs, probed):
    [result] = train_stack([run(epochs=epochs)], small_data)
    assert sorted(result.probes) == probed
    for measures in result.probes.values():
        assert sorted(measures) == sorted(PROBES)
        assert {len(values) for values in measures.values()} == {3}


def test_the_sum_of_the_softmax_outputs_has_no_gradient_but_rounding(run, small_data):
    [result] = train_stack([run()], small_data, torch.float64)
    assert max(result.probes[0]["softmax_sum_max"]) < 1e-15
    assert min(result.probes[0]["gradient_max"]) > 1e-5


def test_mini_batches_depend_on_seed_and_epoch_alone():
    first = batch_order(0, 1, 1000)
    assert sorted(first) == list(range(1000))
    assert (first == batch_order(0, 1, 1000)).all()
    for other in (batch_order(0, 2, 1000), batch_order(1, 1, 1000)):
        assert (first == other).mean() < 0.02


@pytest.mark.parametrize("width", [16, 32])
def test_a_run_gives_the_same_bits_in_any_stack(run, small_data, width):
    """Where each array of a model fills whole vectors of the processor, as with the built-in studies."""
    count = {"train": 64, "test": 32}
    parts = {f"{part}_{kind}": count[part] for part, kind in product(count, ["images", "labels"])}
    data = replace(small_data, **{name: getattr(small_data, name)[:size] for name, size in parts.items()})
    runs = [run(name, seed=seed, width=width) for name, seed in product([*ACTIVATIONS, "gelu"], [0, 1, 2])]
    together = {result.run: result for result in train_stack(runs, data)}
    for stack in (runs[:1], runs[1:6], runs[::4], runs[-1:]):
        for result in train_stack(stack, data):
            same = together[result.run]
            assert (result.history, result.probes) == (same.history, same.probes)


def test_a_stack_gives_the_same_bits_again(run, small_data):
    runs = [run(name, seed=seed, width=13) for name, seed in product(ACTIVATIONS, [0, 1])]
    first, again = train_stack(runs, small_data), train_stack(runs, small_data)
    assert [(one.history, one.probes) for one in first] == [(two.history, two.probes) for two in again]


def test_a_run_that_diverges_is_recorded_and_leaves_the_others_alone(run, small_data):
    # At this rate 0.01 v lets LeCun's activation grow without bound; the sigmoid is bounded.
    wild, tame = (run(name, depth=6, learning_rate=10.0, epochs=4) for name in ("lecun", "sigmoid"))
    diverged, beside = train_stack([wild, tame], small_data)
    first = diverged.diverged_at
    assert first is not None
    finite = [math.isfinite(loss) for loss in diverged.history["train_loss"]]
    assert finite == [epoch < first for epoch in range(1, 5)]
    [alone] = train_stack([tame], small_data)
    assert beside.diverged_at is None
    assert beside.history["test_loss"] == pytest.approx(alone.history["test_loss"], rel=1e-3)


def test_order_is_not_drawn_from_the_stream_of_the_first_layer_of_as_many_layers():
    of_weights = np.random.default_rng([0, 5, 0])  # seed 0, depth 5, layer 0
    assert (batch_order(0, 5, 1000) == of_weights.permutation(1000)).mean() < 0.02


def test_denormals_are_flushed_in_training(run, small_data):
    tiny = torch.tensor([1e-38])
    inside: list[float] = []
    train_stack([run()], small_data, progress=lambda epoch: inside.append((tiny / 100).item()))
    assert set(inside) == {0}
    assert (tiny / 100).item() > 0


def test_progress_is_told_each_epoch(run, small_data):
    told: list[int] = []
    train_stack([run(epochs=3)], small_data, progress=told.append)
    assert told == [0, 1, 2, 3]


class Killed(BaseException):
    """As a kill: nothing catches it."""


@pytest.mark.parametrize("steps", [1, 7, 13, 20, 29])
def test_a_training_that_was_killed_goes_on_to_the_same_bits(run, small_data, tmp_path, monkeypatch, steps):
    runs = [run(name, seed=seed, epochs=5) for name, seed in product(ACTIVATIONS, [0, 1])]
    undisturbed = train_stack(runs, small_data)
    monkeypatch.setattr(checkpoints, "EVERY", 0.0)
    monkeypatch.setattr(checkpoints, "DEARTH", 0.0)
    step, done = State.step, []

    def counting(self, at):
        if len(done) == steps:  # of the 25 mini-batches of five epochs
            raise Killed
        done.append(at)
        step(self, at)

    path = tmp_path / "checkpoint.npz"
    with monkeypatch.context() as killing:
        killing.setattr(State, "step", counting)
        if steps < 25:
            with pytest.raises(Killed):
                train_stack(runs, small_data, checkpoint=path)
        else:
            train_stack(runs, small_data, checkpoint=path)
    told: list[int] = []
    resumed = train_stack(runs, small_data, checkpoint=path, progress=told.append)
    assert resumed == undisturbed
    assert told == list(range(min(steps // 5, 5), 6))


@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"", None])
def test_a_checkpoint_that_can_not_be_read_is_not_taken_up(run, small_data, tmp_path, monkeypatch, damage):
    monkeypatch.setattr(checkpoints, "EVERY", 0.0)
    path = tmp_path / "checkpoint.npz"
    expected = train_stack([run()], small_data, checkpoint=path)
    content = path.read_bytes()
    # None: a bit of the weights is turned over, which the sum of the array tells.
    path.write_bytes(damage(content) if damage else content[:500] + bytes([content[500] ^ 1]) + content[501:])
    assert train_stack([run()], small_data, checkpoint=path) == expected
