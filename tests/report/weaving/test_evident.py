"""Numbers in prose that say what they were written from, and no formula that has such a mark in it."""

from __future__ import annotations

from datetime import date

import pytest

from report.building.evidence import sentences
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import convert
from report.weaving.evident import without_spans
from report.weaving.weave import weave

CHAPTER = """\
# %%
x, scores = 0.26471234567, [0.967, 0.965]

# %% [markdown]
# It is {{ x | number(2) }}, or {{ x | percent(1) }}, of {{ sampled(scores) }} per cent. In
# a formula $a = {{ x | number(1) }}$ and $$b = {{ x | number(3) }}$$ it is alone; small is
# {{ (x / 1e9) | number(2) }}.
"""


@pytest.fixture
def woven(chapter):
    return weave([chapter(CHAPTER)])


def test_a_number_has_its_digits_and_a_sample_its_seeds(woven):
    assert '[0.26]{.computed title="0.2647123457"}' in woven.markdown
    assert 'title="0.967, 0.965"}' in woven.markdown
    assert "a = 0.3$" in woven.markdown
    assert "b = 0.265$$" in woven.markdown
    assert not any(letter in woven.markdown for letter in "\x0e\x0f\x10")


def test_sentences_and_other_documents_read_as_before(woven, tmp_path):
    [first, _] = sentences(woven)
    assert first == "It is 0.26, or 26.5 %, of 96.7, 96.5 per cent."
    metadata = Metadata("T", "S", date(2026, 3, 1))
    body = {to: convert(woven, to, metadata, tmp_path)["body"] for to in ("typst", "latex", "html")}
    assert '<span class="computed" title="0.2647123457">0.26</span>' in body["html"]
    for language in ("typst", "latex"):
        assert "0.2647123457" not in body[language]
        assert "0.26, or 26.5" in body[language]


def test_without_spans_nothing_of_them_is_left(woven):
    assert "computed" not in without_spans(woven.markdown)
