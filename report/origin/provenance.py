"""What a report was built from: study, code, libraries, data and machine."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from analysis.keeping.files import CACHE, digest, replacing
from analysis.keeping.fingerprints import source_digests
from analysis.results.frames import Results
from analysis.results.store import TRAINER
from analysis.speed.machine import processor
from analysis.speed.recorded import Benchmark
from analysis.studies.data import sums
from analysis.studies.study import Study
from analysis.training.ways import why_by_torch
from report.origin.checkout import build_date, changed_since_commit, commit

LIBRARIES = ("torch", "ziglang", "numpy", "sympy", "matplotlib", "polars", "typst", "pypandoc_binary")


def provenance(study: Study, results: Results, benchmark: Benchmark) -> dict[str, Any]:
    """All that a reader needs to make the same report again."""
    return {
        "study": study.model_dump(mode="json"),
        "study_digest": digest(study.model_dump(mode="json")),
        "commit": commit(),
        "changed_since_commit": changed_since_commit(),
        "date": build_date().isoformat(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "machine": {"system": platform.platform(), "processor": processor(), "cores": os.cpu_count()},
        "by_torch": why_by_torch(str(results.table["device"][0]), CACHE),
        "devices": sorted(results.table["device"].unique()),
        "data": sums(study.dataset),
        "sources": source_digests(TRAINER),
        "accepted": list(results.accepted),
        "results": sha256(results.as_parquet).hexdigest(),
        "beside": {name: sha256(part.as_parquet).hexdigest() for name, part in results.named.items()},
        "benchmark": benchmark.model_dump(mode="json"),
    }


def times(results: Results) -> dict[str, Any]:
    """Seconds of training, of all networks together and of one of each depth; no part of the report."""
    seconds = results.table.group_by("depth", maintain_order=True).agg(pl.col("seconds").mean())
    return {
        "training_seconds": results.table["seconds"].sum(),
        "training_seconds_of_a_network": {str(depth): mean for depth, mean in seconds.iter_rows()},
    }


def write_provenance(origin: Mapping[str, Any], path: Path) -> None:
    """Write it as JSON, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8", newline="\n")
