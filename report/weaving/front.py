"""The prose of a report.toml, rendered as a chapter's: title, subtitle and abstract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analysis.studies.told import line_of
from report.authoring import current
from report.project import Project
from report.weaving.cells import Cell
from report.weaving.computed import Code, Computed
from report.weaving.evident import span, spans_in, without_spans
from report.weaving.paragraphs import Line, without_absent
from report.weaving.prose import Prose, opening


@dataclass(frozen=True)
class Front:
    """What stands before the chapters; the lines of the abstract are Markdown, `computed` has its numbers."""

    title: str
    subtitle: str
    abstract: tuple[Line, ...]
    computed: Mapping[str, Computed] = field(default_factory=dict)


def front(project: Project) -> Front:
    """The front of the report that is being made; raises `ChapterError`."""
    report, prose = current(), Prose()
    names = {"report": report, "study": report.study, "results": report.results}

    def lines(key: str) -> list[Line]:
        cell = Cell(getattr(project, key), _first_line(project, key), True, frozenset())
        return without_absent(prose.lines(cell, project.file, names))

    title, subtitle = (
        without_spans(" ".join(line.text for line in lines(key))).strip() for key in ("title", "subtitle")
    )
    abstract = lines("abstract")
    there = [number for line in abstract for number in spans_in(line.text)]
    computed = {span(number): Code.of("").printed(project.file, *prose.computed[number]) for number in there}
    return Front(title, subtitle, tuple(_abstract(abstract)), computed)


def _abstract(lines: list[Line]) -> Iterator[Line]:
    """The abstract as chapters mark it; nothing where there is none."""
    if any(line.text.strip() for line in lines):
        start, end = lines[0].source, lines[-1].source
        yield from (*opening(start), Line("::: {.abstract}", start), *lines, Line(":::", end), Line("", end))


def _first_line(project: Project, key: str) -> int:
    """The line at which the text of a key begins: of one in triple quotes that may be the next."""
    text = project.file.read_text(encoding="utf-8")
    line = line_of(text, (key,)) or 1
    opens = text.splitlines()[line - 1].rstrip().endswith(('"""', "'''"))
    return line + 1 if opens else line
