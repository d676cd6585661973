"""The report with its changes: new sentences, old ones, and what of numbers and claims has changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from report.building.evidence import sentences
from report.building.marking import marked
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import convert
from report.weaving.evident import without_spans
from report.weaving.weave import weave

BEFORE = """\
# %% [markdown]
# # First {#sec:first}
#
# It rains in the desert. The sun shines,
# and all is well. This stays, as @sec:first says.
"""
AFTER = """\
# %%
x = 0.25

# %% [markdown]
# # First {#sec:first}
#
# The sun shines, and all
# is better by {{ x | number(2) }}. This stays, as @sec:first says. [A last one is new, with $a^2$.]{.optional}
"""


def evidence(woven, number, holds):
    claim = {
        "sentence": "It rains.",
        "holds": holds,
        "status": "holds" if holds else "not supported",
        "evidence": "",
    }
    return {"sentences": sentences(woven), "numbers": {"test accuracy": [number]}, "claims": [claim]}


@pytest.fixture
def changed(chapter):
    before, after = weave([chapter(BEFORE)]), weave([chapter(AFTER)])
    old, new = evidence(before, 0.5, True), evidence(after, 0.75, False)
    return marked(after, old, new, Path("provenance.json"))


def test_new_and_old_sentences_are_marked_where_they_stand(changed):
    text = " ".join(changed.markdown.split())
    assert (
        "[It rains in the desert.]{.removed} [The sun shines, and all is well.]{.removed} [The sun shines, and all"
        in text
    )
    assert "is better by 0.25.]{.added} This stays, as @sec:first says." in text
    assert "[[A last one is new, with $a^2$.]{.added}]{.optional}" in text
    assert "This stays" not in text.partition("{.added} This stays")[2]


def test_numbers_and_claims_that_changed_come_first(changed):
    chapter = changed.markdown.partition("# First")[0]
    assert "*Number.* test accuracy: 0.5 (n = 1) → 0.75 (n = 1), spread unknown" in chapter
    assert "*Claim.* flipped, holds → not supported: It rains." in chapter


def test_every_line_keeps_its_source(changed):
    assert len(changed.sources) == len(changed.markdown.splitlines())
    assert changed.sources[-1].file.name == "01_first.py"


@pytest.mark.parametrize("to", ["typst", "latex", "html"])
def test_every_language_shows_the_marks(changed, tmp_path, to):
    body = convert(changed, to, Metadata("T", "S", date(2026, 3, 1)), tmp_path)["body"]
    marks = {"typst": "#removed[", "latex": r"\removed{", "html": 'class="removed"'}
    assert body.count(marks[to]) >= 3
    assert body.count(marks[to].replace("removed", "added")) >= 2


def test_the_same_report_has_no_marks(chapter):
    woven = weave([chapter(AFTER)])
    same = evidence(woven, 0.5, True)
    text = marked(woven, same, same, Path("provenance.json")).markdown
    assert text.endswith(without_spans(woven.markdown))
    assert "No number and no claim has changed." in text
