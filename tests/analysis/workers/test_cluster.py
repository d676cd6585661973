"""A Dask cluster of a real scheduler and two real workers on loopback, one of which is killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from jobs import Fails, Square

from analysis.results.store import Store
from analysis.studies.study import Study
from analysis.workers.cluster import Cluster
from analysis.workers.jobs import ClusterError, TrainingError
from analysis.workers.schedule import train
from analysis.workers.workers import Workers
from derivations import Unproven

pytestmark = [pytest.mark.slow, pytest.mark.release]
ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'support'}"}
STUDY = Study(name="s", activations=["relu", "tanh"], depths=[2, 6], seeds=2, epochs=6, width=16)


@contextmanager
def daemon(folder, *words):
    """A process of Dask, the first line of whose log that has an address is waited for."""
    log = (folder / f"{words[0]}-{time.monotonic_ns()}.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words], stdout=log, stderr=log, cwd=folder, env=ENVIRONMENT
    )
    try:
        yield process, log
    finally:
        process.kill()
        process.wait()
        log.close()


def said(log, pattern: str) -> str:
    """What the log says, once it does."""
    for _ in range(600):
        log.seek(0)
        if found := re.search(pattern, log.read()):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{pattern} is not in the log")


@contextmanager
def worker(folder, address):
    place = folder / f"scratch-{time.monotonic_ns()}"
    words = ["worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    with daemon(folder, *words, "--local-directory", str(place)) as (process, log):
        said(log, r"(Registered to)")
        yield process


@contextmanager
def alone(folder):
    """A scheduler without workers, on a port that was free: its address."""
    with daemon(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as (_, log):
        yield said(log, r"Scheduler at:\s+(tcp://\S+)")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """A folder, and the address of a scheduler."""
    folder = tmp_path_factory.mktemp("cluster")
    with alone(folder) as address:
        yield folder, address


@pytest.fixture(scope="module")
def two(scheduler):
    """A scheduler with two workers: its address."""
    with worker(*scheduler), worker(*scheduler):
        yield scheduler[1]


def test_results_come_with_the_places_of_their_jobs_and_what_they_told(two):
    told = []
    with Cluster(two, "cpu") as cluster:
        assert cluster.count == 2
        found = dict(cluster.results([Square(n) for n in range(7)], lambda *heard: told.append(heard)))
    assert {place: result[0] for place, result in found.items()} == {n: n * n for n in range(7)}
    assert set(told) <= {(n, n) for n in range(7)}


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("wrong", TrainingError, "(?s)that is wrong.*by nought"),
        ("unproven", Unproven, "^tried everything$"),
    ],
)
def test_a_job_that_fails_is_told_by_name(two, how, error, message):
    with Cluster(two, "cpu") as cluster, pytest.raises(error, match=message):
        list(cluster.results([Fails(how)], lambda *_: None))


def test_a_cluster_gives_the_bits_of_this_machine_though_a_worker_is_killed(scheduler, cache, tmp_path):
    folder, address = scheduler
    with Workers(cache, 2, "cpu") as workers:
        here = train(STUDY, workers)
    other = tmp_path / "other"
    other.mkdir()
    (other / "MNIST").symlink_to(cache / "MNIST")
    epochs, lost = [], []

    class Kills:
        """Kills the first worker when the first stack has finished an epoch."""

        def start(self, tasks, workers): ...

        def epoch(self, task, epoch):
            epochs.append((task, epoch))
            if epoch and not lost:
                lost.append(task)
                first.send_signal(signal.SIGKILL)

        def stop(self): ...

    with worker(folder, address) as first, worker(folder, address):
        with Workers(other, device="cpu", scheduler=address) as workers:
            there = train(STUDY, workers, watcher=Kills())
        assert first.wait(timeout=10) == -signal.SIGKILL
    assert lost
    assert there.runs == here.runs
    assert all(Store(other).get(run, "cpu") for run in STUDY.runs)


def test_a_worker_of_other_source_is_refused(two, monkeypatch):
    from analysis.workers import cluster as module

    other = {"sources": {}, "versions": {}}
    monkeypatch.setattr(module.store, "trained_with", lambda: other)
    with Cluster(two, "cpu") as cluster, pytest.raises(ClusterError, match=r"stack\.py came or went"):
        list(cluster.results([Square(1)], lambda *_: None))


def test_a_scheduler_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setattr("analysis.workers.cluster.PATIENCE", 1)
    with pytest.raises(ClusterError, match=r"no Dask scheduler can be reached at 'tcp://127\.0\.0\.1:1'"):
        Cluster("tcp://127.0.0.1:1", "cpu")
    with pytest.raises(ClusterError, match="'nonsense'"):
        Cluster("nonsense", "cpu")


def test_a_scheduler_without_workers_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("analysis.workers.cluster.PATIENCE", 1)
    said = "has had no workers for 1 s; start them with `dask worker tcp:"
    with alone(tmp_path) as address, pytest.raises(ClusterError, match=said):
        Cluster(address, "cpu")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{}", "127.0.0.1:{}"])
def test_what_is_no_scheduler_such_as_a_dashboard_is_said(monkeypatch, address):
    """As a web server does, it takes connections and waits to be asked."""
    monkeypatch.setattr("analysis.workers.cluster.SILENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as web:
        place = address.format(web.getsockname()[1])
        with pytest.raises(ClusterError, match=f"what listens at {place} is no Dask scheduler"):
            Cluster(place, "cpu")
