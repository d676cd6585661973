"""Claims: sentences of the report, each with a condition on the results that is checked while weaving."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from analysis.results.statistics import FEWEST, LEVEL, decimals_of, interval
from report.mistakes import Source

_register: ContextVar[list[Claim] | None] = ContextVar("register", default=None)


@dataclass(frozen=True)
class Claim:
    """A sentence in Markdown, whether the results support it, and the numbers that say so.

    It is undecided where the results support it by a margin that is smaller than its spread over seeds.
    """

    sentence: str
    holds: bool
    evidence: str
    source: Source
    undecided: bool = False

    @property
    def status(self) -> str:
        """The verdict in words."""
        return "holds" if self.holds else "undecided" if self.undecided else "not supported"

    def as_json(self) -> dict[str, Any]:
        """For what is kept of a chapter."""
        return {**vars(self), "source": [str(self.source.file), self.source.line]}

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Claim:
        """The inverse of `as_json`."""
        file, line = entry["source"]
        return cls(**{**entry, "source": Source(Path(file), line)})

    def __str__(self) -> str:
        """The sentence as prose; where the results don't support it, marked and with the evidence."""
        if self.holds:
            return self.sentence
        # Tags, not [...]{.unsupported}: a half-open interval in the sentence would end the bracket.
        words = "Undecided by these results:" if self.undecided else "Not supported by these results:"
        verdict = f'<span class="verdict">{words}</span>'
        return f'<span class="unsupported">{verdict} {self.sentence} ({self.evidence})</span>'


def claim(
    sentence: str, condition: Any, *, evidence: str, margin: Sequence[float] = (), unit: str = ""
) -> Claim:
    """Check a sentence of the report: `condition` is True where the results support it.

    The condition is a Python or NumPy bool, so that a claim can't hold by accident of an object's truth.
    `margin` is for claims that compare: by how much they hold, seed by seed, in the `unit`. Its mean and
    paired interval are put to the evidence; a mean below its spread leaves the claim undecided.
    """
    frame = inspect.currentframe()
    caller = frame.f_back if frame else None
    if caller is None:
        raise RuntimeError("a claim needs Python's call frames to know its line")
    supported = _as_bool(condition, sentence)
    differences = [float(value) for value in margin]
    known = len(differences) >= FEWEST and all(map(isfinite, differences))
    undecided = supported and known and fmean(differences) < stdev(differences)
    stated = [evidence, *([_difference(differences, unit)] if differences else [])]
    made = Claim(
        " ".join(sentence.split()),
        supported and not undecided,
        " ".join("; ".join(stated).split()).replace(" %", "\N{NO-BREAK SPACE}%"),
        Source(Path(caller.f_code.co_filename), caller.f_lineno),
        undecided,
    )
    register = _register.get()
    if register is not None:
        register.append(made)
    return made


def _difference(differences: Sequence[float], unit: str) -> str:
    """The size of a difference with its paired interval, or each difference where seeds are too few."""
    if len(differences) < FEWEST or not all(map(isfinite, differences)):
        points = ", ".join(f"{value:.3g}" for value in differences)
        return f"difference {points} {unit} (n = {len(differences)}, no interval)"
    found = interval(differences)
    assert found is not None
    mean, half = found
    decimals = decimals_of(half)
    return (
        f"difference {mean:.{decimals}f} ± {half:.{decimals}f} {unit} "
        f"({LEVEL:.0%} interval of the paired differences, n = {len(differences)})"
    )


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
