"""What LaTeX's log says of what is too large: which of it is told, and where; and chapters of which nothing is."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from report.typesetting.metadata import Metadata
from report.typesetting.overfull import Overfull, overfull
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

METADATA = Metadata("Title", "Subtitle", date(2026, 3, 1), keywords=("one", "two"))
LOG = r"""(./report.tex
Overfull \hbox (16.3551pt too wide) in paragraph at lines 1805--1805
[]|$[]$|
Overfull \hbox (1.99pt too wide) in paragraph at lines 7--9
Overfull \hbox (16.3551pt too wide) in paragraph at lines 1805--1805
Underfull \hbox (badness 10000) in paragraph at lines 3--4
Overfull \hbox (2.5pt too wide) in alignment at lines 20--31
Overfull \hbox (3.0pt too wide) detected at line 12
Overfull \vbox (4.25pt too high) has occurred while \output is active [32]
LaTeX Warning: Float too large for page by 39.36273pt on input line 1944.
"""
needs_latex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="LaTeX is not installed")


def test_each_box_that_a_reader_sees_is_told_once_with_its_line() -> None:
    assert overfull(LOG) == [
        Overfull("a line is too wide", 16.3551, 1805),
        Overfull("a line is too wide", 2.5, 20),
        Overfull("a line is too wide", 3.0, 12),
        Overfull("a page or a box is too high", 4.25, 0),
        Overfull("a figure or table is too high for its page", 39.36273, 1944),
    ]


def test_a_complaint_says_how_much_and_where() -> None:
    assert str(Overfull("a line is too wide", 16.3551, 1805)) == (
        "LaTeX: a line is too wide by 16.4 pt (report.tex:1805)"
    )
    assert str(Overfull("a page is too high", 4.25, 0)) == "LaTeX: a page is too high by 4.2 pt"


def typeset_of(folder: Path, *cells: str) -> tuple[tuple[str, ...], str, PdfReader]:
    """What is amiss in the LaTeX report of these cells, its source, and its PDF."""
    chapter = folder / "05_wide.py"
    chapter.write_text("# %% [markdown]\n# # Wide\n\n" + "\n".join(f"# %%{cell}" for cell in cells))
    made = typeset(weave([chapter]), folder / "out", ["tex"], METADATA)
    out = folder / "out"
    return made.warnings, (out / "report.tex").read_text(), PdfReader(out / "report-latex.pdf")


def table_of(rows: str, more: str = "") -> str:
    return f"""
from report.authoring import table

table({rows}, id="tbl:t", caption="A table.", {more})
"""


@pytest.mark.slow
@needs_latex
def test_what_is_too_wide_is_told_at_its_chapters_cell(tmp_path: Path) -> None:
    warnings, _, _ = typeset_of(tmp_path, " [markdown]\n# Good.\n", f" [markdown]\n# `{'m' * 90}`\n")
    assert len(warnings) == 1
    assert "05_wide.py:8: LaTeX: a line is too wide by" in warnings[0]


@needs_latex
@pytest.mark.slow
def test_tables_that_are_too_wide_are_fitted(tmp_path: Path) -> None:
    formula = r"$\\left[-0.1289041\\ldots, 1.128904\\ldots\\right]$"
    wide = r"$\\frac{v (1 - \\tanh^{2}(\\sqrt{2 / \\pi} (v + 0.044715 v^{3}))) (1 + 0.134145 v^{2})}{\\sqrt{2 \\pi}}$"
    cases = (
        r"$1.0507 \\left(\\begin{cases} 1.6732\\ldots e^{v} & v \\leq 0 \\\\ v & v > 0 \\end{cases}\\right)$"
    )
    sentence = "A sentence of some length, of which there is more than a line."
    row = f'{{"a": "{formula}", "b": "{wide}", "c": "{cases}", "d": "{sentence}", "e": "Hardsigmoid"}}'
    columns = 'columns={"a": "Range", "b": "Formula", "c": "Cases", "d": "Words", "e": "Name"}'
    warnings, _, _ = typeset_of(
        tmp_path, table_of(f"[{row}] * 4", f"{columns}, widths=(0.2, 0.3, 0.2, 0.2, 0.02)")
    )
    assert warnings == ()


@needs_latex
@pytest.mark.slow
def test_a_table_that_fits_a_page_is_unbroken_and_a_longer_one_repeats_its_head(tmp_path: Path) -> None:
    columns = 'columns={"n": "Number", "v": "Value"}'
    for count, pages in ((30, 1), (90, 2)):
        folder = tmp_path / str(count)
        folder.mkdir()
        before = " [markdown]\n# " + "\n#\n# ".join(["One line of text."] * 25) + "\n"
        rows = f'[{{"n": n, "v": n}} for n in range({count})]'
        warnings, _, pdf = typeset_of(folder, before, table_of(rows, columns))
        assert warnings == ()
        texts = [page.extract_text() for page in pdf.pages if "Number" in page.extract_text()]
        assert ["Table 1, continued" in text for text in texts] == [False, True][:pages]


@pytest.mark.slow
@needs_latex
def test_text_after_an_equation_goes_on_and_its_cell_is_still_found(tmp_path: Path) -> None:
    warnings, source, _ = typeset_of(
        tmp_path, " [markdown]\n# By\n#\n# $$v = W y$$\n", " [markdown]\n# where $W$ are weights.\n"
    )
    assert warnings == ()
    assert "By\n\\[v = W y\\]\n% cell 05_wide.py:10\nwhere" in source


@pytest.mark.slow
@needs_latex
def test_the_pdfs_title_is_plain_text(tmp_path: Path) -> None:
    _, _, pdf = typeset_of(tmp_path, " [markdown]\n# The end.\n")
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Title: Subtitle"
    assert pdf.metadata.keywords == "one, two"
