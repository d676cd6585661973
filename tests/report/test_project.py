"""report.toml: the chapters in order, and what is wrong with a file that can't be used."""

from __future__ import annotations

import pytest

from report.project import ProjectError, built_in

TITLE = 'title = "T"\nsubtitle = "S"\n'


@pytest.fixture
def file(tmp_path):
    """Writes a report.toml beside two chapters."""
    (tmp_path / "chapters").mkdir()
    for name in ("depth", "theory"):
        (tmp_path / "chapters" / f"{name}.py").write_text("# %% [markdown]\n# Text.\n")

    def write(text):
        path = tmp_path / "report.toml"
        path.write_text(text)
        return path

    return write


def test_chapters_come_in_the_order_of_the_file_and_as_it_is_now(file):
    path = file(f'{TITLE}chapters = ["theory", "depth"]\n')
    assert [chapter.stem for chapter in built_in(path).chapters] == ["theory", "depth"]
    path = file(f'{TITLE}chapters = ["depth"]\n')
    assert [chapter.stem for chapter in built_in(path).chapters] == ["depth"]


def test_the_built_in_report_has_every_chapter_that_is_there():
    chapters = built_in().chapters
    there = {path for path in chapters[0].parent.rglob("*.py") if path.stem != "__init__"}
    assert set(chapters) == there
    assert len(chapters) == len(there)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chapters = [", "can't be read"),
        ('title = "T"\nchapters = []\n', "the key 'subtitle' is missing"),
        (f'{TITLE}chapters = "depth"\n', "a list of names"),
        (f"{TITLE}chapters = [1]\n", "a list of names"),
        (f'{TITLE}chapters = ["dephth"]\n', "there is no chapter 'dephth'.*did you mean depth"),
        (f'{TITLE}chapters = ["zzz"]\n', "there are depth, theory"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(file, text, said):
    with pytest.raises(ProjectError, match=said):
        built_in(file(text))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ProjectError, match="can't be read"):
        built_in(tmp_path / "report.toml")
