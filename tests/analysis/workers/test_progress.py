"""The time left: what a training to the end then takes, if epochs go on as they did."""

from __future__ import annotations

import heapq

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from analysis.studies.study import Study
from analysis.workers.progress import Estimate
from analysis.workers.schedule import plan


def events(tasks, workers, pace, setup):
    """(time, task, epoch) of a training in which every unit of cost takes as long, and so each setup."""
    free = [0.0] * workers
    found = []
    for place, task in enumerate(tasks):
        start = heapq.heappop(free) + setup
        each = pace * task.cost / task.runs[0].epochs
        found += [(start + each * epoch, place, epoch) for epoch in range(task.runs[0].epochs + 1)]
        heapq.heappush(free, found[-1][0])
    return sorted(found)


@given(
    depths=some.lists(some.integers(2, 60), min_size=1, max_size=4, unique=True),
    seeds=some.integers(1, 5),
    epochs=some.integers(10, 40),
    workers=some.integers(1, 4),
    setup=some.sampled_from([0.0, 0.02]),
)
def test_after_a_tenth_the_estimate_is_within_a_fifth_of_the_truth(depths, seeds, epochs, workers, setup):
    runs = Study(name="s", activations=["tanh"], depths=depths, seeds=seeds, epochs=epochs).runs
    tasks = plan(runs, workers)
    assume(len(tasks) >= workers)
    pace = 1e-3
    longest = max(task.cost for task in tasks) * pace
    told = events(tasks, workers, pace, setup * longest)
    truth = told[-1][0]
    now = 0.0
    estimate = Estimate(tasks, workers, clock=lambda: now)
    for moment, task, epoch in told:
        now = moment
        estimate.epoch(task, epoch)
        end = estimate.end()
        if now > truth / 10:
            assert end == pytest.approx(truth, rel=0.2)
    assert estimate.end() == pytest.approx(truth)


def test_before_the_first_epoch_nothing_is_said():
    tasks = plan(Study(name="s", activations=["tanh"], depths=[2], seeds=1, epochs=3).runs, 1)
    estimate = Estimate(tasks, 1, clock=lambda: 0.0)
    assert estimate.end() is None
    estimate.epoch(0, 0)
    assert estimate.end() is None
