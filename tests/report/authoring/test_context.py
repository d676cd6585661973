"""What chapters report on: what the build has set, and nothing by accident."""

from pathlib import Path

import pytest
from polars import DataFrame

from analysis.results.frames import SCHEMA, Results
from analysis.results.gathered import NotTrained
from analysis.speed.recorded import RECORDED, read_benchmark
from analysis.studies.reading import read
from report.authoring import context


def test_chapters_report_on_what_was_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("analysis.keeping.files.CACHE", tmp_path)
    monkeypatch.setattr(context, "_current", None)
    with pytest.raises(NotTrained, match=r"build\.py"):
        context.current()
    study = read("quick")
    given = context.Context(
        Results(study, DataFrame(schema=SCHEMA)), study, {"version": "1"}, read_benchmark(RECORDED)
    )
    context.set_current(given)
    assert context.current() is given
