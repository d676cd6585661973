"""Results as tidy tables, and their way through JSON."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import polars as pl
import pytest

from analysis.results.frames import Results, read_table, written
from analysis.studies.run import HISTORY, PROBES, RunResult
from analysis.studies.study import Study


@pytest.fixture
def results():
    """Two activations, two depths, one seed, two epochs; each number tells where it belongs."""
    study = Study(name="s", activations=["tanh", "relu"], depths=[3, 2], seeds=1, epochs=2)
    return Results.of(study, map(result_of, study.runs))


def result_of(run):
    history = {measure: [10.0 * run.depth + epoch for epoch in (1, 2)] for measure in HISTORY}
    probes = {
        epoch: {measure: [epoch + r / 10 for r in range(1, run.depth + 1)] for measure in PROBES}
        for epoch in run.probe_epochs
    }
    diverged = 2 if run.activation == "relu" else None
    return RunResult(run, history, probes, diverged)


def test_history_has_a_row_per_run_and_epoch_in_the_order_of_the_study(results):
    history = results.history
    assert history.columns == ["activation", "depth", "seed", "epoch", *HISTORY]
    assert history["activation"].to_list() == ["tanh"] * 4 + ["relu"] * 4
    assert history["depth"].to_list() == [3, 3, 2, 2] * 2
    assert history["test_accuracy"].to_list() == [31.0, 32.0, 21.0, 22.0] * 2


def test_probes_have_a_row_per_run_epoch_and_layer_counted_from_one(results):
    probes = results.probes
    assert probes.columns == ["activation", "depth", "seed", "epoch", "layer", *PROBES]
    shallow = probes.filter(activation="relu", depth=2, epoch=2)
    assert shallow["layer"].to_list() == [1, 2]
    assert shallow["gradient_max"].to_list() == pytest.approx([2.1, 2.2])
    assert len(probes) == 2 * 2 * (3 + 2)  # two activations, epochs 0 and 2, the layers of both depths


def test_summary_has_a_row_per_run_with_its_last_measures(results):
    summary = results.summary
    assert summary["test_accuracy"].to_list() == [32.0, 22.0, 32.0, 22.0]
    assert summary["diverged_at"].to_list() == [None, None, 2, 2]
    assert summary.schema["diverged_at"] == pl.Int64


def test_runs_are_what_went_into_the_table(results):
    assert list(results.runs) == [result_of(run) for run in results.study.runs]


def test_a_table_survives_its_file_even_where_it_is_not_finite(results):
    first, *others = results.runs
    first.history["train_loss"][:] = [math.nan, math.inf]
    lost = Results.of(results.study, [*others, first])
    back = read_table(written(lost.table))
    assert back.equals(lost.table)
    assert math.isnan(back["train_loss"][0][0])
    assert back["train_loss"][0][1] == math.inf


@pytest.mark.parametrize("content", [b"", b"x" * 100, written(pl.DataFrame({"seed": [1]}))])
def test_another_file_is_no_table_of_results(content):
    with pytest.raises(ValueError, match="no table of results"):
        read_table(content)


def test_a_result_survives_json_even_where_it_is_not_finite(results):
    lost = results.runs[0]
    lost.history["train_loss"][-1] = math.nan
    back = RunResult.from_json(json.loads(json.dumps(lost.as_json())))
    assert math.isnan(back.history["train_loss"].pop())
    lost.history["train_loss"].pop()
    assert back == lost


@pytest.mark.slow
def test_reading_results_imports_neither_torch_nor_torchvision():
    modules = "sys, analysis.results.frames, analysis.results.store, analysis.workers.schedule"
    code = f"import {modules}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
