"""The benchmark's own arithmetic."""

from __future__ import annotations

from analysis.benchmark import arithmetic, seconds


def test_arithmetic_counts_every_product_of_a_step_once(run):
    # 3 layers, width 4, 7 inputs: forward and gradient in all, delta in all but the first.
    products = 2 * (7 * 4 + 4 * 4 + 4 * 10) + (4 * 4 + 4 * 10)
    assert arithmetic(run(depth=3, width=4), 7) == 2 * products


def test_the_first_steps_do_not_count():
    calls = []
    assert 0 <= seconds(lambda: calls.append(len(calls)), 3) < 1
    assert len(calls) % 3 == 0
    assert len(calls) > 2 * 3
