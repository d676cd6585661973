"""Files: whole or not at all, and folders that can't be written are refused in one message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.keeping.files import HOUR, clear, refuse_unwritable, replacing


def test_a_file_is_replaced_when_all_went_well(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_file_stays_when_not(tmp_path, error):
    path = tmp_path / "a"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("ne")
            raise error

    with pytest.raises(type(error)) as raised:
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    if isinstance(error, OSError):
        assert str(raised.value) == f"{path} can't be written: No space left on device"


def test_temporaries_are_removed_an_hour_later(tmp_path):
    old, young, other = (tmp_path / f".{name}.0123456789ab" for name in "abc")
    other = tmp_path / ".gitignore"
    for path in (old, young, other):
        path.write_text("")
    for path in (old, other):
        os.utime(path, (0, path.stat().st_mtime - 2 * HOUR))
    clear(tmp_path)
    assert set(tmp_path.iterdir()) == {young, other}


def test_a_folder_is_made_and_tried_or_refused(tmp_path):
    refuse_unwritable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").write_text("")
    for blocked in (tmp_path / "file", tmp_path / "file" / "a", Path("/proc/no")):
        with pytest.raises(OSError, match=f"the folder {blocked} can't be written"):
            refuse_unwritable(blocked)
