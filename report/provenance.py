"""What a report was built from: study, code, libraries, data and machine."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any

from analysis.data import sums
from analysis.files import digest, replacing
from analysis.results import Results
from analysis.sources import source_digests
from analysis.speed import Benchmark
from analysis.store import TRAINER
from analysis.study import Study
from report.checkout import build_date, changed_since_commit, commit

LIBRARIES = ("torch", "numpy", "sympy", "matplotlib", "polars", "typst", "pypandoc_binary")


def provenance(study: Study, results: Results, benchmark: Benchmark | None = None) -> dict[str, Any]:
    """All that a reader needs to make the same report again."""
    return {
        "study": study.model_dump(mode="json"),
        "study_digest": digest(study.model_dump(mode="json")),
        "commit": commit(),
        "changed_since_commit": changed_since_commit(),
        "date": build_date().isoformat(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "devices": sorted({result.device for result in results.runs}),
        "data": sums(study.dataset),
        "sources": source_digests(TRAINER),
        "accepted": list(results.accepted),
        "results": digest([result.as_json() for result in results.runs]),
        "benchmark": benchmark.model_dump(mode="json") if benchmark else None,
    }


def times(results: Results) -> dict[str, Any]:
    """Seconds of training, of all networks together and of one of each depth; no part of the report."""
    of_depth: dict[int, list[float]] = {}
    for result in results.runs:
        of_depth.setdefault(result.run.depth, []).append(result.seconds)
    return {
        "training_seconds": sum(map(sum, of_depth.values())),
        "training_seconds_of_a_network": {str(depth): fmean(each) for depth, each in of_depth.items()},
    }


def write_provenance(origin: Mapping[str, Any], path: Path) -> None:
    """Write it as JSON, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(origin, indent=2) + "\n", encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
