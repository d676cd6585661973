"""The cost of larger studies: against what was measured of the same networks, and by proportion."""

from __future__ import annotations

import copy
from statistics import median

import pytest
from measured import MEASURED as WRITTEN

from analysis.speed.cost import cost, cost_rows
from analysis.speed.recorded import RECORDED, Benchmark, read_benchmark
from analysis.studies.reading import read
from analysis.studies.study import Study

MEASURED = Benchmark.model_validate(WRITTEN)
OWN = read_benchmark(RECORDED)  # the benchmark that comes with the project


def study(**changes):
    shape = {"name": "s", "activations": ["tanh"], "depths": [5], "seeds": 3, "epochs": 10}
    return Study.model_validate({**shape, **changes})


def measured(**milliseconds):
    """A benchmark in which a network of these depths, written `d5`, takes so long for an epoch."""
    [row] = WRITTEN["depths"].values()
    given = copy.deepcopy(WRITTEN)
    given["depths"] = {name[1:]: {**row, "ms_per_model_epoch": ms} for name, ms in milliseconds.items()}
    return Benchmark.model_validate(given)


@pytest.mark.parametrize("depth", OWN.depths)
def test_the_study_of_the_benchmark_costs_what_was_measured_of_it(depth):
    own = read(OWN.study).model_copy(update={"depths": (depth,)})
    rate = OWN.depths[depth]
    seconds = own.epochs * len(own.runs) * rate.ms_per_model_epoch / 1000
    # One formula stands for all depths.
    assert cost(own, 1, OWN).core_seconds == pytest.approx(seconds * (1 + rate.overhead), rel=0.2)


@pytest.mark.parametrize("width", [width for width in OWN.widths if width != OWN.width])
def test_other_widths_cost_about_what_was_measured_of_them(width):
    own = read(OWN.study).model_copy(update={"depths": (OWN.varied_at_depth,)})
    wider = own.model_copy(update={"width": width})
    slower = OWN.widths[width].ms_per_model_epoch / OWN.widths[OWN.width].ms_per_model_epoch
    found = cost(wider, 1, OWN).core_seconds / cost(own, 1, OWN).core_seconds
    assert found == pytest.approx(slower, rel=0.35)


def test_sizes_of_mini_batches_that_the_formula_does_not_have_cost_about_as_much():
    usual = OWN.batches[OWN.batch_size].ms_per_model_epoch
    assert all(0.7 < rate.ms_per_model_epoch / usual < 1.4 for rate in OWN.batches.values())


def test_activations_that_the_formula_does_not_have_cost_at_most_twice_as_much_or_half():
    usual = median(rate.ms_per_model_epoch for rate in OWN.activations.values())
    assert all(0.5 < rate.ms_per_model_epoch / usual < 2 for rate in OWN.activations.values())


def test_evaluation_and_probes_are_paid_too():
    # 3 networks of 10 epochs at 80.1 ms, and 5 per cent for evaluation and probes.
    assert cost(study(), 1, MEASURED).core_seconds == pytest.approx(2.403 + 0.12015)


def test_the_pace_is_the_median_of_those_of_the_depths():
    even = cost(study(), 1, measured(d5=80)).core_seconds
    depths = (4, 5, 6)
    ms = {depth: 80 * cost(study(depths=[depth]), 1, measured(d5=80)).core_seconds / even for depth in depths}
    # Now each depth takes what one pace gives, but that one of three was measured while the machine was busy.
    busy = measured(d4=ms[4], d5=ms[5], d6=100 * ms[6])
    assert cost(study(), 1, busy).core_seconds == pytest.approx(even)


def test_the_store_and_its_reader_pay_for_each_network():
    found = cost(study(seeds=2, activations=["tanh", "relu"], depths=[5, 6]), 100, MEASURED)
    assert found.networks == 800
    assert found.stored_bytes == pytest.approx(800 * 28_000)
    assert found.held_bytes == pytest.approx(800 * 40_000)
    assert found.put_seconds == pytest.approx(1.6)  # 2 ms each
    assert found.read_seconds == pytest.approx(0.4)  # half a millisecond each
    assert found.again_seconds == pytest.approx(0.04)  # a twentieth each


@pytest.mark.parametrize(
    ("times", "as_much"),
    [
        (2, {"seeds": 6}),
        (3, {"activations": ["tanh", "relu", "sigmoid"]}),
        (2, {"seeds": 2, "activations": ["tanh", "relu", "sigmoid"]}),
    ],
)
def test_so_many_times_a_study_costs_as_one_with_so_many_times_the_networks(times, as_much):
    assert vars(cost(study(), times, MEASURED)) == pytest.approx(vars(cost(study(**as_much), 1, MEASURED)))


def test_the_depths_of_a_study_cost_what_each_of_them_does_alone():
    together = cost(study(depths=[5, 20, 40]), 1, OWN).core_seconds
    assert together == pytest.approx(sum(cost(study(depths=[d]), 1, OWN).core_seconds for d in (5, 20, 40)))


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
