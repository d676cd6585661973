"""What chapters report on: what the build has set; in a notebook stored results, and nothing by accident."""

from __future__ import annotations

import json
import os

import pytest
from made_up import made_up
from polars import DataFrame
from sympy import Rational

from analysis.keeping import files
from analysis.keeping.memo import write
from analysis.results.frames import SCHEMA, Results
from analysis.results.gathered import NotTrained
from analysis.results.store import Store
from analysis.speed.recorded import RECORDED, read_benchmark
from analysis.studies.beside import all_studies
from analysis.studies.reading import StudyError, read
from derivations import UnknownActivation, activations
from report.authoring.context import Context, current, set_current

OWN = 'depths = [2]\nseeds = 1\nepochs = 2\nname = "my own"\n[activations]\ntwice = "2*tanh(v)"\n'


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A notebook's session that is just begun, and a store that has nothing."""
    monkeypatch.setattr(files, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("REPORT_STUDY", raising=False)
    set_current(None)
    yield files.CACHE
    set_current(None)


def store(study):
    """Put results of a study, and of those beside it, into the store."""
    for each in all_studies(study):
        for result in made_up(each).runs:
            Store(files.CACHE).put(result)


def build(study, when):
    """Leave what a build of the study leaves, at a time."""
    path = files.CACHE / "builds" / f"{when}.json"
    write(path, json.dumps({"ingredients": {"study": [study, {}]}}).encode(), key="of what it was made")
    os.utime(path, (when, when))


@pytest.fixture
def own(tmp_path):
    """The file of a study of one's own."""
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return str(path)


def test_chapters_report_on_what_was_set():
    study = read("quick")
    given = Context(Results(study, DataFrame(schema=SCHEMA)), {"version": "1"}, read_benchmark(RECORDED))
    set_current(given)
    assert current() is given
    assert current().study is study


def test_an_unknown_activation_is_told_the_study_s_own_that_is_near(own):
    given = Context(Results(read(own), DataFrame(schema=SCHEMA)), {}, read_benchmark(RECORDED))
    with pytest.raises(UnknownActivation, match=r"'twise': did you mean twice\? The study has twice\."):
        given.derived("twise")
    with pytest.raises(
        UnknownActivation, match=r"did you mean sigmoid or logsigmoid\? The study has twice\."
    ):
        given.derived("sigmiod")


def test_without_stored_results_a_notebook_is_told_how_to_get_them():
    with pytest.raises(NotTrained, match=r"standard.*build\.py"):
        current()


@pytest.mark.slow
def test_a_notebook_reports_on_the_study_that_the_environment_names(monkeypatch, own):
    store(read("standard"))
    store(read(own))
    monkeypatch.setenv("REPORT_STUDY", own)
    found = current()
    assert found.study.name == "my own"
    assert found.results.accuracy("twice", 2) == [pytest.approx(0.9)]
    assert found.provenance["study"]["name"] == "my own"
    assert current() is found  # it is loaded once


@pytest.mark.slow
def test_a_named_study_that_is_not_stored_is_not_replaced_by_another(monkeypatch):
    store(read("standard"))
    monkeypatch.setenv("REPORT_STUDY", "quick")
    with pytest.raises(NotTrained, match="quick"):
        current()
    monkeypatch.setenv("REPORT_STUDY", "quikc")
    with pytest.raises(StudyError, match="did you mean quick"):
        current()


@pytest.mark.slow
def test_a_notebook_reports_on_standard_where_that_is_stored_whatever_was_built(own):
    store(read("standard"))
    store(read(own))
    build(own, 1)
    assert current().study == read("standard")
    assert current().results["he"].study.initializer == "he_uniform"


def test_without_it_a_notebook_reports_on_the_last_study_built(own):
    store(read("quick"))
    store(read(own))
    build("quick", 1)
    build(own, 3)
    build("quick", 2)
    assert current().study.name == "my own"


def test_what_builds_left_may_be_damaged(own):
    store(read(own))
    build(own, 1)
    build(own, 2)
    (files.CACHE / "builds" / "2.json").write_text("{")
    assert current().study.name == "my own"


def test_activations_are_those_of_the_study_and_those_registered(own, monkeypatch):
    store(read(own))
    monkeypatch.setenv("REPORT_STUDY", own)
    report = current()
    assert report.derived("twice").gradient_range.values.sup == 2
    assert report.derived("sigmoid").gradient_range.values.sup == Rational(1, 4)
    assert report.derived("sigmoid").activation == activations["sigmoid"]


@pytest.mark.slow
def test_theory_is_that_of_the_networks_of_the_study(own, monkeypatch):
    store(read(own))
    monkeypatch.setenv("REPORT_STUDY", own)
    theory = current().theory
    assert theory.select("activation", "depth", "layer").rows() == [("twice", 2, 1), ("twice", 2, 2)]
