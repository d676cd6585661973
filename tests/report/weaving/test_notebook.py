"""Chapters as notebooks: prose rendered, code as it stands, outputs below it, numbers in place of references."""

from __future__ import annotations

import nbformat
import pytest

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


def test_the_same_chapters_give_the_same_notebooks(tmp_path):
    path = tmp_path / "first.py"
    path.write_text(FIRST)
    assert notebooks(weave([path])) == notebooks(weave([path]))
