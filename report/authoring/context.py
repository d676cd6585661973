"""What a chapter reports on: set by the build before weaving, loaded from the store in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.results.frames import Results
    from analysis.speed.recorded import Benchmark
    from analysis.studies.study import Study


@dataclass(frozen=True)
class Context:
    """The results of one study, and how they came about; the speed of training."""

    results: Results
    study: Study
    provenance: Mapping[str, Any]
    benchmark: Benchmark


DEFAULT_STUDY = "standard"
_current: Context | None = None


def set_current(context: Context) -> None:
    """Make the chapters report on this."""
    global _current
    _current = context


def current() -> Context:
    """What is reported on; in a notebook, where no build has set it, the stored results of the default study.

    Raises `analysis.results.gathered.NotTrained` where they are not all stored.
    """
    if _current is None:
        set_current(_stored())
    assert _current is not None
    return _current


def _stored() -> Context:
    from analysis.keeping.files import CACHE
    from analysis.results.gathered import trained
    from analysis.speed.recorded import RECORDED, read_benchmark
    from analysis.studies.reading import read
    from report.origin.provenance import provenance

    results = trained(read(DEFAULT_STUDY), CACHE)
    measured = read_benchmark(RECORDED)
    return Context(results, results.study, provenance(results.study, results, measured), measured)
