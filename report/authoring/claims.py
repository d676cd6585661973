"""Claims: sentences of the report, each with what was found about it in the results while weaving."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf, isfinite
from numbers import Real
from pathlib import Path
from typing import Any, Literal

from analysis.findings.finding import Finding
from analysis.keeping.files import digest
from analysis.results.statistics import FEWEST, LEVEL, decimals_of, interval
from report.authoring.absent import ABSENT, Absent
from report.authoring.columns import in_full
from report.authoring.numbers import MINUS, between, counted, flow, number, percent
from report.mistakes import Source

Status = Literal["holds", "not supported", "undecided", "too few seeds"]
_register: ContextVar[list[Claim] | None] = ContextVar("register", default=None)


@dataclass(frozen=True)
class Claim:
    """A sentence in Markdown, the verdict of the results, and the numbers that say so.

    A claim that compares holds only if the interval of its differences, seed by seed, lies above zero; if the interval
    contains zero, the claim is undecided. With too few seeds there is no interval, and the sentence is printed as what
    was seen of these networks.
    """

    sentence: str
    status: Status
    evidence: str
    source: Source
    seeds: int | None = None  # of a claim that compares
    values: Mapping[str, list[str]] = field(default_factory=dict)  # name -> those of each network, in full

    @property
    def holds(self) -> bool:
        """Whether the results support it."""
        return self.status == "holds"

    @property
    def fails(self) -> bool:
        """Whether the results contradict it, or support it by no more than chance may."""
        return self.status in ("not supported", "undecided")

    @property
    def id(self) -> str:
        """By which its row in the table of claims is found."""
        return f"claim-{digest(self.sentence)[:8]}"

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
        if self.status == "too few seeds":
            assert self.seeds is not None
            return f"{self.sentence} (Seen with {counted(self.seeds, 'seed')}; no interval.)"
        # Tags, not [...]{.unsupported}: a half-open interval in the sentence would end the bracket.
        words = {"undecided": "Undecided", "not supported": "Not supported"}[self.status]
        verdict = f'<span class="verdict">{words} by these results:</span>'
        return f'<span class="unsupported">{verdict} {self.sentence} ({self.evidence})</span>'

    def _repr_markdown_(self) -> str:
        return str(self)


def claim(sentence: str, finding: Finding | None) -> Claim | Absent:
    """A sentence with what was found about it; absent where the study has nothing to find."""
    if finding is None:
        return ABSENT
    frame = inspect.currentframe()
    caller = frame.f_back if frame else None
    if caller is None:
        raise RuntimeError("a claim needs Python's call frames to know its line")
    if not isinstance(finding, Finding):
        raise TypeError(
            f"the claim {sentence!r} needs a Finding, not {finding!r}: a function of analysis.findings gives one, or "
            "Finding(holds, {name: one value for each network}) of analysis.findings.finding"
        )
    if not isinstance(finding.numbers, Mapping):
        raise TypeError(f"the numbers of a Finding have names: name -> values, not {finding.numbers!r}")
    if bare := [name for name, values in finding.numbers.items() if isinstance(values, Real)]:
        raise TypeError(f"{bare[0]!r} of a Finding has one value for each network, in a list")
    if finding.margin is not None and not (isinstance(finding.margin, Iterable) and len(finding.margin)):
        raise TypeError(f"the margin of a Finding has one value for each seed, not {finding.margin!r}")
    margin = None if finding.margin is None else [float(value) for value in finding.margin]
    made = Claim(
        flow(sentence),
        _status(finding.holds, margin),
        _evidence(finding, margin),
        Source(Path(caller.f_code.co_filename), caller.f_lineno),
        None if margin is None else len(margin),
        _in_full(finding, margin),
    )
    register = _register.get()
    if register is not None:
        register.append(made)
    return made


def _status(holds: bool, margin: Sequence[float] | None) -> Status:
    if not holds:
        return "not supported"
    if margin is None:
        return "holds"
    if len(margin) < FEWEST:
        return "too few seeds"
    bounded = _bounded(margin)
    found = interval(bounded) if all(map(isfinite, bounded)) else None
    if found is None:
        return "undecided"
    mean, half = found
    if mean < -half:
        return "not supported"
    return "holds" if mean > half else "undecided"


def _bounded(margin: Sequence[float]) -> list[float]:
    """The differences, with the largest finite one in place of infinity: it is less, and has an interval."""
    largest = max((value for value in margin if isfinite(value)), default=1.0)
    return [largest if value == inf else value for value in margin]


def _evidence(finding: Finding, margin: Sequence[float] | None) -> str:
    """The numbers of a finding in words: the least and the greatest of each, and the difference."""
    stated = [
        f"{name}: {_printed(values, finding.unit)}" for name, values in finding.numbers.items() if values
    ]
    stated += [finding.remark] if finding.remark else []
    stated += [_difference(margin, finding.margin_unit)] if margin else []
    return flow("; ".join(stated))


def _in_full(finding: Finding, margin: Sequence[float] | None) -> dict[str, list[str]]:
    """The numbers of a finding, and its differences seed by seed."""
    differences = {f"difference / {finding.margin_unit}": margin} if margin else {}
    return {
        name: [in_full(value) for value in values]
        for name, values in {**finding.numbers, **differences}.items()
    }


def _printed(values: Sequence[float], unit: str) -> str:
    if not all(map(isfinite, values)):
        return "not all finite"
    if unit == "percent":
        return between([100 * value for value in values], ".2f", "\N{NO-BREAK SPACE}%")
    least, most = _number(min(values)), _number(max(values))
    return least if least == most else f"{least} to {most}"


def _number(value: float) -> str:
    """A whole number in full, any other to three digits; very small and large ones by powers of ten, in TeX."""
    return number(int(value)) if value == int(value) and abs(value) < 1e6 else number(value)


def _difference(differences: Sequence[float], unit: str) -> str:
    """The size of a difference with its paired interval, or each difference where there is none."""
    found = interval(differences) if all(map(isfinite, differences)) else None
    if found is None:
        points = ", ".join(_signed(value) for value in differences)
        return f"difference {points} {unit} (n = {len(differences)}, no interval)"
    mean, half = found
    decimals = decimals_of(half)
    return (
        f"difference {mean + 0.0:z.{decimals}f}".replace("-", MINUS) + f" ± {half:.{decimals}f} {unit} "
        f"({percent(LEVEL, 0)} interval of the paired differences, n = {len(differences)})"
    )


def _signed(value: float) -> str:
    """A difference, or in words why it is no number."""
    if isfinite(value):
        return f"{value:.3g}".replace("-", MINUS)
    return "beyond all bounds" if value == inf else "not finite"


def claims_so_far() -> list[Claim]:
    """The claims that the chapters have made up to here."""
    return list(_register.get() or ())


@contextmanager
def registered() -> Iterator[list[Claim]]:
    """Collect the claims that are made in this block, in order."""
    claims: list[Claim] = []
    token = _register.set(claims)
    try:
        yield claims
    finally:
        _register.reset(token)
