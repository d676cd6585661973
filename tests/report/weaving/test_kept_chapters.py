"""Chapters kept from the last weaving: the same report, and only what has changed is run again."""

from __future__ import annotations

import pytest

from report.mistakes import ChapterError
from report.weaving.weave import weave

CHAPTER = """# %%
from pathlib import Path
from report.authoring.claims import claim
with Path({log!r}).open("a") as log:
    log.write({name!r})
held = claim("{name} holds.", True, evidence="yes")
unused = 1

# %% [markdown]
# It says that {{{{ held }}}} There are 3.
"""
LAST = "# %% [markdown]\n# {{ claims_table() }}\n"


@pytest.fixture
def report(tmp_path):
    """Two chapters that note when they are run, and the list of claims; `again` weaves them."""

    class Report:
        chapters = tmp_path / "1a.py", tmp_path / "2b.py", tmp_path / "3c.py"
        log = tmp_path / "log"

        def again(self, inputs=0):
            """What is woven, and which chapters were run for it."""
            self.log.write_text("")
            woven = weave(self.chapters, tmp_path / "kept", inputs)
            return woven, self.log.read_text()

    for path, name in zip(Report.chapters, "AB", strict=False):
        path.write_text(CHAPTER.format(log=str(Report.log), name=name))
    Report.chapters[2].write_text(LAST)
    return Report()


def test_what_is_kept_is_what_would_be_woven(report):
    first, ran = report.again()
    second, ran_again = report.again()
    assert (ran, ran_again) == ("AB", "")
    assert second == first == weave(report.chapters)
    assert len(second.claims) == 2
    assert [mistake.source.line for mistake in second.lint] == [10, 7, 10, 7]


def test_a_chapter_that_has_changed_is_run_again(report):
    report.again()
    path = report.chapters[1]
    path.write_text(path.read_text().replace("There are", "There may be"))
    woven, ran = report.again()
    assert ran == "B"
    assert "There may be" in woven.markdown


def test_a_changed_claim_reaches_the_list_of_claims(report):
    report.again()
    path = report.chapters[0]
    path.write_text(path.read_text().replace("holds.", "still holds."))
    assert report.again()[0].markdown.count("A still holds.") == 2


def test_other_inputs_run_all(report):
    report.again()
    assert report.again(inputs=1)[1] == "AB"


def test_a_mistake_is_not_kept(report):
    right = report.chapters[0].read_text()
    report.chapters[0].write_text(right + "# {{ lost }}\n")
    for _ in range(2):
        with pytest.raises(ChapterError, match="'lost' is undefined"):
            report.again()
    report.chapters[0].write_text(right)
    assert report.again()[0].claims
