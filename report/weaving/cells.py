"""A chapter's cells: Jupytext reads the percent format; each cell keeps the line at which it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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

    source = chapter.read_text(encoding="utf-8")
    lines = source.splitlines()
    cells: list[Cell] = []
    end = 0
    for cell in jupytext.reads(source, fmt="py:percent").cells:
        text = cell.source.splitlines()
        if cell.cell_type == "raw" or not text:
            continue
        start = _find(text, lines, end)
        end = start + len(text)
        tags = frozenset(cell.metadata.get("tags", ()))
        cells.append(Cell(cell.source, start + 1, cell.cell_type == "markdown", tags))
    return tuple(cells)


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
