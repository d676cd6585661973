"""Weaving: what the Markdown says, and which line of a chapter each of its lines came from."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from report.weaving.evident import without_spans
from report.weaving.weave import Woven, weave

Write = Callable[..., Path]

FIRST = '''\
"""A chapter."""
# %% [markdown]
# # Depth {#sec:depth}
#
# How deep may they be?

# %%
from analysis.findings.finding import Finding
from report.authoring import claim, table

depths = [5, 20, 40]
learns = claim("All learn.", Finding(True, {"test": [0.9]}))

# %% [markdown]
# There are {{ depths | listing }} layers.
# {{ learns }}
#
# {% for depth in depths %}
# * {{ depth }} layers
# {% endfor %}

# %% tags=["show"]
most = max(depths)

# %%
hidden = "not shown"

# %% [markdown]
# {## a note to the author ##}
# At most {{ most }}, with {{ given(60000) }} images.
#
# $$v = W y$$ {#eq:forward}

# %%
rows = [{"depth": 5}, {"depth": 20}]
table(
    rows,
    id="tbl:x",
    caption="Depths.",
    columns=["depth"],
)
'''


@pytest.fixture
def woven(chapter: Write) -> Woven:
    return weave([chapter(FIRST)])


def test_prose_names_what_code_above_has_defined(woven: Woven) -> None:
    prose = without_spans(woven.markdown)
    assert "There are 5, 20 and 40 layers.\nAll learn." in prose
    assert "* 5 layers\n* 20 layers\n* 40 layers\n" in prose
    assert "At most 40, with 60,000 images." in prose


def test_code_is_shown_only_where_tagged(woven: Woven) -> None:
    assert "```python\nmost = max(depths)\n```\n" in woven.markdown
    assert "hidden" not in woven.markdown


def test_pandoc_ids_are_not_taken_for_jinja_comments(woven: Woven) -> None:
    assert "# Depth {#sec:depth}\n" in woven.markdown
    assert "$$v = W y$$ {#eq:forward}\n" in woven.markdown
    assert "note to the author" not in woven.markdown


def test_claims_are_collected(woven: Woven) -> None:
    assert [(claim.sentence, claim.source.line) for claim in woven.claims] == [("All learn.", 12)]


@pytest.mark.parametrize(
    "text", ["Depth {#sec:depth}", "There are", "All learn", "At most", "most = max", "{#eq:forward}"]
)
def test_each_line_is_traced_to_the_chapter(woven: Woven, text: str) -> None:
    key = {"There are": "There are", "All learn": "{{ learns }}"}.get(text, text)
    expected = 1 + next(i for i, line in enumerate(FIRST.splitlines()) if key in line)
    assert [source.line for source in woven.find(re.escape(text))] == [expected]


def test_a_cell_shows_the_table_in_which_it_ends_and_leads_back_to_it(woven: Woven) -> None:
    call = 1 + FIRST.splitlines().index("table(")
    assert "| Layers |\n| ---: |\n| 5 |\n| 20 |\n\n: Depths. {#tbl:x}\n" in woven.markdown
    assert [source.line for source in woven.find(r"\| 20 \|")] == [call]
    assert [source.line for source in woven.find(rf"<!-- cell 01_first.py:{call} -->")] == [call]
    assert len(woven.sources) == len(woven.markdown.splitlines())


def test_lines_made_by_a_macro_are_traced_to_its_call(chapter: Write) -> None:
    text = '# %% [markdown]\n# One\n#\n# {{ equation("a", id="eq:a") }}\n#\n# Two\n'
    woven = weave([chapter(text)])
    lines = [woven.find(re.escape(part))[0].line for part in ("One", "$$\na", "{#eq:a}", "Two")]
    assert lines == [2, 4, 4, 6]


SHOWN = """\
# %%
from matplotlib.figure import Figure
from analysis.findings.finding import Finding
from report.authoring import ABSENT, claim, claims_table, figure, table
one = {one}

