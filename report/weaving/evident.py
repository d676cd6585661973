"""Numbers in prose that lead to what they were computed from.

While a cell is rendered, what its expressions print is marked. Outside of formulas and code the marks become spans,
which only the documents keep that lead anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any

from jinja2 import Environment, nodes

from report.authoring import Absent, Block, Claim
from report.authoring.columns import in_full
from report.authoring.numbers import as_text

FILTER = "_shown"  # by which an expression says which one it is
_OPEN, _BETWEEN, _CLOSE = "\x0e", "\x0f", "\x10"  # which no prose has
_MARK = re.compile(f"{_OPEN}([^{_BETWEEN}]*){_BETWEEN}([^{_CLOSE}]*){_CLOSE}")
_LINE = "\x02[0-9]+\x03"  # which prose.py puts before a line, and after what Jinja writes
_START = rf"^(?:{_LINE}|[ \t])*"
# Formulas, code, attributes, addresses, tags, headings and the numbers of lists: no span may stand there.
_VERBATIM = re.compile(
    r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|(?<=\])\([^()]*\)|\{[^{}]*\}|<[^<>\n]*>"
    rf"|{_START}#[^\n]*|{_START}{_OPEN}\d+{_CLOSE}(?:{_LINE})?[.)]",
    re.DOTALL | re.MULTILINE,
)
_NUMBER = re.compile(rf"[−+$]?\d[^\[\]\n@{_OPEN}]{{,60}}")  # with its unit, its spread or its range
_SPAN = re.compile(r"\[([^\[\]]*)\]\{\.computed #computed-(\d+)\}")


def tell_places(tree: nodes.Template, environment: Environment) -> None:
    """Let each expression that a template prints pass through the filter, with its place among them."""
    place = 0
    for output in tree.find_all(nodes.Output):
        for index, part in enumerate(output.nodes):
            if not isinstance(part, nodes.TemplateData):
                said = nodes.Filter(part, FILTER, [nodes.Const(place)], [], None, None, lineno=part.lineno)
                output.nodes[index], place = said, place + 1
    tree.set_environment(environment)


def expressions(environment: Environment, text: str) -> list[tuple[int, str]]:
    """The expressions that a template prints, in order: the line of each, and its source."""
    found: list[tuple[int, str]] = []
    inside = False
    for line, kind, token in environment.lex(text):
        if kind == "variable_begin":
            inside = True
            found.append((line, ""))
        elif kind == "variable_end":
            inside = False
        elif inside:
            found[-1] = (found[-1][0], found[-1][1] + token)
    return [(line, " ".join(source.split())) for line, source in found]


def shown(value: Any, place: int) -> Any:
    """The filter: what is printed of a value; of a number, with marks around it."""
    if isinstance(value, Block | Claim | Absent):
        return value
    text = as_text(value)
    if not _NUMBER.fullmatch(text):
        return text
    values = getattr(value, "values", (value,) if isinstance(value, Real) else ())
    return f"{_OPEN}{text}{_BETWEEN}{place} {json.dumps([in_full(each) for each in values])}{_CLOSE}"


def with_spans(text: str, first: int) -> tuple[str, list[tuple[int, list[str]]]]:
    """The text with spans in place of marks, numbered from `first`, and without those where no span may stand.

    With it, of each span, the place of its expression and its values.
    """
    marks = [(found[1], found[2]) for found in _MARK.finditer(text)]
    numbers = iter(range(len(marks)))
    text = _MARK.sub(lambda _: f"{_OPEN}{next(numbers)}{_CLOSE}", text)
    mark, kept = re.compile(f"{_OPEN}(\\d+){_CLOSE}"), []

    def put(found: re.Match[str]) -> str:
        printed, origin = marks[int(found[1])]
        place, values = origin.split(" ", 1)
        kept.append((int(place), json.loads(values)))
        return f"[{printed}]{{.computed #{span(first + len(kept) - 1)}}}"

    text = _VERBATIM.sub(lambda found: mark.sub(lambda within: marks[int(within[1])][0], found[0]), text)
    return mark.sub(put, text), kept


def span(number: int) -> str:
    """The id of a span."""
    return f"computed-{number}"


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """The text with other numbers in its spans."""
    return _SPAN.sub(lambda found: f"[{found[1]}]{{.computed #{span(numbers[int(found[2])])}}}", text)


def spans_in(text: str) -> Iterator[int]:
    """The numbers of the spans of a text, in order."""
    return (int(found[2]) for found in _SPAN.finditer(text))


def without_spans(text: str) -> str:
    """The text as it reads.

    >>> without_spans("It is [0.26]{.computed #computed-7}.")
    'It is 0.26.'
    """
    return _SPAN.sub(r"\1", text)
