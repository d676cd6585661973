"""Chapters of the built-in report in a report of one's own: any of them alone, and any two."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from analysis.keeping.files import CACHE
from analysis.results.gathered import trained
from analysis.speed.recorded import RECORDED, read_benchmark
from analysis.studies.reading import read
from report.authoring.context import set_current
from report.building.making import report_on
from report.origin.provenance import provenance
from report.project import FILE, built_in
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import convert
from report.weaving.weave import weave

pytestmark = pytest.mark.slow  # weaves all chapters

ROOT = Path(__file__).parents[3]
CHAPTERS = built_in().chapter_files
OPTIONAL = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\{\.optional\}")


@pytest.fixture(scope="module")
def woven():
    """Chapter -> what it gives alone, on the results of the quick study; its figures lie in `folder`."""
    words = ["-m", "analysis", "train", "--study", "quick"]
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)
    results = trained(read("quick"), CACHE)
    report_on(results, provenance(results.study, results, read_benchmark(RECORDED)), FILE.parent)
    yield {chapter: weave([chapter]) for chapter in CHAPTERS}
    set_current(None)


@pytest.fixture(scope="module")
def folder(woven, tmp_path_factory):
    """Where the figures of all chapters lie."""
    place = tmp_path_factory.mktemp("figures")
    (place / "figures").mkdir()
    for part in woven.values():
        for name, svg in part.figures.items():
            (place / "figures" / name).write_bytes(svg)
    return place


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_alone_refers_to_nothing_that_is_not_there(woven, folder, chapter):
    parts = convert(woven[chapter], "typst", Metadata("T", "S", date(2026, 3, 1)), folder)
    assert parts["body"] or not woven[chapter].markdown.strip()


def test_no_two_chapters_give_one_id_twice_or_refer_to_what_neither_has(woven):
    ids, references = {}, {}
    for chapter, part in woven.items():
        text = re.sub(r"<!--.*?-->|```.*?```", "", part.markdown, flags=re.DOTALL)
        ids[chapter] = re.findall(r"#((?:fig|tbl|eq|sec):[\w-]+)", text)
        references[chapter] = set(
            re.findall(r"@((?:fig|tbl|eq|sec):[\w-]*\w)", OPTIONAL.sub("", OPTIONAL.sub("", text)))
        )
    for one, other in combinations(CHAPTERS, 2):
        both = [*ids[one], *ids[other]]
        assert sorted(set(both)) == sorted(both), (one.stem, other.stem)
        assert references[one] | references[other] <= set(both), (one.stem, other.stem)
        assert not woven[one].figures.keys() & woven[other].figures.keys()
