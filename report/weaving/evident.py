"""Numbers in prose that say what they were written from: for whoever points at one in the page.

A filter marks what it writes. Outside of formulas the marks become spans, which all documents but the page leave out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_OPEN, _BETWEEN, _CLOSE = "\x0e", "\x0f", "\x10"  # which no prose has
_MARK = re.compile(f"{_OPEN}([^{_OPEN}{_BETWEEN}]*){_BETWEEN}([^{_CLOSE}]*){_CLOSE}")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_SPAN = re.compile(r"\[([^\[\]]*)\]\{\.computed title=\"[^\"]*\"\}")


def evident(write: Callable[..., str]) -> Callable[..., str]:
    """The filter, with marks around what it writes."""

    def marked(value: Any, *arguments: Any, **options: Any) -> str:
        return f"{_OPEN}{write(value, *arguments, **options)}{_BETWEEN}{_in_full(value)}{_CLOSE}"

    return marked


def _in_full(value: Any) -> str:
    """The value, or those of all seeds, with the digits that a measurement could bear."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_in_full, value))
    return f"{float(value):.10g}"


def with_spans(text: str) -> str:
    """The text with spans in place of marks, and without those inside of formulas."""
    marks: list[tuple[str, str]] = []

    def kept(found: re.Match[str]) -> str:
        marks.append((found[1], found[2]))
        return f"{_OPEN}{len(marks) - 1}{_CLOSE}"

    def put(text: str, form: str) -> str:
        return re.sub(f"{_OPEN}(\\d+){_CLOSE}", lambda found: form.format(*marks[int(found[1])]), text)

    text = _FORMULA.sub(lambda found: put(found[0], "{0}"), _MARK.sub(kept, text))
    return put(text, '[{0}]{{.computed title="{1}"}}')


def without_spans(text: str) -> str:
    """The text as it reads.

    >>> without_spans('It is [0.26]{.computed title="0.2647"}.')
    'It is 0.26.'
    """
    return _SPAN.sub(r"\1", text)
