"""The appendix of the PDF on where all that is computed comes from: links there and back, each to something."""

from __future__ import annotations

from datetime import date

import pytest
from pypdf import PdfReader

from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

CHAPTER = """\
# %%
from matplotlib.figure import Figure

from analysis.findings.finding import Finding
from report.authoring import claim, figure, table

share, depths = 0.123456, [5, 20]
rains = claim("It rains, and $x > 0$.", Finding(True, {"drops": [3, 12]}, "number"))
drawing = Figure(figsize=(3, 2))

# %% [markdown]
# # First {#sec:first}
#
# {{ rains }} In {{ share | percent }} of all places; see @fig:empty and @tbl:depths.

# %%
figure(drawing, id="fig:empty", caption="Nothing, as $\\\\delta$ [is gone].", alt="Nothing.")

# %%
table([{"depth": depth} for depth in depths], id="tbl:depths", caption="Depths.", columns=["depth"])
"""
SAID = [
    ["12.35 % (line 14)", "share | percent", "share, depths = 0.123456, [5, 20]", "0.123456"],
    ["Figure 1 (line 17)", "drawing", "drawing = Figure(figsize=(3, 2))"],
    ["Table 1 (line 20)", '[{"depth": depth} for depth in depths]', "depth: 5, 20"],
    ["(line 8)", 'Finding(True, {"drops": [3, 12]}, "number")', "drops: 3, 12"],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The PDF with the appendix, and without it."""
    folder = tmp_path_factory.mktemp("origins")
    (folder / "01.py").write_text(CHAPTER)
    woven = weave([folder / "01.py"])
    for name, origins in (("with", True), ("without", False)):
        metadata = Metadata("T", "S", date(2026, 3, 1), origins=origins)
        assert typeset(woven, folder / name, ["pdf"], metadata).warnings == ()
    return PdfReader(folder / "with" / "report.pdf"), PdfReader(folder / "without" / "report.pdf")


def text(pdf):
    return " ".join("".join(page.extract_text() for page in pdf.pages).split())


@pytest.mark.parametrize("said", SAID)
def test_an_entry_has_the_line_the_expression_and_the_values(made, said):
    appendix = text(made[0]).partition("come from 01.py")[2]
    assert appendix
    for part in said:
        assert part in appendix


def test_all_of_it_leads_to_the_appendix_and_back(made):
    with_it, without = (sum(len(page.get("/Annots", [])) for page in pdf.pages) for pdf in made)
    assert with_it - without >= 2 * len(SAID)


def test_nobody_who_has_not_asked_has_it(made):
    assert "come from" not in text(made[1])
    assert "Origin" not in text(made[1])
