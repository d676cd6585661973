"""Replay: the same bits here, and a verdict on each number that differs."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from analysis.results.frames import Results
from analysis.results.replay import FALSE_ALARMS, _spread, counted, numbers, replay, sample
from analysis.studies.run import PROBES
from analysis.studies.study import Study
from analysis.training.epochs import train_stack


@pytest.fixture
def results(small_data):
    """Results of three seeds."""
    study = Study(name="s", activations=["tanh"], depths=[3], seeds=3, epochs=1, width=16, batch_size=16)
    return Results.of(study, train_stack(study.runs, small_data))


@pytest.fixture
def again(small_data, tmp_path):
    """Trains runs again, on the same data, and compares them."""
    return lambda results, runs: replay(
        results, runs, tmp_path, lambda runs, _: train_stack(runs, small_data)
    )


def test_the_same_machine_gives_the_same_bits(results, again):
    found = again(results, results.study.runs)
    assert {each.verdict for each in found} == {"bit-equal"}
    assert len(found) == 3 * len(numbers(results.runs[0])) == 3 * (4 + 1 + 2 * len(PROBES) * 3)
    assert counted(found) == f"{len(found)} bit-equal"


@pytest.mark.parametrize(("part", "verdict"), [(1e-6, "within the spread"), (0.9, "outside the spread")])
def test_what_differs_is_judged_by_the_spread_over_seeds(results, again, part, verdict):
    first = results.runs[0]
    [loss] = first.history["test_loss"]
    shifted = replace(first, history={**first.history, "test_loss": [loss * (1 + part)]})
    altered = Results.of(results.study, (shifted, *results.runs[1:]))
    [other] = [each for each in again(altered, [first.run]) if each.verdict != "bit-equal"]
    assert (other.name, other.stored, other.again) == ("test loss at the end", loss * (1 + part), loss)
    assert other.verdict == verdict
    assert str(other).startswith("tanh, 3 layers, seed 0: test loss at the end: ")


def test_honest_replays_raise_no_alarm_and_a_value_that_is_far_off_does(results):
    """Numbers that are wholly other draws, of four activations at three seeds, in a hundred replays."""
    random = Random(0)
    runs = [run.model_copy(update={"activation": name}) for name in "abcd" for run in results.study.runs]
    alarms = 0
    for _ in range(100):
        measured = {run: {"loss": random.gauss(1, 0.01)} for run in runs}
        spread = _spread(measured, runs[0], "loss", FALSE_ALARMS)
        alarms += abs(random.gauss(1, 0.01) - measured[runs[0]]["loss"]) > spread
        assert _spread({**measured, runs[0]: {"loss": 5.0}}, runs[0], "loss", FALSE_ALARMS) == spread < 0.3
    assert alarms <= 5  # one is expected


def test_one_seed_has_no_spread(results, again):
    first = results.runs[0]
    shifted = replace(first, history={**first.history, "test_loss": [9.0]})
    one = Results.of(results.study.model_copy(update={"seeds": 1}), [shifted])
    found = again(one, [shifted.run])
    assert [each.verdict for each in found if each.verdict != "bit-equal"] == ["of unknown spread"]


def test_a_sample_is_a_part_at_least_one_and_the_same_for_a_seed(results):
    runs = results.study.runs
    assert len(sample(runs, 0.01, None)) == 1
    assert sample(runs, 1.0, None) == list(runs)
    assert sample(runs, 0.7, 3) == sample(runs, 0.7, 3)
