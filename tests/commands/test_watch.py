"""--watch: a build now and after each save, through mistakes, and a new start where the program changes."""

from __future__ import annotations

import sys

import pytest
import watchfiles

from report.building import watching
from report.building.up_to_date import CHAPTERS, ROOT
from report.mistakes import ChapterError, Mistake, Source, TypesetError

CHAPTER = str(CHAPTERS / "depth.py")
TEMPLATE = str(ROOT / "report" / "typesetting" / "templates" / "report.typ.j2")
MODULE = str(ROOT / "report" / "weaving" / "weave.py")


class Gone(BaseException):
    """The process would be another from here on."""


@pytest.fixture
def saves(monkeypatch):
    """Sets the files that are saved, one after the other; then the watching ends."""

    def follow(*paths):
        monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: (set(), *({(1, path)} for path in paths)))

    return follow


def test_it_is_made_at_once_and_after_each_save(saves, tmp_path):
    saves(CHAPTER, TEMPLATE)
    made = []
    watching.watch(lambda: made.append(1), CHAPTERS.parent, tmp_path / "report.html")
    assert len(made) == 3


def test_it_says_what_it_watches_and_what_was_saved(saves, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    saves(CHAPTER)
    watching.watch(lambda: None, tmp_path, tmp_path / "report.html")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Watching {tmp_path}, derivations, analysis, report, until Ctrl-C.")
    assert second == "Saved: report/chapters/depth.py"


def test_ctrl_c_ends_it_quietly_also_while_it_builds(saves, capsys, tmp_path):
    def interrupted():
        raise KeyboardInterrupt

    saves(CHAPTER)
    watching.watch(interrupted, CHAPTERS.parent, tmp_path / "report.html")
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert said.err == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ChapterError([Mistake(Source(CHAPTERS / "depth.py", 7), "it is wrong")]), "it is wrong"),
        (TypesetError(["it is wrong"]), "it is wrong"),
        (SystemExit(1), "The report is as it was."),
    ],
)
def test_a_mistake_is_told_and_the_next_save_builds_again(saves, capsys, tmp_path, error, told):
    saves(CHAPTER)
    outcomes = iter([error, None])

    def again():
        outcome = next(outcomes)
        if outcome:
            raise outcome

    watching.watch(again, CHAPTERS.parent, tmp_path / "report.html")
    assert told in capsys.readouterr().err
    assert next(outcomes, "all used") == "all used"


def test_a_change_of_the_program_starts_it_anew(saves, monkeypatch, tmp_path):
    saves(MODULE)
    started = []

    def execute(program, words):
        started.append((program, words))
        raise Gone

    monkeypatch.setattr(watching.os, "execv", execute)
    with pytest.raises(Gone):
        watching.watch(lambda: None, CHAPTERS.parent, tmp_path / "report.html")
    assert started == [(sys.executable, sys.orig_argv)]


def test_what_a_build_writes_is_no_save(saves, tmp_path):
    saves(str(tmp_path / "out" / "report.pdf"), str(tmp_path / ".out-7" / "figures" / "a.svg"), CHAPTER)
    made = []
    watching.watch(lambda: made.append(1), CHAPTERS.parent, tmp_path / "out" / "report.html")
    assert len(made) == 2
