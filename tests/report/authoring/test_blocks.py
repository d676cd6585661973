"""Blocks: figures, tables and equations in Pandoc's Markdown and in a notebook, and absent where there is nothing."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree

import polars as pl
import pytest
from matplotlib.figure import Figure
from sympy import Symbol

from analysis.figures.drawing import styled
from analysis.figures.style import svg
from analysis.findings.finding import Finding
from derivations import derive
from report.authoring import ABSENT, Block, blocks, claim, claims_table, equation, figure, table
from report.authoring.blocks import HEADINGS, drawn
from report.authoring.claims import registered
from report.authoring.columns import FIGURE_SPACE, PUNCTUATION_SPACE


def drawing():
    picture = Figure(figsize=(2, 1))
    picture.subplots().plot([0, 1], [1, 0])
    return picture


def line(**words):
    return figure(drawing(), **{"id": "fig:line", "caption": "A line.", "alt": "A line falls.", **words})


def rows_of(*args, **kwargs):
    """The lines of a table, its spaces those of a keyboard."""
    text = str(table(*args, **{"id": "tbl:x", "caption": "", **kwargs}))
    return text.replace(FIGURE_SPACE, "_").replace(PUNCTUATION_SPACE, "_").splitlines()


# Figures ------------------------------------------------------------------------------------------------------------


def test_the_same_figure_is_the_same_bytes():
    assert svg(drawing()) == svg(drawing())


def test_an_equation_of_a_derivation_is_that_of_its_derivative():
    assert r"f'(v) = \sigma(v) (1 - \sigma(v))" in str(equation(derive("sigmoid"), id="eq:slope"))


def test_a_figure_is_kept_and_shown_with_alternative_text():
    with drawn() as figures:
        markdown = str(line(caption="A  line\nthat falls.", alt='It "falls".'))
    assert re.match(r"::: {#fig:line}\n!\[\]\(figures/line\.svg\){width=\d+% alt=", markdown)
    assert "\n\nA line that falls.\n:::" in markdown
    assert r'alt="It \"falls\"."' in markdown
    assert ElementTree.fromstring(figures["line.svg"]).tag.endswith("svg")


def test_a_drawing_is_drawn_once_and_kept_in_the_store(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "CACHE", tmp_path)
    times = []

    @styled
    def falling(heights):
        times.append(heights)
        picture = drawing()
        picture.set_layout_engine("constrained")
        return picture

    with drawn() as first:
        figure(falling([1, 0]), id="fig:line", caption="", alt="A line.")
    with drawn() as again:
        figure(falling([1, 0]), id="fig:line", caption="", alt="A line.")
    assert first == again
    assert times == [[1, 0]]


def test_a_figure_in_a_notebook_needs_no_file():
    shown = line(alt='Below 1 < 2 & "so".')._repr_markdown_()
    image = re.match(
        r'<img src="data:image/svg\+xml;base64,([\w+/=]+)" alt="([^"]*)">\n\n\*\*Figure\.\*\* A line\.$',
        shown,
    )
    assert image
    picture = drawing()
    picture.set_layout_engine("constrained")
    assert base64.b64decode(image[1]) == svg(picture)
    assert image[2] == "Below 1 &lt; 2 &amp; &quot;so&quot;."


def test_every_label_of_a_figure_lies_within_it():
    picture = Figure(figsize=(5, 1.5))
    axes = picture.subplots()
    axes.set_xlabel("below")
    axes.set_ylabel("beside\nbeside")
    figure(picture, id="fig:labels", caption="Labels.", alt="Two labels.")
    drawn_in = picture.get_tightbbox()  # in inches
    assert min(drawn_in.x0, drawn_in.y0) > -0.02
    assert drawn_in.y1 < 1.52


def test_a_figure_may_be_made_again_in_a_notebook_but_not_in_a_report():
    assert line() == line()
    with drawn():
        line()
        with pytest.raises(ValueError, match="fig:line already"):
            line()


def test_figures_need_alternative_text_and_an_id_that_says_so():
    with pytest.raises(ValueError, match="alternative text"):
        line(alt=" ")
    with pytest.raises(ValueError, match="fig:name"):
        line(id="tbl:line")


def test_where_there_is_nothing_to_draw_a_figure_is_absent():
    assert figure(None, id="fig:line", caption="A line.", alt="") is ABSENT


# Tables -------------------------------------------------------------------------------------------------------------


def test_a_table_of_a_frame_chooses_heads_and_formats_columns():
    frame = pl.DataFrame({"name": ["tanh $|x|$", "a|b"], "score": [0.96125, None], "n": [1, -20000]})
    columns = {"name": "Activation", "score": "Score", "n": "$n$"}
    shown = table(frame, id="tbl:scores", caption="The\n  scores.", columns=columns, formats={"score": ".3f"})
    assert str(shown).splitlines() == [
        "| Activation | Score | $n$ |",
        "| :--- | ---: | ---: |",
        "| tanh $|x|$ | 0.961 | 1 |",
        r"| a\|b | – | −20,000 |",
        "",
        ": The scores. {#tbl:scores}",
    ]
    assert shown._repr_markdown_().splitlines() == [*str(shown).splitlines()[:5], "**Table.** The scores."]


def test_columns_by_name_have_the_headings_of_the_report():
    assert rows_of([{"depth": 5, "epoch": 3}], columns=["epoch", "depth"])[0] == "| Epoch | Layers |"
    with pytest.raises(ValueError, match="no heading for colour: give columns as name -> heading"):
        rows_of([{"colour": 1}], columns=["colour"])
    assert all(HEADINGS.values())


def test_an_activation_is_printed_as_its_title():
    names = ["relu", "quick_gelu", "my_own"]
    shown = rows_of([{"activation": name} for name in names], columns=["activation"])
    assert shown[2:5] == ["| ReLU |", "| QuickGELU |", "| my own |"]


def test_a_list_is_a_sample_over_seeds():
    records = [
        {"depth": 5, "test": [0.9670, 0.9691, 0.9685], "train": [0.99, 0.99, 0.99]},
        {"depth": 20, "test": [0.46, 0.5, 0.54], "train": [0.5, 0.52, 0.48]},
        {"depth": 40, "test": [0.9, 0.5, 0.1], "train": [0.99, 0.99, 0.99]},
    ]
    assert rows_of(records, columns=["depth", "test", "train"])[1:5] == [
        "| ---: | ---: | ---: |",
        "| 5 | 96.8 ± _0.1 | 99.0 ± 0.0 |",
        "| 20 | 50.0 ± _4.0 | 50.0 ± 2.0 |",
        "| 40 | 10.0 to 90.0 | 99.0 ± 0.0 |",
    ]
    few = [{"test": [0.9678, 0.9691]}]
    assert rows_of(few, columns=["test"])[2] == "| 96.8, 96.9 |"


@pytest.mark.parametrize(
    ("format", "values", "shown"),
    [
        (None, [1, 20000], ["1", "20,000"]),
        (None, [0.123456, -1.5], ["0.123", "−1.50"]),
        (None, ["one", "two"], ["one", "two"]),
        (".2%", [0.5, None], ["50.00\N{NO-BREAK SPACE}%", "–"]),
        (".1f", [-0.25, float("nan")], ["−0.2", "–"]),
        (".0%", [0.65, 0.4], ["65\N{NO-BREAK SPACE}%", "40\N{NO-BREAK SPACE}%"]),
        (2, [0.0614, 1.4e-8], ["$6.1 \\times 10^{-2}$", "$1.4 \\times 10^{-8}$"]),
        (2, [0.0614, float("nan")], ["0.061", "–"]),
        (lambda values: f"n = {len(values)}", [[1, 2], [3]], ["n = 2", "n = 1"]),
        (lambda value: f"about {value}", [1, None], ["about 1", "–"]),
    ],
)
def test_a_column_has_the_format_that_is_asked_for(format, values, shown):
    formats = {} if format is None else {"a": format}
    found = rows_of([{"a": value} for value in values], columns={"a": "A"}, formats=formats)[2:4]
    assert [row.strip("| ").replace("_", "") for row in found] == shown


def test_numbers_are_set_to_the_right_and_text_to_the_left():
    records = [{"n": 1, "word": "a", "spread": "1 ± 2", "flag": None}]
    columns = {name: name for name in records[0]}
    assert rows_of(records, columns=columns)[1] == "| ---: | :--- | :--- | ---: |"
    assert rows_of(records, columns=columns, right=["spread"])[1] == "| ---: | :--- | ---: | ---: |"


def test_widths_are_told_to_pandoc():
    shown = str(table([{"a": "b"}], id="tbl:x", caption="X.", columns={"a": "A"}, widths=(0.25, 0.75)))
    assert shown.endswith(': X. {#tbl:x widths="0.25,0.75"}')


@pytest.mark.parametrize("rows", [[], pl.DataFrame({"depth": []})])
def test_a_table_without_rows_is_absent(rows):
    assert table(rows, id="tbl:x", caption="", columns=["depth"]) is ABSENT


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"no column sore.*name, score"):
        rows_of([{"name": "tanh", "score": 1}], columns={"sore": "Score"})
    with pytest.raises(ValueError, match="no column scores"):
        rows_of([{"score": 1}], columns={"score": "Score"}, formats={"scores": 2})


@pytest.mark.parametrize("value", [True, Symbol("x"), object()])
def test_what_would_print_as_a_program_prints_is_refused_in_a_cell(value):
    with pytest.raises(TypeError):
        rows_of([{"a": value}], columns={"a": "A"})


# Equations, claims, what is absent ----------------------------------------------------------------------------------


def test_equations_are_labelled_and_in_a_notebook_only_shown():
    made = equation("a = b", id="eq:ab")
    assert str(made) == "$$\na = b\n$$ {#eq:ab}"
    assert made._repr_markdown_() == "$$\na = b\n$$"
    assert "x^{2}" in str(equation(Symbol("x") ** 2, id="eq:square"))
    with pytest.raises(ValueError, match="eq:name"):
        equation("a = b", id="ab")


def test_the_claims_of_a_report_are_listed_with_their_verdicts_and_lines():
    with registered():
        assert claims_table() is ABSENT
        claim("All learn.", Finding(True, {"test": [0.9, 0.95]}))
        claim("None learns.", Finding(False, {}, remark="a | b"))
        claim("Nothing to find.", None)
        heads, rule, first, second, _, caption = str(claims_table()).splitlines()
    assert heads == "| Claim | Evidence | Status | Stated in |"
    assert rule == "| :--- | :--- | :--- | :--- |"
    assert re.fullmatch(
        r'\| All learn\. \| <span id="claim-\w+">test: 90\.00 to 95\.00\s%</span> \| holds \| `test_blocks\.py:\d+` \|',
        first,
    )
    assert re.match(r"\| None learns\. \| <span [^>]*>a \\\| b</span> \| \*\*not supported\*\* \| ", second)
    assert "{#tbl:claims" in caption


def test_in_a_notebook_where_nothing_collects_claims_there_is_no_list_of_them():
    claim("All learn.", Finding(True, {}))
    assert claims_table() is ABSENT


def test_what_is_absent_is_false_and_shows_nothing():
    assert not ABSENT
    assert (str(ABSENT), ABSENT._repr_markdown_()) == ("", "")
    assert Block("here")


def test_a_bar_between_prices_is_escaped_as_no_formula_is_there():
    assert rows_of([{"depth": "$5 | $6", "epoch": "$|a|$ | `b|`"}], columns=["depth", "epoch"])[2] == (
        r"| $5 \| $6 | $|a|$ \| `b|` |"
    )


def test_columns_by_name_are_a_table_too():
    columns = {"depth": [5, 20], "epoch": [3, 4]}
    rows = [{"depth": 5, "epoch": 3}, {"depth": 20, "epoch": 4}]
    assert rows_of(columns, columns=["depth", "epoch"]) == rows_of(rows, columns=["depth", "epoch"])
