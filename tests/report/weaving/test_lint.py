"""The lint: what is typed in, never used or never spoken of, each at its line, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.weaving.weave import weave


def found(folder: Path, text: str) -> list[tuple[int, str]]:
    """Line and message of each complaint of a chapter."""
    chapter = folder / "01.py"
    chapter.write_text(text)
    return [(mistake.source.line, mistake.message) for mistake in weave([chapter]).complaints()]


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("There are 60,000 images and 3.5 layers.", ["60,000", "3.5"]),
        ("It ends with 7.", ["7"]),
        ("There are {{ given(60000) }} images, {{ 1 + 1 }} of a kind.", []),
        ("In $x^2 + 1$, `a[1]`, @glorot2010, [@lecun1998efficient, p. 3] and sections", []),
        ("1. first\n# 2. second", []),
        ("# A heading {#sec:part2}", []),
        ("{% if 1 > 2 %}no{% endif %} <span id='a1'>yes</span> at https://a.org/1", []),
        ("$$a = 1$$ {#eq:a1}\n#\n# after 5", ["5"]),
        ("UA-1 and x86-64", []),
    ],
)
def test_numbers_typed_into_prose_are_found_and_no_others(tmp_path, prose, numbers):
    messages = [message for _, message in found(tmp_path, f"# %% [markdown]\n# {prose}\n")]
    assert [message.split()[2] for message in messages] == numbers


def test_what_is_computed_and_never_used_is_found_at_its_line(tmp_path):
    text = """# %%
import math
from pathlib import Path
used = 1
unused = 2
def helper(x):
    return x + used
_hidden = 3
class Never:
    pass
pair, lost = helper(1), 2

# %% [markdown]
# {{ pair }} and {% if used %}yes{% endif %}
"""
    messages = found(tmp_path, text)
    assert [(line, message.split()[0]) for line, message in messages] == [
        (2, "math"), (3, "Path"), (5, "unused"), (9, "Never"), (11, "lost")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "begin", ["", "# [markdown]\n", "#\n# %%[markdown]\n", "# %% [markdwn]\n", "# %%\n", "# ## A heading\n"]
)
def test_prose_that_a_cell_of_code_hides_is_found(tmp_path, begin):
    [(line, message)] = found(tmp_path, f"# %%\nprint()\n\n{begin}# Here is what it prints.\n")
    assert line in (4, 5, 6)
    assert message.startswith("these words stand in a cell of code and are not shown")


@pytest.mark.parametrize(
    "comment", ["# print(x)\n#\n# if x:\n#     print(x)", "# %matplotlib inline", "# TODO"]
)
def test_code_in_comments_and_a_title_of_a_cell_are_no_prose(tmp_path, comment):
    assert found(tmp_path, f"# %% A title\n# This prints something.\nprint()\n\n{comment}\n") == []


def test_tables_never_spoken_of_are_found_at_their_line(tmp_path):
    code = 'table(\n    [{"a": 1}], id="tbl:lost", caption="", columns={"a": "A"}\n)\n'
    text = f"# %%\nfrom report.authoring import table\n{code}"
    assert found(tmp_path, text) == [(3, "nothing refers to @tbl:lost")]


def test_a_reference_in_an_optional_sentence_is_one(tmp_path):
    code = (
        'from report.authoring import table\ntable([{"a": 1}], id="tbl:a", caption="", columns={"a": "A"})\n'
    )
    assert found(tmp_path, f"# %%\n{code}\n# %% [markdown]\n# [See @tbl:a.]{{.optional}}\n") == []


def test_a_claim_about_which_nothing_was_found_is_told(tmp_path):
    said = (
        "# %%\nfrom report.authoring import claim\n\nfound = claim('It rains.', None)\n"
        "# %% [markdown]\n# {{ found }}\n"
    )
    [(line, message)] = found(tmp_path, said)
    assert line == 4
    assert "its paragraph is left out" in message
