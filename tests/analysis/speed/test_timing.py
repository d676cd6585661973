"""Medians of times, by a watch that only the timed functions move."""

from __future__ import annotations

import pytest

from analysis.speed import timing
from analysis.speed.timing import REPETITIONS, TURN, clock, medians


@pytest.fixture
def lasts(monkeypatch):
    """Makes a function of which each call takes the next of these seconds, the last of them for ever."""
    now = [0.0]
    monkeypatch.setattr(timing, "perf_counter", lambda: now[0])

    def make(*seconds: float, calls: list | None = None, name: str = ""):
        left = list(seconds)

        def one():
            now[0] += left.pop(0) if len(left) > 1 else left[0]
            if calls is not None:
                calls.append(name)

        return one

    return make


def test_a_clock_gives_the_mean_time_of_so_many_calls(lasts):
    assert clock(lasts(1.0, 2.0, 6.0))(3) == 3


def test_a_median_minds_neither_a_slow_beginning_nor_an_interruption(lasts):
    measured = medians({"a": clock(lasts(9.0, 0.5, 0.5, 60.0, 0.5)), "b": clock(lasts(2.0))})
    assert measured == {"a": 0.5, "b": 2.0}


def test_everything_takes_its_turn_in_each_repetition(lasts):
    calls = []
    medians({name: clock(lasts(2 * TURN, calls=calls, name=name)) for name in "ab"})
    # Once to allocate, once to see how many make a turn.
    assert calls == ["a", "b"] * (2 + REPETITIONS)


def test_what_is_fast_is_called_until_a_turn_is_over(lasts):
    calls = []
    medians({"a": clock(lasts(TURN / 8, calls=calls))})
    assert len(calls) == 2 + 8 * REPETITIONS
