"""The benchmark's own arithmetic."""

from __future__ import annotations

from time import sleep

import pytest

from analysis.speed import benchmark


def test_arithmetic_counts_every_product_of_a_step_once(run):
    # 3 layers, width 4, 7 inputs: forward and gradient in all, delta in all but the first.
    products = 2 * (7 * 4 + 4 * 4 + 4 * 10) + (4 * 4 + 4 * 10)
    assert benchmark.arithmetic(run(depth=3, width=4), 7) == 2 * products


def test_what_a_step_moves_at_least_grows_with_the_stack(run):
    weights, units = 7 * 4 + 4 * 4 + 4 * 10, 4 + 4 + 10
    alone = run(depth=3, width=4, batch_size=16)
    assert benchmark.moved([alone], 7) == 4 * (4 * weights + 3 * units * 16)
    assert benchmark.moved([alone] * 5, 7) == 5 * benchmark.moved([alone], 7)


def test_the_median_of_a_steps_time_is_not_that_of_the_first(monkeypatch):
    monkeypatch.setattr(benchmark, "TURN", 0.02)
    calls = []

    def slow_at_first():
        calls.append(len(calls))
        sleep(0.001 if len(calls) > 1 else 0.3)

    measured = benchmark.medians({"slow at first": slow_at_first, "slower": lambda: sleep(0.004)})
    assert 0.001 <= measured["slow at first"] < 0.1
    assert measured["slower"] >= 0.004
    assert len(calls) > benchmark.REPETITIONS


def test_the_peak_is_of_the_order_of_what_processors_reach():
    seconds = benchmark.medians({"product": benchmark.matrix_product()})["product"]
    assert 1e9 < 2 * benchmark.SIZE**3 / seconds < 1e14


@pytest.mark.parametrize("seeds", [1, 2])
def test_a_step_trains_on_full_mini_batches_over_and_over(run, small_data, seeds):
    runs = [run(seed=seed) for seed in range(seeds)]
    stack = benchmark.Stack(runs, small_data.train_images.shape[1])
    one = benchmark.step(stack, benchmark.Images(small_data.train_images, small_data.train_labels, stack))
    before = [W.clone() for W in stack.W]
    for _ in range(2 * 75 // 16):
        one()
    assert all((was != W).any() for W, was in zip(stack.W, before, strict=True))
