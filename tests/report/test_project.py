"""report.toml: what a report is, and what is wrong with a file that can't be used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.project import FILE, Author, ProjectError, built_in, read_project

TITLE = 'title = "T"\n'
CHAPTERS = 'chapters = ["depth"]\n'
STUDY = 'activations = ["relu"]\ndepths = [2]\nseeds = 1\nepochs = 1\n'


@pytest.fixture
def file(tmp_path):
    """Writes a report.toml beside two chapters, a bibliography and a study."""
    (tmp_path / "chapters").mkdir()
    for name in ("depth", "theory"):
        (tmp_path / "chapters" / f"{name}.py").write_text("# %% [markdown]\n# Text.\n")
    (tmp_path / "mine.bib").write_text("")
    (tmp_path / "study.toml").write_text(STUDY)

    def write(text):
        path = tmp_path / "report.toml"
        path.write_text(text)
        return path

    return write


def test_chapters_come_in_the_order_of_the_file_and_as_it_is_now(file):
    path = file(f'{TITLE}chapters = ["theory", "depth"]\n')
    assert [chapter.stem for chapter in read_project(path).chapter_files] == ["theory", "depth"]
    path = file(TITLE + CHAPTERS)
    assert [chapter.stem for chapter in read_project(path).chapter_files] == ["depth"]


def test_own_and_built_in_chapters_stand_together(file):
    project = read_project(file(f'{TITLE}chapters = ["depth", "builtin:appendices/atlas"]\n'))
    own, atlas = project.chapter_files
    assert own == project.folder / "chapters" / "depth.py"
    assert atlas == FILE.parent / "chapters" / "appendices" / "atlas.py"


def test_the_built_in_report_has_every_chapter_that_is_there():
    chapters = built_in().chapter_files
    there = {path for path in (FILE.parent / "chapters").rglob("*.py") if path.stem != "__init__"}
    assert set(chapters) == there
    assert len(chapters) == len(there)
    assert built_in().is_built_in


def test_the_study_is_that_which_is_asked_for_else_its_own_with_those_it_names_beside_it(file):
    project = read_project(file(f'{TITLE}{CHAPTERS}study = "study.toml"\n[studies]\nother = "quick"\n'))
    study = project.read_study()
    assert study.activations == ("relu",)
    assert [each.name for each in study.beside] == ["other"]
    assert study.beside[0].epochs == 3
    assert project.read_study("quick").name == "quick"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chapters = [", "can't be read"),
        ('title = "T"\n', "report.toml: the key 'chapters' is missing"),
        (f'{TITLE}chapters = "depth"\n', "line 2: chapters = 'depth': Input should be a list"),
        (f"{TITLE}chapters = [1]\n", "line 2: chapters = 1: "),
        (f"{TITLE}chapters = []\n", r"line 2: chapters = \[\]: The list should have at least 1 item"),
        (f'{TITLE}chapters = ["dephth"]\n', "line 2: there is no chapter 'dephth'.*did you mean depth"),
        (f'{TITLE}chapters = ["zzz"]\n', "there are depth, theory, builtin:"),
        (f'{TITLE}chapters = ["../depth"]\n', r"there is no chapter '\.\./depth'"),
        (f'{TITLE}chapters = ["depth", "depth"]\n', "more than one chapter is called depth"),
        (f'{TITLE}chapters = ["theory", "builtin:theory"]\n', "more than one chapter is called theory"),
        (f'{TITLE}{CHAPTERS}tilte = "T"\n', "line 3: unknown key 'tilte'; did you mean title"),
        (f'{TITLE}{CHAPTERS}file = "x"\n', "line 3: unknown key 'file'"),
        (f'{TITLE}{CHAPTERS}language = "english"\n', "line 3: language = 'english'"),
        (f'{TITLE}{CHAPTERS}bibliography = ["mien.bib"]\n', "line 3: bibliography = 'mien.bib': there is no"),
        (f'{TITLE}{CHAPTERS}bibliography = ["../x.bib"]\n', "a file of a report lies in its folder"),
        (f'{TITLE}{CHAPTERS}csl = "/etc/passwd"\n', "a file of a report lies in its folder"),
        (f'{TITLE}{CHAPTERS}study = "qick"\n', "line 3: study = 'qick'.*did you mean quick"),
        (f'{TITLE}{CHAPTERS}[studies]\nx = "../x.toml"\n', "line 4: x = '../x.toml'"),
        (f'{TITLE}{CHAPTERS}[templates]\nhtm = "x"\n', "line 4: "),
        (f'{TITLE}{CHAPTERS}[[authors]]\nname = "A"\naffilations = []\n', "line 5: .*mean affiliations"),
        (f'{TITLE}{CHAPTERS}[[authors]]\nnames = "A"\n', "line 4: unknown key 'names'; did you mean name"),
        (f'{TITLE}{CHAPTERS}[[authors]]\norcid = "1"\n', "line 3: the key 'authors.name' is missing"),
        (
            f'{TITLE}{CHAPTERS}[[authors]]\nname = "A"\norcid = "0000-0002-1825-0098"\n',
            "line 5: .*one of them is mistyped",
        ),
        (f'{TITLE}{CHAPTERS}[[authors]]\nname = "A"\ncorresponding = true\n', "line 3: .*needs an email"),
        (
            f'{TITLE}{CHAPTERS}[affiliations]\nhere = "H"\n[[authors]]\nname = "A"\naffiliations = ["her"]\n',
            "line 7: there is no affiliation 'her'; did you mean here",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_would_be_right(file, text, said):
    with pytest.raises(ProjectError, match=said) as raised:
        read_project(file(text))
    assert "pydantic" not in str(raised.value)


def test_all_that_is_wrong_is_said_at_once(file):
    with pytest.raises(ProjectError) as raised:
        read_project(file('tilte = "T"\nchapters = []\nlanguage = 1\n'))
    assert len(str(raised.value).splitlines()) == 4


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ProjectError, match=r"there is no file .*build.py new"):
        read_project(tmp_path / "report.toml")


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
def test_published_orcids_are_accepted(orcid):
    assert Author(name="A", orcid=orcid).orcid == orcid


@given(st.integers(0, 14), st.integers(1, 9))
def test_no_orcid_with_one_wrong_digit_is(place, by):
    digits = list("000000021825009")
    digits[place] = str((int(digits[place]) + by) % 10)
    wrong = "".join(digits) + "7"
    with pytest.raises(ValueError, match="mistyped"):
        Author(name="A", orcid="-".join(wrong[i : i + 4] for i in range(0, 16, 4)))
