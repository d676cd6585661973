"""Chapters woven by a second process: what it keeps is what a build finds."""

from __future__ import annotations

from functools import partial
from time import monotonic, sleep

from report.authoring.context import set_current
from report.weaving.beside import FEWEST, from_the_last
from report.weaving.weave import is_kept, weave

CHAPTER = """# %%
from pathlib import Path
with Path({log!r}).open("a") as log:
    log.write({name!r})

# %% [markdown]
# This is {name}.{more}
"""


def written(folder, mores):
    """Chapters that note when they are run, and the file of their notes."""
    log = folder / "log"
    log.touch()
    chapters = []
    for name, more in zip("ABCDEFGH", mores, strict=False):
        chapters.append(folder / f"{name}.py")
        chapters[-1].write_text(CHAPTER.format(log=str(log), name=name, more=more))
    return chapters, log


def test_a_build_finds_what_was_woven_from_the_last_on(tmp_path):
    chapters, log = written(tmp_path, ["", " {{ lost }}", " It lists claims.", "", ""])
    kept, inputs = tmp_path / "kept", {"": 1}
    with from_the_last(chapters, kept, inputs, partial(set_current, None)):
        latest = monotonic() + 60
        while not is_kept(chapters[0], kept, inputs) and monotonic() < latest:
            sleep(0.05)
    assert log.read_text() == "EDBA"  # not C, for it looks at the claims before it
    log.write_text("")
    chapters[1].write_text(chapters[1].read_text().replace("{{ lost }}", ""))
    woven = weave(chapters, kept, inputs)
    assert log.read_text() == "BC"
    assert woven == weave(chapters)


def test_for_few_chapters_no_process_is_started(tmp_path):
    chapters, log = written(tmp_path, [""] * (FEWEST - 1))
    with from_the_last(chapters, tmp_path / "kept", {}, partial(set_current, None)):
        sleep(0.1)
    assert not (tmp_path / "kept").exists()
    assert log.read_text() == ""
