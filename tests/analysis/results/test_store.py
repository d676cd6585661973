"""The store: what comes back is as it was written, and nothing that it depends on has changed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sympy import tanh

from analysis.keeping.memo import write
from analysis.results import store
from analysis.results.gathered import stored_runs
from analysis.results.store import Store, StoreError
from analysis.studies.data import PARTS
from analysis.studies.run import written
from analysis.training.epochs import train_stack
from derivations import Activation, v


@pytest.fixture
def result(run, small_data):
    """What a small run gave."""
    return train_stack([run(epochs=1)], small_data)[0]


@pytest.fixture
def kept(result, tmp_path):
    """A store that holds the result."""
    Store(tmp_path).put(result)
    return Store(tmp_path)


def test_what_was_put_comes_back(kept, result):
    assert kept.get(result.run, "cpu") == result


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"depth": 4}, {"epochs": 2}, {"learning_rate": 0.2}, {"activation": "relu"}]
)
def test_another_run_is_not_there(kept, result, change):
    assert kept.get(result.run.model_copy(update=change), "cpu") is None
    assert kept.get(result.run, "cuda") is None


def test_a_new_definition_of_an_activation_is_another_run(kept, result):
    redefined = written(Activation("tanh", tanh(2 * v), "tanh"))
    assert kept.get(result.run.model_copy(update={"expression": redefined}), "cpu") is None


@pytest.fixture
def later(kept, monkeypatch):
    """The same store, with another version of torch and another stack.py."""
    sources = {**kept.made_with["sources"], "analysis.training.stack": "0" * 64}
    monkeypatch.setattr(store, "trained_with", lambda: {"sources": sources, "versions": {"torch": "0.0"}})
    return Store(kept.folder.parent)


def test_other_source_and_versions_make_another_run_of_which_the_store_tells(kept, later, result):
    assert kept.other(result.run, "cpu") is None
    assert later.get(result.run, "cpu") is None
    other = later.other(result.run, "cpu")
    assert other.result == result
    assert other.changed[0] == "analysis/training/stack.py changed"
    assert f"torch {kept.made_with['versions']['torch']} is now 0.0" in other.changed
    assert later.other(result.run.model_copy(update={"seed": 1}), "cpu") is None


def test_a_result_that_lacks_a_measure_is_not_accepted(kept, later, result):
    path = kept.path(result.run, "cpu")
    entry = json.loads(path.read_text().partition("\n")[2])
    for measures in entry["result"]["probes"].values():
        del measures["distinct_outputs"]
    write(path, json.dumps(entry).encode())
    assert later.other(result.run, "cpu") is None
    stored, changed = stored_runs([result.run], later, "cpu", accept=True)
    assert (stored, changed) == ({}, ())


def test_of_two_builds_at_once_the_first_result_stays(kept, result):
    second = replace(result, seconds=result.seconds + 1)
    assert kept.put(second).seconds == result.seconds
    assert kept.put(second, anew=True).seconds == second.seconds


def test_where_the_data_lie_does_not_count(result, tmp_path, small_data):
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        np.savez(tmp_path / place / "data.npz", **{part: getattr(small_data, part) for part in PARTS})
    here, there = (result.run.model_copy(update={"dataset": str(tmp_path / p)}) for p in ("here", "there"))
    store = Store(tmp_path)
    store.put(replace(result, run=here))
    assert Store(tmp_path).get(there, "cpu").run == there


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"diverged_at":null', '"diverged_at":7'),
        lambda text: "[]",
        lambda text: "",
        lambda text: "\n" + text,
    ],
    ids=["truncated", "changed", "of another form", "empty", "shifted"],
)
def test_a_broken_entry_is_set_aside_and_said(kept, result, spoil, capsys):
    path = kept.path(result.run, "cpu")
    path.write_text(spoil(path.read_text()))
    assert Store(kept.folder.parent).get(result.run, "cpu") is None
    assert "not as it was written" in capsys.readouterr().err
    assert not path.exists()
    assert path.with_suffix(".broken").exists()


def test_an_entry_says_what_it_depends_on(kept, result):
    entry = json.loads(kept.path(result.run, "cpu").read_text().partition("\n")[2])
    assert {"run", "data", "device", "dtype"} == entry["identity"].keys()
    assert {"ziglang", "torch", "numpy", "sympy"} == entry["made_with"]["versions"].keys()
    trained_by = {
        "analysis.training.epochs",
        "analysis.training.stack",
        "analysis.code.generate",
        "derivations.calculus.differentiation",
    }
    assert trained_by <= entry["made_with"]["sources"].keys()
    # What is drawn, studied or registered does not count: each run has its activation's expression.
    others = {
        "analysis.figures.functions",
        "analysis.results.tables",
        "analysis.studies.study",
        "derivations.language.registry",
    }
    assert not {*others, "derivations.language.registry"} & entry["made_with"]["sources"].keys()


def test_only_the_entry_is_left_in_the_folder(kept, result):
    assert list(kept.folder.iterdir()) == [kept.path(result.run, "cpu")]


def test_a_store_that_can_not_be_written_is_said(result, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="can't be written"):
        Store(blocked).put(result)


FULL = """
import json, resource, signal, sys
from pathlib import Path
from analysis.studies.run import RunResult
from analysis.results.store import Store, StoreError
result = RunResult.from_json(json.loads(sys.argv[2]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # a write beyond fails, as on a full disk
try:
    Store(Path(sys.argv[1])).put(result)
except StoreError as error:
    print(error)
"""


def test_a_full_disk_is_said_and_loses_nothing(kept, result):
    before = {path: path.read_bytes() for path in kept.folder.iterdir()}
    more = result.as_json()
    more["run"]["seed"] = 1
    words = [sys.executable, "-c", FULL, str(kept.folder.parent), json.dumps(more)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "can't be written: File too large" in done.stdout
    assert {path: path.read_bytes() for path in kept.folder.iterdir()} == before
