"""python build.py: derive, check, predict, train, weave, typeset: one report on activations and gradients."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.keeping.files import CACHE, refuse_unwritable
from analysis.keeping.streams import print_in_utf8
from analysis.studies.told import near
from report.building.telling import FAILED, complain, tell, tell_remembered
from report.building.up_to_date import BUILT_IN, Options, ingredients, written_before
from report.typesetting.formats import FORMATS

if TYPE_CHECKING:
    from analysis.results.frames import Results
    from analysis.studies.study import Study
    from analysis.workers.workers import Workers

# All else is imported where it is used: a build that has nothing to do should end at once.
BAD_INPUT = 2
# Objects between two looks for garbage: SymPy makes many that stay, and to look at them takes a tenth of a build.
_COLLECTED_AFTER = 100_000

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Shown(StrEnum):
    """How changes are shown."""

    text = "text"
    pdf = "pdf"
    html = "html"


class Device(StrEnum):
    """Where networks are trained."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


def _formats(given: str) -> str:
    """The formats that are asked for, one or several; raises `typer.BadParameter`."""
    for each in given.split(","):
        if each not in FORMATS:
            raise typer.BadParameter(f"{each!r} is no format; {near(each, FORMATS)}")
    return given


def _report(given: str | Path) -> Path:
    """The file of a report, which may be named by its folder."""
    path = Path(given)
    return path / "report.toml" if path.is_dir() else path


StudyOption = Annotated[
    str, typer.Option(help="quick, standard, rates or another built-in one, or a TOML file")
]
OwnStudyOption = Annotated[
    str | None,
    typer.Option(
        help="quick, standard, rates or another built-in one, or a TOML file; else the report's own"
    ),
]
ReportOption = Annotated[
    Path,
    typer.Option(
        metavar="<path>", help="the report.toml of a report of one's own, or its folder", parser=_report
    ),
]
OutputOption = Annotated[Path, typer.Option(help="the folder for all that is made")]
JobsOption = Annotated[int, typer.Option(min=1, help="worker processes")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="train on the workers of this Dask scheduler")
]
DeviceOption = Annotated[Device, typer.Option(help="where to train")]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(metavar="|".join(FORMATS), help="what to make; several as pdf,html", parser=_formats),
]
StrictOption = Annotated[bool, typer.Option(help="fail on any complaint: claims, lint, compilers")]
RetrainOption = Annotated[bool, typer.Option("--retrain", help="train again what is stored")]
AcceptOption = Annotated[
    bool, typer.Option("--accept-stored", help="use results that an earlier state of the program gave")
]
PlanOption = Annotated[bool, typer.Option("--plan", help="say what would be done, and why, and do nothing")]
ProvenanceOption = Annotated[
    bool,
    typer.Option(
        "--provenance", help="link all that is computed to an appendix of the PDF on where it is from"
    ),
]
WatchOption = Annotated[bool, typer.Option("--watch", help="make it again whenever a chapter is saved")]


@app.callback(invoke_without_command=True)
def build(
    context: typer.Context,
    study: OwnStudyOption = None,
    report: ReportOption = BUILT_IN,
    format: FormatOption = None,
    output: OutputOption = Path("out"),
    jobs: JobsOption = 2,
    device: DeviceOption = Device.auto,
    scheduler: SchedulerOption = None,
    strict: StrictOption = False,
    retrain: RetrainOption = False,
    accept_stored: AcceptOption = False,
    plan: PlanOption = False,
    watch: WatchOption = False,
    provenance: ProvenanceOption = False,
) -> None:
    """Make the report of a study under the output folder; what is stored from before is not trained again."""
    if context.invoked_subcommand:
        return
    start = perf_counter()
    options = Options(
        study,
        output,
        ",".join(format or ["pdf"]),
        device.value,
        jobs,
        scheduler,
        strict,
        retrain,
        accept_stored,
        report,
        watch,
        provenance,
    )
    if plan:
        from report.building.planning import tell_plan

        tell_plan(options, CACHE)
    elif not (retrain or watch) and (last := written_before(ingredients(options), CACHE)):
        tell_remembered(last, output, start)
        complain(last["complaints"], strict)
    else:
        make_report(options, watch, start)


def make_report(options: Options, watch: bool, start: float) -> None:
    """Derive, check and predict what is not stored, train, then weave and typeset."""
    from analysis.workers.workers import Workers

    with Workers(CACHE, options.jobs, options.device, options.scheduler) as workers:
        if not (CACHE / "derivations").is_dir():
            workers.start(options.jobs)  # all is to be done: they get ready while this process imports
        make_by(workers, options, watch, start)


