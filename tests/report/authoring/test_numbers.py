"""What prose can call: each result against what a typesetter would write by hand."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure
from sympy import Interval, Rational, symbols

from derivations import Equation
from report.authoring import (
    between,
    by_seed,
    counted,
    given,
    listing,
    number,
    percent,
    reached_in,
    sampled,
    tex,
)
from report.authoring.numbers import as_text, check_id


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


@pytest.mark.parametrize("value", [0.1, None, True, [1, 2], pl.DataFrame({"a": [1]}), symbols("x"), Figure()])
def test_what_would_print_as_a_program_prints_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        as_text(value)


def test_dates_and_counts_are_text() -> None:
    assert as_text(date(2026, 3, 1)) == "1 March 2026"
    assert as_text(np.int32(60000)) == "60,000"


def test_decimals_follow_from_the_spread_over_seeds() -> None:
    assert sampled([0.9670, 0.9691, 0.9685]) == "96.8 ± 0.1"
    assert sampled([0.9, 0.86, 0.82]) == "86.0 ± 4.0"
    assert sampled([0.9, 0.5, 0.1]) == "10.0 to 90.0"
    assert sampled([0.1134] * 3) == "11.3 ± 0.0"
    assert sampled([0.9678, 0.9691]) == "96.8, 96.9"


def test_one_of_a_thing_is_singular() -> None:
    assert [counted(n, "epoch") for n in (0, 1, 2, 1000)] == [
        "0 epochs",
        "1 epoch",
        "2 epochs",
        "1,000 epochs",
    ]


def test_every_seed_is_shown_up_to_six() -> None:
    assert by_seed([0.9671, 0.1135, -0.0001]) == "96.7, 11.3, 0.0"
    assert by_seed([-0.01, 0.002, -0.0003], "+.1f") == "−1.0, +0.2, +0.0"
    assert by_seed([0.9] * 3 + [0.91] * 3 + [0.95]) == "90.0 to 95.0, median 91.0"


def test_what_some_reach_says_how_many() -> None:
    assert reached_in([3, 3]) == "3"
    assert reached_in([12, None, 4]) == "4 to 12 (2 of 3)"
    assert reached_in([None, None]) == "never"


def test_the_least_and_the_greatest_are_one_where_they_print_the_same() -> None:
    assert between([0.5, 0.25, 1.0]) == "0.25 to 1"
    assert between([0.301, 0.302], ".1f", " %") == "0.3 %"
    with pytest.raises(ValueError, match="inf"):
        between([1.0, float("inf")])


def test_facts_of_the_protocol_print_as_they_are_given() -> None:
    assert [given(value) for value in (60000, "0.01")] == ["60,000", "0.01"]


@pytest.mark.parametrize("id", ["depth", "tbl:depth", "fig:", "fig:a b", "fig:a{}"])
def test_an_id_says_what_it_is_of(id: str) -> None:
    with pytest.raises(ValueError, match="fig:name"):
        check_id(id, "fig")
    check_id("fig:a-b_c1", "fig")
