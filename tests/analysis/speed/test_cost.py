"""The cost of larger studies: what was measured, so many times."""

from __future__ import annotations

import pytest
from measured import MEASURED

from analysis.speed.cost import cost, cost_rows
from analysis.speed.recorded import Benchmark
from analysis.studies.study import Study

MEASURED = Benchmark.model_validate(MEASURED)


def study(**changes):
    shape = {"name": "s", "activations": ["tanh"], "depths": [5], "seeds": 3, "epochs": 10}
    return Study.model_validate({**shape, **changes})


def test_what_was_measured_is_what_such_a_network_costs():
    found = cost(study(), 1, MEASURED)
    assert found.networks == 3
    assert found.core_seconds == pytest.approx(3 * 10 * 0.0801 * 1.05)  # evaluation and probes: 5 %
    assert found.stored_bytes == 3 * 28_000
    assert found.held_bytes == 3 * 40_000
    assert (found.put_seconds, found.read_seconds) == pytest.approx((0.006, 0.0015))
    assert found.again_seconds == pytest.approx(0.00015)


def test_all_costs_grow_with_the_number_of_networks():
    once, thousandfold = (cost(study(depths=[5, 20]), times, MEASURED) for times in (1, 1000))
    for name, value in vars(thousandfold).items():
        assert value == pytest.approx(1000 * getattr(once, name))


def test_deeper_wider_and_longer_costs_more():
    usual = cost(study(), 1, MEASURED).core_seconds
    assert cost(study(epochs=20), 1, MEASURED).core_seconds == pytest.approx(2 * usual)
    assert usual < cost(study(depths=[6]), 1, MEASURED).core_seconds < 2 * usual
    assert usual < cost(study(width=33), 1, MEASURED).core_seconds < 2 * usual


def test_plans_are_columns_in_units_that_suit():
    one = cost(study(), 1, MEASURED)
    rows = cost_rows({"this": one, "more": cost(study(), 1000, MEASURED)})
    assert rows[0] == {"quantity": "Networks", "this": "3", "more": "3,000"}
    assert rows[2] == {"quantity": "The store", "this": "84 kB", "more": "84 MB"}
    assert len(rows) == len(vars(one))
