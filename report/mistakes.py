"""Errors that point at a line: where something stands in a chapter, and what is wrong there."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Source:
    """One line of a chapter; `line` counts from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        here = Path.cwd()
        shown = self.file.relative_to(here) if self.file.is_relative_to(here) else self.file
        return f"{shown}:{self.line}"

    def text(self) -> str:
        """The line itself, without its comment sign."""
        linecache.checkcache(str(self.file))  # the author may have edited it since
        return linecache.getline(str(self.file), self.line).strip().removeprefix("#").strip()


def where_raised(error: BaseException, chapter: Path, line: int) -> Source:
    """The chapter's innermost line in the exception's traceback; `line` where it has none."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == str(chapter) and frame.lineno]
    return Source(chapter, own[-1] if own else line)


@dataclass(frozen=True)
class Mistake:
    """What is wrong at a line of a chapter, and what would be right."""

    source: Source
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}\n    {self.source.text()}"


class ChapterError(Exception):
    """The mistakes that keep the chapters from being woven, each with file, line and the line's text."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


class TypesetError(Exception):
    """What keeps the report from being typeset, each problem at its chapter line where that is known."""

    def __init__(self, problems: Sequence[str | Mistake]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
