"""build.py check: a report made again from what is attached to it, and compared.

The chapters of a report of one's own are code that came with a PDF. They are run only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.keeping.files import CACHE
from analysis.results.frames import Results
from analysis.verification.bounds import check_bounds
from report.building.archiving import METADATA, REPORT, differing
from report.building.evidence import (
    EvidenceError,
    attached,
    content_of,
    differences,
    evidence,
    numbers,
    sums_of,
)
from report.building.making import Report, own_files, report_on, typeset_again
from report.building.packing import unpack
from report.project import Project, built_in, read_project
from report.weaving.front import front
from report.weaving.weave import weave


def gives_the_same(file: Path, run_its_code: bool = False) -> bool:
    """Make a report, or that of an archive, again from its results, say what differs, and whether it is the same."""
    content = content_of(file)
    if content.startswith(b"PK"):
        return _archive(content, str(file), run_its_code)
    if not content.lstrip().startswith(b"%PDF"):
        raise EvidenceError(
            f"{file} is neither a report, which is a PDF, nor an archive of one, which is a zip file"
        )
    return _pdf(file, str(file), run_its_code)


def _pdf(pdf: Path, called: str, run_its_code: bool) -> bool:
    results, origin, own = attached(pdf)
    if own is None:
        return _made_again(pdf, called, built_in(), results, origin)
    with TemporaryDirectory() as folder:
        unpack(own, Path(folder))
        files = {
            path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()
        }
        if sums_of({name: path.read_bytes() for name, path in files.items()}) != origin.get("report"):
            raise EvidenceError(f"{called}: the files of the report are not those that its provenance names")
        if not run_its_code:
            return _without_its_code(called, results, origin)
        return _made_again(pdf, called, read_project(Path(folder) / "report.toml"), results, origin)


def _archive(content: bytes, called: str, run_its_code: bool) -> bool:
    """The sums of its files, then its report."""
    with TemporaryDirectory() as folder:
        try:
            unpack(content, Path(folder))
        except EvidenceError as error:
            raise EvidenceError(f"{called}: {error}") from None
        if not (Path(folder) / METADATA).is_file():
            raise EvidenceError(f"{called} is a zip file, but no archive of a report: it has no {METADATA}")
        if changed := differing(Path(folder)):
            print("\n".join(changed))
            return False
        print(f"{called}: all files have the sums that its metadata names.")
        return _pdf(Path(folder) / REPORT, f"{REPORT} of {called}", run_its_code)


def _made_again(
    pdf: Path, called: str, project: Project, results: Results, origin: Mapping[str, Any]
) -> bool:
    report_on(results, origin, project.folder)
    check_bounds(results, CACHE)
    said = front(project)
    woven = weave(project.chapter_files, said=said)
    changes = differences(origin, evidence(woven, results))
    again = typeset_again(Report(project, results, origin, said, woven, own_files(project)), origin)
    same = again == pdf.read_bytes()
    print("\n".join(changes) or f"{called}: the attached results give its numbers, sentences and claims.")
    print(f"{called} is {'' if same else 'not '}what they give, byte for byte.")
    return same and not changes


def _without_its_code(called: str, results: Results, origin: Mapping[str, Any]) -> bool:
    """What can be checked without running a line that came with the PDF: sums, which are, and numbers."""
    check_bounds(results, CACHE)
    changes = differences(origin, {**origin, "numbers": numbers(results)})
    print("\n".join(changes) or f"{called}: the attached results have the sums and numbers that it names.")
    print(
        f"Its chapters are its own: the sentences and claims of {called} are not checked, as that would run code that "
        "came with it. --run-its-code runs that code, with all that you may do."
    )
    return not changes
