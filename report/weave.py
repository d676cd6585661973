"""Chapters to Markdown: run the code cells, render the prose cells with Jinja, keep every line's source."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from report.cells import Cell, read_cells
from report.claims import Claim, registered
from report.floats import Figures
from report.prose import Line, Prose
from report.source import ChapterError, Mistake, Source, where_raised


@dataclass(frozen=True)
class Woven:
    """The report in Pandoc's Markdown, its figures and its claims, and where each line comes from."""

    markdown: str
    sources: tuple[Source, ...]
    figures: Mapping[str, bytes]
    claims: tuple[Claim, ...]

    def find(self, pattern: str) -> list[Source]:
        """The chapter lines at which matches of a regular expression begin."""
        starts = (
            self.markdown.count("\n", 0, match.start()) for match in re.finditer(pattern, self.markdown)
        )
        return list(dict.fromkeys(self.sources[index] for index in starts))

    def never_referred_to(self) -> list[Mistake]:
        """The figures and tables that the text shows but never speaks of."""
        shown = dict.fromkeys(re.findall(r"\{#((?:fig|tbl):[\w-]+)", self.markdown))
        return [
            Mistake(source, f"nothing refers to @{id}")
            for id in shown
            if not re.search(rf"@{id}(?![\w-])", self.markdown)
            for source in self.find(rf"\{{#{id}(?![\w-])")
        ]


def weave(chapters: Sequence[Path]) -> Woven:
    """Run and render the chapters in order; raises `ChapterError` with the mistakes of all of them."""
    figures = Figures()
    mistakes: list[Mistake] = []
    lines: list[Line] = []
    with registered() as claims:
        prose = Prose(figures, claims)
        for chapter in chapters:
            try:
                lines += _weave_chapter(chapter, prose)
            except ChapterError as error:
                mistakes += error.mistakes
    if mistakes:
        raise ChapterError(mistakes)
    markdown = "".join(f"{line.text}\n" for line in lines)
    return Woven(markdown, tuple(line.source for line in lines), dict(figures), tuple(claims))


def _weave_chapter(chapter: Path, prose: Prose) -> list[Line]:
    """One chapter's Markdown; a mistake in prose lets the rest be read, one in code ends the chapter."""
    module = ModuleType(chapter.stem)
    module.__file__ = str(chapter)
    mistakes: list[Mistake] = []
    lines: list[Line] = []
    for cell in read_cells(chapter):
        try:
            if cell.is_prose:
                lines += prose.render(cell, chapter, vars(module))
            else:
                _execute(cell, chapter, vars(module))
                lines += _shown(cell, chapter)
        except ChapterError as error:
            mistakes += error.mistakes
            if not cell.is_prose:
                break  # what follows would only miss what this cell should have defined
    if mistakes:
        raise ChapterError(mistakes)
    return lines


def _execute(cell: Cell, chapter: Path, namespace: dict[str, Any]) -> None:
    # Empty lines before the cell give tracebacks the line numbers of the file.
    padded = "\n" * (cell.line - 1) + cell.text
    try:
        exec(compile(padded, str(chapter), "exec", dont_inherit=True), namespace)
    except SyntaxError as error:
        mistake = Mistake(Source(chapter, error.lineno or cell.line), f"SyntaxError: {error.msg}")
        raise ChapterError([mistake]) from error
    except Exception as error:
        raise ChapterError([_failure(error, cell, chapter)]) from error


def _failure(error: Exception, cell: Cell, chapter: Path) -> Mistake:
    """The chapter's line that failed, and the place where the exception came from if that is elsewhere."""
    message = f"{type(error).__name__}: {error}"
    innermost = traceback.extract_tb(error.__traceback__)[-1]
    if innermost.filename not in (str(chapter), __file__):
        message += f" (raised in {Source(Path(innermost.filename), innermost.lineno or 0)})"
    return Mistake(where_raised(error, chapter, cell.line), message)


def _shown(cell: Cell, chapter: Path) -> list[Line]:
    """The lines of a code cell that the report shows, as a fenced block."""
    if "show" not in cell.tags:
        return []
    fenced = ["```python", *cell.text.splitlines(), "```", ""]
    return [Line(text, Source(chapter, max(cell.line, cell.line + i - 1))) for i, text in enumerate(fenced)]
