"""What a cell ends in, and which claims count: those that the text shows."""

from __future__ import annotations

import pytest

from report.mistakes import ChapterError
from report.weaving.weave import weave

CLAIMS = """# %%
from analysis.findings.finding import Finding
from report.authoring import claim

here = claim("It is here.", Finding(True, {}))
beside = claim("It stands beside what is absent.", Finding(True, {}))
gone = claim("It is gone.", None)

# %% [markdown]
# {{ here }}
#
# {{ beside }} {{ gone }}
"""


def test_a_claim_that_goes_with_what_is_absent_is_none_of_the_report(tmp_path):
    (tmp_path / "a.py").write_text(CLAIMS)
    woven = weave([tmp_path / "a.py"])
    assert [claim.sentence for claim in woven.claims] == ["It is here."]
    assert "beside" not in woven.markdown


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("pl.DataFrame({'a': [1]})", "DataFrame"),
        ("Figure()", "Figure"),
    ],
)
def test_a_cell_that_ends_in_what_only_a_notebook_shows_is_refused_at_its_line(tmp_path, end, kind):
    path = tmp_path / "a.py"
    path.write_text(f"# %%\nimport polars as pl\nfrom matplotlib.figure import Figure\n\n{end}\n")
    with pytest.raises(ChapterError, match=rf"a\.py:5: the cell ends in a {kind}.*use figure"):
        weave([path])


def test_a_cell_that_ends_in_a_call_shows_nothing(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("# %%\nnumbers = [3, 1]\nnumbers.sort()\nlen(numbers)\n")
    assert weave([path]).markdown == ""


def test_a_chapter_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ChapterError, match=r"lost\.py:1: it can't be read: No such file"):
        weave([tmp_path / "lost.py"], tmp_path / "kept")
