"""python build.py: derive, train, weave, typeset: one report on activation functions and gradients."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from analysis.checks import Checks
from analysis.data import DataError
from analysis.pool import TrainingError
from analysis.progress import Display
from analysis.proofs import Proof, of_atlas
from analysis.scheduling import train
from analysis.speed import BenchmarkError, read_benchmark
from analysis.store import StoreError
from analysis.study import StudyError, read
from derivations import Unproven
from report.context import DEFAULT_STUDY, Context, set_current
from report.provenance import CACHE, build_date, provenance, write_provenance
from report.source import ChapterError, TypesetError
from report.typeset import Format, Metadata, typeset
from report.weave import Woven, weave

ROOT = Path(__file__).parent
CHAPTERS = ROOT / "report" / "chapters"
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


@app.command()
def build(
    study: Annotated[str, typer.Option(help="quick, standard, full, or a TOML file")] = DEFAULT_STUDY,
    format: Annotated[Formats, typer.Option(help="what to make")] = Formats.pdf,
    output: Annotated[Path, typer.Option(help="the folder for all that is made")] = Path("out"),
    jobs: Annotated[int, typer.Option(min=1, help="worker processes")] = 2,
    device: Annotated[Device, typer.Option(help="where to train")] = Device.auto,
    strict: Annotated[bool, typer.Option(help="fail where a claim does not hold")] = False,
    retrain: Annotated[bool, typer.Option(help="train again what is stored")] = False,
) -> None:
    """Make the report of a study under the output folder; what is stored from before is not trained again."""
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
    origin = provenance(chosen, results)
    set_current(Context(results, chosen, origin, measured))
    woven = weave(sorted(CHAPTERS.glob("*.py")))
    _report_claims(woven, strict)
    made = typeset(woven, output, FORMATS[format], _metadata(chosen.name))
    write_provenance(origin, output / "provenance.json")
    print(f"{made.files[0]} written in {perf_counter() - start:.1f} s.")


def _metadata(study: str) -> Metadata:
    return Metadata(
        title="How activation functions shape the gradients of multi-layer perceptrons",
        subtitle=f"A computed report: study “{study}”",
        date=build_date(),
    )


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
    except (StudyError, DataError, StoreError, BenchmarkError, OSError) as error:
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
