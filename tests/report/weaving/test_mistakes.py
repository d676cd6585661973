"""Mistakes of chapters: each names the chapter's file and line, and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from report.mistakes import ChapterError
from report.weaving.weave import weave

Write = Callable[..., Path]


def mistakes(*chapters: Path) -> list[tuple[str, int, str]]:
    """The mistakes of chapters that can't be woven, each as file, line, message."""
    with pytest.raises(ChapterError) as caught:
        weave(chapters)
    return [(m.source.file.name, m.source.line, m.message) for m in caught.value.mistakes]


def test_chapters_do_not_see_each_others_names(chapter: Write) -> None:
    one = chapter("# %%\nscore = 1\n# %% [markdown]\n# {{ score }}\n", "01_one.py")
    two = chapter("# %% [markdown]\n# {{ score }}\n", "02_two.py")
    assert mistakes(one, two) == [("02_two.py", 2, "'score' is undefined; no code cell above defines it")]


def test_all_undefined_names_of_all_chapters_are_named_at_once(chapter: Write) -> None:
    one = chapter("# %%\nscores = [1]\n# %% [markdown]\n# A\n# {{ score }} {{ wrong }}\n", "01_one.py")
    two = chapter("# %% [markdown]\n# B\n#\n# {{ (absent +\n#  missing) | percent }}\n", "02_two.py")
    found = mistakes(one, two)
    assert [(file, line) for file, line, _ in found] == [
        ("01_one.py", 5),
        ("01_one.py", 5),
        ("02_two.py", 4),
        ("02_two.py", 5),
    ]
    assert "did you mean scores?" in found[0][2]


def test_the_message_shows_the_offending_line(chapter: Write) -> None:
    with pytest.raises(ChapterError, match=r"01_first\.py:3: 'x' is undefined.*\n    Then \{\{ x \}\}\."):
        weave([chapter("# %% [markdown]\n# First.\n# Then {{ x }}.\n")])


def test_an_undefined_attribute_names_its_line(chapter: Write) -> None:
    text = "# %%\nclass A: pass\na = A()\n# %% [markdown]\n# One.\n# Two {{ a.b }}.\n"
    [(_, line, message)] = mistakes(chapter(text))
    assert line == 6
    assert "no attribute 'b'" in message


def test_a_number_without_format_names_its_line(chapter: Write) -> None:
    [(_, line, message)] = mistakes(chapter("# %%\nx = 0.1 + 0.2\n# %% [markdown]\n# It is\n# {{ x }}.\n"))
    assert line == 5
    assert "number(3)" in message


def test_a_name_that_hides_a_macro_is_refused(chapter: Write) -> None:
    text = '# %%\nequation = 1\n# %% [markdown]\n# {{ equation("a", id="eq:a") }}\n'
    [(_, line, message)] = mistakes(chapter(text))
    assert line == 4
    assert "hides" in message


@pytest.mark.parametrize(
    "prose", ["{{ 1 + }}", "{% for x in y %}", "{{ 1 | nofilter }}", "$\\frac{{1}}{2 + }}$"]
)
def test_a_jinja_syntax_error_names_its_line(chapter: Write, prose: str) -> None:
    [(_, line, _)] = mistakes(chapter(f"# %%\ny = 1\n\n# %% [markdown]\n# A\n#\n# {prose}\n"))
    assert line == 7


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("{% if y %} A", "{% if ... %} is not closed: {% endif %} is missing"),
        ("{% for x in [1] %} A", "{% for ... %} is not closed: {% endfor %} is missing"),
        ("{{ y | numbr(2) }}", "there is no filter 'numbr'; did you mean number?"),
        (
            "{{ y | of }}",
            "there is no filter 'of'; there are percent, number, in_text, listing, counted, enumerated, tex.",
        ),
        ("A {% endif %}", "{% endif %} ends no {% if ... %}"),
        ("{% fo x in y %}", "there is no {% fo %}; did you mean for?"),
        ("$$a$$ {##eq:a}", "{## begins what is left out, and ##} is missing; an id is written {#eq:name}"),
    ],
)
def test_a_mistake_in_jinja_is_told_in_an_authors_words(chapter: Write, prose: str, said: str) -> None:
    [(_, _, message)] = mistakes(chapter(f"# %%\ny = 1\n\n# %% [markdown]\n# {prose}\n"))
    assert message == said


