"""python build.py: derive, train, weave, typeset: one report on activation functions and gradients."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.keeping.files import CACHE, refuse_unwritable
from report.building.telling import FAILED, complain
from report.building.up_to_date import (
    CHAPTERS,
    PARTS,
    ROOT,
    ingredients,
    remember,
    stamps,
    sums,
    written_before,
)

# All else is imported where it is used: a build that has nothing to do should end at once.
if TYPE_CHECKING:
    from report.typesetting.typeset import Format

BAD_INPUT, INTERRUPTED = 2, 130


class Formats(StrEnum):
    """What can be made."""

    pdf = "pdf"
    html = "html"
    tex = "tex"
    all = "all"


FORMATS: dict[Formats, tuple[Format, ...]] = {
    Formats.pdf: ("pdf",),
    Formats.html: ("html",),
    Formats.tex: ("tex",),
    Formats.all: ("pdf", "html", "tex"),
}


class Device(StrEnum):
    """Where networks are trained."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


StudyOption = Annotated[str, typer.Option(help="quick, atlas, standard, full, or a TOML file")]
OutputOption = Annotated[Path, typer.Option(help="the folder for all that is made")]
JobsOption = Annotated[int, typer.Option(min=1, help="worker processes")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="train on the workers of this Dask scheduler")
]
DeviceOption = Annotated[Device, typer.Option(help="where to train")]


@app.callback(invoke_without_command=True)
def build(
    context: typer.Context,
    study: StudyOption = "standard",
    format: Annotated[Formats, typer.Option(help="what to make")] = Formats.pdf,
    output: OutputOption = Path("out"),
    jobs: JobsOption = 2,
    device: DeviceOption = Device.auto,
    scheduler: SchedulerOption = None,
    strict: Annotated[bool, typer.Option(help="fail on any complaint: claims, lint, compilers")] = False,
    retrain: Annotated[bool, typer.Option("--retrain", help="train again what is stored")] = False,
    accept_stored: Annotated[
        bool, typer.Option("--accept-stored", help="use results that an earlier state of the program gave")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="say what would be done, and why, and do nothing")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="make it again whenever a chapter is saved")] = False,
) -> None:
    """Make the report of a study under the output folder; what is stored from before is not trained again."""
    if context.invoked_subcommand:
        return
    start = perf_counter()

    def found() -> dict[str, object]:
        options = {"formats": list(FORMATS[format]), "device": device.value, "accept_stored": accept_stored}
        return ingredients(study, output, options)

    before = found()
    if plan:
        _plan(study, before, jobs=jobs, device=device.value, retrain=retrain, accept=accept_stored)
        return
    if not (retrain or watch) and (last := written_before(before, CACHE)):
        print(last["claims"])
        complain(last["complaints"], strict)
        _tell(map(Path, last["files"]), output, f"as it was: nothing has changed, {_since(start)} s.")
        return
    from analysis.results.store import Store
    from analysis.speed.recorded import read_benchmark
    from analysis.studies.derived import of_atlas
    from analysis.studies.reading import read
    from analysis.workers.progress import Display
    from analysis.workers.schedule import train
    from analysis.workers.tasks import Checks, Proof, forecasts
    from report.building.making import make

    chosen = read(study)
    refuse_unwritable(output)
    read_benchmark(output / "benchmark.json")
    results = train(
        chosen,
        CACHE,
        jobs=jobs,
        device=device.value,
        scheduler=scheduler,
        retrain=retrain,
        accept=accept_stored,
        watcher=Display(),
        before=[*map(Proof, of_atlas(chosen.functions)), Checks(chosen.functions), *forecasts(chosen)],
    )

    store = Store(CACHE)
    paths = [
        store.path(run, where)
        for part in results.all
        for run, where in zip(part.study.runs, part.table["device"], strict=True)
    ]

    def again(start: float) -> None:
        measured = read_benchmark(output / "benchmark.json")
        made = make(results, measured, output, FORMATS[format], strict)
        if found() == before:  # nothing was changed meanwhile
            files = {"files": sums(made.files), "results": stamps(paths)}
            told = {"claims": made.claims, "complaints": made.complaints, "seconds": _since(start)}
            remember(before, {**files, **told}, CACHE)
        _tell(made.files, output, f"written in {_since(start)} s.")

    if watch:
        _watch(lambda: again(perf_counter()))
    else:
        again(start)


