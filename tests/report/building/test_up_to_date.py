"""A build with nothing to do ends at once, and any change makes it anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report.building import up_to_date as unchanged
from report.building.up_to_date import (
    Options,
    changes,
    ingredients,
    last_build,
    remember,
    stamps,
    sums,
    written_before,
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A small program, a store with a run, and an output."""
    for folder in ("derivations", "report/chapters", "cache/runs", "out"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "derivations" / "a.py").write_text("a = 1")
    (tmp_path / "report" / "chapters" / "b.py").write_text("# prose")
    (tmp_path / "cache" / "runs" / "c.json").write_text("{}")
    (tmp_path / "out" / "report.pdf").write_text("a report")
    (tmp_path / "mine.toml").write_text("seeds = 1\ndataset = 'own'")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.npz").write_text("images")
    monkeypatch.setattr(unchanged, "ROOT", tmp_path)
    monkeypatch.setattr(unchanged, "CHAPTERS", tmp_path / "report" / "chapters")
    monkeypatch.setattr(unchanged, "BUILT_IN", tmp_path / "report" / "report.toml")
    return tmp_path


def found(place: Path, **options: object) -> dict[str, object]:
    asked = {"device": "cpu", "report": place / "report" / "report.toml"} | options
    return ingredients(Options(str(place / "mine.toml"), place / "out", **asked))


def keep(place: Path) -> None:
    results = stamps([place / "cache" / "runs" / "c.json"])
    files = {"files": sums([place / "out" / "report.pdf"]), "results": results}
    told = {"claims": "10 claims, 9 hold.", "complaints": ["one does not"], "seconds": 2}
    remember(found(place), {**files, **told}, place / "cache")


def test_the_same_build_is_known(place):
    assert written_before(found(place), place / "cache") is None
    keep(place)
    assert written_before(found(place), place / "cache")["complaints"] == ["one does not"]
    assert last_build(found(place), place / "cache")["seconds"] == 2


@pytest.mark.parametrize(
    "file",
    [
        "derivations/a.py",
        "report/chapters/b.py",
        "cache/runs/c.json",
        "out/report.pdf",
        "mine.toml",
        "own/own.npz",
    ],
)
def test_a_change_of_any_file_is_seen(place, file):
    keep(place)
    (place / file).write_text("changed")
    assert written_before(found(place), place / "cache") is None


@pytest.mark.parametrize(
    "file",
    [
        "derivations/new.py",
        "report/new.j2",
        "out/benchmark.json",
    ],
)
def test_a_new_file_is_seen(place, file):
    keep(place)
    (place / file).write_text("new")
    assert written_before(found(place), place / "cache") is None


def test_an_output_that_is_gone_is_made_again(place):
    keep(place)
    (place / "out" / "report.pdf").unlink()
    assert written_before(found(place), place / "cache") is None


def test_other_options_or_another_date_are_another_build(place, monkeypatch):
    keep(place)
    assert written_before(found(place, device="cuda"), place / "cache") is None
    monkeypatch.setitem(os.environ, "SOURCE_DATE_EPOCH", "86400")
    assert written_before(found(place), place / "cache") is None


def test_results_of_other_studies_change_nothing(place):
    keep(place)
    (place / "cache" / "runs" / "other.json").write_text("{}")
    assert written_before(found(place), place / "cache")


def test_a_result_that_is_gone_is_seen(place):
    keep(place)
    (place / "cache" / "runs" / "c.json").unlink()
    assert written_before(found(place), place / "cache") is None


def test_what_has_changed_is_said(place, monkeypatch):
    keep(place)
    old = last_build(found(place), place / "cache")["ingredients"]
    assert changes(old, found(place)) == []
    (place / "report" / "chapters" / "b.py").write_text("# other prose")
    (place / "derivations" / "new.py").write_text("")
    monkeypatch.setitem(os.environ, "SOURCE_DATE_EPOCH", "86400")
    said = changes(old, found(place, device="cuda"))
    assert said[:2] == ["derivations/new.py changed", "report/chapters/b.py changed"]
    assert said[2:] == ["other options", f"the date {old['date']} is now 1970-01-02"]


@pytest.fixture
def own(place):
    """A report of one's own, beside the program."""
    (place / "my" / "chapters").mkdir(parents=True)
    (place / "my" / "report.toml").write_text("study = 'study.toml'")
    (place / "my" / "study.toml").write_text("seeds = 1")
    (place / "my" / "chapters" / "c.py").write_text("# prose")
    (place / "my" / "notes.txt").write_text("of no consequence")
    return place / "my" / "report.toml"


def test_a_report_of_ones_own_has_its_own_study(place, own):
    options = Options(None, place / "out", report=own)
    assert options.shown_study == str(place / "my" / "study.toml")
    assert Options("quick", place / "out", report=own).shown_study == "quick"


@pytest.mark.parametrize("file", ["my/report.toml", "my/study.toml", "my/chapters/c.py", "my/references.bib"])
def test_a_change_of_a_file_of_ones_own_report_is_seen(place, own, file):
    before = found(place, report=own)
    (place / "my" / "notes.txt").write_text("other notes")
    assert found(place, report=own) == before
    (place / file).write_text("changed")
    assert found(place, report=own) != before
