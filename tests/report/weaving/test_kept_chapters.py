"""Chapters kept from the last weaving: the same report, and only what has changed is run again."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from report.mistakes import ChapterError
from report.weaving.weave import weave

CHAPTER = """# %%
from pathlib import Path
from analysis.findings.finding import Finding
from matplotlib.figure import Figure
from report.authoring import claim, figure
with Path({log!r}).open("a") as log:
    log.write({name!r})
held = claim("{name} holds.", Finding(True, {{}}, margin=[1, 2, 3]))
unused = 1

# %% [markdown]
# It says that {{{{ held }}}} There are 3 in @fig:{name}.

# %%
figure(Figure(), id="fig:{name}", caption="Empty.", alt="Nothing.")
"""
LAST = "# %%\nfrom report.authoring import claims_table\nclaims_table()\n"


@pytest.fixture
def report(tmp_path):
    """Two chapters that note when they are run, and the list of claims; `again` weaves them."""

    class Report:
        chapters = tmp_path / "1a.py", tmp_path / "2b.py", tmp_path / "3c.py"
        log = tmp_path / "log"

        def again(self, inputs=MappingProxyType({})):
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
    assert [claim.seeds for claim in second.claims] == [3, 3]
    assert [mistake.source.line for mistake in second.lint] == [12, 9, 12, 9]
    assert [*second.figures] == ["A.svg", "B.svg"]
    assert [mistake.message for mistake in second.complaints()] == [
        "unused is computed and never used",
        "the number 3 is typed in: compute it, or mark a fact of the protocol as {{ given(3) }}",
    ] * 2 + ["nothing refers to @tbl:claims"]


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


def test_a_claim_that_is_absent_now_leaves_the_list_of_claims(report):
    report.again()
    path = report.chapters[0]
    path.write_text(path.read_text().replace("Finding(True, {}, margin=[1, 2, 3])", "None"))
    woven, ran = report.again()
    assert ran == "A"  # the other does not look at the claims before it
    assert "A holds." not in woven.markdown
    assert [claim.sentence for claim in woven.claims] == ["B holds."]


def test_other_inputs_run_all(report):
    report.again()
    assert report.again(inputs={"": 1})[1] == "AB"


def test_what_only_one_chapter_can_look_at_runs_that_one(report):
    path = report.chapters[1]
    path.write_text(path.read_text() + "\n# %% [markdown]\n# Of the provenance.\n")
    report.again(inputs={"provenance": 1})
    assert report.again(inputs={"provenance": 2})[1] == "B"


def test_a_mistake_is_not_kept(report):
    right = report.chapters[0].read_text()
    report.chapters[0].write_text(right + "\n# %% [markdown]\n# {{ lost }}\n")
    for _ in range(2):
        with pytest.raises(ChapterError, match="'lost' is undefined"):
            report.again()
    report.chapters[0].write_text(right)
    assert report.again()[0].claims


def test_a_figure_that_another_chapter_has_already_is_a_mistake_in_a_kept_chapter_too(report):
    report.again()
    first = report.chapters[0]
    first.write_text(first.read_text().replace("fig:A", "fig:B"))
    with pytest.raises(ChapterError, match=r"2b\.py:15: .*fig:B already"):
        report.again()
