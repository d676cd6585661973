"""A prose cell to Markdown lines: Jinja with the report's macros; each line knows its chapter line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from analysis.studies.told import near
from report.authoring import (
    counted,
    enumerated,
    equation,
    given,
    in_text,
    listing,
    number,
    percent,
    sampled,
    tex,
)
from report.mistakes import ChapterError, Mistake, Source, where_raised
from report.weaving.cells import Cell
from report.weaving.escapes import eaten
from report.weaving.evident import FILTER, expressions, shown, tell_places, with_spans
from report.weaving.paragraphs import Line, marked

TEX_BRACES = "in TeX, write { { with a space between the braces"


class _MarkLines(Extension):
    """Begins each line of a template's own text with its number, in control characters that no prose has."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            if token.type != "data":
                yield token
                continue
            lines = enumerate(token.value.split("\n"), token.lineno)
            yield Token(
                token.lineno, token.type, "\n".join(f"\x02{number}\x03{text}" for number, text in lines)
            )


# Marks meet where Jinja took out the lines between them: the last is of the text that follows.
_MARKS = re.compile("(?:\x02([0-9]+)\x03)+")


class Prose:
    """Renders prose cells; `computed` has what they print of numbers: the line, the expression, and the values."""

    def __init__(self) -> None:
        self.computed: list[tuple[int, str, list[str]]] = []
        self._environment = Environment(
            undefined=StrictUndefined,
            finalize=marked,
            extensions=[_MarkLines],
            trim_blocks=True,
            lstrip_blocks=True,
            # Jinja's own {# begins Pandoc's ids, as in {#eq:forward}.
            comment_start_string="{##",
            comment_end_string="##}",
        )
        both = (percent, number, in_text, listing, counted, enumerated, tex)
        texts: dict[str, Any] = {function.__name__: function for function in both}
        self._environment.filters.update(texts, **{FILTER: shown})
        self._environment.globals.update(texts, equation=equation, given=given, sampled=sampled)

    def render(self, cell: Cell, chapter: Path, names: Mapping[str, Any]) -> list[Line]:
        """The cell's Markdown, after a comment that says where it stands; `names` as in `lines`."""
        start = Source(chapter, cell.line)
        return [*opening(start), *self.lines(cell, chapter, names), Line("", start)]

    def lines(self, cell: Cell, chapter: Path, names: Mapping[str, Any]) -> list[Line]:
        """The cell's Markdown; `names` is what the chapter has defined above it."""
        # Empty lines before the cell give Jinja the line numbers of the file.
        padded = "\n" * (cell.line - 1) + cell.text
        try:
            tree = self._environment.parse(padded, chapter.stem, str(chapter))
            self._check(tree, chapter, names)
            tell_places(tree, self._environment)
            code = self._environment.compile(tree, chapter.stem, str(chapter))
            template = Template.from_code(self._environment, code, self._environment.make_globals(None))
            rendered, spans = with_spans(template.render(names), len(self.computed))
        except ChapterError:
            raise
        except TemplateSyntaxError as error:
            message = self._told(error)
            raise ChapterError([Mistake(Source(chapter, error.lineno), message)]) from error
        except Exception as error:
            raise ChapterError([Mistake(where_raised(error, chapter, cell.line), str(error))]) from error
        printed = expressions(self._environment, padded) if spans else []
        self.computed += [(*printed[place], values) for place, values in spans]
        return _traced(rendered.strip("\n"), Source(chapter, cell.line))

    def _told(self, error: TemplateSyntaxError) -> str:
        """What is wrong with a template, in an author's words."""
        said = error.message or ""
        if found := re.search(r"block that needs to be closed is '(\w+)'", said):
            return f"{{% {found[1]} ... %}} is not closed: {{% end{found[1]} %}} is missing"
        if found := re.search(r"No (filter|test) named '(\w+)'", said):
            kind, name = found.groups()
            known = self._environment.filters if kind == "filter" else self._environment.tests
            alike = get_close_matches(name, known, n=2)
            of_reports = [each for each in known if each in self._environment.globals]
            return f"there is no {kind} {name!r}; {near(name, alike or of_reports or [*known])}"
        if found := re.search(r"unknown tag '(\w+)'", said):
            name = found[1]
            begun = name.removeprefix("end")
            unknown = f"there is no {{% {name} %}}; {near(name, ['if', 'for', 'set', 'else', 'elif'])}"
            return f"{{% {name} %}} ends no {{% {begun} ... %}}" if begun != name else unknown
        if "end of comment" in said:
            return "{## begins what is left out, and ##} is missing; an id is written {#eq:name}"
        return f"{said.rstrip('.')}; {TEX_BRACES}"

    def _check(self, tree: nodes.Template, chapter: Path, names: Mapping[str, Any]) -> None:
        """Refuse what Jinja would print wrongly or not at all: all such expressions of the cell at once."""
        undeclared = meta.find_undeclared_variables(tree)
        macros = self._environment.globals
        complaints: list[tuple[int, str]] = []
        for name in tree.find_all(nodes.Name):
            if name.name in undeclared and name.name not in names:
                complaints.append((name.lineno, _undefined(name.name, [*names, *macros])))
            if name.name in macros and name.name in names:
                complaints.append((name.lineno, f"{name.name!r} hides the macro of that name: rename it"))
        lost = {part: eaten(part.value) for part in tree.find_all(nodes.Const) if isinstance(part.value, str)}
        for part, command in lost.items():
            if command:
                complaints.append((part.lineno, f'the string has lost a backslash: write "\\{command}"'))
        for output in tree.find_all(nodes.Output):
            constants = [
                part for part in output.nodes if isinstance(part, nodes.Const) and not lost.get(part)
            ]
            complaints += [(part.lineno, f"a constant in double braces; {TEX_BRACES}") for part in constants]
        if complaints:
            complaints.sort()
            raise ChapterError([Mistake(Source(chapter, line), message) for line, message in complaints])


def opening(start: Source) -> list[Line]:
    """A comment that Pandoc keeps, so that an error of Typst or TeX can name the cell."""
    return [Line(f"<!-- cell {start.file.name}:{start.line} -->", start), Line("", start)]


def _undefined(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, [other for other in known if not other.startswith("_")], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "no code cell above defines it"
    return f"{name!r} is undefined; {hint}"


def _traced(rendered: str, start: Source) -> list[Line]:
    """The rendered lines without their numbers; an unnumbered line belongs to the line above it."""
    lines = []
    source = start
    for numbered in rendered.split("\n"):
        if found := _MARKS.search(numbered):
            source = Source(start.file, int(found[1]))
        lines.append(Line(_MARKS.sub("", numbered), source))
    first = next((i for i, line in enumerate(lines) if line.text.strip()), len(lines))
    return lines[first:]
