"""What a chapter reports on: set by the build before weaving, loaded from the store in a notebook."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.keeping import files

if TYPE_CHECKING:
    import polars as pl

    from analysis.results.frames import Results
    from analysis.speed.recorded import Benchmark
    from analysis.studies.patterns import Data
    from analysis.studies.study import Study
    from derivations import Activation, Derivation, Propagation

STUDY = "REPORT_STUDY"  # the environment's variable that names the study of a notebook


@dataclass(frozen=True)
class Context:
    """The results of a study and of those beside it, how they came about, and the speed of training."""

    results: Results
    provenance: Mapping[str, Any]
    benchmark: Benchmark

    @property
    def study(self) -> Study:
        """The study that is reported on."""
        return self.results.study

    @cached_property
    def data(self) -> Data:
        """Its data."""
        from analysis.studies.data import load

        return load(self.study.dataset, files.CACHE)

    @cached_property
    def theory(self) -> pl.DataFrame:
        """What theory says of its networks before training: a row per activation, depth and layer."""
        from analysis.theory.predictions import predictions

        return predictions(self.study, files.CACHE)

    @cached_property
    def bands(self) -> pl.DataFrame:
        """Between which values networks like its own lie before training: a row per activation, depth and layer."""
        from analysis.theory.bands import bands

        return bands(self.study, files.CACHE)

    def derived(self, name: str) -> Derivation:
        """The derivation of an activation, of the study's own or registered; from the store where it is there."""
        from analysis.studies.derived import derived

        own = {function.name: function for function in self.study.functions}
        return derived(own.get(name) or _registered(name, own), files.CACHE)

    def propagation(self, name: str) -> Propagation:
        """How wide networks with an activation carry variances and gradients."""
        from analysis.theory.predictions import propagation

        return propagation(self.derived(name).activation, files.CACHE)

    def initial_weights(self, derivations: Iterable[Derivation]) -> list[dict[str, str]]:
        """The critical initial weights of activations and their gains: the rows of a table."""
        from analysis.theory.initial import initial_rows

        return initial_rows(derivations, files.CACHE)


def _registered(name: str, own: Iterable[str]) -> Activation:
    """A registered activation, or one of the literature; raises `UnknownActivation`, naming the study's own first."""
    from derivations import UnknownActivation, find_activation

    try:
        return find_activation(name)
    except UnknownActivation as error:
        near = get_close_matches(name, own, n=2)
        hint = f"unknown activation {name!r}: did you mean {' or '.join(near)}?" if near else str(error)
        raise UnknownActivation(f"{hint} The study has {', '.join(own)}.") from None


_current: ContextVar[Context | None] = ContextVar("current", default=None)


def set_current(context: Context | None) -> None:
    """Make the chapters report on this."""
    _current.set(context)


def current() -> Context:
    """What is reported on; in a notebook, where no build has set it, stored results.

    They are of the study that the environment's `REPORT_STUDY` names; else of `standard`, or where that is not all
    stored, of the last study built. Raises `analysis.results.gathered.NotTrained`.
    """
    found = _current.get()
    if found is None:
        found = _stored()
        set_current(found)
    return found


def _stored() -> Context:
    from analysis.results.gathered import trained
    from analysis.speed.recorded import RECORDED, read_benchmark
    from analysis.studies.reading import read
    from report.origin.provenance import provenance

    results = trained(read(_study()), files.CACHE)
    measured = read_benchmark(RECORDED)
    return Context(results, provenance(results.study, results, measured), measured)


def _study() -> str:
    """The name or file of the study that a notebook reports on."""
    from analysis.results.gathered import is_trained
    from analysis.studies.reading import read
    from report.origin.builds import last_study

    if name := os.environ.get(STUDY):
        return name
    if is_trained(read("standard"), files.CACHE):
        return "standard"
    return last_study(files.CACHE) or "standard"
