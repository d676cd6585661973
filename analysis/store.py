"""The store: the result of each run, addressed by everything that it depends on.

An entry is one JSON file named by the digest of its inputs, written beside its place and then renamed, with a
checksum of its own. Nothing is unpickled. An entry that is not as it was written is set aside and said so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sympy import srepr

from analysis.data import embedded_sums
from analysis.files import digest, replacing
from analysis.results import RunResult
from analysis.sources import source_digests
from analysis.study import Run
from derivations import find_activation

TRAINER = "analysis.training"


class StoreError(Exception):
    """The store can't be written; the message says where and why."""


def inputs(run: Run, device: str) -> dict[str, Any]:
    """All that the result of a run depends on."""
    return {
        "run": run.model_dump(),
        "expression": srepr(find_activation(run.activation).expression),
        "device": device,
        "dtype": "float32",
        "data": embedded_sums() if run.dataset == "MNIST" else run.dataset,
        "versions": _versions(),
        "sources": source_digests(TRAINER),
    }


@cache
def _versions() -> Mapping[str, str]:
    """From the packages' metadata: importing torch takes seconds."""
    return {name: version(name) for name in ("torch", "numpy", "sympy")}


class Store:
    """The results below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "runs"

    def path(self, run: Run, device: str) -> Path:
        """Where the result of the run is or would be."""
        return self.folder / f"{digest(inputs(run, device))}.json"

    def get(self, run: Run, device: str) -> RunResult | None:
        """The stored result of the run, or None."""
        path = self.path(run, device)
        if not path.is_file():
            return None
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            if entry["checksum"] != digest(entry["result"]):
                raise ValueError("its checksum is wrong")
            result = RunResult.from_json(entry["result"])
            if result.run != run:
                raise ValueError("it holds another run")
        except (ValueError, KeyError, TypeError) as error:
            aside = path.with_suffix(".broken")
            path.replace(aside)
            print(
                f"{path} is not as it was written ({error}); kept as {aside.name}, trained again",
                file=sys.stderr,
            )
            return None
        return result

    def put(self, result: RunResult) -> None:
        """Keep a result; raises `StoreError`."""
        path = self.path(result.run, result.device)
        content = result.as_json()
        entry = {"checksum": digest(content), "inputs": inputs(result.run, result.device), "result": content}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                temporary.write_text(json.dumps(entry, separators=(",", ":")), encoding="utf-8")
        except OSError as error:
            raise StoreError(f"the store {self.folder} can't be written: {error}") from error