def _plan(study: str, found: dict[str, object], **options: Any) -> None:
    """Say what a build would do."""
    from analysis.studies.reading import read
    from report.building.planning import planned

    for line in planned(read(study), found, CACHE, **options):
        print(line)


def _watch(again: Callable[[], None]) -> None:
    """Make the report now and after each save, until Ctrl-C; a mistake is told, the last good report kept.

    A change of the program itself, not of a chapter or template, starts it anew.
    """
    import watchfiles

    from report.building.making import MISTAKES

    saves = watchfiles.watch(*(ROOT / part for part in PARTS), raise_interrupt=False, step=20)
    for changed in chain([set()], saves):
        if any(Path(path).suffix == ".py" and CHAPTERS not in Path(path).parents for _, path in changed):
            os.execv(sys.executable, sys.orig_argv)
        try:
            again()
        except MISTAKES as error:
            print(error, file=sys.stderr, flush=True)
        except SystemExit:  # of --strict, which has said why
            print("The report is as it was.", file=sys.stderr, flush=True)


def _tell(files: Iterable[Path], output: Path, what: str) -> None:
    """Name the documents."""
    documents = sorted(str(file) for file in files if file.parent == output and file.suffix != ".json")
    print(f"{', '.join(documents)} {what}", flush=True)


def _since(start: float) -> float:
    return round(perf_counter() - start, 1)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="the provenance.json of another build")],
    output: OutputOption = Path("out"),
) -> None:
    """Say which numbers, sentences and claims have changed since another build."""
    from report.building.evidence import differences, read_evidence

    changes = differences(read_evidence(old), read_evidence(output / "provenance.json"))
    print("\n".join(changes) or "nothing changed")


@app.command()
def check(pdf: Annotated[Path, typer.Argument(help="a report")]) -> None:
    """Make a report again from the results attached to it, and compare: numbers, sentences, claims, bytes."""
    from report.building.making import check

    if not check(pdf):
        raise SystemExit(FAILED)


@app.command()
def verify(
    sample: Annotated[str, typer.Option(help="the part of the networks to train again, such as 5%")] = "5%",
    study: StudyOption = "standard",
    jobs: JobsOption = 2,
    device: DeviceOption = Device.auto,
    scheduler: SchedulerOption = None,
    seed: Annotated[int | None, typer.Option(help="draw the same part again")] = None,
    report: Annotated[Path | None, typer.Option(help="a report, for the results attached to it")] = None,
) -> None:
    """Train a random part of a study's stored networks again, and compare each number of theirs.

    Here or on another machine or device: exit status 1 where a number lies outside the spread over seeds.
    """
    from analysis.results.gathered import trained
    from analysis.results.replay import counted, replay
    from analysis.results.replay import sample as drawn
    from analysis.studies.reading import read
    from analysis.workers.progress import Display
    from analysis.workers.schedule import train_runs
    from report.building.evidence import attached

    results = attached(report)[0] if report else trained(read(study), CACHE)
    runs = drawn(results.study.runs, _fraction(sample), seed)
    found = replay(
        results,
        runs,
        CACHE,
        partial(train_runs, jobs=jobs, device=device.value, scheduler=scheduler, watcher=Display()),
    )
    for each in found:
        if each.verdict != "bit-equal":
            print(each)
    print(f"{len(runs)} of {len(results.study.runs)} networks trained again: {counted(found)}.")
    if any(each.verdict in ("outside the spread", "of unknown spread") for each in found):
        raise SystemExit(FAILED)


def _fraction(text: str) -> float:
    """A part given in per cent or as a fraction."""
    try:
        part = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        part = 0.0
    if not 0 < part <= 1:
        raise typer.BadParameter(f"{text!r} is no part: write 5%, or 0.05", param_hint="--sample")
    return part


def main() -> None:
    """Run the command line; what went wrong is one message, without a traceback."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        print("Interrupted; the stacks that were finished are stored.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    except Exception as error:
        from report.building.making import BAD, MISTAKES

        if not isinstance(error, (*BAD, *MISTAKES)):
            raise
        print(error, file=sys.stderr)
        raise SystemExit(BAD_INPUT if isinstance(error, BAD) else FAILED) from None


if __name__ == "__main__":
    main()
