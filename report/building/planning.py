"""What a build would do, why, how long that should take, and what stays: without doing any of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.results.gathered import stored_runs
from analysis.results.store import Store
from analysis.speed.expected import expected, to_predict
from analysis.speed.recorded import read_benchmark
from analysis.studies import derived as proofs
from analysis.studies.beside import all_runs
from analysis.studies.derived import all_activations
from analysis.studies.run import Run
from analysis.studies.study import Study
from analysis.training.device import resolve_device
from analysis.workers.jobs import missing
from analysis.workers.schedule import plan
from analysis.workers.tasks import Task, predictions
from report.building.up_to_date import Options, changes, ingredients, last_build
from report.project import read_project

_NAMED = 3  # predictions, of those that are to be made
_TO_START = 1.0  # seconds until the workers have imported what they need


def tell_plan(options: Options, cache: Path) -> None:
    """Say what a build would do."""
    study = read_project(options.report).read_study(options.study)
    for line in planned(study, ingredients(options), options, cache):
        print(line)


def planned(study: Study, found: Mapping[str, Any], options: Options, cache: Path) -> Iterator[str]:
    """The plan of a build of these ingredients, a line for each step and reason."""
    derivations = {
        function.name: proofs.why(function, cache) for function in all_activations(study.functions)
    }
    yield from _grouped("derive", {name: reason for name, reason in derivations.items() if reason})
    measured = read_benchmark(options.output / "benchmark.json")
    if jobs := missing(predictions(study), cache):
        yield f"predict {', '.join(map(str, jobs[:_NAMED]))}{' ...' if len(jobs) > _NAMED else ''}"
        seconds = to_predict(study, jobs, options.jobs, measured, cache)
        yield f"        about {_minutes(seconds)}, by the benchmark"
    store, device = Store(cache), resolve_device(options.device)
    workers, retrain = 1 if device == "cuda" else options.jobs, options.retrain
    wanted = all_runs(study)
    stored, accepted = ({}, ()) if retrain else stored_runs(wanted, store, device, options.accept_stored)
    tasks = plan(wanted, workers, set(stored))
    for reason, runs in _reasons(tasks, store, device, retrain).items():
        names, depths = ({getattr(run, key): None for run in runs} for key in ("activation", "depth"))
        what = f"{', '.join(names)} at {', '.join(map(str, sorted(depths)))} layers"
        yield f"train   {len(runs)} networks, {what}: {reason}"
    if not tasks:
        yield "train   nothing"
    else:
        seconds, recorded = expected(tasks, workers, store, device, measured)
        by = "what was recorded" if recorded else f"the benchmark ({measured.machine})"
        yield f"        about {_minutes(seconds + _TO_START)}, by {by}"
    if accepted:
        yield f"accept  results of before: {', '.join(accepted)}"
    yield from _report(found, cache, bool(tasks), any(derivations.values()))
    yield (
        f"keep    {len(wanted) - sum(len(task.runs) for task in tasks)} of {len(wanted)} networks, "
        f"{sum(not reason for reason in derivations.values())} of {len(derivations)} derivations"
    )


def _report(found: Mapping[str, Any], cache: Path, trains: bool, derives: bool) -> Iterator[str]:
    """Whether chapters are woven, figures drawn and documents typeset."""
    last = last_build(found, cache)
    if last is None:
        yield "weave, draw and typeset: such a report was not made before"
        return
    reasons = changes(last["ingredients"], found)
    reasons += ["networks are trained"] * trains + ["activations are derived"] * derives
    reasons += [f"{path} is gone" for path in last["files"] if not Path(path).is_file()]
    if not reasons:
        yield "weave   nothing: the report is as it should be"
        return
    chapters = [reason for reason in reasons if reason.startswith("report/chapters/")]
    what = "these chapters" if len(chapters) == len(reasons) else "all chapters"
    yield f"weave   {what}, draw the figures whose data or code changed, typeset: {', '.join(reasons)}"
    yield f"        about {last['seconds']:.0f} s, as it took the last time"


def _grouped(verb: str, reasons: Mapping[str, str]) -> Iterator[str]:
    """What is to be done, those things together that have one reason."""
    if not reasons:
        yield f"{verb:<7} nothing"
    for reason, names in groupby(sorted(reasons, key=lambda name: reasons[name]), lambda name: reasons[name]):
        yield f"{verb:<7} {'; '.join(names)}: {reason}"


def _reasons(tasks: list[Task], store: Store, device: str, retrain: bool) -> dict[str, list[Run]]:
    """Why networks are trained -> those networks."""
    found = defaultdict(list)
    for run in (run for task in tasks for run in task.runs):
        other = None if retrain else store.other(run, device)
        reason = "--retrain" if retrain else ", ".join(other.changed) if other else "not trained before"
        found[reason].append(run)
    return found


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} minutes" if minutes else f"{rest} s"
