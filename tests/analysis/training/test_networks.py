"""Networks, compiled and by torch: what they offer, against autograd in double precision."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS, batch_of, holding

from analysis.training.compiled import CompiledNetworks
from analysis.training.networks import by_the_sum, how_many
from analysis.training.ways import networks_of

PATTERNS = 16
MIXED = [*ACTIVATIONS, "gelu", "v*exp(-v**2/2)"]


@pytest.fixture
def made(way, libraries, small_data):
    """Makes networks of runs, by each way."""

    def make(*runs, precision=np.float64):
        return networks_of(runs, small_data, precision, "cpu", libraries)

    return make


def with_biases(networks):
    """The networks with random biases: zero ones would leave their part untested."""
    random = np.random.default_rng(3)
    arrays = networks.arrays()
    biases = {name: random.uniform(-0.3, 0.3, b.shape) for name, b in arrays.items() if name.startswith("b")}
    networks.restore(arrays | biases)
    return networks


def of_network(networks, n):
    return {name: part[n] for name, part in networks.arrays().items()}


def close(ours, theirs):
    """Equal to 1e-9 of the largest value: deep sigmoid networks have deltas far below any absolute bound."""
    return np.allclose(ours, theirs, rtol=1e-9, atol=1e-9 * np.abs(theirs).max())


@pytest.mark.slow
@pytest.mark.parametrize("depth", [2, 5, 20])
def test_every_array_of_a_mini_batch_agrees_with_autograd(run, made, small_data, depth):
    networks = with_biases(made(*(run(name, depth, seed) for name, seed in product(MIXED, [0, 3]))))
    x, labels = batch_of(small_data.train_images[:PATTERNS], small_data.train_labels[:PATTERNS])
    for n, found in enumerate(networks.gradients(PATTERNS)):
        model = holding(networks.runs[n], of_network(networks, n))
        model.loss(x, labels).backward()
        below = [x.T.numpy(), *(model.f(v).detach().T.numpy() for v in model.v[:-1])]
        assert all(map(close, found.W, (W.detach().numpy() for W in model.W)))
        assert all(map(close, found.y, below))
        assert all(map(close, found.v, (v.detach().T.numpy() for v in model.v)))
        assert all(map(close, found.slope, (model.slope(v).T.numpy() for v in model.v[:-1])))
        assert all(map(close, found.delta, (v.grad.T.numpy() for v in model.v)))
        assert max(np.abs(part).max() for part in found.of_sum) < 1e-14
        assert len(found.v) == len(found.delta) == len(found.of_sum) == len(found.y) == depth


def test_a_look_at_gradients_changes_nothing(run, made):
    networks = made(run("relu"), run("gelu"))
    networks.train({0: np.arange(40)})
    before = networks.arrays()
    assert len(list(networks.gradients(PATTERNS))) == 2
    for name, part in networks.arrays().items():
        assert np.array_equal(part, before[name])


def test_loss_and_right_answers_are_those_before_the_step_and_of_the_test_images(run, made, small_data):
    networks = with_biases(made(*(run(name) for name in MIXED)))
    images, labels = batch_of(small_data.train_images, small_data.train_labels)
    tests = batch_of(small_data.test_images, small_data.test_labels)
    models = [holding(one, of_network(networks, n)) for n, one in enumerate(networks.runs)]
    chosen = np.arange(74, 53, -1)  # a mini-batch, and an incomplete one
    networks.begin()
    networks.train({0: chosen})
    for found, model in zip(zip(*networks.sums(), strict=True), models, strict=True):
        loss = right = 0.0
        for index in torch.from_numpy(chosen).split(16):
            loss += model.loss(images[index], labels[index]).item() * len(index)
            right += (model.v[-1].argmax(1) == labels[index]).sum().item()
            model.step(images[index], labels[index])
        assert found == pytest.approx((loss, right), rel=1e-11)
    for found, model in zip(zip(*networks.evaluate(), strict=True), models, strict=True):
        expected = model.loss(*tests).item() * len(tests[1])
        right = (model.v[-1].argmax(1) == tests[1]).sum().item()
        assert found == pytest.approx((expected, right), rel=1e-11)


def test_a_network_s_function_is_its_activation(run, made):
    networks = made(*(run(name) for name in MIXED))
    points = torch.linspace(-6.03, 6, 101, dtype=torch.float64)
    for n, one in enumerate(networks.runs):
        model = holding(one, of_network(networks, n))
        y, slope = networks.function(n, points.tolist())
        assert np.allclose(y, model.f(points), rtol=1e-12, atol=1e-15)
        assert np.allclose(slope, model.slope(points), rtol=1e-12, atol=1e-15)


def test_every_activation_of_a_seed_starts_from_the_same_weights_in_any_company(run, made):
    mixed = made(*(run(name, seed=seed) for name, seed in product(ACTIVATIONS, [0, 1, 2])))
    alone = made(run("relu", seed=1)).arrays()
    for name, of_all in mixed.arrays().items():
        of_seed = [part for part, one in zip(of_all, mixed.runs, strict=True) if one.seed == 1]
        assert all((part == alone[name][0]).all() for part in of_seed)
        assert name[0] != "W" or (of_all[0] != of_seed[0]).all()


def test_networks_go_on_from_the_arrays_of_others(run, made):
    runs = [run(name, seed=seed, optimizer="adam") for name, seed in product(MIXED, [0, 1])]
    places = {seed: np.random.default_rng(seed).permutation(75) for seed in (0, 1)}
    straight, first, second = (made(*runs, precision=np.float32) for _ in range(3))
    straight.train(places)
    first.train({seed: order[:32] for seed, order in places.items()})
    second.train({seed: order[5:] for seed, order in places.items()})  # what is restored replaces this
    second.restore(first.arrays())
    second.train({seed: order[32:] for seed, order in places.items()})
    for name, expected in straight.arrays().items():
        assert np.array_equal(second.arrays()[name], expected)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid"])
def test_nan_and_infinity_are_kept_as_torch_keeps_them(run, made, small_data, name, number):
    networks = made(run(name))
    arrays = networks.arrays()
    arrays["W0"][0, 2, 5] = number
    networks.restore(arrays)
    x, labels = batch_of(small_data.train_images[:PATTERNS], small_data.train_labels[:PATTERNS])
    model = holding(networks.runs[0], of_network(networks, 0))
    model.loss(x, labels)
    [found] = networks.gradients(PATTERNS)
    for ours, theirs in zip(found.v, model.v, strict=True):
        assert np.allclose(ours, theirs.detach().T, rtol=1e-9, equal_nan=True)


def test_a_network_whose_values_overflow_leaves_the_others_as_they_are(run, made):
    networks, alone = made(run("relu"), run("tanh")), made(run("tanh"))
    arrays = networks.arrays()
    arrays["W0"][0] = np.inf
    networks.restore(arrays)
    for one in (networks, alone):
        one.begin()
        one.train({0: np.arange(75)})
    (lost, loss), _ = networks.sums()
    assert not math.isfinite(lost)
    assert loss == pytest.approx(alone.sums()[0][0], rel=1e-13)
    assert np.isnan(networks.arrays()["W2"][0]).all()


def test_numbers_too_small_to_be_normal_count_as_zero_in_training_and_nowhere_else(run, made):
    def loss(of_first, of_second):
        """The loss with weights of one size in each layer."""
        networks = made(run("relu", depth=2), precision=np.float32)
        signs = {name: np.sign(part) for name, part in networks.arrays().items()}
        sizes = {"W0": np.float32(of_first), "W1": np.float32(of_second)}
        networks.restore(networks.arrays() | {name: size * signs[name] for name, size in sizes.items()})
        networks.begin()
        networks.train({0: np.arange(PATTERNS)})
        return networks.sums()[0][0] / PATTERNS

    assert loss(1e-37, 1e37) != pytest.approx(math.log(10), rel=1e-3)
    assert loss(1e-39, 1e38) == pytest.approx(math.log(10), rel=1e-6)
    assert np.float32(1e-38) / np.float32(100) > 0
    assert (torch.tensor([1e-38]) / 100).item() > 0


def test_the_softmax_outputs_sum_to_one_so_that_their_sum_has_no_gradient():
    v = np.random.default_rng(0).normal(0, 30, (50, 10))
    assert np.abs(by_the_sum(v)).max() < 1e-15
    assert np.array_equal(by_the_sum(np.asfortranarray(v)), by_the_sum(v))


@pytest.mark.parametrize("name", ["relu", "sigmoid"])
def test_different_outputs_are_the_different_rows_of_every_layer(run, made, small_data, name):
    count = len(small_data.train_labels)
    networks = made(run(name, 12), run(name, 12, seed=1), precision=np.float32)
    for distinct, at in zip(networks.distinct(count), networks.gradients(count), strict=True):
        outputs = [*at.y[1:], at.v[-1]]
        assert distinct.tolist() == [len(np.unique(layer.T, axis=0)) for layer in outputs]


def test_counting_outputs_leaves_the_sums_as_they_are(run, made):
    networks = made(run())
    networks.begin()
    networks.train({0: np.arange(20)})
    before = networks.sums()
    networks.distinct(30)
    assert np.array_equal(networks.sums(), before)


def test_the_compiled_step_gives_one_output_for_equal_images_wherever_they_are(run, small_data, libraries):
    same = replace(small_data, train_images=np.repeat(small_data.train_images[:1], 75, axis=0))
    runs = [run(name, 6) for name in MIXED]
    networks = networks_of(runs, same, np.float32, "cpu", libraries)
    if not isinstance(networks, CompiledNetworks):
        pytest.skip("networks are trained by torch here")
    assert np.all(networks.distinct(75) == 1)


def test_zeros_of_both_signs_are_one_output():
    assert how_many(np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, 2.0]])) == 2
