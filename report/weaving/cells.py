"""A chapter's cells: Jupytext reads the percent format; each cell keeps the line at which it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from report.mistakes import ChapterError, Mistake, Source


@dataclass(frozen=True)
class Cell:
    """Code, or prose in Markdown; `line` is where its first line stands in the file."""

    text: str
    line: int
    is_prose: bool
    tags: frozenset[str]


def read_cells(chapter: Path) -> tuple[Cell, ...]:
    """The cells of a chapter in the percent format, empty ones left out."""
    import jupytext  # takes a while, and a chapter that has not changed is not read

    source = text_of(chapter)
    lines = source.splitlines()
    cells: list[Cell] = []
    end = 0
    # Magics that Jupyter has saved as comments stay comments.
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    for cell in jupytext.reads(source, fmt=percent).cells:
        text = cell.source.splitlines()
        if cell.cell_type == "raw" or not text:
            continue
        start = _find(text, lines, end)
        end = start + len(text)
        tags = frozenset(cell.metadata.get("tags", ()))
        cells.append(Cell(cell.source, start + 1, cell.cell_type == "markdown", tags))
    return tuple(cells)


def text_of(chapter: Path) -> str:
    """The chapter's text; raises `ChapterError` where there is no such file, or it is not UTF-8."""
    try:
        return chapter.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ChapterError([Mistake(Source(chapter, 1), f"it can't be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ChapterError([Mistake(Source(chapter, line), "it is not saved as UTF-8: save it so")]) from None


def _find(text: Sequence[str], lines: Sequence[str], start: int) -> int:
    """The index at or after `start` at which the cell's lines stand in the file, commented or not.

    Jupytext tells what the cells are but not where; their text, in order, does.
    """
    for index in range(start, len(lines)):
        if all(map(_same, text, lines[index : index + len(text)])):
            return index
    raise ValueError(f"no line of the chapter reads {text[0]!r}")


def _same(cell_line: str, file_line: str) -> bool:
    return file_line.rstrip() in {shown.rstrip() for shown in (cell_line, f"# {cell_line}", f"#{cell_line}")}
