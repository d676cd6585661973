"""What a report shows and was computed: where it stands in a chapter, from what expression, and its values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from report.authoring import Claim
from report.mistakes import Source
from report.weaving.paragraphs import Line

Values = Mapping[str, Sequence[str]]
_NUMBER = re.compile(r"-?(\d|inf|nan)")
_LONGEST = 8  # lines of code that are shown of one statement


@dataclass(frozen=True)
class Computed:
    """A number, claim, figure or table of the report.

    `defined` are the statements of the chapter that define the names in the expression. `values` has name -> values,
    in full: those of seeds or networks, or the cells of a column; those of a number have no name.
    """

    source: Source
    expression: str
    defined: tuple[str, ...] = ()
    values: Values = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For what is kept of a chapter."""
        return {**vars(self), "source": self.source.line, "defined": list(self.defined)}

    @classmethod
    def from_json(cls, chapter: Path, entry: Mapping[str, Any]) -> Computed:
        """The inverse of `as_json`."""
        return cls(
            Source(chapter, entry["source"]), entry["expression"], tuple(entry["defined"]), entry["values"]
        )


@dataclass(frozen=True)
class Code:
    """The code of a chapter, by which it is found what an expression in it rests on."""

    lines: Sequence[str]
    tree: ast.Module

    @classmethod
    def of(cls, text: str) -> Code:
        """The code of a chapter with this text."""
        return cls(text.splitlines(), ast.parse(text))

    def computed(self, source: Source, expression: str, values: Values) -> Computed:
        """What was computed by an expression that stands at a line, with what defines its names above it."""
        names = set(re.findall(r"(?<![\w.\"'])[A-Za-z_]\w*", expression))
        last: dict[str, ast.stmt] = {}
        for statement in _statements(self.tree.body):
            if statement.lineno < source.line:
                last |= dict.fromkeys(names.intersection(_defines(statement)), statement)
        found = sorted(set(last.values()), key=lambda statement: statement.lineno)
        return Computed(source, expression, tuple(map(self._source, found)), values)

    def printed(self, chapter: Path, line: int, expression: str, values: Sequence[str]) -> Computed:
        """What is known of a number that prose prints."""
        return self.computed(Source(chapter, line), expression, {"": values} if values else {})

    def blocks(self, lines: Sequence[Line], tables: Mapping[str, Values]) -> dict[str, Computed]:
        """Id -> what is known of a figure or table that stands in these lines."""
        found = {}
        for line in lines:
            for id in re.findall(r"\{#((?:fig|tbl):[\w-]+)", line.text):
                at, columns = line.source, tables.get(id, {})
                if shown := self._shown_at(at.line):  # nothing of a table that is typed in
                    found[id] = self.computed(at, shown, _with_numbers(columns))
        return found

    def claim(self, made: Claim) -> Computed:
        """What is known of a claim."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and _is_claim(node))
        findings = [self._source(call.args[-1]) for call in calls if call.lineno == made.source.line]
        return self.computed(made.source, findings[0] if findings else "", made.values)

    def without_finding(self, made: Sequence[Claim]) -> list[int]:
        """The lines of the chapter's claims that are not among these."""
        lines = {each.source.line for each in made}
        named = (each.value for each in self.tree.body if isinstance(each, ast.Assign))
        calls = (value for value in named if isinstance(value, ast.Call) and _is_claim(value))
        return [call.lineno for call in calls if call.lineno not in lines]

    def _shown_at(self, line: int) -> str:
        """What is drawn or tabulated by the expression that ends a cell, or stands in prose, at a line."""
        for statement in self.tree.body:
            if isinstance(statement, ast.Expr) and statement.lineno == line:
                return self._first(statement.value)
        in_prose = re.search(r"\{\{(.*?)\}\}", self.lines[line - 1]) if line <= len(self.lines) else None
        name = in_prose[1].strip() if in_prose else ""
        for statement in self.tree.body:
            if isinstance(statement, ast.Assign) and name in _defines(statement):
                return self._first(statement.value)
        return name

    def _first(self, value: ast.expr) -> str:
        """What a call that makes a figure or table is given; any other expression as it is."""
        return self._source(value.args[0] if isinstance(value, ast.Call) and value.args else value)

    def _source(self, node: ast.stmt | ast.expr) -> str:
        text = ast.get_source_segment("\n".join(self.lines), node, padded=True) or ""
        lines = dedent(text).splitlines()
        return "\n".join([*lines[:_LONGEST], "..."] if len(lines) > _LONGEST else lines)


def _with_numbers(columns: Values) -> Values:
    """The columns of a table that have numbers, with the first, which says of what; none where none has any."""
    numeric = {name for name, cells in columns.items() if any(map(_NUMBER.match, cells))}
    shown = numeric | {*[*columns][:1]} if numeric else set()
    return {name: cells for name, cells in columns.items() if name in shown}


def _is_claim(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "claim" and bool(call.args)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that define names, also those within others; not the imports."""
    for statement in body:
        if isinstance(statement, ast.If | ast.For | ast.With | ast.Try | ast.While):
            yield from _statements(
                [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
            )
        else:
            yield statement


def _defines(statement: ast.stmt) -> set[str]:
    """The names that a statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
