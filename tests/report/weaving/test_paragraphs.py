"""Paragraphs that print what is absent go, and sections that are left with their introduction; all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings.finding import Finding
from report.authoring import ABSENT, Block, claim
from report.mistakes import Source
from report.weaving.paragraphs import Line, marked, without_absent

GONE, HERE = marked(ABSENT), marked(claim("It is so.", Finding(True, {})))


def kept(text):
    """What is left of a Markdown text in which GONE and HERE stand for what expressions print."""
    text = text.replace("GONE", GONE).replace("HERE", HERE)
    lines = [Line(line, Source(Path("a.py"), number)) for number, line in enumerate(text.splitlines(), 1)]
    return "\n".join(line.text for line in without_absent(lines))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("One.\n\nGONE Two.\n\nThree.", "One.\n\nThree."),
        ("One,\nGONE two,\nthree.\n\nFour.", "Four."),
        ("GONE", ""),
        ("GONE\n\nHERE", "It is so."),
        ("HERE GONE\n\nOne.", "One."),
        ("* HERE\n* GONE\n\nOne.", "One."),  # a list is one paragraph
        ("One.\n\nGONE\n\n\nTwo.", "One.\n\n\nTwo."),
        ("One.\nTwo.", "One.\nTwo."),
        ("", ""),
    ],
)
def test_a_paragraph_goes_and_its_neighbours_stay(text, left):
    assert kept(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# A\n\nIntroduction.\n\nGONE", ""),
        ("# A\nIntroduction.\nGONE\n# B\nText.", "# B\nText."),
        ("# A\n\nHERE\n\nGONE", "# A\n\nIt is so.\n"),
        ("# A\n\nIntroduction.", "# A\n\nIntroduction."),  # it never had anything
        ("Before.\n\n## A\n\nGONE\n\n## B\n\nHERE", "Before.\n\n## B\n\nIt is so."),
        ("# A\n\nHERE\n\n## B\n\nOn B.\n\nGONE\n\n# C\n\nOn C.", "# A\n\nIt is so.\n\n# C\n\nOn C."),
        ("# A\n\nOn A.\n\n## B\n\nGONE\n\n## C\n\nGONE", ""),
        ("# A\n\nOn A.\n\n## B\n\nGONE\n\n## C\n\nHERE", "# A\n\nOn A.\n\n## C\n\nIt is so."),
        ("# A\n\nGONE HERE", ""),  # what is there goes with what is not
    ],
)
def test_a_section_goes_with_all_that_it_would_have_shown(text, left):
    assert kept(text) == left


@pytest.mark.parametrize(
    "block", ["$$\na\n$$ {#eq:a}", "| a |\n|---|\n| 1 |\n\n: A {#tbl:a}", "::: {#fig:a}\n\nA\n:::"]
)
def test_a_figure_a_table_or_an_equation_keeps_its_section(block):
    assert kept(f"# A\n\nOn A.\n\n{marked(Block(block))}\n\nGONE") == f"# A\n\nOn A.\n\n{block}\n"


def test_code_is_not_parted_nor_taken_for_headings():
    code = "```python\n# No heading.\n\nx = 1\n```"
    assert kept(f"# A\n\n{code}\n\nHERE\n\nGONE") == f"# A\n\n{code}\n\nIt is so.\n"
    assert kept(f"One.\n\n{code} GONE\n\nTwo.") == "One.\n\nTwo."


def test_the_fences_of_a_div_stay_with_what_else_it_holds():
    assert kept("::: {.abstract}\nOne.\n\nGONE Two.\n:::") == "::: {.abstract}\nOne.\n\n:::"
    assert kept("~~~\n# No heading.\n\nGONE\n~~~\n\nOne.") == "One."


def test_the_caption_of_a_table_goes_with_it():
    assert kept("One.\n\n| a |\n|---|\n| GONE |\n\n: A caption {#tbl:a}\n\nTwo.") == "One.\n\nTwo."


def test_an_equation_on_one_line_ends_there():
    assert kept("$$a = b$$ {#eq:a}\n\nOne.\n\nGONE") == "$$a = b$$ {#eq:a}\n\nOne.\n"


def test_a_section_stays_without_its_claim_where_it_has_an_equation():
    assert kept("## A\n\nOn A.\n\n$$\na\n$$ {#eq:a}\n\nGONE") == "## A\n\nOn A.\n\n$$\na\n$$ {#eq:a}\n"
    assert kept("## A\n\nOn A.\n\n$$\na\n$$\n\nGONE") == ""


def test_lines_keep_where_they_come_from():
    lines = [Line(text, Source(Path("a.py"), number)) for number, text in [(3, GONE), (4, ""), (9, HERE)]]
    assert without_absent(lines) == [Line("It is so.", Source(Path("a.py"), 9))]


@given(st.lists(st.sampled_from(["# A", "## B", "One.", "", "HERE", "```", "$$a$$", "1. Two"])))
def test_where_nothing_is_absent_nothing_goes(lines):
    assert kept("\n".join(lines)) == "\n".join(lines).replace("HERE", "It is so.").removesuffix(
        "\n" * (lines[-1:] == [""])
    )