@pytest.mark.parametrize("tags", ['"show"', "3", "null", '[["show"]]', '["show"', '["show", "show"]'])
def test_tags_that_can_not_be_read_are_told_at_their_line(chapter: Write, tags: str) -> None:
    [(_, line, message)] = mistakes(chapter(f"# %% [markdown]\n# A\n\n# %% tags={tags}\nx = 1\n"))
    assert (line, "a list of texts" in message) == (4, True)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("line", ["x = 1", "    # C", ":::", "[# C"])
def test_a_line_of_prose_without_its_sign_is_told(chapter: Write, kind: str, line: str) -> None:
    [(_, place, message)] = mistakes(chapter(f"# %%\nx = 1\n\n# %% [{kind}]\n# A\n#\n# B\n{line}\n# D\n"))
    assert (place, message.startswith('each line of a cell of prose begins with "# "')) == (8, True)


def test_a_name_that_a_module_lacks_is_told_without_the_modules_file(chapter: Write) -> None:
    [(_, line, message)] = mistakes(chapter("# %%\nfrom report.authoring import figur\n"))
    assert (line, message) == (2, "ImportError: cannot import name 'figur' from 'report.authoring'")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('figure(None, id="fig:a", caption="A.")', "figure needs 'alt'"),
        ('table([], id="tbl:a")', "table needs 'caption'"),
        ('claim("A.")', "claim needs 'finding'"),
    ],
)
def test_what_a_function_needs_is_told(chapter: Write, call: str, said: str) -> None:
    [(_, _, message)] = mistakes(
        chapter(f"# %%\nfrom report.authoring import claim, figure, table\n\n{call}\n")
    )
    assert message.startswith(said)


def test_a_failing_code_cell_names_its_line_and_the_origin(chapter: Write) -> None:
    text = "# %%\nimport json\n\n# %% [markdown]\n# A\n\n# %%\nx = 1\njson.loads(\n  '{')\n"
    [(_, line, message)] = mistakes(chapter(text))
    assert line == 9
    assert message.startswith("JSONDecodeError: ")
    assert "decoder.py" in message


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('figure("text", id="fig:a", caption="A.", alt="B.")', "a figure of Matplotlib, and this is 'text'"),
        ('figure(Figure().subplots(), id="fig:a", caption="A.", alt="B.")', "its figure is axes.figure"),
        ('figure(plt, id="fig:a", caption="A.", alt="B.")', "give it a figure, such as plt.gcf()"),
        ('figure(Figure(), id="fig:a", caption="A  b.", alt="A b.")', "the alternative text of fig:a is its caption"),
        ('figure(Figure(), id="fig:a", caption=None, alt="A b.")', "the caption and the alt of fig:a are texts"),
        ('table([[1, 2]], id="tbl:a", caption="A.", columns=["depth"])', "tbl:a is made of rows that are mappings"),
        ('table(7, id="tbl:a", caption="A.", columns=["depth"])', "or of a frame, not of 7"),
        ('table([{"depth": 1}, {}], id="tbl:a", caption="", columns=["depth"])', "row 2 of tbl:a has no column depth"),
        (
            'table({"depth": [1, 2], "epoch": [1]}, id="tbl:a", caption="", columns=["depth"])',
            "the columns of tbl:a are lists of one length: depth has 2, epoch has 1",
        ),
        ("listing([])", "there is nothing to list"),
    ],
)  # fmt: skip
def test_what_is_no_figure_and_no_table_is_told_in_an_authors_words(
    chapter: Write, call: str, said: str
) -> None:
    first = "import matplotlib.pyplot as plt\nfrom matplotlib.figure import Figure"
    code = f"# %%\n{first}\nfrom report.authoring import figure, listing, table\n\n{call}\n"
    [(_, line, message)] = mistakes(chapter(code))
    assert line == 6
    assert said in message
    assert "raised in" not in message
    assert "Error" not in message


