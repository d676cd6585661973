"""The compilers: what LaTeX makes of a report, where it fails, and what is done where it is not installed."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from report.mistakes import TypesetError
from report.typesetting import compilers
from report.typesetting.formats import Format
from report.typesetting.letters import LETTERS
from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

METADATA = Metadata("Title", "Subtitle", date(2026, 3, 1))
CHAPTER = """# %% [markdown]
# # First {{#sec:first}}
#
# By @eq:one in @sec:first, after @glorot2010:
#
# $$v = W y$$ {{#eq:one}}

# %% [markdown]
# {}
"""
needs_latex = pytest.mark.skipif(shutil.which("latexmk") is None, reason="LaTeX is not installed")


def made(folder: Path, last: str) -> Path:
    """The folder of a LaTeX report whose last cell is this line."""
    chapter = folder / "04_tex.py"
    chapter.write_text(CHAPTER.format(last))
    result = typeset(weave([chapter]), folder / "out", ["tex"], METADATA)
    assert result.warnings == ()
    return folder / "out"


@pytest.mark.slow
@needs_latex
def test_latex_resolves_every_reference(tmp_path: Path) -> None:
    out = made(tmp_path, "The end.")
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(out / "report-latex.pdf").pages).split()
    )
    assert "By Equation (1) in Section 1, after Glorot and Bengio (2010)" in text
    assert sorted(path.name for path in out.iterdir()) == [
        "figures",
        "report-latex.pdf",
        "report.tex",
        "tables",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "needs"), [("lualatex", "luaotfload-tool"), ("xelatex", "xelatex")])
def test_other_engines_set_the_same_signs(tmp_path: Path, engine: str, needs: str) -> None:
    if not shutil.which(needs):
        pytest.skip(f"{needs} is not installed")
    out = made(tmp_path, "It is “−2 ± 1”.")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "report.tex"]
    done = subprocess.run(command, cwd=out, capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stdout[-1000:]
    assert "It is “−2 ± 1”." in PdfReader(out / "report.pdf").pages[0].extract_text()


@needs_latex
def test_a_failure_of_latex_is_traced_to_the_chapters_cell(tmp_path: Path) -> None:
    with pytest.raises(TypesetError, match=r"04_tex\.py:9: LaTeX: Undefined control sequence"):
        made(tmp_path, r"`\nosuchcommand`{=latex}")
    assert not (tmp_path / "out" / "report.tex").exists()


def test_without_latex_its_source_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilers.shutil, "which", lambda name: None)
    out = made(tmp_path, "The end.")
    assert sorted(path.name for path in out.iterdir()) == ["figures", "report.tex", "tables"]


@needs_latex
@pytest.mark.slow
def test_letters_and_signs_outside_of_formulas_are_those_of_formulas(tmp_path: Path) -> None:
    out = made(tmp_path, f"Naïve Ωmega, and ~~struck~~ words; {' '.join(LETTERS)}")
    text = " ".join(page.extract_text() for page in PdfReader(out / "report-latex.pdf").pages)
    assert "mega, and struck words; α β γ δ ε" in " ".join(text.split())


@needs_latex
@pytest.mark.slow
def test_a_caption_may_cite_and_refer(tmp_path: Path) -> None:
    caption = "As in @sec:first, [@glorot2010]."
    (tmp_path / "figures").mkdir()
    chapter = tmp_path / "04_tex.py"
    code = f"""# %%
from matplotlib.figure import Figure
from report.authoring import figure

figure(Figure(figsize=(2, 1)), id="fig:a", caption="{caption}", alt="Nothing.")
"""
    chapter.write_text(CHAPTER.format("See @fig:a.") + code)
    assert typeset(weave([chapter]), tmp_path / "out", ["tex"], METADATA).warnings == ()
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "out" / "report-latex.pdf").pages)
    assert "Figure 1: As in Section 1, (Glorot and Bengio 2010)." in " ".join(text.split())


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("pdf", "no font of the PDF has 中"),
        pytest.param("tex", "pdfLaTeX has no 中", marks=[needs_latex, pytest.mark.slow]),
    ],
)
def test_a_letter_that_no_font_has_is_told_at_its_own_line(tmp_path: Path, format: Format, said: str) -> None:
    chapter = tmp_path / "04_tex.py"
    chapter.write_text(CHAPTER.format("One line.\n# Then 中."))
    with pytest.raises(TypesetError, match=rf"04_tex\.py:10: {said}"):
        typeset(weave([chapter]), tmp_path / "out", [format], METADATA)
