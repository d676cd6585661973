"""build.py verify: stored networks trained again, and each of their numbers compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from analysis.keeping.files import CACHE
from analysis.results.gathered import trained
from analysis.results.replay import counted, replay, sample
from analysis.studies.reading import read
from analysis.studies.run import Run, RunResult
from analysis.workers.progress import Display
from analysis.workers.schedule import train_runs
from analysis.workers.workers import Workers
from report.building.evidence import attached


def replay_sample(
    part: str,
    study: str,
    report: Path | None,
    seed: int | None,
    jobs: int,
    device: str,
    scheduler: str | None,
) -> bool:
    """Train a random part again, say what differs, and whether all of it is within the spread over seeds."""
    results = attached(report)[0] if report else trained(read(study), CACHE)
    runs = sample(results.study.runs, _fraction(part), seed)

    def train(runs: Sequence[Run], cache: Path) -> list[RunResult]:
        with Workers(cache, jobs, device, scheduler) as workers:
            return train_runs(runs, workers, Display())

    found = replay(results, runs, CACHE, train)
    for each in found:
        if each.verdict != "bit-equal":
            print(each)
    print(f"{len(runs)} of {len(results.study.runs)} networks trained again: {counted(found)}.")
    return not any(each.verdict in ("outside the spread", "of unknown spread") for each in found)


def _fraction(text: str) -> float:
    """A part given in per cent or as a fraction."""
    try:
        part = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        raise typer.BadParameter(f"{text!r} is no part: write 5%, or 0.05", param_hint="--sample")
    return part
