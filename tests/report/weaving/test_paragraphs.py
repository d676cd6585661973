"""What goes with what is absent, and what stays."""

from __future__ import annotations

from pathlib import Path

from report.authoring import ABSENT
from report.mistakes import Source
from report.weaving.paragraphs import Line, marked, without_absent


def left(text: str) -> list[str]:
    lines = [Line(line, Source(Path("chapter.py"), n)) for n, line in enumerate(text.split("\n"), 1)]
    return [line.text for line in without_absent(lines)]


def test_a_section_stays_without_its_claim_where_it_has_an_equation() -> None:
    equation = ["## A bound", "", "In general", "", "$$", "a \\le b", "$$ {#eq:bound}", ""]
    assert left("\n".join([*equation, marked(ABSENT)])) == equation
    assert left("\n".join([*equation[:4], "$$", "a \\le b", "$$", "", marked(ABSENT)])) == []
