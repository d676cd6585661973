"""The operations and bytes of a step, counted by hand."""

from __future__ import annotations

from analysis.speed.arithmetic import arithmetic, moved


def test_arithmetic_counts_every_product_of_a_step_once(run):
    # 3 layers, width 4, 7 inputs: forward and gradient in all, delta in all but the first.
    products = 2 * (7 * 4 + 4 * 4 + 4 * 10) + (4 * 4 + 4 * 10)
    assert arithmetic(run(depth=3, width=4), 7) == 2 * products


def test_a_step_moves_each_weight_four_times_and_each_unit_three_times_a_pattern(run):
    weights, units = 7 * 4 + 4 * 4 + 4 * 10, 4 + 4 + 10
    assert moved(run(depth=3, width=4, batch_size=16), 7) == 4 * (4 * weights + 3 * units * 16)
