"""Every chapter runs from top to bottom as a plain notebook, and shows what the report shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from report.project import built_in

pytestmark = [pytest.mark.slow, pytest.mark.release]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder in which the notebooks of the quick study lie."""
    out = tmp_path_factory.mktemp("out")
    words = ["--study", "quick", "--format", "ipynb", "--output", out, "--jobs", 1]
    subprocess.run([sys.executable, "build.py", *map(str, words)], cwd=ROOT, check=True, capture_output=True)
    return out / "notebooks"


@pytest.fixture(scope="module")
def kernel():
    """One kernel for all chapters, each of which begins with no names: starting it takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPORT_STUDY", "quick")
        manager, _ = start_new_kernel(startup_timeout=300)
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("chapter", built_in().chapter_files, ids=lambda path: path.stem)
def test_a_chapter_runs_and_shows_what_its_notebook_has(built, chapter, kernel):
    plain = jupytext.read(chapter)
    plain.cells.insert(0, new_code_cell("%reset -f"))
    NotebookClient(plain, timeout=300, km=kernel).execute()
    del plain.cells[0]
    made = nbformat.read(built / f"{chapter.stem}.ipynb", as_version=4)
    nbformat.validate(made)
    ran = [cell for cell in plain.cells if cell.cell_type == "code"]
    woven = [cell for cell in made.cells if cell.cell_type == "code"]
    assert [cell.source for cell in ran] == [cell.source for cell in woven]
    for cell, other in zip(ran, woven, strict=True):
        if cell.source == "claims_table()":  # of the other chapters, which a notebook does not run
            continue
        assert len(_shown(cell)) == len(_shown(other)), cell.source
        assert all("<img" in text for text in _shown(cell)) == all("<img" in text for text in _shown(other))


def test_nothing_is_left_that_only_pandoc_reads(built):
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(built.glob("*.ipynb"))]
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    texts += [text for cell in cells if cell.cell_type == "code" for text in _shown(cell)]
    # Attributes and raw blocks, fenced divs, captions of tables, citations and references.
    pandocs = re.compile(r"\{[#.=]\S+[^{}]*\}|^:::|^: |(?<!\w)@\w", re.MULTILINE)
    assert texts
    assert [found[0] for text in texts for found in pandocs.finditer(text)] == []


def _shown(cell):
    """What a cell displays, as Markdown."""
    shown = [output.data.get("text/markdown", "") for output in cell.outputs if "data" in output]
    return [text for text in shown if text]
