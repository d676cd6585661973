"""What prose can call: each result against what a typesetter would write by hand."""

import io
import xml.etree.ElementTree as ElementTree
from datetime import date

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from sympy import Interval, Rational, symbols

from derivations import Equation
from report.authoring.blocks import Figures, svg, table
from report.authoring.numbers import as_text, counted, equation, listing, number, percent, sampled, tex


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (9.996, 3, "10.0"),
        (0.00123456, 3, "0.00123"),
        (-2.5, 2, "−2.5"),
        (0.0, 3, "0.00"),
        (np.float64(1234567.0), 3, r"$1.23 \times 10^{6}$"),
        (-3.2e-9, 2, r"$-3.2 \times 10^{-9}$"),
        (np.int64(60000), 3, "60,000"),
    ],
)
def test_numbers_have_the_digits_asked_for(value: float, digits: int, written: str) -> None:
    assert number(value, digits) == written


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="nan"):
        number(float("nan"))


def test_percent_keeps_sign_and_number_together() -> None:
    assert percent(0.1135, 1) == "11.3\N{NO-BREAK SPACE}%"


def test_one_two_and_three_items_are_listed_as_a_sentence_does() -> None:
    assert [listing(range(n)) for n in (1, 2, 3)] == ["0", "0 and 1", "0, 1 and 2"]


def test_tex_of_formulas_equations_and_numbers() -> None:
    x = symbols("x")
    assert tex(x**2 / 2).replace(" ", "") == r"\frac{x^{2}}{2}"
    assert tex(Rational(17309, 15000)) == r"\frac{17309}{15000}"
    assert tex(0.123456) == "0.123"
    assert tex(60000) == "60{,}000"
    assert tex(Interval.Lopen(0, 1)) == r"\left(0, 1\right]"
    assert tex(Equation("x", "", x, x**2, ())).replace(" ", "") == "x=x^{2}"
    with pytest.raises(TypeError, match="dict"):
        tex({})


def test_equations_are_labelled() -> None:
    assert equation("a = b", id="eq:ab") == "$$\na = b\n$$ {#eq:ab}"
    with pytest.raises(ValueError, match="eq:name"):
        equation("a = b", id="ab")


@pytest.mark.parametrize("value", [0.1, None, True, [1, 2], pl.DataFrame({"a": [1]}), symbols("x"), Figure()])
def test_what_would_print_as_a_program_prints_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        as_text(value)


def test_dates_and_counts_are_text() -> None:
    assert as_text(date(2026, 3, 1)) == "1 March 2026"
    assert as_text(np.int32(60000)) == "60,000"


def drawing() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1], [1, 0])
    return figure


def test_the_same_figure_is_the_same_bytes() -> None:
    assert svg(drawing()) == svg(drawing())


def test_a_figure_is_kept_and_shown_with_alternative_text() -> None:
    figures = Figures()
    markdown = figures.draw(drawing(), id="fig:line", caption="A  line\nthat falls.", alt='It "falls".')
    assert markdown.startswith("::: {#fig:line}\n![](figures/line.svg){")
    assert "\n\nA line that falls.\n:::" in markdown
    assert r'alt="It \"falls\"."' in markdown
    assert ElementTree.parse(io.BytesIO(figures["line.svg"])).getroot().tag.endswith("svg")


def test_figures_need_alternative_text_and_an_id_of_their_own() -> None:
    figures = Figures()
    with pytest.raises(ValueError, match="alternative text"):
        figures.draw(drawing(), id="fig:line", caption="A line.", alt=" ")
    figures.draw(drawing(), id="fig:line", caption="A line.", alt="A line falls.")
    with pytest.raises(ValueError, match="already"):
        figures.draw(drawing(), id="fig:line", caption="A line.", alt="A line falls.")


def test_table_of_a_frame_chooses_heads_and_formats_columns() -> None:
    frame = pl.DataFrame({"name": ["tanh $|x|$", "a|b"], "score": [0.96125, None], "n": [1, -20000]})
    rows = table(
        frame,
        id="tbl:scores",
        caption="Scores.",
        columns={"name": "Activation", "score": "Score", "n": "$n$"},
        formats={"score": ".3f"},
    ).splitlines()
    assert rows == [
        "| Activation | Score | $n$ |",
        "| :--- | ---: | ---: |",
        "| tanh $|x|$ | 0.961 | 1 |",
        r"| a\|b | – | −20,000 |",
        "",
        ": Scores. {#tbl:scores}",
    ]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no column sore.*name, score"):
        table([{"name": "tanh", "score": 1}], id="tbl:x", caption="", columns={"sore": "Score"})


def test_decimals_follow_from_the_spread_over_seeds() -> None:
    assert sampled([0.9670, 0.9691, 0.9685]) == "96.8 ± 0.1"
    assert sampled([0.9, 0.5, 0.1], bold=True) == "**50 ± 40**"
    assert sampled([0.1135] * 3) == "11.35 ± 0.00"
    assert sampled([0.9678, 0.9691], bold=True) == "96.78, 96.91"


def test_one_of_a_thing_is_singular() -> None:
    assert [counted(n, "epoch") for n in (0, 1, 2, 1000)] == [
        "0 epochs",
        "1 epoch",
        "2 epochs",
        "1,000 epochs",
    ]
