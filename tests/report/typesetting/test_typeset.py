"""Whole reports from chapters: what a reader finds in the files, and that a failure leaves no trace."""

import csv
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from pypdf import PdfReader
from tags import alternatives, broken_rules

from report.mistakes import TypesetError
from report.project import Author
from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import Woven, weave

pytestmark = pytest.mark.slow  # it typesets whole reports

METADATA = Metadata("Gradients & depth", "A *small* report", date(2026, 3, 1), (Author(name="A. Author"),))
CHAPTER = """\
# %%
from matplotlib.figure import Figure

from analysis.findings.finding import Finding
from report.authoring import claim, claims_table, figure

figure_of_depth = Figure(figsize=(3, 2))
figure_of_depth.subplots().plot([5, 20, 40], [3, 2, 1])
rains = claim("It rains in the desert.", Finding(1 > 2, {"drops": [1]}, "number"))
shines = claim("The sun shines.", Finding(2 > 1, {"hours": [2]}, "number"))

# %% [markdown]
# ::: {.abstract}
# There are {{ 20 * 2 }} layers at most.
# :::
#
# # Depth {#sec:depth}
#
# {{ rains }} {{ shines }} By @eq:forward and @fig:depth, in @sec:depth, after @glorot2010:
#
# $$v = W y$$ {#eq:forward}
#

# %%
figure(figure_of_depth, id="fig:depth", caption="Depth falls.", alt="A line falls from 3 to 1.")

# %% [markdown]
# # Claims
#
# See @tbl:claims.

# %%
claims_table()
"""


@pytest.fixture(scope="module")
def woven(tmp_path_factory: pytest.TempPathFactory) -> Woven:
    chapter = tmp_path_factory.mktemp("chapters") / "01_depth.py"
    chapter.write_text(CHAPTER)
    return weave([chapter])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, woven: Woven) -> Path:
    """A report in all three formats."""
    folder = tmp_path_factory.mktemp("built") / "out"
    made = typeset(woven, folder, ["pdf", "html", "tex"], METADATA)
    assert made.warnings == ()
    assert sorted(made.files) == sorted(path for path in folder.rglob("*") if path.is_file())
    return folder


@pytest.fixture(scope="module")
def pdf(out: Path) -> PdfReader:
    return PdfReader(out / "report.pdf")


def text_of(pdf: PdfReader) -> str:
    text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_references_resolve_to_numbers(pdf: PdfReader) -> None:
    assert "By Equation (1) and Figure 1, in Section 1, after Glorot and Bengio (2010)" in text_of(pdf)


def test_the_title_page_has_title_abstract_date_and_contents(pdf: PdfReader) -> None:
    first = " ".join(pdf.pages[0].extract_text().split())
    for part in ("Gradients & depth", "A. Author", "1 March 2026", "40 layers at most", "Contents"):
        assert part in first


def test_a_claim_that_does_not_hold_is_marked_and_one_that_does_is_prose(pdf: PdfReader) -> None:
    text = text_of(pdf)
    assert "Not supported by these results: It rains in the desert. (drops: 1)" in text
    assert "drops: 1) The sun shines. By" in text
    assert "01_depth.py:9" in text  # in the table of claims


def test_the_pdf_is_accessible_by_its_own_account(pdf: PdfReader) -> None:
    catalog = pdf.trailer["/Root"].get_object()
    assert catalog["/MarkInfo"]["/Marked"] is True or catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "en-GB"
    assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()
    assert pdf.metadata.title == "Gradients & depth: A *small* report"
    assert pdf.metadata.author == "A. Author"


def test_the_pdf_is_accessible_by_a_validator_which_refuses_an_untagged_one(
    out: Path, tmp_path: Path
) -> None:
    Figure().savefig(tmp_path / "untagged.pdf")
    assert any("PDFUA1-TAGGED-DOCUMENT" in rule for rule in broken_rules(tmp_path / "untagged.pdf"))
    assert broken_rules(out / "report.pdf") == []


