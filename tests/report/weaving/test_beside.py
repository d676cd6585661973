"""Chapters woven by workers: what they keep is what a build finds."""

from __future__ import annotations

from functools import partial

import pytest

from analysis.keeping.memo import is_made
from report.authoring.context import set_current
from report.weaving.beside import FEWEST, to_weave
from report.weaving.weave import is_kept, weave

CHAPTER = """# %%
from pathlib import Path
with Path({log!r}).open("a") as log:
    log.write({name!r})

# %% [markdown]
# This is {name}.{more}
"""


@pytest.fixture
def written(tmp_path):
    """Makes chapters that note when they are run; gives them, the file of their notes, and jobs that weave them."""

    def write(mores):
        log = tmp_path / "log"
        log.touch()
        chapters = []
        for name, more in zip("ABCDEFGH", mores, strict=False):
            chapters.append(tmp_path / f"{name}.py")
            chapters[-1].write_text(CHAPTER.format(log=str(log), name=name, more=more))
        return chapters, log, to_weave(chapters, tmp_path / "kept", {"": 1}, partial(set_current, None))

    return write


def test_a_build_finds_what_was_woven_from_the_last_on(written, tmp_path):
    chapters, log, jobs = written(["", " {{ lost }}", " It lists claims.", "", ""])
    for job in jobs:
        job.do(tmp_path, "cpu", print)
    assert log.read_text() == "EDBA"  # not C, for it looks at the claims before it
    log.write_text("")
    chapters[1].write_text(chapters[1].read_text().replace("{{ lost }}", ""))
    woven = weave(chapters, tmp_path / "kept", {"": 1})
    assert log.read_text() == "BC"
    assert woven == weave(chapters)


def test_asking_whether_a_chapter_is_woven_runs_nothing(written, tmp_path):
    chapters, log, jobs = written([""] * FEWEST)
    do = partial(jobs[0].do, tmp_path, "cpu", print)
    assert not is_made(do)
    assert log.read_text() == ""
    do()
    assert is_made(do)
    assert is_kept(chapters[-1], tmp_path / "kept", {"": 1})


def test_few_chapters_are_left_to_the_build(written):
    assert written([""] * (FEWEST - 1))[2] == []
    assert len(written([""] * FEWEST)[2]) == FEWEST
