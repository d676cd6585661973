"""python -m analysis: what it prints and writes, and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from analysis.__main__ import app
from analysis.speed.recorded import read_benchmark
from derivations import activations

pytestmark = pytest.mark.slow  # it runs whole commands

STUDY = 'activations = ["tanh", "relu"]\ndepths = [2, 3]\nseeds = 1\nepochs = 1\n'


@pytest.fixture
def analysis(cache):
    """Runs `python -m analysis` with a store of its own, from the project's root."""

    def call(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "analysis", *map(str, words), "--store", str(cache)]
        return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])

    return call


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(STUDY)
    return path


def test_list_names_each_study_with_its_networks(analysis):
    rows = analysis("list").stdout
    for name, networks in (("quick", "12"), ("standard", "60"), ("full", "240")):
        [row] = [line for line in rows.splitlines() if f"│ {name}" in line]
        assert networks in row
        assert f"{name}: {networks} to be trained: not trained before" in rows


@pytest.mark.slow
def test_export_writes_the_tables_of_what_was_trained(analysis, study, tmp_path):
    trained = analysis("train", "--study", study)
    assert trained.returncode == 0, trained.stderr
    exported = analysis("export", "--study", study, "--output", tmp_path)
    assert "Training" not in exported.stderr  # all stored by now
    history, probes, summary = (
        pl.read_csv(tmp_path / "tables" / f"{name}.csv") for name in ("history", "probes", "summary")
    )
    assert len(history) == 4
    assert len(probes) == 2 * (2 + 3) * 2  # activations, layers of both depths, epochs 0 and 1
    assert summary["activation"].to_list() == ["tanh", "tanh", "relu", "relu"]
    assert f"{summary['test_accuracy'][0]:.2%}" in trained.stdout
    for path in (tmp_path / "tables").glob("*.csv"):
        assert pl.read_parquet(path.with_suffix(".parquet")).columns == pl.read_csv(path).columns


@pytest.mark.slow
@pytest.mark.release
def test_benchmark_measures_each_depth_of_the_study(cache, study, tmp_path, monkeypatch):
    from analysis.speed import benchmark, products, timing

    monkeypatch.setattr(timing, "TURN", 0)
    monkeypatch.setattr(timing, "REPETITIONS", 1)
    monkeypatch.setattr(products, "SIZES", (64,))
    monkeypatch.setattr(benchmark, "WIDTHS", (16, 32))
    monkeypatch.setattr(benchmark, "BOOKED", 20)
    monkeypatch.setattr(benchmark, "activations", {name: activations[name] for name in ("tanh", "relu")})
    words = ["benchmark", "--study", study, "--output", tmp_path, "--store", cache]
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    for heading in ("layers", "width", "mini-batch", "workers", "activation"):
        assert heading in done.output
    measured = read_benchmark(tmp_path / "benchmark.json")
    assert list(measured.depths) == [2, 3]
    assert list(measured.widths) == [16, 32]
    assert measured.activations.keys() == {"tanh", "relu"}
    assert measured.activations["relu"].times_relu == 1
    assert f"{measured.peak_gflops:7.0f}  {measured.peak_by}" in done.output
    assert max(row.gigabytes_resident for row in measured.workers.values()) < 1.5
    assert (tmp_path / "figures" / "benchmark.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--study", "qick"], "did you mean quick"),
        (["train", "--jobs", "0"], "--jobs"),
        (["train", "--device", "tpu"], "--device"),
        (["export", "--study", "quick", "--output", "/dev/null/out"], "/dev/null/out"),
        (["exprot"], "exprot"),
    ],
)
def test_bad_input_is_one_message_and_status_2(analysis, words, said):
    refused = analysis(*words)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_device_that_is_not_there_is_refused(analysis):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    refused = analysis("train", "--study", "quick", "--device", "cuda")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "the device cuda is not available here; --device cpu is\n"