def test_every_figure_and_formula_has_alternative_text(pdf: PdfReader) -> None:
    assert "A line falls from 3 to 1." in alternatives(pdf, "/Figure")
    assert alternatives(pdf, "/Formula") == ["Equation 1: v equals W y"]
    assert alternatives(pdf, "/H1") != []


def test_two_builds_are_the_same_bytes(out: Path, woven: Woven, tmp_path: Path) -> None:
    typeset(woven, tmp_path / "again", ["pdf", "html", "tex"], METADATA)
    files = [path.relative_to(out) for path in out.rglob("*") if path.is_file()]
    assert len(files) == (7 if shutil.which("latexmk") else 6)
    for file in files:
        assert (out / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file


def test_the_latex_is_a_document_with_its_figures(out: Path) -> None:
    latex = (out / "report.tex").read_text()
    assert latex.count(r"\begin{document}") == latex.count(r"\end{document}") == 1
    assert r"\title{Gradients \& depth" in latex
    assert (out / "figures" / "depth.pdf").read_bytes().startswith(b"%PDF")


class Ids(HTMLParser):
    """Collects a page's ids, the targets of its links, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value and value.startswith("#"):
                self.links.append(value[1:])
            if name == "src" and value:
                self.loaded.append(value)


def test_the_html_stands_alone_and_its_links_lead_somewhere(out: Path) -> None:
    page = Ids()
    page.feed((out / "report.html").read_text())
    assert {"eq:forward", "fig:depth", "sec:depth", "ref-glorot2010"} <= set(page.links)
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert all(source.startswith("data:") for source in page.loaded)


def test_a_failure_leaves_the_last_good_report_and_nothing_else(woven: Woven, tmp_path: Path) -> None:
    out = tmp_path / "out"
    typeset(woven, out, ["pdf"], METADATA)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    broken = tmp_path / "02_broken.py"
    broken.write_text("# %% [markdown]\n# See\n# @fig:nowhere.\n")
    with pytest.raises(TypesetError, match=r"02_broken\.py:3: @fig:nowhere"):
        typeset(weave([broken]), out, ["tex", "pdf"], METADATA)
    broken.unlink()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert list(tmp_path.iterdir()) == [out]


def test_figures_and_tables_of_an_earlier_report_are_gone(woven: Woven, tmp_path: Path) -> None:
    for old in ("figures/old.svg", "tables/old.csv"):
        (tmp_path / old).parent.mkdir()
        (tmp_path / old).write_text("old")
    typeset(woven, tmp_path, ["html"], METADATA)
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["depth.svg"]
    assert [path.name for path in (tmp_path / "tables").iterdir()] == ["claims.csv"]


def test_tables_are_kept_with_their_numbers_in_full(tmp_path: Path) -> None:
    chapter = tmp_path / "03_table.py"
    rows = [{"who": "a, b", "x": 1 / 3, "runs": [0.5, 0.25], "said": None}]
    chapter.write_text(
        "# %%\nfrom report.authoring import table\n"
        f"table({rows}, id='tbl:all', caption='All.', columns={{name: name for name in {[*rows[0]]}}})\n"
    )
    typeset(weave([chapter]), tmp_path / "out", ["html"], METADATA)
    with (tmp_path / "out" / "tables" / "all.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"who": "a, b", "x": "0.3333333333", "runs": "0.5, 0.25", "said": "–"}
        ]


def test_an_error_of_typst_is_traced_to_the_chapters_cell(tmp_path: Path) -> None:
    chapter = tmp_path / "03_wrong.py"
    chapter.write_text("# %% [markdown]\n# Good.\n\n# %% [markdown]\n# `#nosuchname`{=typst}\n")
    with pytest.raises(TypesetError, match=r"03_wrong\.py:5: Typst: error: unknown variable: nosuchname"):
        typeset(weave([chapter]), tmp_path / "out", ["pdf"], METADATA)


def test_a_table_that_breaks_may_refer_to_an_equation_in_its_head(tmp_path: Path) -> None:
    chapter = tmp_path / "03_long.py"
    chapter.write_text(
        "# %% [markdown]\n# # Long {#sec:long}\n#\n# $$v = W y$$ {#eq:forward}\n#\n# By @eq:forward and @tbl:long.\n\n"
        "# %%\nfrom report.authoring import table\n\n"
        'rows = [{"n": n, "v": n} for n in range(90)]\n'
        'table(rows, id="tbl:long", caption="Numbers.", columns={"n": "n", "v": "@eq:forward"})\n'
    )
    typeset(weave([chapter]), tmp_path / "out", ["pdf"], METADATA)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "out" / "report.pdf").pages]
    assert sum("Equation\N{NO-BREAK SPACE}(1)\n" in page for page in pages) >= 2  # the head is repeated
    assert ["Table 1, continued" in page for page in pages] == [False, *[True] * (len(pages) - 1)]


def test_a_template_overrides_blocks_of_the_built_in_one(woven: Woven, tmp_path: Path) -> None:
    blocks = {
        "pdf": ("report.typ.j2", "page", '#set page(paper: "us-letter", numbering: "1")'),
        "html": ("report.html.j2", "contents", "<p>No contents.</p>"),
        "tex": ("report.tex.j2", "class", "\\documentclass[10pt]{journal}"),
    }
    (tmp_path / "journal.cls").write_text("\\ProvidesClass{journal}\n\\LoadClassWithOptions{article}\n")
    for format, (shell, block, text) in blocks.items():
        template = f'{{% extends "{shell}" %}}\n{{% block {block} %}}\n{text}\n{{% endblock %}}\n'
        (tmp_path / f"mine.{format}.j2").write_text(template)
    templates = {format: tmp_path / f"mine.{format}.j2" for format in blocks}
    typeset(woven, tmp_path / "out", list(blocks), replace(METADATA, templates=templates))
    width, height = PdfReader(tmp_path / "out" / "report.pdf").pages[0].mediabox[2:]
    assert (width, height) == (612, 792)
    assert "<p>No contents.</p>" in (tmp_path / "out" / "report.html").read_text()
    assert "\\documentclass[10pt]{journal}" in (tmp_path / "out" / "report.tex").read_text()
    if latexmk := shutil.which("latexmk"):  # the folder is all that it takes
        copy = shutil.copytree(tmp_path / "out", tmp_path / "elsewhere")
        subprocess.run(
            [latexmk, "-pdf", "-interaction=nonstopmode", "report.tex"],
            cwd=copy,
            check=True,
            capture_output=True,
        )


def test_no_template_reads_a_file_outside_its_folder(woven: Woven, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "mine").mkdir()
    for format, shell, text in (
        ("tex", "report.tex.j2", f"\\documentclass{{article}}\n\\input{{{tmp_path}/secret.txt}}"),
        ("pdf", "report.typ.j2", '#read("../secret.txt")'),
        ("pdf", "report.typ.j2", '{% include "../secret.txt" %}'),
    ):
        if format == "tex" and not shutil.which("latexmk"):
            continue
        template = tmp_path / "mine" / "mine.j2"
        block = "class" if format == "tex" else "page"
        template.write_text(f'{{% extends "{shell}" %}}\n{{% block {block} %}}\n{text}\n{{% endblock %}}\n')
        with pytest.raises(TypesetError):
            typeset(woven, tmp_path / "out", [format], replace(METADATA, templates={format: template}))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% block page %}", r"mine.j2:1: "),
        (
            '{% extends "reprot.typ.j2" %}',
            "there is no template reprot.typ.j2 in its folder, nor a built-in one",
        ),
        (
            '{% extends "report.typ.j2" %}\n{% block page %}\n{{ titel }}\n{% endblock %}',
            "mine.j2:3: 'titel' is undefined",
        ),
    ],
)
def test_what_is_wrong_in_a_template_is_told_at_its_line(
    woven: Woven, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "mine.j2").write_text(text)
    with pytest.raises(TypesetError, match=said):
        typeset(woven, tmp_path / "out", ["pdf"], replace(METADATA, templates={"pdf": tmp_path / "mine.j2"}))
