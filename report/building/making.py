"""Results to report: weave, complain, typeset; and what is kept for the next time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.code.accuracy import Inaccurate
from analysis.keeping.files import CACHE, as_file, digest
from analysis.keeping.memo import last, stamps
from analysis.results.frames import Results
from analysis.results.store import Store, StoreError
from analysis.speed.recorded import Benchmark, BenchmarkError
from analysis.studies.data import DataError
from analysis.studies.reading import StudyError
from analysis.verification.bounds import BoundError, check_bounds
from analysis.workers.jobs import TrainingError
from analysis.workers.workers import Workers
from derivations import Unproven
from report.authoring import Claim
from report.authoring.context import Context, set_current
from report.authoring.numbers import counted
from report.building.evidence import OWN, EvidenceError, evidence, sums_of, to_attach
from report.building.packing import files_in, packed
from report.building.telling import complain
from report.building.up_to_date import Options, files_of, ingredients, program, remember, sums
from report.mistakes import ChapterError, TypesetError
from report.origin.provenance import provenance, times, write_provenance
from report.project import Project, ProjectError
from report.typesetting.compilers import LATEX, TO_INSTALL
from report.typesetting.formats import Format
from report.typesetting.metadata import metadata_of
from report.typesetting.plain import in_plain_text
from report.typesetting.typeset import Typeset, typeset
from report.weaving.beside import to_weave
from report.weaving.front import Front, front
from report.weaving.weave import Woven, weave

# What ends a build with one message: input that can't be used, and a report that can't be made.
BAD = (ProjectError, StudyError, Inaccurate, DataError, StoreError, BenchmarkError, EvidenceError, OSError)
MISTAKES = (ChapterError, TypesetError, TrainingError, Unproven, BoundError)


@dataclass(frozen=True)
class Report:
    """A report that is woven: its results, what it was made from, its front and its Markdown."""

    project: Project
    results: Results
    origin: Mapping[str, Any]
    front: Front
    woven: Woven
    own: Mapping[str, bytes]  # its files, of a report of one's own
    claims: str = ""  # how many hold, in words
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """What a build wrote, the documents first; how many claims hold, in words, and what is amiss."""

    files: tuple[Path, ...]
    claims: str
    complaints: tuple[str, ...]


def weave_report(
    project: Project, results: Results, measured: Benchmark, strict: bool, workers: Workers
) -> Report:
    """Results to Markdown; says how many claims hold and what is amiss: with `strict`, that is the end."""
    own = own_files(project)
    origin = provenance(results.study, results, measured) | ({"report": sums_of(own)} if own else {})
    chapters, looked_at = project.chapter_files, _looked_at(origin, project)
    kept = CACHE / "chapters" / _name(project, results)
    begin = partial(report_on, results, origin, project.folder)
    begin()
    last(kept / "bounds.json", looked_at[""], lambda: check_bounds(results, CACHE))
    workers.do(to_weave(chapters, kept, looked_at, begin))
    workers.finish()
    said = front(project)
    woven = weave(chapters, kept, looked_at, said)
    failing = [
        f"{claim.source}: {claim.status}: {claim.sentence} ({claim.evidence})"
        for claim in woven.claims
        if claim.fails
    ]
    complaints = [
        *map(str, woven.complaints()),
        *(f"accepted from before: {change}" for change in results.accepted),
        *in_plain_text(failing),
    ]
    claims = _counted(woven.claims)
    print(claims)
    complain(complaints, strict)
    return Report(project, results, origin, said, woven, own, claims, tuple(complaints))


def typeset_report(report: Report, options: Options) -> Made:
    """Markdown to documents, with the evidence beside them; where it is to be strict, a warning is the end."""
    full = {**report.origin, **evidence(report.woven, report.results), "appendix": options.provenance}
    last = CACHE / "typeset" / f"{_name(report.project, report.results)}.typ"
    output = options.output
    made = _typeset(report, full, output, options.formats, last)
    warnings = [f"warning: {warning}" for warning in made.warnings]
    complain(warnings, options.strict)
    names = sorted(path.relative_to(output).as_posix() for path in made.files)
    write_provenance({**full, "times": times(report.results), "files": names}, output / "provenance.json")
    if "tex" in options.formats and not shutil.which(LATEX):
        print(f"There is no {LATEX} here; compile with `latexmk -pdf report.tex` ({TO_INSTALL}).")
    files = (*made.files, output / "provenance.json")
    return Made(files, report.claims, (*report.complaints, *warnings))


def remember_made(
    before: Mapping[str, Any], options: Options, made: Made, results: Results, seconds: float, cache: Path
) -> None:
    """Keep what a build made of these ingredients, unless they were changed meanwhile."""
    if ingredients(options) != before:
        return
    store = Store(cache)
    runs = (
        store.path(run, device)
        for part in results.all
        for run, device in zip(part.study.runs, part.table["device"], strict=True)
    )
    files = {"files": sums(made.files), "results": stamps(runs)}
    said = {"claims": made.claims, "complaints": made.complaints, "seconds": seconds}
    remember(before, {**files, **said}, cache)


def _counted(claims: Sequence[Claim]) -> str:
    """How many claims hold, in words."""
    few = sum(claim.status == "too few seeds" for claim in claims)
    left = f"; {few} compare, and have too few seeds" if few else ""
    return f"{counted(len(claims), 'claim')}, {sum(claim.holds for claim in claims)} hold{left}."


def typeset_again(report: Report, origin: Mapping[str, Any]) -> bytes:
    """The PDF that this report gives."""
    with TemporaryDirectory() as folder:
        _typeset(report, origin, Path(folder), ("pdf",), None)
        return (Path(folder) / "report.pdf").read_bytes()


def report_on(results: Results, origin: Mapping[str, Any], folder: Path) -> None:
    """Make the chapters report on these results; they may import modules that lie in the report's folder."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    set_current(Context(results, origin, Benchmark.model_validate(origin["benchmark"])))


def _name(project: Project, results: Results) -> str:
    """What is kept for a report and a study is kept under this name."""
    own = "" if project.is_built_in else f"-{digest(str(project.file))[:8]}"
    return f"{as_file(results.study.name)}{own}"


def _looked_at(origin: Mapping[str, Any], project: Project) -> dict[str, Any]:
    """What chapters look at, as `weave` takes it: a commit changes none but those that speak of the provenance."""
    lasting: list[Any] = [
        {name: value for name, value in part.items() if name not in _OF_A_COMMIT}
        for part in (program(), origin)
    ]
    if not project.is_built_in:
        chapters = {str(path) for path in project.chapter_files}
        lasting.append([pair for pair in files_of(project.file).items() if pair[0] not in chapters])
    return {"": lasting, "provenance": origin}


def own_files(project: Project) -> dict[str, bytes]:
    """The files that the PDF of a report of one's own carries."""
    return {} if project.is_built_in else files_in(project)


_OF_A_COMMIT = ("commit", "changed_since_commit", "date")


def _typeset(
    report: Report, origin: Mapping[str, Any], output: Path, formats: Sequence[Format], last: Path | None
) -> Typeset:
    metadata = metadata_of(
        report.project,
        title=report.front.title,
        subtitle=report.front.subtitle,
        day=date.fromisoformat(origin["date"]),
        marks=(f"study {origin['study_digest']}", f"results {origin['results']}"),
        origins=bool(origin.get("appendix")),
    )
    attached = to_attach(report.results, origin) | ({OWN: packed(report.own)} if report.own else {})
    return typeset(report.woven, output, formats, metadata, attached=attached, last=last)
