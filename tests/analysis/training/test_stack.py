"""The derived equations of a stack against torch's autograd, and the random numbers its networks share."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from reference import ACTIVATIONS, Reference

from analysis.training.networks import drawn
from analysis.training.passes import Pass, Passes
from analysis.training.stack import Stack

PATTERNS, INPUTS = 13, 20
MIXTURES = [*([name] for name in ACTIVATIONS), list(ACTIVATIONS)]


def batch(seeds):
    """Different random images and labels for each seed."""
    generator = torch.Generator().manual_seed(2)
    x = {n: torch.rand(PATTERNS, INPUTS, dtype=torch.float64, generator=generator) for n in seeds}
    labels = {n: torch.randint(0, 10, (PATTERNS,), generator=generator) for n in seeds}
    return x, labels


def references(stack):
    return [
        Reference(run, [W[n] for W in stack.W], [b[n] for b in stack.b]) for n, run in enumerate(stack.runs)
    ]


def step(stack, x, labels):
    """One step on the batch; the loss before it."""
    at = Pass(stack, PATTERNS)
    at.fill(x, labels)
    at.step()
    return at.loss / PATTERNS


def close(ours, theirs):
    """Equal to 1e-9 of the largest value: deep sigmoid networks have deltas far below any absolute bound."""
    return torch.allclose(ours, theirs, rtol=1e-9, atol=1e-9 * float(theirs.abs().max()))


@pytest.mark.parametrize("depth", [2, 5, 20])
@pytest.mark.parametrize("names", MIXTURES, ids="+".join)
def test_every_delta_and_gradient_agrees_with_autograd(run, names, depth):
    runs = [run(name, depth, seed) for name, seed in product(names, [0, 3])]
    stack = Stack(runs, INPUTS, torch.float64)
    for b in stack.b:  # zero biases would leave their part in the forward pass untested
        b.uniform_(-0.3, 0.3, generator=torch.Generator().manual_seed(1))
    x, labels = batch(stack.seeds)
    expected = references(stack)
    losses = [model.loss(x[r.seed], labels[r.seed]) for model, r in zip(expected, stack.runs, strict=True)]
    torch.stack(losses).sum().backward()

    at = Pass(stack, PATTERNS)
    at.fill(x, labels)
    at.evaluate()
    assert torch.allclose(at.loss / PATTERNS, torch.stack(losses))
    right = [
        (model.v[-1].argmax(1) == labels[r.seed]).sum() for model, r in zip(expected, stack.runs, strict=True)
    ]
    assert at.correct.tolist() == [int(count) for count in right]
    layers = []
    for r, delta in at.deltas():
        layers.append(r)
        gradient = at.gradient(r)
        for n, model in enumerate(expected):
            assert close(delta[n], model.v[r].grad.T)
            assert close(gradient[n], model.W[r].grad)
            assert close(delta[n].sum(1), model.b[r].grad)
    assert layers == list(range(depth))[::-1]


@pytest.mark.parametrize("depth", [2, 5, 20])
def test_weights_after_some_steps_agree_with_autograd(run, depth):
    stack = Stack(
        [run(name, depth, seed) for name, seed in product(ACTIVATIONS, [0, 1])], INPUTS, torch.float64
    )
    expected = references(stack)
    x, labels = batch(stack.seeds)
    for _ in range(6):
        step(stack, x, labels)
        for model, r in zip(expected, stack.runs, strict=True):
            model.step(x[r.seed], labels[r.seed])
    for n, model in enumerate(expected):
        for r in range(depth):
            assert torch.allclose(stack.W[r][n], model.W[r], rtol=0, atol=1e-10)
            assert torch.allclose(stack.b[r][n].flatten(), model.b[r], rtol=0, atol=1e-10)


def test_every_activation_of_a_seed_starts_from_the_same_weights_in_any_stack(run):
    mixed = Stack([run(name, seed=seed) for name, seed in product(ACTIVATIONS, [0, 1, 2])], INPUTS)
    alone = Stack([run("relu", seed=1)], INPUTS)
    for r in range(3):
        of_seed = [mixed.W[r][n] for n, model in enumerate(mixed.runs) if model.seed == 1]
        assert all(torch.equal(W, alone.W[r][0]) for W in of_seed)
        assert not torch.equal(mixed.W[r][0], of_seed[0])


def test_initial_weights_are_glorot_uniform_and_biases_zero(run):
    stack = Stack([run("tanh", 4, width=200)], 300)
    for W in stack.W:
        limit = (6 / (W.shape[1] + W.shape[2])) ** 0.5
        assert W.abs().max() <= limit
        assert W.abs().max() > 0.99 * limit
        assert W.std() == pytest.approx(limit / 3**0.5, rel=0.05)
    assert all(b.count_nonzero() == 0 for b in stack.b)


def test_biases_begin_as_they_are_drawn(run):
    one = run("tanh", 4, initializer="torch_default")
    stack = Stack([one, run("relu", 4, initializer="torch_default")], INPUTS, torch.float64)
    for b, (_, expected) in zip(stack.b, drawn(one, INPUTS), strict=True):
        assert expected.all()
        assert all((part.squeeze(1).numpy() == expected).all() for part in b)


def test_an_irregular_mixture_trains_as_each_network_does_alone(run):
    members = [("relu", 0), ("tanh", 0), ("relu", 1), ("relu", 2), ("tanh", 2), ("sigmoid", 2), ("relu", 5)]
    mixed = Stack([run(name, seed=seed) for name, seed in members], INPUTS, torch.float64)
    x, labels = batch(mixed.seeds)
    step(mixed, x, labels)
    for n, model in enumerate(mixed.runs):
        alone = Stack([model], INPUTS, torch.float64)
        step(alone, x, labels)
        for r in range(model.depth):
            assert torch.allclose(mixed.W[r][n], alone.W[r][0], rtol=0, atol=1e-14)


def test_a_network_whose_values_overflow_leaves_the_others_as_they_are(run):
    stack = Stack([run("relu"), run("tanh")], INPUTS, torch.float64)
    alone = Stack([run("tanh")], INPUTS, torch.float64)
    stack.W[0][0].fill_(np.inf)
    x, labels = batch(stack.seeds)
    for _ in range(2):
        loss = step(stack, x, labels)
        expected = step(alone, x, labels)
    assert not loss[0].isfinite()
    assert loss[1].item() == pytest.approx(expected.item(), rel=1e-13)


def test_buffers_are_allocated_once_for_a_number_of_patterns(run):
    stack = Stack([run()], INPUTS)
    passes = Passes(stack)
    assert passes[16] is passes[16]


def test_a_step_allocates_next_to_nothing(run):
    stack = Stack([run(name, 20, width=64) for name in ACTIVATIONS], INPUTS)
    x, labels = batch(stack.seeds)
    at = Pass(stack, PATTERNS)
    at.fill(x, labels)
    at.step()
    with torch.profiler.profile(profile_memory=True) as profile:
        at.step()
    allocated = sum(max(0, event.self_cpu_memory_usage) for event in profile.key_averages())
    assert allocated < stack.W[1].nbytes


def test_evaluation_that_keeps_nothing_gives_the_same_outputs(run):
    stack = Stack([run(name, 5) for name in ACTIVATIONS], INPUTS, torch.float64)
    x, labels = batch(stack.seeds)
    outputs = []
    for training in (True, False):
        at = Pass(stack, PATTERNS, training)
        at.fill(x, labels)
        at.evaluate()
        outputs.append((at.v[-1].clone(), at.loss.clone(), at.correct.clone()))
    assert all(map(torch.equal, *outputs))
