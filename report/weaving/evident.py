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
_NUMBER = re.compile(r"[−+$]?\d[^\[\]@]{,60}")  # with its unit, its spread or its range
_LONGEST = 300  # letters of what is printed in a formula
# Tags, not [...]{.computed}: a half-open interval would end the bracket.
_TAGS = '<span id="{}" class="computed">{}</span>'
SPAN = re.compile(r'<span id="computed-(?P<number>\d+)" class="computed">(?P<text>.*?)</span>')


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
    """The filter: what is printed of a value, with marks around it where it may be a number."""
    if isinstance(value, Block | Claim | Absent):
        return value
    text = as_text(value)
    if len(text) > _LONGEST or not re.search(r"\d|\\infty", text) or re.search(rf"[\n{_OPEN}]", text):
        return text
    values = getattr(value, "values", (value,) if isinstance(value, Real) else ())
    return f"{_OPEN}{text}{_BETWEEN}{place} {json.dumps([in_full(each) for each in values])}{_CLOSE}"


def with_spans(text: str, first: int) -> tuple[str, list[tuple[int, list[str]]]]:
    """The text with spans in place of marks, numbered from `first`: around a number, or a formula that has one.

    With it, of each span, the place of its expression and its values.
    """
    marks = [(found[1], found[2]) for found in _MARK.finditer(text)]
    numbers = iter(range(len(marks)))
    text = _MARK.sub(lambda _: f"{_OPEN}{next(numbers)}{_CLOSE}", text)
    mark, kept = re.compile(f"{_OPEN}(\\d+){_CLOSE}"), []

    def put(found: re.Match[str]) -> str:
        formula = found["verbatim"]
        within = mark.findall(found[0])
        printed = mark.sub(lambda each: marks[int(each[1])][0], found[0])
        leads = (
            formula.startswith("$") and not formula.startswith("$$")
            if formula
            else _NUMBER.fullmatch(printed)
        )
        if not within or not leads:
            return printed
        place, values = marks[int(within[0])][1].split(" ", 1)
        kept.append((int(place), json.loads(values)))
        return _TAGS.format(span(first + len(kept) - 1), printed)

    return re.sub(f"(?P<verbatim>{_VERBATIM.pattern})|{mark.pattern}", put, text, flags=_VERBATIM.flags), kept


def span(number: int) -> str:
    """The id of a span."""
    return f"computed-{number}"


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """The text with other numbers in its spans."""
    return SPAN.sub(lambda found: _TAGS.format(span(numbers[int(found["number"])]), found["text"]), text)


def spans_in(text: str) -> Iterator[int]:
    """The numbers of the spans of a text, in order."""
    return (int(found["number"]) for found in SPAN.finditer(text))


def without_spans(text: str) -> str:
    """The text as it reads.

    >>> without_spans('It is <span id="computed-7" class="computed">0.26</span>.')
    'It is 0.26.'
    """
    return SPAN.sub(r"\g<text>", text)
