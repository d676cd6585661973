"""Memos: made once for the same inputs, and again where one is damaged."""

from __future__ import annotations

import pytest

from analysis.keeping.memo import is_made, last, memo, why

NOW = {"sources": {"a.b": "1"}, "versions": {"torch": "1"}}
LATER = {"sources": {"a.b": "2", "a.c": "1"}, "versions": {"torch": "2"}}


def test_the_same_inputs_are_computed_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"values": [len(made), 0.1]}

    folder = tmp_path / "folder"
    assert memo(folder, {"a": 1}, NOW, make) == memo(folder, {"a": 1}, NOW, make)
    assert len(made) == 1
    assert memo(folder, {"a": 2}, NOW, make)["values"][0] == 2
    assert memo(folder, {"a": 1}, LATER, make)["values"][0] == 3


def test_why_it_would_be_made_again_is_said(tmp_path):
    assert why(tmp_path, "this", NOW) == "not made before"
    memo(tmp_path, "this", NOW, lambda: 1)
    assert why(tmp_path, "this", NOW) is None
    assert why(tmp_path, "that", NOW) == "not made before"
    assert why(tmp_path, "this", LATER) == "a/b.py changed, a/c.py came or went, torch 1 is now 2"


@pytest.mark.parametrize("damage", [lambda text: text.replace("17", "18"), lambda _: "{", lambda _: ""])
def test_a_damaged_entry_is_made_again(tmp_path, damage):
    memo(tmp_path, {}, NOW, lambda: [17])
    (entry,) = tmp_path.iterdir()
    entry.write_text(damage(entry.read_text()))
    assert memo(tmp_path, {}, NOW, lambda: [19]) == [19]
    assert memo(tmp_path, {}, NOW, lambda: [20]) == [19]


def test_nothing_is_left_where_making_fails(tmp_path):
    with pytest.raises(ZeroDivisionError):
        memo(tmp_path, {}, NOW, lambda: [1 / 0])
    assert not list(tmp_path.iterdir())


def test_of_what_changes_only_the_latest_is_memo(tmp_path):
    path = tmp_path / "entry.json"
    assert last(path, 1, lambda: "first") == "first"
    assert last(path, 1, lambda: "second") == "first"
    assert last(path, 2, lambda: "third") == "third"
    assert last(path, 1, lambda: "fourth") == "fourth"
    assert list(tmp_path.iterdir()) == [path]


def test_asking_whether_something_is_made_makes_nothing(tmp_path):
    def ask():
        return memo(tmp_path, "this", NOW, lambda: 1)

    assert not is_made(ask)
    assert not list(tmp_path.iterdir())
    ask()
    assert is_made(ask)
    assert not is_made(lambda: 1 / 0)
    assert memo(tmp_path, "that", NOW, lambda: 2) == 2
