"""What a chapter reports on: set by the build before weaving, loaded from the store in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.results import Results
    from analysis.study import Study


@dataclass(frozen=True)
class Context:
    """The results of one study, and how they came about."""

    results: Results
    study: Study
    provenance: Mapping[str, Any]


_current: Context | None = None


def set_current(context: Context) -> None:
    """Make the chapters report on this."""
    global _current
    _current = context


def current() -> Context:
    """What is reported on; raises `LookupError` where the build has set nothing and nothing is stored."""
    if _current is None:
        raise LookupError("there are no results to report on yet: run `python build.py` first")
    return _current
