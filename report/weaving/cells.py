"""A chapter's cells: Jupytext reads the percent format; each cell keeps the line at which it begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report.mistakes import ChapterError, Mistake, Source


@dataclass(frozen=True)
class Cell:
    """Code, or prose in Markdown; `line` is where its first line stands in the file."""

    text: str
    line: int
    is_prose: bool
    tags: frozenset[str]


def read_cells(chapter: Path) -> tuple[Cell, ...]:
    """The cells of a chapter in the percent format, empty ones left out; raises `ChapterError`."""
    source = text_of(chapter)
    lines = source.splitlines()
    cells: list[Cell] = []
    end = 0
    for cell in _read(source, lines, chapter):
        text = cell.source.splitlines()
        if not text:
            continue
        start = _find(text, lines, end)
        end = start + len(text)
        if "tags" in cell.metadata.get("incorrectly_encoded_metadata", ""):
            raise ChapterError([Mistake(Source(chapter, start), _BEHIND)])
        if cell.cell_type != "code" and (bare := _without_sign(lines, start, end)) is not None:
            raise ChapterError([Mistake(Source(chapter, bare + 1), _SIGN)])
        if cell.cell_type == "raw":
            continue
        cells.append(
            Cell(
                cell.source, start + 1, cell.cell_type == "markdown", frozenset(cell.metadata.get("tags", ()))
            )
        )
    return tuple(cells)


_BEHIND = (
    'what stands behind # %% can\'t be read: the tags of a cell are a list of texts, as in tags=["show"]'
)
_SIGN = 'each line of a cell of prose begins with "# ", unlike this; code has a cell of its own, that begins with # %%'
_QUOTES = re.compile(r"""^[rRuU]*(\"{3}|'{3})|(\"{3}|'{3})$""")


def _read(source: str, lines: Sequence[str], chapter: Path) -> Sequence[Any]:
    """The cells as Jupytext tells them apart."""
    import jupytext  # takes a while, and a chapter that has not changed is not read

    # Magics that Jupyter has saved as comments stay comments.
    percent = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    try:
        cells: Sequence[Any] = jupytext.reads(source, fmt=percent).cells
        return cells
    except Exception as error:  # of several libraries, each of its own kind
        said = f"Jupytext can't read the chapter: {error}"
    for line, text in enumerate(lines, 1):
        try:
            jupytext.reads(text if "%%" in text else "", fmt=percent)
        except Exception:
            raise ChapterError([Mistake(Source(chapter, line), _BEHIND)]) from None
    raise ChapterError([Mistake(Source(chapter, 1), said)])


def _without_sign(lines: Sequence[str], start: int, end: int) -> int | None:
    """The first line of a cell of prose that is no comment; None in one that is a string."""
    if any(map(_QUOTES.match, lines[max(0, start - 1) : start + 1])):
        return None
    return next((n for n in range(start, end) if lines[n].strip() and not lines[n].startswith("#")), None)


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
    there = {shown.rstrip() for shown in (file_line, _QUOTES.sub("", file_line.rstrip()))}
    return not there.isdisjoint(shown.rstrip() for shown in (cell_line, f"# {cell_line}", f"#{cell_line}"))
