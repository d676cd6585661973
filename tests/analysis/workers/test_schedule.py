"""Scheduling: stacks that suit the workers, only what is missing is trained, Ctrl-C ends all at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results.store import Store, StoreError
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.workers.schedule import plan, train
from analysis.workers.workers import Workers


def study(**changes):
    return Study(
        **{"name": "s", "activations": ["tanh", "relu"], "depths": [2], "seeds": 1, "epochs": 1} | changes
    )


def trained(study, cache, **options):
    with Workers(cache, device="cpu") as workers:
        return train(study, workers, **options)


@given(
    jobs=some.integers(1, 5),
    depths=some.lists(some.integers(2, 50), min_size=1, max_size=4, unique=True),
    seeds=some.integers(1, 12),
)
def test_every_run_is_in_one_stack_of_its_depth_and_the_costliest_come_first(jobs, depths, seeds):
    runs = study(depths=depths, seeds=seeds).runs
    tasks = plan(runs, jobs)
    assert sorted(run.model_dump_json() for task in tasks for run in task.runs) == sorted(
        run.model_dump_json() for run in runs
    )
    assert all(len({run.depth for run in task.runs}) == 1 for task in tasks)
    assert [task.cost for task in tasks] == sorted((task.cost for task in tasks), reverse=True)


def test_networks_that_differ_in_the_variances_of_their_initial_weights_are_trained_together():
    critical = study(activations=["gelu", "tanh"], initializer="critical", depths=[5]).runs
    assert len({run.sigma_w for run in critical}) == 2
    assert [len(task.runs) for task in plan(critical, 1)] == [len(critical)]


@given(jobs=some.integers(1, 4), seeds=some.integers(1, 10))
def test_the_workers_have_about_as_much_to_do(jobs, seeds):
    tasks = plan(
        study(depths=[5, 20, 40], seeds=seeds, activations=["tanh", "relu", "lecun", "sigmoid"]).runs, jobs
    )
    load = [0.0] * jobs
    for task in tasks:
        load[load.index(min(load))] += task.cost
    # The most that one run more or less in each stack can make.
    assert max(load) - min(load) <= max(task.cost / len(task.runs) for task in tasks) * 3


@pytest.mark.slow
def test_only_what_is_missing_is_trained_and_results_are_in_the_order_of_the_study(cache):
    class Recorder:
        def __init__(self):
            self.trained: list[Run] = []
            self.epochs: list[tuple[int, int]] = []
            self.stopped = False

        def start(self, tasks, workers):
            self.trained = [run for task in tasks for run in task.runs]

        def epoch(self, task, epoch):
            self.epochs.append((task, epoch))

        def stop(self):
            self.stopped = True

    first, second, third = Recorder(), Recorder(), Recorder()
    small, grown = study(activations=["relu"]), study()
    trained(small, cache, watcher=first)
    results = trained(grown, cache, watcher=second)
    assert [run.activation for run in first.trained] == ["relu"]
    assert [run.activation for run in second.trained] == ["tanh"]
    assert second.epochs == [(0, 0), (0, 1)]
    assert second.stopped
    assert [result.run for result in results.runs] == list(grown.runs)
    # One epoch of MNIST: far above chance, as any introduction to it shows.
    assert results.summary["test_accuracy"].min() > 0.7
    assert trained(grown, cache, watcher=third).runs == results.runs
    assert third.trained == []


@pytest.mark.slow
def test_a_network_that_two_studies_share_is_trained_once(cache):
    class Recorder:
        def start(self, tasks, workers):
            self.trained = [run for task in tasks for run in task.runs]

        def epoch(self, task, epoch): ...

        def stop(self): ...

    recorder = Recorder()
    twice = study(activations=["tanh"], seeds=1, beside=[study(name="more", activations=["tanh"], seeds=2)])
    results = trained(twice, cache, watcher=recorder)
    assert [run.seed for run in recorder.trained] == [0, 1]
    assert results["more"].runs[0] == results.runs[0]
    assert trained(twice, cache, accept=True).runs == results.runs


@pytest.mark.slow
def test_of_a_study_with_another_activation_only_that_is_trained(cache):
    class Recorder:
        def start(self, tasks, workers):
            self.trained = {run.activation for task in tasks for run in task.runs}

        def epoch(self, task, epoch): ...

        def stop(self): ...

    recorder = Recorder()
    trained(study(activations=["tanh"]), cache)
    own = {"activations": ["my_act", "tanh"], "expressions": {"my_act": "v*sigmoid(v) + v/100"}}
    trained(study(**own), cache, watcher=recorder)
    assert recorder.trained == {"my_act"}


def test_a_store_that_is_no_folder_is_refused_before_training(cache):
    (cache / "runs").write_text("a file")
    with pytest.raises(StoreError, match="can't be read: Not a directory"):
        trained(study(epochs=100_000), cache)
    assert (cache / "runs").read_text() == "a file"


STORED = """
import sys
from pathlib import Path
from analysis.studies.study import Study
from analysis.workers.schedule import train
from analysis.workers.workers import Workers
study = Study(name="s", activations=["tanh"], depths=[3], seeds=1, epochs=1)
with Workers(Path(sys.argv[1]), device="cpu") as workers:
    print(len(train(study, workers).runs), "torch" in sys.modules)
"""


@pytest.mark.slow
def test_what_is_all_stored_is_read_without_torch(tmp_path, small_data):
    from analysis.training.epochs import train_stack

    runs = study(activations=["tanh"], depths=[3]).runs
    for result in train_stack(runs, small_data):
        Store(tmp_path).put(result)
    done = subprocess.run(
        [sys.executable, "-c", STORED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "False"]


INTERRUPTED = """
import signal
import sys
from pathlib import Path
from analysis.studies.study import Study
from analysis.workers.schedule import train
from analysis.workers.workers import Workers

class Watcher:
    def start(self, tasks, workers): print("started", flush=True)
    def epoch(self, task, epoch): print("epoch", flush=True)
    def stop(self): print("stopped", flush=True)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
    study = Study(name="s", activations=["tanh"], depths=[2], seeds=2, epochs=1000)
    try:
        with Workers(Path(sys.argv[1]), device="cpu") as workers:
            train(study, workers, watcher=Watcher())
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", ["started", "epoch"])
def test_an_interruption_ends_the_workers_at_once_and_leaves_nothing_half_written(cache, tmp_path, after):
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, script, cache],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    before = {path for path in cache.rglob("*") if path.is_file()}
    for line in process.stdout:
        if line.strip() == after:
            break
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends Ctrl-C: to the workers too
    # The workers write to the same pipe: its end is reached when the last of them is gone.
    rest, errors = process.communicate(timeout=10)
    assert rest.split()[-2:] == ["stopped", "interrupted"]
    assert errors.startswith("Interrupted: 0 of 2 networks are trained and stored")
    assert errors.count("\n") == 1
    assert {path for path in cache.rglob("*") if path.is_file()} == before
