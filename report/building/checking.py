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
from report.building.evidence import attached, differences, evidence, numbers
from report.building.making import Report, report_on, typeset_again
from report.building.packing import unpack
from report.project import Project, built_in, read_project
from report.weaving.front import front
from report.weaving.weave import weave


def gives_the_same(pdf: Path, run_its_code: bool = False) -> bool:
    """Make a report again from the results attached to it, say what differs, and whether it is the same."""
    results, origin, own = attached(pdf)
    if own is None:
        return _made_again(pdf, built_in(), results, origin)
    if not run_its_code:
        return _without_its_code(pdf, results, origin)
    with TemporaryDirectory() as folder:
        unpack(own, Path(folder))
        return _made_again(pdf, read_project(Path(folder) / "report.toml"), results, origin)


def _made_again(pdf: Path, project: Project, results: Results, origin: Mapping[str, Any]) -> bool:
    report_on(results, origin, project.folder)
    check_bounds(results, CACHE)
    said = front(project)
    woven = weave(project.chapter_files, first=said.abstract)
    changes = differences(origin, evidence(woven, results))
    again = typeset_again(Report(project, results, origin, said, woven), origin)
    same = again == pdf.read_bytes()
    print("\n".join(changes) or f"{pdf}: the attached results give its numbers, sentences and claims.")
    print(f"{pdf} is {'' if same else 'not '}what they give, byte for byte.")
    return same and not changes


def _without_its_code(pdf: Path, results: Results, origin: Mapping[str, Any]) -> bool:
    """What can be checked without running a line that came with the PDF: sums, which are, and numbers."""
    check_bounds(results, CACHE)
    changes = differences({**origin, "numbers": origin["numbers"]}, {**origin, "numbers": numbers(results)})
    print("\n".join(changes) or f"{pdf}: the attached results have the sums and numbers that it names.")
    print(
        f"Its chapters are its own: the sentences and claims of {pdf} are not checked, as that would run code that "
        "came with it. --run-its-code runs that code, with all that you may do."
    )
    return not changes
