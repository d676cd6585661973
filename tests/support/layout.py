"""Where the figures and tables of a report's PDF stand: beside their mentions, and in their sections or not."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from analysis.keeping.memo import read
from report.typesetting.compilers import prepare

Place = tuple[int, float]  # page, and distance from its top in points

ASK = """
#let place(it) = (it.location().page(), it.location().position().y.pt())
#context [#metadata((
  headings: query(heading).map(it => (level: it.level, at: place(it))),
  floats: query(figure).map(it => (kind: repr(it.kind), label: str(it.label))),
  captions: query(figure.caption).map(it => (
    kind: repr(it.kind), number: it.counter.at(it.location()).first(), at: place(it),
  )),
  mentions: query(ref).map(it => (label: str(it.target), at: place(it))),
)) <asked>]
"""


def strays(source: Path, folder: Path) -> list[str]:
    """What is amiss in the layout of a document; `source` is kept by a build, `folder` has its figures.

    A figure or table stands outside its section, or not within two pages from where that first mentions it.
    """
    document = document_of(source)
    with TemporaryDirectory() as copy:
        shutil.copytree(folder / "figures", Path(copy) / "figures")
        prepare(document, Path(copy))  # which leaves there what stands
        asked = (document + ASK).encode()
        found = json.loads(typst.query(asked, "<asked>", "value", True, root=copy, ignore_system_fonts=True))
    return list(_strays(document, found))


def document_of(source: Path) -> str:
    """The document in Typst that a build has kept, without what it attaches to the PDF."""
    document = (read(source) or b"").decode()
    return re.sub(r"^#pdf\.attach\(.*?^\)$", "", document, flags=re.DOTALL | re.MULTILINE)


def _strays(document: str, found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    headings = [(heading["level"], tuple(heading["at"])) for heading in found["headings"]]
    captions = {(each["kind"], each["number"]): tuple(each["at"]) for each in reversed(found["captions"])}
    section_of, counts = _sections(document), dict.fromkeys(["image", "table"], 0)
    for float_ in found["floats"]:
        kind, label = float_["kind"], float_["label"]
        counts[kind] += 1
        at, section = captions[kind, counts[kind]], section_of[label]
        if section == 0:
            continue  # on the first page, before all sections
        begin, end = _extent(headings, section)
        if not begin <= at <= end:
            yield f"{label} on page {at[0]} is outside its section"
        mentions = [tuple(each["at"]) for each in found["mentions"] if each["label"] == label]
        first = min((place for place in mentions if place >= begin), default=at)
        if not 0 <= at[0] - first[0] <= 2:
            yield f"{label} on page {at[0]} is far from its mention on page {first[0]}"


def _extent(headings: list[tuple[int, Place]], section: int) -> tuple[Place, Place]:
    """Where a section begins, and where the next one does that is none inside it."""
    later = (place for level, place in headings[section + 1 :] if level <= 2)
    return headings[section][1], next(later, (10**6, 0.0))


def _sections(document: str) -> dict[str, int]:
    """Label of a figure or table -> the place of its section among the headings, of which Contents is the first."""
    found: dict[str, int] = {}
    section = 0
    for heading, label in re.findall(r"^(=+) |(?<!#ref\()<((?:fig|tbl):[\w-]+)>", document, re.MULTILINE):
        if heading:
            section += 1
        else:
            found.setdefault(label, section)
    return found
