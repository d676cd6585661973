"""A report in a Typst template of someone else's: a function of title, authors, abstract and body."""

from __future__ import annotations

from datetime import date

import pytest
from pypdf import PdfReader
from tags import broken_rules

from report.mistakes import TypesetError
from report.project import Author
from report.typesetting.foreign import foreign
from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

PAPER = """\
// #let title(title, authors) = no function of this file
#let helper(x) = x
#let paper(
  title: [No, title: "none)"],
  authors: (),  // (name: "", email: "")
  abstract: none,
  index-terms: (),
  body,
) = {
  set document(title: title, author: authors.map(a => a.name))
  set page(columns: 2)
  show heading: it => [Heading: #it.body]
  place(top + center, scope: "parent", float: true)[
    #title #for a in authors [#a.name of #a.organization, #a.at("email", default: "no email")]
  ]
  [Abstract: #abstract]
  [Terms: #index-terms.join("; ")]
  body
}
"""
CHAPTER = """\
# %% [markdown]
# ::: {.abstract}
# In *short*.
# :::
#
# # One {#sec:one}
#
# See @fig:line and @tbl:rows.

# %%
from matplotlib.figure import Figure

from report.authoring import figure, table

drawing = Figure(figsize=(3, 2))
drawing.subplots().plot([3, 1])
figure(drawing, id="fig:line", caption="A line.", alt="A line falls.")

# %%
table([{"n": 1}, {"n": 2}], id="tbl:rows", caption="Rows.", columns={"n": "N"})
"""


@pytest.fixture
def paper(tmp_path):
    """Writes a template and gives the report's metadata with it."""

    def write(text: str) -> Metadata:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "paper.typ").write_text(text)
        first = Author(name='Zoë "Z" O', affiliations=("a", "b"), email="z@example.org")
        authors = (first, Author(name="B", affiliations=("b",)))
        return Metadata(
            "Slopes & depths", "S", date(2026, 3, 1), authors, {"a": "Here", "b": "There"}, ("one", "two"),
            template=tmp_path / "mine" / "paper.typ",
        )  # fmt: skip

    return write


@pytest.fixture
def woven(tmp_path):
    (tmp_path / "01.py").write_text(CHAPTER)
    return weave([tmp_path / "01.py"])


def test_the_function_is_the_first_that_takes_a_title_and_authors(paper):
    found = foreign(paper(PAPER).template)
    assert found.function == "paper"
    assert found.parameters == ("title", "authors", "abstract", "index-terms", "body")


@pytest.mark.slow
def test_it_gets_what_it_takes_and_lays_out_the_rest(paper, woven, tmp_path):
    assert typeset(woven, tmp_path / "out", ["pdf"], paper(PAPER)).warnings == ()
    pdf = PdfReader(tmp_path / "out" / "report.pdf")
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for part in (
        "Slopes & depths",
        "of Here; There, z@example.org",
        "B of There, no email",
        "Abstract: In short.",
        "Terms: one; two",
        "Heading: One",
        "Figure 1",
    ):
        assert part in text
    assert "Contents" not in text
    assert broken_rules(tmp_path / "out" / "report.pdf") == []
    assert not (tmp_path / "out" / "template").exists()


@pytest.mark.slow
def test_a_template_that_breaks_rules_of_accessibility_is_used_with_a_warning(paper, woven, tmp_path):
    logo = """image(bytes("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"))"""
    made = typeset(
        woven, tmp_path / "out", ["pdf"], paper(PAPER.replace("  body\n}", f"  {logo}\n  body\n}}"))
    )
    assert any("keeps not all rules of PDF/UA-1" in warning for warning in made.warnings)
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_a_template_without_such_a_function_is_told(paper, woven, tmp_path):
    with pytest.raises(TypesetError, match=r"paper.typ: there is no function that takes a title and authors"):
        typeset(woven, tmp_path / "out", ["pdf"], paper("#let paper(body) = body\n"))
    assert not list((tmp_path / "out").iterdir())
