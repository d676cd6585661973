"""python build.py: derive, train, weave, typeset: one report on activation functions and gradients."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
import watchfiles

from analysis.checks import Checks
from analysis.data import DataError
from analysis.pool import TrainingError
from analysis.progress import Display
from analysis.proofs import Proof, of_atlas
from analysis.results import Results
from analysis.scheduling import train
from analysis.speed import Benchmark, BenchmarkError, read_benchmark
from analysis.store import CACHE, StoreError
from analysis.study import StudyError, read
from derivations import Unproven
from report.compilers import LATEX, TO_INSTALL
from report.context import DEFAULT_STUDY, Context, set_current
from report.evidence import (
    EvidenceError,
    attached,
    differences,
    evidence,
    read_evidence,
    results_of,
    to_attach,
)
from report.lint import lint
from report.provenance import provenance, write_provenance
from report.source import ChapterError, TypesetError
from report.typeset import Format, Metadata, Typeset, typeset
from report.weave import Woven, weave

ROOT = Path(__file__).parent
CHAPTERS = ROOT / "report" / "chapters"
PARTS = ("derivations", "analysis", "report")
FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


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


OutputOption = Annotated[Path, typer.Option(help="the folder for all that is made")]


@app.callback(invoke_without_command=True)
def build(
    context: typer.Context,
    study: Annotated[str, typer.Option(help="quick, standard, full, or a TOML file")] = DEFAULT_STUDY,
    format: Annotated[Formats, typer.Option(help="what to make")] = Formats.pdf,
    output: OutputOption = Path("out"),
    jobs: Annotated[int, typer.Option(min=1, help="worker processes")] = 2,
    device: Annotated[Device, typer.Option(help="where to train")] = Device.auto,
    strict: Annotated[bool, typer.Option(help="fail on any complaint: claims, lint, compilers")] = False,
    retrain: Annotated[bool, typer.Option("--retrain", help="train again what is stored")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="make it again whenever a chapter is saved")] = False,
) -> None:
    """Make the report of a study under the output folder; what is stored from before is not trained again."""
    if context.invoked_subcommand:
        return
    start = perf_counter()
    chosen = read(study)
    _refuse_unwritable(output)
    measured = read_benchmark(output / "benchmark.json")
    results = train(
        chosen,
        CACHE,
        jobs=jobs,
        device=device.value,
        retrain=retrain,
        watcher=Display(),
        before=[*map(Proof, of_atlas(chosen.activations)), Checks(chosen.activations)],
    )
    if not watch:
        _make(results, measured, output, format, strict, start)
        return
    _watch(lambda: _make(results, read_benchmark(output / "benchmark.json"), output, format, strict))


def _make(
    results: Results,
    measured: Benchmark | None,
    output: Path,
    format: Formats,
    strict: bool,
    start: float | None = None,
) -> None:
    """Weave and typeset the report, and say what was written."""
    start = perf_counter() if start is None else start
    origin = provenance(results.study, results, measured)
    woven = _weave(results, origin)
    _report_lint(woven, strict)
    _report_claims(woven, strict)
    full = {**origin, **evidence(woven, results)}
    made = _typeset(woven, results, full, output, FORMATS[format])
    _report_warnings(made, strict)
    write_provenance(full, output / "provenance.json")
    written = [str(file) for file in made.files if file.parent == output]
    print(f"{', '.join(sorted(written))} written in {perf_counter() - start:.1f} s.", flush=True)
    if "tex" in FORMATS[format] and not shutil.which(LATEX):
        print(f"There is no {LATEX} here; compile with `latexmk -pdf report.tex` ({TO_INSTALL}).")


def _watch(again: Callable[[], None]) -> None:
    """Make the report now and after each save, until Ctrl-C; a mistake is told, the last good report kept.

    A change of the program itself, not of a chapter or template, starts it anew.
    """
    saves = watchfiles.watch(*(ROOT / part for part in PARTS), raise_interrupt=False)
    for changed in chain([set()], saves):
        if any(Path(path).suffix == ".py" and CHAPTERS not in Path(path).parents for _, path in changed):
            os.execv(sys.executable, sys.orig_argv)
        try:
            again()
        except (ChapterError, TypesetError, Unproven, BenchmarkError) as error:
            print(error, file=sys.stderr, flush=True)
        except SystemExit:  # of --strict, which has said why
            print("The report is as it was.", file=sys.stderr, flush=True)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="the provenance.json of another build")],
    output: OutputOption = Path("out"),
) -> None:
    """Say which numbers, sentences and claims have changed since another build."""
    changes = differences(read_evidence(old), read_evidence(output / "provenance.json"))
    print("\n".join(changes) or "nothing changed")


@app.command()
def check(pdf: Annotated[Path, typer.Argument(help="a report")]) -> None:
    """Make a report again from the results attached to it, and compare: numbers, sentences, claims, bytes."""
    found = attached(pdf)
    origin = found["provenance.json"]
    results = results_of(found, pdf)
    woven = _weave(results, origin)
    changes = differences(origin, evidence(woven, results))
    with TemporaryDirectory() as folder:
        _typeset(woven, results, origin, Path(folder), ("pdf",))
        same = (Path(folder) / "report.pdf").read_bytes() == pdf.read_bytes()
    print("\n".join(changes) or f"{pdf}: the attached results give its numbers, sentences and claims.")
    print(f"{pdf} is {'' if same else 'not '}what they give, byte for byte.")
    if changes or not same:
        raise SystemExit(FAILED)


def _weave(results: Results, origin: Mapping[str, Any]) -> Woven:
    measured = Benchmark.model_validate(origin["benchmark"]) if origin["benchmark"] else None
    set_current(Context(results, results.study, origin, measured))
    return weave(sorted(CHAPTERS.glob("*.py")))


def _typeset(
    woven: Woven,
    results: Results,
    origin: Mapping[str, Any],
    output: Path,
    formats: Sequence[Format],
) -> Typeset:
    metadata = Metadata(
        title="How activation functions shape the gradients of multi-layer perceptrons",
        subtitle=f"A computed report: study “{results.study.name}”",
        date=date.fromisoformat(origin["date"]),
        keywords=(f"study {origin['study_digest']}", f"results {origin['results']}"),
    )
    return typeset(woven, output, formats, metadata, attached=to_attach(results, origin))


def _report_warnings(made: Typeset, strict: bool) -> None:
    for warning in made.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if made.warnings and strict:
        raise SystemExit(FAILED)


def _report_lint(woven: Woven, strict: bool) -> None:
    mistakes = lint(sorted(CHAPTERS.glob("*.py")), woven)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes and strict:
        raise SystemExit(FAILED)


def _report_claims(woven: Woven, strict: bool) -> None:
    failing = [claim for claim in woven.claims if not claim.holds]
    print(f"{len(woven.claims)} claims, {len(woven.claims) - len(failing)} hold.")
    for claim in failing:
        print(f"{claim.source}: not supported: {claim.sentence} ({claim.evidence})", file=sys.stderr)
    if failing and strict:
        raise SystemExit(FAILED)


def _refuse_unwritable(output: Path) -> None:
    """Before hours of training rather than after."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        probe = output / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise OSError(f"the output folder {output} can't be written: {error.strerror}") from None


def main() -> None:
    """Run the command line; what went wrong is one message, without a traceback."""
    try:
        app(standalone_mode=True)
    except (StudyError, DataError, StoreError, BenchmarkError, EvidenceError, OSError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None
    except (ChapterError, TypesetError, TrainingError, Unproven) as error:
        print(error, file=sys.stderr)
        raise SystemExit(FAILED) from None
    except KeyboardInterrupt:
        print("Interrupted; the stacks that were finished are stored.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