# %%
{code}
"""


def shows(chapter: Write, code: str) -> str:
    """What a cell of this code shows."""
    path = chapter(SHOWN.format(one='[{"a": 1.5}]', code=code))
    return re.sub("<!-- .* -->", "", weave([path]).markdown).strip()


def test_a_cell_shows_blocks_and_claims_and_nothing_else_that_it_ends_in(chapter: Write) -> None:
    assert shows(chapter, 'claim("It is so.", Finding(True, {}))') == "It is so."
    assert shows(chapter, 'figure(Figure(), id="fig:a", caption="A", alt="B")').startswith(
        "::: {#fig:a}\n![]("
    )
    assert shows(chapter, 'table(one, id="tbl:a", caption="A.", columns={"a": "A"})').endswith(
        ": A. {#tbl:a}"
    )
    assert shows(chapter, 'claim("It is so.", Finding(True, {}))\nclaims_table()').startswith("| Claim |")
    for other in ("ABSENT", "1 + 1", '"text"', "one", 'one = claim("It.", Finding(True, {}))', "None"):
        assert shows(chapter, other) == ""
    assert shows(chapter, 'table(one, id="tbl:a", caption="A.", columns={"a": "A"})\nused = one') == ""


def test_a_named_block_stands_where_prose_prints_it(chapter: Write) -> None:
    text = SHOWN.format(
        one='[{"a": 1.5}]', code='kept = table(one, id="tbl:a", caption="A.", columns={"a": "A"})'
    )
    woven = weave([chapter(f"{text}\n# %% [markdown]\n# Before\n#\n# {{{{ kept }}}}\n#\n# After\n")])
    assert re.search(r"Before\n\n\| A \|\n.*: A\. {#tbl:a}\n\nAfter", woven.markdown, re.DOTALL)


ABSENT = """\
# %% [markdown]
# # Depth
#
# Who learns?

# %%
from analysis.findings.finding import Finding
from report.authoring import ABSENT, claim, table
learn = claim("All learn.", Finding(True, {{}}))
stuck = claim("Some are stuck.", {finding})

# %% [markdown]
# {{{{ learn }}}} Therefore.
#
# ## Stuck
#
# Who is stuck?

# %%
table({rows}, id="tbl:stuck", caption="Stuck.", columns=["depth"])

# %% [markdown]
# {{{{ stuck }}}} See @fig:other, which
# shows it.
#
# {{{{ learn }}}}
"""


def test_what_is_absent_takes_its_paragraph_along(chapter: Write) -> None:
    woven = weave([chapter(ABSENT.format(finding="None", rows=[{"depth": 5}]))])
    assert "Some are stuck" not in woven.markdown
    assert "shows it" not in woven.markdown
    assert "Who is stuck?" in woven.markdown
    assert woven.markdown.count("All learn.") == 2
    assert [claim.sentence for claim in woven.claims] == ["All learn."]
    assert not re.search("[\x00-\x08]", woven.markdown)
    text = ABSENT.format(finding="None", rows=[]).splitlines()
    assert woven.find("Therefore")[0].line == 1 + text.index("# {{ learn }} Therefore.")


def test_a_section_that_is_left_with_its_introduction_goes_too(chapter: Write) -> None:
    alone = ABSENT.rpartition("#\n# {{{{ learn }}}}")[0]
    woven = weave([chapter(alone.format(finding="None", rows=[]))])
    assert "Who learns?\n" in woven.markdown
    assert "tuck" not in woven.markdown
    woven = weave([chapter(alone.format(finding="Finding(False, {})", rows=[]))])
    assert "## Stuck\n\nWho is stuck?\n" in woven.markdown


def test_tables_and_figures_that_nothing_refers_to_are_known(chapter: Write) -> None:
    shown = '# %%\ntable([{"depth": 1}], id="tbl:NAME", caption="", columns=["depth"])\n\n'
    tables = "".join(shown.replace("NAME", name) for name in ("one", "one-more"))
    text = f"# %%\nfrom report.authoring import table\n\n{tables}# %% [markdown]\n# See @tbl:one-more.\n"
    [mistake] = weave([chapter(text)]).complaints()
    assert (mistake.source.line, mistake.message) == (5, "nothing refers to @tbl:one")


def test_the_same_chapters_weave_to_the_same_report(chapter: Write) -> None:
    path = chapter(FIRST)
    assert weave([path]) == weave([path])


def test_a_block_of_jinja_on_lines_of_its_own_leaves_no_trace(chapter: Write) -> None:
    text = "# %% [markdown]\n# One.\n# {% if true %}\n# Two.\n# {% endif %}\n# Three.\n"
    assert weave([chapter(text)]).markdown.endswith("\nOne.\nTwo.\nThree.\n\n")
