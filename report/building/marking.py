"""build.py diff as a document: the report with what has changed since another one marked in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from analysis.keeping.files import CACHE
from analysis.results.gathered import trained
from analysis.studies.study import Study
from report.building.evidence import EvidenceError, differences, read_evidence
from report.building.making import report_on
from report.mistakes import Source
from report.project import Project
from report.typesetting.formats import Format
from report.typesetting.metadata import metadata_of
from report.typesetting.typeset import typeset
from report.weaving.evident import without_spans
from report.weaving.front import front
from report.weaving.paragraphs import OPTIONAL
from report.weaving.weave import Woven, weave

_BEGINS_MORE = re.compile(r"(\d+\.|[-*+:|#>])\s")  # than a sentence: an entry of a list
_KINDS = {"fig": "a figure", "tbl": "a table", "eq": "an equation", "sec": "a section"}
_LEADS = re.compile(r"\[?-?@(?:(fig|tbl|eq|sec):)?([\w-]+)(?:[^\[\]@]*\])?")


def write_changes(old: Mapping[str, Any], project: Project, output: Path, format: Format) -> tuple[Path, ...]:
    """Write the report of the output folder with its changes into a folder of its own; returns the documents.

    Raises `EvidenceError` where that folder has the report of another project.
    """
    new = read_evidence(output / "provenance.json")
    if ("report" in new) == project.is_built_in:
        raise EvidenceError(f"{output} has a report of other chapters: name its file by --report")
    results = trained(Study.model_validate(new["study"]), CACHE)
    report_on(results, new, project.folder)
    said = front(project)
    woven = weave(project.chapter_files, said=said)
    subtitle, day = f"{said.subtitle}: what has changed", date.fromisoformat(new["date"])
    metadata = metadata_of(project, said.title, subtitle, day, ())
    made = typeset(
        marked(woven, old, new, output / "provenance.json"), output / "changes", [format], metadata
    )
    return tuple(file for file in made.files if file.parent == output / "changes")


def marked(woven: Woven, old: Mapping[str, Any], new: Mapping[str, Any], source: Path) -> Woven:
    """The report with new sentences and old ones marked, after a chapter on numbers and claims that have changed."""
    told = list(_told(differences(old, new)))
    markdown = (
        "\n".join(told)
        + "\n"
        + _with_marks(without_spans(woven.markdown), old["sentences"], new["sentences"])
    )
    lines = [Source(source, 1)] * len(told)
    return replace(woven, markdown=markdown, sources=(*lines, *woven.sources))


def _told(changes: Sequence[str]) -> Iterator[str]:
    """The lines of the chapter."""
    yield from ("# What has changed {#sec:what-has-changed}", "")
    shown = [change for change in changes if not change.startswith("sentence: ")]
    yield from ("New sentences are [marked so]{.added}, old ones [so]{.removed}.", "")
    if not shown:
        yield from ("No number and no claim has changed.", "")
    for change in shown:
        kind, _, text = change.partition(": ")
        yield from (f"*{kind.capitalize()}.* {_unlinked(text).replace(' -> ', ' → ')}", "")


def _with_marks(markdown: str, old: Sequence[str], new: Sequence[str]) -> str:
    """The Markdown with marks around its new sentences, and the old ones before what stands in their place."""
    places = _places(markdown, new)
    edits: list[tuple[int, int, str]] = []  # from, to, what stands there
    for change, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        gone = "".join(f"[{_unlinked(sentence)}]{{.removed}} " for sentence in old[a:b])
        for index in range(c, d):
            if place := places[index]:
                edits.append((*place, f"{gone}[{markdown[slice(*place)]}]{{.added}}"))
                gone = ""
        following = next((place for place in places[d:] if place), None)
        if gone and following:
            edits.append((following[0], following[0], gone))
    for start, end, text in reversed(edits):
        markdown = markdown[:start] + text + markdown[end:]
    return markdown


def _places(markdown: str, sentences: Sequence[str]) -> list[tuple[int, int] | None]:
    """Where sentences stand, in order; None for one that can't be marked, as the entry of a list.

    They are looked for without the brackets of what is optional, which sentences do not have.
    """
    left = _without_brackets(markdown)
    plain, begin = "".join(markdown[index] for index in left), 0
    found: list[tuple[int, int] | None] = []
    for sentence in sentences:
        match = re.compile(r"\s+".join(map(re.escape, sentence.split()))).search(plain, begin)
        if match:
            begin = match.end()
        if match and not _BEGINS_MORE.match(sentence):
            place = left[match.start()], left[match.end() - 1] + 1
            text = markdown[slice(*place)]
            found.append(place if text.count("[") == text.count("]") else None)
        else:
            found.append(None)
    return found


def _without_brackets(markdown: str) -> list[int]:
    """The places of the letters that are no brackets of what is optional."""
    skipped: set[int] = set()
    for found in OPTIONAL.finditer(markdown):
        skipped.update((found.start(), *range(found.end(1), found.end())))
    return [index for index in range(len(markdown)) if index not in skipped]


def _unlinked(sentence: str) -> str:
    """A sentence whose references may lead to nothing any more, without them."""
    return _LEADS.sub(lambda found: _KINDS.get(found[1] or "", found[2]), sentence)
