"""The store: the result of each run, addressed by everything that it depends on.

An entry is one JSON file. Its name is made of two digests: what the run is (parameters, data, device), and
what it was computed with (source, versions). It is written beside its place and then renamed, with a checksum
of its own; nothing is unpickled. An entry that is not as it was written is set aside and said so.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from analysis.code.compiled.compiler import COMPILER
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import SHORT, MadeWith, as_written, differing, memo_name, write
from analysis.studies.data import sums
from analysis.studies.run import HISTORY, PROBES, Run, RunResult

TRAINER = "analysis.training.epochs"


_NAME = re.compile(rf"[0-9a-f]{{{SHORT}}}-[0-9a-f]{{{SHORT}}}\.json")


class StoreError(Exception):
    """The store can't be read or written; the message says where and why."""


def identity(run: Run, device: str) -> dict[str, Any]:
    """What a run is: its parameters, the data's sums and the device; not where the data lie."""
    return {
        "run": run.model_dump(exclude={"dataset"}),
        "data": _sums(run.dataset),
        "device": device,
        "dtype": "float32",
    }


def trained_with() -> MadeWith:
    """The source of every module that training imports, and the libraries."""
    return made_with(TRAINER, COMPILER, "torch", "numpy", "sympy")


@cache
def _sums(dataset: str) -> Mapping[str, str]:
    return sums(dataset)


@dataclass(frozen=True)
class Stored:
    """The stored result of a run, and what has changed in source and versions since it was computed."""

    result: RunResult
    changed: tuple[str, ...] = ()


class Store:
    """The results below one folder; looks at the folder once, when it is first asked for a result."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "runs"
        self.made_with = trained_with()

    def path(self, run: Run, device: str) -> Path:
        """Where the result of the run is or would be."""
        return self.folder / memo_name(identity(run, device), self.made_with)

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The names of the entries of each run, by its digest."""
        found = defaultdict(list)
        try:
            for entry in os.scandir(self.folder):
                if _NAME.fullmatch(entry.name):
                    found[entry.name.partition("-")[0]].append(entry.name)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StoreError(f"the store {self.folder} can't be read: {error.strerror}") from error
        return found

    def get(self, run: Run, device: str) -> RunResult | None:
        """The stored result of the run, or None."""
        path = self.path(run, device)
        if path.name not in self._names[path.name.partition("-")[0]]:
            return None
        entry = self._read(path)
        return _result(entry, run) if entry else None

    def size(self, run: Run, device: str) -> int:
        """The bytes of the stored result of the run, or zero."""
        path = self.path(run, device)
        return path.stat().st_size if path.name in self._names[path.name.partition("-")[0]] else 0

    def other(self, run: Run, device: str) -> Stored | None:
        """The newest result that another source or other versions gave for the run, and what has changed since.

        One that lacks a measure, as those of versions that did not probe it, is none.
        """
        here = self.path(run, device)
        names = [name for name in self._names[here.name.partition("-")[0]] if name != here.name]
        for path in sorted((self.folder / name for name in names), key=_age):
            if (entry := self._read(path)) and _has_all(entry):
                return Stored(_result(entry, run), tuple(differing(_made_with(entry), self.made_with)))
        return None

    def seconds(self, run: Run, device: str) -> float | None:
        """How many seconds the run took when it was trained last, by whatever version; None where it never was."""
        names = self._names[self.path(run, device).name.partition("-")[0]]
        entries = (self._read(path) for path in sorted((self.folder / name for name in names), key=_age))
        return next((float(entry["seconds"]) for entry in entries if entry), None)

    def newest_seconds(self, device: str, most: int = 5000) -> dict[Run, float]:
        """Stored run -> how many seconds it took, for the newest results: so many are read in a second."""
        paths = sorted((self.folder / name for names in self._names.values() for name in names), key=_age)
        found: dict[Run, float] = {}
        for path in paths[:most]:
            if (entry := self._read(path)) and entry["result"]["device"] == device:
                result = RunResult.from_json(entry["result"], entry["seconds"])
                found.setdefault(result.run, result.seconds)
        return found

    def _read(self, path: Path) -> dict[str, Any] | None:
        """The content of an entry; None for a damaged one, which is set aside, and said so."""
        try:
            found = as_written(path.read_bytes())
            if found is None:
                raise ValueError("its checksum is wrong")
            entry: dict[str, Any] = json.loads(found[1])
            return entry
        except FileNotFoundError:  # another build has set it aside
            return None
        except OSError as error:
            raise StoreError(f"the store {self.folder} can't be read: {error}") from error
        except ValueError as error:
            aside = path.with_suffix(".broken")
            path.replace(aside)
            print(
                f"{path} is not as it was written ({error}); kept as {aside.name}, trained again",
                file=sys.stderr,
            )
            return None

    def put(self, result: RunResult, anew: bool = False) -> RunResult:
        """Keep a result, and return it; unless `anew`, a result that another build has stored meanwhile stays."""
        path = self.path(result.run, result.device)
        if not anew and path.is_file() and (entry := self._read(path)):
            return _result(entry, result.run)
        entry = {
            "identity": identity(result.run, result.device),
            "made_with": self.made_with,
            "seconds": result.seconds,
            "result": result.as_json(),
        }
        content = json.dumps(entry, separators=(",", ":")).encode()
        try:
            write(path, content)
        except OSError as error:
            raise StoreError(f"the store {self.folder} can't be written: {error}") from error
        return result


def _result(entry: Mapping[str, Any], run: Run) -> RunResult:
    """The result of an entry, for this run: its data may lie elsewhere by now."""
    return replace(RunResult.from_json(entry["result"], entry["seconds"]), run=run)


def _has_all(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has every measure: earlier versions had fewer."""
    found = entry["result"]
    return {*HISTORY} <= found["history"].keys() and all(
        {*PROBES} <= measures.keys() for measures in found["probes"].values()
    )


def _made_with(entry: Mapping[str, Any]) -> MadeWith:
    """What it was computed with; earlier versions called that its means."""
    found: MadeWith = entry["made_with"] if "made_with" in entry else entry["means"]
    return found


def _age(path: Path) -> float:
    return -path.stat().st_mtime
