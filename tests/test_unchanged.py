"""A build with nothing to do ends at once, and any change makes it anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from report import unchanged
from report.unchanged import ingredients, remember, sums, written_before


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A small program, a store with a run, and an output."""
    for folder in ("derivations", "report/chapters", "cache/runs", "out"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "derivations" / "a.py").write_text("a = 1")
    (tmp_path / "report" / "chapters" / "b.py").write_text("# prose")
    (tmp_path / "cache" / "runs" / "c.json").write_text("{}")
    (tmp_path / "out" / "report.pdf").write_text("a report")
    (tmp_path / "mine.toml").write_text("seeds = 1")
    monkeypatch.setattr(unchanged, "ROOT", tmp_path)
    monkeypatch.setattr(unchanged, "CHAPTERS", tmp_path / "report" / "chapters")
    return tmp_path


def found(place: Path, **options: object) -> dict[str, object]:
    return ingredients(str(place / "mine.toml"), place / "out", place / "cache", {"device": "cpu", **options})


def keep(place: Path) -> None:
    remember(found(place), found(place), [place / "out" / "report.pdf"], 10, place / "cache")


def test_the_same_build_is_known(place):
    assert written_before(found(place), place / "cache") is None
    keep(place)
    entry = written_before(found(place), place / "cache")
    assert entry == {"files": sums([place / "out" / "report.pdf"]), "claims": 10}


@pytest.mark.parametrize(
    "file",
    ["derivations/a.py", "report/chapters/b.py", "cache/runs/c.json", "out/report.pdf", "mine.toml"],
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
        "report/chapters/n.py",
        "cache/runs/n.json",
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


def test_what_was_changed_while_it_was_made_is_not_kept(place):
    before = found(place)
    (place / "report" / "chapters" / "b.py").write_text("# other prose")
    remember(before, found(place), [place / "out" / "report.pdf"], 10, place / "cache")
    assert written_before(found(place), place / "cache") is None


def test_training_is_no_such_change(place):
    before = found(place)
    (place / "cache" / "runs" / "trained.json").write_text("{}")
    remember(before, found(place), [place / "out" / "report.pdf"], 10, place / "cache")
    assert written_before(found(place), place / "cache")
