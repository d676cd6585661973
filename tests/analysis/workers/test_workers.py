"""Workers: opened once, given lists of jobs, started only where there is something to do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from jobs import Fails, Square

from analysis.keeping.memo import memo
from analysis.workers.jobs import TrainingError
from analysis.workers.workers import Workers

pytestmark = pytest.mark.slow  # every worker imports torch
NOW = {"sources": {}, "versions": {}}


@dataclass(frozen=True)
class Remembered:
    """A job that leaves a number in the store, and a note of having been done."""

    number: int

    def do(self, cache, device, tell):
        memo(cache / "numbers", self.number, NOW, self._make)
        with (cache / "done").open("a") as file:
            file.write(f"{self.number} ")

    def _make(self):
        return self.number


def test_lists_of_jobs_are_done_in_their_order_and_only_results_of_the_last_are_given(tmp_path):
    heard = []
    with Workers(tmp_path, 1, "cpu") as workers:
        workers.do([Square(1), Square(2)])
        workers.do([Square(3)])
        found = dict(workers.results([Square(4), Square(5)], lambda *told: heard.append(told)))
    assert {place: result[0] for place, result in found.items()} == {0: 16, 1: 25}
    assert heard == [(0, 4), (1, 5)]


def test_what_nobody_asked_for_is_done_when_the_block_ends(tmp_path):
    with Workers(tmp_path, 1, "cpu") as workers:
        workers.do([Remembered(1), Remembered(2)])
    assert (tmp_path / "done").read_text() == "1 2 "


def test_what_is_stored_is_not_done_again_and_starts_nothing(tmp_path):
    Remembered(1).do(tmp_path, "cpu", print)
    with Workers(tmp_path, 1, "cpu") as workers:
        workers.do([Remembered(1)])
        assert list(workers.results([])) == []
        assert workers._pool is None


def test_a_job_that_fails_is_told_and_those_after_it_are_not_begun(tmp_path):
    with Workers(tmp_path, 1, "cpu") as workers:
        workers.do([Fails("wrong"), Remembered(1)])
        with pytest.raises(TrainingError, match="that is wrong"):
            list(workers.results([]))
    assert not (tmp_path / "done").exists()


def test_nothing_is_begun_where_the_block_is_left_by_an_error(tmp_path):
    def left():
        with Workers(tmp_path, 1, "cpu") as workers:
            workers.do([Remembered(1)])
            raise KeyError

    with pytest.raises(KeyError):
        left()
    assert not (tmp_path / "numbers").exists()