def make_by(workers: Workers, options: Options, watch: bool, start: float) -> None:
    """Make the report by these workers."""
    from analysis.speed.recorded import read_benchmark
    from analysis.workers.progress import Display
    from analysis.workers.schedule import train
    from analysis.workers.tasks import derivations, equation_checks, predictions
    from report.building.making import remember_made, typeset_report, weave_report
    from report.building.starting import read_readable
    from report.project import read_project

    output = options.output
    read_readable(options.report).read_study(options.study)
    refuse_unwritable(output)
    read_benchmark(output / "benchmark.json")

    def results_of(study: Study) -> Results:
        workers.do(derivations(study))  # expression -> f', its proven range
        workers.do(equation_checks(study))  # equations, beside the generated code and autograd
        workers.do(predictions(study))  # what theory says of the networks
        return train(  # generated code -> training -> results
            study, workers, retrain=options.retrain, accept=options.accept_stored, watcher=Display()
        )

    last: list[Results] = []

    def write_report(began: float) -> None:
        before = ingredients(options)
        project, begun = read_project(options.report), perf_counter()
        study = project.read_study(options.study)
        if not last or last[0].study != study:  # which may be changed while it is watched, too
            last[:] = [results_of(study)]
        [results] = last
        trained = perf_counter() - begun
        measured = read_benchmark(output / "benchmark.json")
        # tables, figures -> chapters -> Markdown
        woven = weave_report(project, results, measured, options.strict, workers)
        made = typeset_report(woven, options)  # Markdown -> documents
        rest = round(perf_counter() - began - trained, 1)
        remember_made(before, options, made, results, rest, CACHE)
        tell(made.files, output, f"written in {perf_counter() - began:.1f} s.")

    if watch:
        from report.building.watching import watch as after_each_save

        after_each_save(lambda: write_report(perf_counter()), options.report.parent, output / "report.html")
    else:
        write_report(start)


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="where to put it")]) -> None:
    """Make a report of one's own, ready to be built and changed."""
    from report.building.starting import start

    start(folder)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="the provenance.json of another build")],
    output: OutputOption = Path("out"),
    format: Annotated[
        Shown, typer.Option(help="how to show it: the report itself, with marks, or lines")
    ] = Shown.text,
    report: ReportOption = BUILT_IN,
) -> None:
    """Say or show which numbers, sentences and claims have changed since another build."""
    from report.building.evidence import differences, read_evidence

    before = read_evidence(old)
    if format is Shown.text:
        changes = differences(before, read_evidence(output / "provenance.json"))
        print("\n".join(changes) or "nothing changed")
        return
    from report.building.marking import write_changes
    from report.project import read_project
    from report.typesetting.formats import Format

    shown: Format = "pdf" if format is Shown.pdf else "html"
    print(*write_changes(before, read_project(report), output, shown))


@app.command()
def check(
    pdf: Annotated[Path, typer.Argument(help="a report, or an archive of one")],
    run_its_code: Annotated[
        bool, typer.Option("--run-its-code", help="run chapters that came with the report")
    ] = False,
) -> None:
    """Make a report again from the results attached to it, and compare: numbers, sentences, claims, bytes."""
    from report.building.checking import gives_the_same

    if not gives_the_same(pdf, run_its_code):
        raise SystemExit(FAILED)


@app.command()
def archive(report: ReportOption = BUILT_IN, output: OutputOption = Path("out")) -> None:
    """Write the report that lies in the output folder, and all that it rests on, into one archive (RO-Crate)."""
    from report.building.archiving import write_archive
    from report.project import read_project

    target = output / "archive.zip"
    write_archive(read_project(report), output, target)
    print(f"{target} written: {target.stat().st_size / 1e6:.1f} MB.")


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
    from report.building.replaying import replay_sample

    if not replay_sample(sample, study, report, seed, jobs, device.value, scheduler):
        raise SystemExit(FAILED)


def main() -> None:
    """Run the command line; what went wrong is one message, without a traceback."""
    gc.set_threshold(_COLLECTED_AFTER)
    print_in_utf8()
    try:
        app(standalone_mode=True)
    except Exception as error:
        from report.building.making import BAD, MISTAKES

        if not isinstance(error, (*BAD, *MISTAKES)):
            raise
        print(error, file=sys.stderr)
        raise SystemExit(BAD_INPUT if isinstance(error, BAD) else FAILED) from None
    finally:
        gc.freeze()  # else Python looks through all that was imported once more before it ends


if __name__ == "__main__":
    main()
