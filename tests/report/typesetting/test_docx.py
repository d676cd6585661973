"""The document for Word: equations that Word can edit, figures, tables, references that lead somewhere."""

from __future__ import annotations

from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from report.project import Author
from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

pytestmark = pytest.mark.slow  # Pandoc, and pictures of figures

METADATA = Metadata(
    "Gradients & depth",
    "For co-authors",
    date(2026, 3, 1),
    (Author(name="Zoë O", affiliations=("a",)), Author(name="B")),
    {"a": "A university"},
    ("depth", "slopes"),
)
CHAPTER = """\
# %% [markdown]
# ::: {.abstract}
# In *short*.
# :::
#
# # First {#sec:first}
#
# By @eq:line, @fig:line, @tbl:rows and @sec:inner, after @glorot2010,
#
# $$y = \\frac{x}{2}$$ {#eq:line}
#
# where $x$ is given. [Not here: @fig:other.]{.optional}
#
# ## Inner {#sec:inner}

# %%
from matplotlib.figure import Figure

from report.authoring import figure, table

drawing = Figure(figsize=(3, 2))
drawing.subplots().plot([3, 1])
figure(drawing, id="fig:line", caption="A line $y$.", alt="A line falls from 3 to 1.")

# %%
table([{"n": 1}, {"n": 2}], id="tbl:rows", caption="Rows.", columns={"n": "N"})
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("word")
    (folder / "01.py").write_text(CHAPTER)
    woven = weave([folder / "01.py"])
    for name in ("out", "again"):
        typeset(woven, folder / name, ["docx"], METADATA)
    return folder


@pytest.fixture(scope="module")
def document(made):
    return docx.Document(str(made / "out" / "report.docx"))


def test_the_title_authors_abstract_and_headings_have_their_styles(document):
    styled = {(part.style.name, part.text) for part in document.paragraphs}
    assert ("Title", "Gradients & depth") in styled
    assert ("Author", "A university") in styled
    assert ("Abstract", "In short.") in styled
    assert ("Heading 1", "1\tFirst") in styled
    assert ("Heading 2", "1.1\tInner") in styled
    assert document.core_properties.title == "Gradients & depth"
    assert document.core_properties.keywords == "depth, slopes"


def test_equations_are_those_of_word_and_have_their_numbers(document):
    formulas = list(document.element.iter(qn("m:oMath")))
    assert len(formulas) == 3  # the equation, x, and y in the caption
    assert any(formula.find(f".//{qn('m:f')}") is not None for formula in formulas)  # a fraction
    assert any("(1)" in cell.text for table in document.tables for cell in table.rows[0].cells)
    assert "$" not in "".join(part.text for part in document.paragraphs)


def test_every_reference_leads_to_a_bookmark(document):
    names = {mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))}
    anchors = [link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))]
    anchors = [anchor for anchor in anchors if anchor]
    assert {"eq:line", "fig:line", "tbl:rows", "sec:inner"} <= set(anchors)
    assert set(anchors) <= names


def test_references_read_as_in_the_report(document):
    text = " ".join(part.text for part in document.paragraphs).replace("\N{NO-BREAK SPACE}", " ")
    assert "By Equation (1), Figure 1, Table 1 and Section 1.1, after Glorot and Bengio (2010)," in text
    assert "Figure 1. A line" in text
    assert "Table 1. Rows." in text
    assert "Not here" not in text


def test_figures_are_pictures_with_alternative_text(document, made):
    [picture] = document.element.iter(qn("wp:docPr"))
    assert picture.get("descr") == "A line falls from 3 to 1."
    assert len(document.inline_shapes) == 1
    assert [file.suffix for file in (made / "out" / "figures").iterdir()] == [".svg"]


def test_tables_are_tables(document):
    assert [[cell.text for cell in row.cells] for row in document.tables[-1].rows] == [["N"], ["1"], ["2"]]


def test_two_builds_are_the_same_bytes(made):
    first, second = ((made / name / "report.docx").read_bytes() for name in ("out", "again"))
    assert first == second
