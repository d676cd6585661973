"""Claims: sentences of the report, each with a condition on the results that is checked while weaving."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report.source import Source

_register: ContextVar[list[Claim] | None] = ContextVar("register", default=None)


@dataclass(frozen=True)
class Claim:
    """A sentence in Markdown, whether the results support it, and the numbers that say so."""

    sentence: str
    holds: bool
    evidence: str
    source: Source

    @property
    def status(self) -> str:
        """The verdict in words."""
        return "holds" if self.holds else "not supported"

    def __str__(self) -> str:
        """The sentence as prose; where the results don't support it, marked and with the evidence."""
        if self.holds:
            return self.sentence
        # Tags, not [...]{.unsupported}: a half-open interval in the sentence would end the bracket.
        verdict = '<span class="verdict">Not supported by these results:</span>'
        return f'<span class="unsupported">{verdict} {self.sentence} ({self.evidence})</span>'


def claim(sentence: str, condition: Any, *, evidence: str) -> Claim:
    """Check a sentence of the report: `condition` is True where the results support it.

    The condition is a Python or NumPy bool, so that a claim can't hold by accident of an object's truth.
    """
    frame = inspect.currentframe()
    caller = frame.f_back if frame else None
    if caller is None:
        raise RuntimeError("a claim needs Python's call frames to know its line")
    made = Claim(
        " ".join(sentence.split()),
        _as_bool(condition, sentence),
        " ".join(evidence.split()).replace(" %", "\N{NO-BREAK SPACE}%"),
        Source(Path(caller.f_code.co_filename), caller.f_lineno),
    )
    register = _register.get()
    if register is not None:
        register.append(made)
    return made


@contextmanager
def registered() -> Iterator[list[Claim]]:
    """Collect the claims that are made in this block, in order."""
    claims: list[Claim] = []
    token = _register.set(claims)
    try:
        yield claims
    finally:
        _register.reset(token)


def _as_bool(condition: Any, sentence: str) -> bool:
    # A NumPy bool is known by its name: NumPy need not be imported to weave a chapter.
    if isinstance(condition, bool) or type(condition).__name__ in ("bool", "bool_"):
        return bool(condition)
    raise TypeError(
        f"the condition of the claim {sentence!r} is {condition!r}, of type {type(condition).__name__}; "
        "it must be True or False: compare, then reduce with all(...) or any(...)"
    )
