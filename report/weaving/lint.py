"""What a chapter should not have: numbers typed into prose, prose in code, results never used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from report.mistakes import Mistake, Source
from report.weaving.cells import Cell, read_cells

# Parts of a prose cell in which numbers may stand: expressions of Jinja, formulas, code, tags, ids, citations,
# addresses, and the numbers of a list.
_OTHER = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{##.*?##\}|\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|`[^`]*`|<[^>]*>|\{[^{}]*\}"
    r"|\[[^\]]*@[^\]]*\]|@[\w:-]+|https?://\S+|^\s*\d+\.\s",
    re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(r"(?<![\w-])\d[\d,.]*\d|(?<![\w-])\d")


def lint(chapter: Path) -> Iterator[Mistake]:
    """All typed-in numbers, words that are not shown and unused names of a chapter."""
    cells = read_cells(chapter)
    for cell in cells:
        yield from (_typed_numbers if cell.is_prose else _hidden_prose)(cell, chapter)
    yield from _unused(cells, chapter)


def _typed_numbers(cell: Cell, chapter: Path) -> Iterator[Mistake]:
    # As many lines, so that each keeps its number.
    prose = _OTHER.sub(lambda other: "\n" * other[0].count("\n") + " ", cell.text)
    for offset, line in enumerate(prose.splitlines()):
        for number in _NUMBER.findall(line):
            yield Mistake(
                Source(chapter, cell.line + offset),
                f"the number {number} is typed in: compute it, or mark a fact of the protocol "
                f"as {{{{ given({number}) }}}}",
            )


def _hidden_prose(cell: Cell, chapter: Path) -> Iterator[Mistake]:
    """Comments at the end of a cell of code that are words: prose, if what begins its cell is lost or misspelt."""
    lines = cell.text.splitlines()
    begin = 1 + max((n for n, line in enumerate(lines) if line and line[0] != "#"), default=-1)
    words = [re.sub(r"^# ?(##+ )?", "", line) for line in lines[begin:]]
    try:
        ast.parse(
            "\n".join(word for word in words if word[:1] not in ("%", "!"))
        )  # code, and Jupyter's commands
    except SyntaxError:
        yield Mistake(
            Source(chapter, cell.line + begin + next(n for n, word in enumerate(words) if word)),
            "these words stand in a cell of code and are not shown: a cell of prose begins with # %% [markdown]",
        )


def _unused(cells: Sequence[Cell], chapter: Path) -> Iterator[Mistake]:
    """Names that the chapter's code gives a value, and that neither code nor prose asks for."""
    given: dict[str, int] = {}
    used: set[str] = set()
    for cell in cells:
        if cell.is_prose:
            expressions = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", cell.text, re.DOTALL)
            used.update(re.findall(r"[A-Za-z_]\w*", " ".join(expressions)))
            continue
        tree = ast.parse(cell.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.add(node.id)
        for statement in tree.body:
            for name, line in _names(statement):
                given.setdefault(name, cell.line + line - 1)
    for name, line in given.items():
        if name not in used and not name.startswith("_"):
            yield Mistake(Source(chapter, line), f"{name} is computed and never used")


def _names(statement: ast.stmt) -> Iterator[tuple[str, int]]:
    """The names that a statement of the outermost level gives a value, and the statement's line."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name, statement.lineno
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name, statement.lineno) for alias in statement.names)
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id, node.lineno
