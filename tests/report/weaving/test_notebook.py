"""Chapters as notebooks: prose rendered, code as it stands, outputs below it, numbers in place of references."""

from __future__ import annotations

import nbformat
import pytest

from report.mistakes import TypesetError
from report.weaving.notebook import notebooks
from report.weaving.weave import weave

FIRST = """\
# %% [markdown]
# # First {#sec:first}
#
# What comes? [See @tbl:scores, @fig:line and @eq:one.]{.optional}
# [@sec:absent has more.]{.optional}

# %%
from matplotlib.figure import Figure

from analysis.findings.finding import Finding
from report.authoring import claim, figure, table

picture = Figure((2, 1))
picture.subplots().plot([1, 2], [3, 4])
holds = claim("It holds.", Finding(True, {}))

# %%
figure(picture, id="fig:line", caption="A *line*.", alt='It "rises".')

# %% [markdown]
# ## Inner {#sec:inner}
#
# {{ holds }}
#
# {{ equation("a = b", id="eq:one") }}

# %%
table([{"depth": 5}], id="tbl:scores", caption="Scores.", columns=["depth"])

# %% tags=["show"]
shown = 1
"""
SECOND = "# %% [markdown]\n# # Second {#sec:second}\n#\n# As in @sec:inner, @sec:second.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two chapters as notebooks, by name."""
    folder = tmp_path_factory.mktemp("chapters")
    paths = [folder / "first.py", folder / "second.py"]
    for path, text in zip(paths, (FIRST, SECOND), strict=True):
        path.write_text(text)
    return {name: nbformat.reads(text, as_version=4) for name, text in notebooks(weave(paths)).items()}


def test_each_chapter_is_a_valid_notebook_with_its_cells_in_order(made):
    assert list(made) == ["first", "second"]
    for notebook in made.values():
        nbformat.validate(notebook)
    assert [cell.cell_type for cell in made["first"].cells] == [
        "markdown", "code", "code", "markdown", "code", "code",
    ]  # fmt: skip


def test_prose_is_rendered_and_keeps_its_source(made):
    inner = made["first"].cells[3]
    assert inner.source == "## Inner\n\nIt holds.\n\n$$\na = b\n$$"
    assert "{{ holds }}" in inner.metadata["source"]


def test_references_are_numbers_and_what_leads_nowhere_is_left_out(made):
    assert made["first"].cells[0].source == "# First\n\nWhat comes? See Table 1, Figure 1 and Equation 1."
    assert made["second"].cells[0].source == "# Second\n\nAs in Section 1.1, Section 2."


def test_figures_lie_within_the_notebook_and_captions_below(made):
    (output,) = made["first"].cells[2].outputs
    shown = output.data["text/markdown"]
    assert shown.startswith('<img src="data:image/svg+xml;base64,')
    assert 'alt="It &quot;rises&quot;."' in shown
    assert shown.endswith("**Figure 1.** A *line*.")


def test_tables_have_their_caption_below(made):
    (output,) = made["first"].cells[4].outputs
    assert output.data["text/markdown"] == "| Layers |\n| ---: |\n| 5 |\n\n**Table 1.** Scores."


def test_code_that_the_report_shows_is_not_shown_twice(made):
    shown = made["first"].cells[5]
    assert (shown.source, shown.outputs) == ("shown = 1", [])


@pytest.fixture
def prose(tmp_path):
    """Chapters of one prose cell each -> what the cells of their notebooks say, by chapter."""

    def made(*texts):
        paths = [tmp_path / f"chapter{number}.py" for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text("\n# ".join(["# %% [markdown]", *text.splitlines()]) + "\n")
        read = [nbformat.reads(text, as_version=4) for text in notebooks(weave(paths)).values()]
        return [[cell.source for cell in notebook.cells] for notebook in read]

    return made


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "It vanishes [@hochreiter1991;\n@bengio1994].",
            "It vanishes (Hochreiter 1991; Bengio et al. 1994).",
        ),
        ("LeCun and others [-@lecun1998efficient] say", "LeCun and others (1998) say"),
        ("By @glorot2010, as", "By Glorot and Bengio (2010), as"),
        ("By @glorot2010 [p. 3].", "By Glorot and Bengio (2010, 3)."),
        ("| ReLU<br>[@nair2010] |\n| --- |", "| ReLU<br>(Nair and Hinton 2010) |\n| --- |"),
        ("@sympy2017 has", "Meurer et al. (2017) has"),
    ],
)
def test_citations_are_in_words(prose, written, read):
    assert prose(written)[0][0] == read


@pytest.mark.parametrize("text", ["`@he2015`", "$@he2015$", "me@he2015.org", "```python\n@he2015\n```"])
def test_what_only_looks_like_a_citation_stays(prose, text):
    assert prose(text) == [[text]]


def test_a_notebook_ends_in_the_entries_that_it_cites(prose):
    poole = (
        "Poole, Ben, Subhaneil Lahiri, Maithra Raghu, Jascha Sohl-Dickstein, and Surya Ganguli. 2016. “Exponential "
        "Expressivity in Deep Neural Networks Through Transient Chaos.” *Advances in Neural Information Processing "
        "Systems* 29."
    )
    hochreiter = (
        "Hochreiter, Sepp. 1991. “Untersuchungen Zu Dynamischen Neuronalen Netzen.” Diploma thesis, Technische "
        "Universität München."
    )
    assert prose("A [@poole2016; @hochreiter1991].", "B.", "C [@hochreiter1991].") == [
        ["A (Poole et al. 2016; Hochreiter 1991).", f"## References\n\n{hochreiter}\n\n{poole}"],
        ["B."],
        ["C (Hochreiter 1991).", f"## References\n\n{hochreiter}"],
    ]


def test_authors_are_told_apart_over_all_chapters_as_in_the_report(prose):
    (first, *_), (second, *_) = prose("A [@lecun1998efficient].", "B [@lecun1998gradient].")
    assert (first, second) == (
        "A (LeCun, Bottou, Orr, et al. 1998).",
        "B (LeCun, Bottou, Bengio, et al. 1998).",
    )


def test_a_citation_that_the_bibliography_lacks_is_named_with_its_line(prose):
    with pytest.raises(
        TypesetError, match=r"chapter0\.py:3: the citation @nobody1999 is not in the bibliography"
    ):
        prose("A\n[@nobody1999; @he2015]")


def test_the_abstract_is_kept_and_what_is_for_one_typesetter_goes(prose):
    text = "::: {.abstract}\nIn short.\n:::\n\nMore.\n\n```{=typst}\n#pagebreak()\n```"
    assert prose(text) == [["**Abstract**\n\nIn short.\n\nMore."]]


def test_what_is_in_front_stands_where_it_is_written(prose):
    assert prose("One.\n\n::: {.front}\nA *first* page.\n:::\n\nTwo.") == [
        ["One.\n\nA *first* page.\n\nTwo."]
    ]


def test_the_same_chapters_give_the_same_notebooks(tmp_path):
    path = tmp_path / "first.py"
    path.write_text(f"{FIRST}\n# %% [markdown]\n# By @he2015 [and @nair2010].\n")
    assert notebooks(weave([path])) == notebooks(weave([path]))


def test_what_is_optional_within_what_is_optional_stands_alike(prose):
    text = "[Four [of [the]{.optional} tasks]{.optional}: A (@sec:here)[, B (@sec:absent)]{.optional}.]{.optional}"
    assert prose(f"# Here {{#sec:here}}\n\n{text}") == [["# Here\n\nFour of the tasks: A (Section 1)."]]
