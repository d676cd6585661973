"""The stored results of a study and of the studies beside it, gathered into one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.keeping.files import digest
from analysis.keeping.memo import read, stamps, write
from analysis.results.frames import SCHEMA, Results, read_table, written
from analysis.results.store import Store
from analysis.studies.beside import all_studies, studies_beside
from analysis.studies.run import Run, RunResult
from analysis.studies.study import Study
from analysis.training.device import resolve_device


def combine(found: Sequence[Results]) -> Results:
    """The results of a study, with those of the studies beside it, in the order of `all_studies`."""
    own, *others = found
    rest = iter(others)
    return replace(own, beside={name: _with_its_own(rest) for name in studies_beside(own.study)})


def _with_its_own(found: Iterator[Results]) -> Results:
    """The next results, with those of the studies beside theirs."""
    own = next(found)
    return replace(own, beside={each.name: _with_its_own(found) for each in own.study.beside})


class NotTrained(OSError):  # noqa: N818 - reads as what is wrong
    """Stored results are asked for, and some networks are not trained."""


def trained(study: Study, cache: Path, device: str = "auto") -> Results:
    """The stored results of a study, wherever they were trained; raises `NotTrained` unless there are all."""
    if found := _found_anywhere(study, cache, device):
        return found
    raise NotTrained(
        f"not all networks of the study {study.name} are trained by this version of the program: "
        f"run `python build.py --study {study.name}` first, or give the study's file"
    )


def is_trained(study: Study, cache: Path, device: str = "auto") -> bool:
    """Whether all results of a study are stored, wherever they were trained."""
    return _found_anywhere(study, cache, device) is not None


def _found_anywhere(study: Study, cache: Path, device: str) -> Results | None:
    store = Store(cache)
    places = dict.fromkeys((resolve_device(device), "cpu", "cuda"))
    return next((found for place in places if (found := stored_results(study, store, place))), None)


def stored_results(study: Study, store: Store, device: str) -> Results | None:
    """The stored results of a study, None unless there are all.

    They are also kept as one table, which is read instead of them while their files are as they were.
    """
    found = [_stored(each, store, device) for each in all_studies(study)]
    complete = [results for results in found if results]
    return combine(complete) if len(complete) == len(found) else None


def _stored(study: Study, store: Store, device: str) -> Results | None:
    path, key = _table(study, store, device)
    if content := read(path, key):
        return Results(study, read_table(content))
    if not all(store.size(run, device) for run in study.runs):
        return None
    stored, _ = stored_runs(study.runs, store, device, accept=False)
    if len(stored) < len(study.runs):  # an entry is broken
        return None
    return as_table(Results.of(study, stored.values()), store, device)


def as_table(results: Results, store: Store, device: str) -> Results:
    """Keep results as one table."""
    path, key = _table(results.study, store, device)
    write(path, written(results.table), key)
    return results


def _table(study: Study, store: Store, device: str) -> tuple[Path, str]:
    """The file of the table of a study's results, and its key as long as the files of its runs are as now."""
    name = digest([study.model_dump(mode="json"), device])
    files = stamps(store.path(run, device) for run in study.runs)
    return store.folder.parent / "tables" / f"{name}.parquet", digest([files, [*SCHEMA]])


def stored_runs(
    runs: Sequence[Run], store: Store, device: str, accept: bool
) -> tuple[dict[Run, RunResult], tuple[str, ...]]:
    """The stored results, and what has changed since those were computed that are accepted from an earlier version."""
    stored: dict[Run, RunResult] = {}
    changed: dict[str, None] = {}
    for run in runs:
        if result := store.get(run, device):
            stored[run] = result
        elif accept and (other := store.other(run, device)):
            stored[run] = other.result
            changed |= dict.fromkeys(other.changed)
    return stored, tuple(changed)
