"""Numbers in prose lead to what they were computed from, and no formula or code has such a mark in it."""

from __future__ import annotations

from datetime import date

import pytest

from report.building.evidence import sentences
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import convert
from report.weaving.evident import SPAN, spans_in, without_spans
from report.weaving.weave import weave

CHAPTER = """\
# %%
from report.authoring import number

x, scores = 0.26471234567, [0.967, 0.965]
about = number(x, 1)

# %% [markdown]
# It is {{ x | number(2) }}, or {{ x | percent(1) }}, of {{ sampled(scores) }} per cent. In
# a formula $a = {{ x | number(1) }}$ and $$b = {{ x | number(3) }}$$ it is alone; small is
# {{ (x / 1e9) | number(2) }}.
#
# About {{ about }}, with {{ scores | length }} of them.
"""


@pytest.fixture
def woven(chapter):
    return weave([chapter(CHAPTER)])


def computed(woven, text):
    """What is known of the number that is printed so."""
    [number] = [found["number"] for found in SPAN.finditer(woven.markdown) if found["text"] == text]
    return woven.computed[f"computed-{number}"]


def test_a_number_knows_its_line_its_expression_and_its_digits(woven):
    number = computed(woven, "0.26")
    assert (number.source.line, number.expression) == (8, "x | number(2)")
    assert number.defined == ("x, scores = 0.26471234567, [0.967, 0.965]",)
    assert number.values == {"": ["0.2647123457"]}
    assert computed(woven, "2").values == {"": ["2"]}


def test_a_sample_has_its_seeds(woven):
    assert computed(woven, "96.7, 96.5").values == {"": ["0.967", "0.965"]}


def test_a_number_that_code_printed_knows_what_it_was(woven):
    about = computed(woven, "0.3")
    assert about.values == {"": ["0.2647123457"]}
    assert about.defined == ("about = number(x, 1)",)


def test_a_formula_leads_to_what_it_has_of_numbers_and_one_of_its_own_line_does_not(woven):
    assert computed(woven, "$a = 0.3$").values == {"": ["0.2647123457"]}
    assert "$$b = 0.265$$" in woven.markdown
    assert not any(letter in woven.markdown for letter in "\x0e\x0f\x10")


def test_a_range_that_is_half_open_leads_to_its_derivation(chapter):
    text = "# %%\nfrom derivations import derive\nsigmoid = derive('sigmoid')\n# %% [markdown]\n"
    woven = weave(
        [chapter(f"{text}# Of ${{{{ sigmoid.gradient_range.values | in_text }}}}$ [or so]{{.optional}}.\n")]
    )
    [known] = woven.computed.values()
    assert known.defined == ("sigmoid = derive('sigmoid')",)
    [found] = SPAN.finditer(woven.markdown)
    assert found["text"].startswith("$\\left(0,")
    assert sentences(woven)[-1].endswith("$ or so.")


VERBATIM = [
    "{% for n in [1, 2] %}\n# {{ n }}. One of two.\n# {% endfor %}",
    "# Heading {{ 7 + 1 }}",
    "`code {{ 7 + 1 }}`",
    "```\n# {{ 7 + 1 }}\n# ```",
    "[link](https://example.org/{{ 7 + 1 }})",
    "[x]{.of-{{ 7 + 1 }}}",
]


@pytest.mark.parametrize("prose", VERBATIM)
def test_no_mark_stands_where_markdown_means_something_else(chapter, prose):
    woven = weave([chapter(f"# %% [markdown]\n# {prose}\n")])
    assert "computed" not in woven.markdown
    assert woven.computed == {}


def test_a_name_or_a_sentence_with_a_number_in_it_is_no_number(chapter):
    text = '# %%\nname, said = "Layer 5", "A sum of 1."\n# %% [markdown]\n# {{ name }}: {{ said }}\n'
    assert weave([chapter(text)]).computed == {}


def test_numbers_of_several_chapters_have_their_own_ids(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text("# %% [markdown]\n# {{ 1 + 1 }} and {{ 1 + 2 }}\n")
    chapters = [tmp_path / "a.py", tmp_path / "b.py", tmp_path / "a.py"]
    woven = weave(chapters, tmp_path / "kept")
    assert list(spans_in(woven.markdown)) == list(range(6))
    assert [what.source.file.stem for what in woven.computed.values()] == list("aabbaa")
    assert woven == weave(chapters, tmp_path / "kept") == weave(chapters)


def test_sentences_and_other_documents_read_as_before(woven, tmp_path):
    first, *_ = sentences(woven)
    assert first == "It is 0.26, or 26.5 %, of 96.7, 96.5 per cent."
    metadata = Metadata("T", "S", date(2026, 3, 1))
    body = {to: convert(woven, to, metadata, tmp_path)["body"] for to in ("typst", "latex", "html")}
    assert '<span id="computed-0" class="computed">0.26</span>' in body["html"]
    for language in ("typst", "latex"):
        assert "computed" not in body[language]
        assert "0.26, or 26.5" in body[language]


def test_without_spans_nothing_of_them_is_left(woven):
    assert "computed" not in without_spans(woven.markdown)
