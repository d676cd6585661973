"""The pool: results with their places, what jobs tell, how they fail, and that no worker outlives it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

import pytest
from jobs import Fails, Square

from analysis.workers.jobs import TrainingError
from analysis.workers.pool import Pool
from derivations import Unproven

pytestmark = pytest.mark.slow  # every worker imports torch


def test_results_come_with_the_places_of_their_jobs_and_what_they_told(tmp_path):
    told = []
    with Pool(tmp_path, "cpu") as pool:
        pool.grow(2)
        found = dict(pool.results([Square(n) for n in range(7)], lambda *heard: told.append(heard)))
        processes = list(pool.workers.values())
    assert found == {n: (n * n, str(tmp_path), "cpu") for n in range(7)}
    assert sorted(told) == [(n, n) for n in range(7)]
    assert not any(process.is_alive() for process in processes)


@pytest.mark.parametrize(
    ("how", "error", "said"),
    [
        ("killed", TrainingError, "the worker of the job that is killed was killed twice"),
        ("wrong", TrainingError, "(?s)the job that is wrong could not be done.*by nought"),
        ("unproven", Unproven, "^tried everything$"),
    ],
)
def test_a_job_that_fails_ends_the_pool_by_name(tmp_path, how, error, said):
    with Pool(tmp_path, "cpu") as pool:
        pool.grow(1)
        [process] = pool.workers.values()
        with pytest.raises(error, match=said):
            list(pool.results([Square(1), Fails(how), Square(2)], lambda *heard: None))
    assert not process.is_alive()
    assert not any(process.is_alive() for process in pool.workers.values())


@dataclass(frozen=True)
class DiesOnce:
    """Kills its worker the first time, and leaves a note of it in the cache folder."""

    number: int

    def do(self, cache, device, tell):
        note = cache / f"note-{self.number}"
        if not note.exists():
            note.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number


def test_a_worker_that_dies_is_replaced_and_its_job_done_anew(tmp_path):
    with Pool(tmp_path, "cpu") as pool:
        pool.grow(2)
        found = dict(pool.results([DiesOnce(0), Square(1), DiesOnce(2)], lambda *heard: None))
    assert found == {0: 0, 1: (1, str(tmp_path), "cpu"), 2: 2}
