"""Every chapter of the report can be read aloud: prose first, little code, and nothing that it should not know."""

from __future__ import annotations

import ast
import re
import sys

import pytest

from report.project import built_in
from report.weaving.cells import read_cells
from report.weaving.lint import lint

CHAPTERS = built_in().chapter_files
LONGEST = 120  # characters of a line
KNOWN = {"analysis", "derivations", "report", "numpy", "polars", *sys.stdlib_module_names}

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)


def lines_of_prose(chapter):
    """Lines of prose cells, without blank ones."""
    return sum(
        bool(line.strip()) for cell in read_cells(chapter) if cell.is_prose for line in cell.text.splitlines()
    )


def lines_of_code(chapter):
    """Lines of code cells that do something; see the test of `that_do_something`."""
    return sum(len(that_do_something(cell.text)) for cell in read_cells(chapter) if not cell.is_prose)


def that_do_something(code):
    """The lines but blank ones, imports, and those that have nothing but text, the name of its argument, brackets."""
    lines = [bytearray(line.encode()) for line in code.splitlines()]
    for node in ast.walk(ast.parse(code)):
        imports = isinstance(node, ast.Import | ast.ImportFrom)
        text = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        if imports or text:
            for number in range(node.lineno, node.end_lineno + 1):
                line = lines[number - 1]
                start = node.col_offset if number == node.lineno else 0
                end = node.end_col_offset if number == node.end_lineno else len(line)
                line[start:end] = b" " * (end - start)
    left = [(line, rest.decode()) for line, rest in zip(code.splitlines(), lines, strict=True)]
    return [line for line, rest in left if not re.fullmatch(r"\s*(\w+=(?=\s))?[\s)\]},]*", rest)]


def test_what_does_something_is_no_import_no_text_and_no_bracket():
    code = '''import polars
from analysis import (
    findings,
)

lost = claim(
    """Some sentence of
    two lines.""",
    findings.lost(1),  # a comment
)
figure(
    drawn,
    id="fig:drawn",
    caption=f"""
        Text of {lost}.""",
    alt="of " "one line" if lost else "another",
)
'''
    assert [line.strip() for line in that_do_something(code)] == [
        "lost = claim(",
        "findings.lost(1),  # a comment",
        "figure(",
        "drawn,",
        'alt="of " "one line" if lost else "another",',
    ]


@every_chapter
def test_a_chapter_begins_with_a_heading_and_prose(chapter):
    first = read_cells(chapter)[0]
    heading, *rest = first.text.splitlines()
    assert first.is_prose
    assert re.fullmatch(r"##? .+ \{#sec:[\w-]+\}", heading)
    assert any(re.match(r"\w|@", line) for line in rest)


@every_chapter
def test_prose_leads_to_code_after_two_cells_at_the_latest(chapter):
    """As where one cell gives names to what the next one draws."""
    assert "code code code" not in " ".join(
        "prose" if cell.is_prose else "code" for cell in read_cells(chapter)
    )


@every_chapter
def test_a_chapter_has_no_more_code_than_prose(chapter):
    assert lines_of_code(chapter) <= lines_of_prose(chapter)


@every_chapter
def test_no_line_of_a_chapter_is_long(chapter):
    lines = enumerate(chapter.read_text(encoding="utf-8").splitlines(), 1)
    assert [number for number, line in lines if len(line) > LONGEST] == []


@every_chapter
def test_no_chapter_asks_for_what_takes_its_paragraph_along(chapter):
    """As in {% if stuck %}{{ stuck }} ... {% endif %}: what is absent goes by itself."""
    asked = re.compile(r"\{%-?\s*if\s+(\w+)\s*-?%\}[ \t#]*\n?[ \t#]*\{\{-?\s*\1\s*-?\}\}")
    assert asked.findall(chapter.read_text(encoding="utf-8")) == []


@every_chapter
def test_a_chapter_imports_what_it_may_know_and_of_the_report_the_authoring_alone(chapter):
    tree = ast.parse(chapter.read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert {module.partition(".")[0] for module in modules} <= KNOWN
    assert {module for module in modules if module.startswith("report")} <= {"report.authoring"}


@every_chapter
def test_a_chapter_has_no_number_typed_in_and_nothing_that_is_never_used(chapter):
    assert list(lint(chapter)) == []