@pytest.mark.parametrize("code", ["exit()", "import sys; sys.exit(0)", "raise SystemExit"])
def test_a_chapter_that_ends_the_program_is_told(chapter: Write, code: str) -> None:
    [(_, line, message)] = mistakes(chapter(f"# %%\nx = 1\n{code}\n"))
    assert (line, message) == (3, "the chapter ends the program here: what follows would be lost")


@pytest.mark.parametrize("magic", ["%matplotlib inline", "!ls", "%%time"])
def test_a_command_of_jupyter_is_told_and_one_that_jupyter_saved_as_a_comment_is_none(
    chapter: Write, magic: str
) -> None:
    [(_, line, message)] = mistakes(chapter(f"# %%\nx = 1\n{magic}\n"))
    assert (line, message) == (3, "a command of Jupyter, in a chapter of Python")
    weave([chapter(f"# %%\nx = 1\n# {magic}\n\n# %% [markdown]\n# {{{{ x }}}}\n")])


def test_a_chapter_in_another_encoding_is_told_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes("# %% [markdown]\n#\n# naïve\n".encode("latin-1"))
    assert mistakes(tmp_path / "a.py") == [("a.py", 3, "it is not saved as UTF-8: save it so")]


def test_a_byte_order_mark_is_no_part_of_a_chapter(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("# %% [markdown]\n# naïve\n", encoding="utf-8-sig")
    assert "naïve" in weave([tmp_path / "a.py"]).markdown


@pytest.mark.parametrize("command", ["\\alpha", "\\beta", "\\frac12", "\\nu", "\\rho", "\\tau", "\\vec"])
def test_tex_that_a_string_has_taken_for_something_else_is_told(chapter: Write, command: str) -> None:
    code = f'# %%\nx = "${command}$"\n\n# %% [markdown]\n# A\n'
    name = command.removesuffix("12")
    assert mistakes(chapter(code)) == [
        ("01_first.py", 2, f'the string has lost the backslash of {name}: write r"..." for TeX')
    ]
    weave([chapter(code.replace('"$', 'r"$'))])
    prose = f'# %% [markdown]\n# {{{{ "${command}$" if 1 else "" }}}}\n'
    [(_, line, message)] = mistakes(chapter(prose))
    assert (line, message) == (2, f'the string has lost a backslash: write "\\{name}"')


def test_a_syntax_error_in_code_names_its_line(chapter: Write) -> None:
    [(_, line, message)] = mistakes(chapter("# %% [markdown]\n# A\n\n# %%\nx = 1\ny = = 2\n"))
    assert line == 6
    assert "SyntaxError" in message


CELL = """\
# %%
from matplotlib.figure import Figure
from analysis.findings.finding import Finding
from report.authoring import claim, figure, table
one = [{{"a": 1}}]

# %%
{code}
"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("figure(\n    Figure(),\n    id='a', caption='', alt='')", 'should read "fig:name"'),
        ("table(\n    one,\n    id='tbl:a', caption='', columns=['depth'])", "no column depth"),
        ("claim(\n    'It.',\n    1 / 0)", "ZeroDivisionError"),
    ],
)
def test_a_failing_last_expression_names_its_line(chapter: Write, code: str, said: str) -> None:
    [(_, line, message)] = mistakes(chapter(CELL.format(code=code)))
    assert line in (8, 10)  # where the call begins, or its part that fails
    assert said in message


@pytest.mark.parametrize(
    "prose", ['"""One\n\n{{ z }}."""', 'r"""One\n\n{{ z }}.\n"""', "'''\nOne {{ z }}.\n'''"]
)
def test_prose_in_a_string_may_begin_and_end_beside_its_quotes(chapter: Write, prose: str) -> None:
    [(_, line, _)] = mistakes(chapter(f"# %%\nx = 1\n\n# %% [markdown]\n{prose}\n"))
    assert line == 5 + prose[: prose.index("z")].count("\n")


def test_prose_in_a_string_and_repeated_cells_are_found(chapter: Write) -> None:
    text = '# %%\nx = 1\n\n# %%\nx = 1\n\n# %% [markdown]\n"""\nOne {{ x }}.\n\nTwo {{ z }}.\n"""\n'
    [(_, line, _)] = mistakes(chapter(text))
    assert line == 11
