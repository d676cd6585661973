"""How long a training will take: by what the same networks took, else by those like them, else by the benchmark."""

from __future__ import annotations

import os

import pytest
from measured import MEASURED

from analysis.results.store import Store
from analysis.speed.expected import expected
from analysis.speed.recorded import Benchmark
from analysis.studies.run import RunResult
from analysis.workers.tasks import Task

BENCHMARK = Benchmark.model_validate(MEASURED)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def keep(store):
    """Stores the result of a run that took so many seconds, so many seconds ago."""

    def keep(run, seconds, ago=0):
        store.put(RunResult(run, {}, {}, None, "cpu", seconds))
        path = store.path(run, "cpu")
        written = path.stat().st_mtime - ago
        os.utime(path, (written, written))

    return keep


def asked(runs, store, workers=1):
    return expected([Task((each,)) for each in runs], workers, store, "cpu", BENCHMARK)


def test_networks_take_what_they_took_however_many_others_were_trained_since(run, store, keep):
    ours = [run(epochs=100, seed=seed) for seed in range(3)]
    for each in ours:
        keep(each, 50.0, ago=1000)
    for seed in range(300):
        keep(run(epochs=1, seed=seed), 9.0)
    assert asked(ours, Store(store.folder.parent)) == (150.0, True)


def test_a_stack_is_begun_by_the_worker_that_is_free_first(run, store, keep):
    runs = [run(seed=seed) for seed in range(4)]
    for each, seconds in zip(runs, (8.0, 3.0, 2.0, 4.0), strict=True):
        keep(each, seconds)
    assert asked(runs, store, workers=2).seconds == 9.0


def test_others_take_what_those_take_that_are_most_like_them(run, store, keep):
    keep(run(epochs=10, depth=6), 60.0)
    keep(run(epochs=10, depth=6, width=64), 1.0)
    keep(run(epochs=10, depth=6, dataset="FashionMNIST"), 2.0)
    assert asked([run("relu", depth=6, epochs=10)], store) == (60.0, True)
    twice = asked([run("relu", depth=6, epochs=20)], store).seconds
    assert twice == pytest.approx(120.0)


def test_where_nothing_like_it_was_trained_the_benchmark_tells(run, store, monkeypatch, small_data):
    """The made-up one took 80.1 ms and 5 % more for an epoch of 60,000 images, with 5 layers of 32 units."""
    monkeypatch.setattr("analysis.speed.expected.load", lambda *_: small_data)
    network = run(depth=5, width=32, epochs=10)
    seconds = 10 * 0.0801 * 1.05 * len(small_data.train_labels) / 60_000
    assert asked([network], store) == (pytest.approx(seconds), False)
