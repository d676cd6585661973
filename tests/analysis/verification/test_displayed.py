"""The table of checks: where each equation is shown, and what is shown nowhere is left out."""

from __future__ import annotations

import pytest

from analysis.studies.study import Study
from analysis.verification.compared import EquationCheck
from analysis.verification.displayed import check_rows, place, said


def study(*activations):
    return Study(name="s", activations=activations, depths=[2], seeds=1, epochs=1)


def check(activation, label):
    return EquationCheck(label, "A title", activation, 10, 1e-15, 1)


@pytest.mark.parametrize(
    ("activation", "label", "shown"),
    [
        ("any", "loss", "@eq:loss"),
        ("relu", "hidden-delta", "@eq:relu"),
        ("relu", "derivative", "@tbl:ranges"),
        ("tanh", "derivative", "@tbl:atlas"),  # the study has not trained it
        ("tanh", "derivative-of-output", "@sec:three"),
        ("tanh", "hidden-delta", None),  # its output gives it
        ("lecun", "derivative", "@eq:lecun-slope"),
        ("gelu", "hidden-delta", None),
    ],
)
def test_an_equation_is_shown_where_its_chapter_has_it(activation, label, shown):
    assert place(check(activation, label), study("relu", "lecun", "gelu")) == shown


def test_derivatives_that_the_first_table_has_no_room_for_are_in_the_atlas():
    names = ["relu", "elu", "selu", "gelu", "mish", "silu", "softplus"]
    places = [place(check(name, "derivative"), study(*names)) for name in names]
    assert places == ["@tbl:ranges"] * 6 + ["@tbl:atlas"]


def test_rows_say_what_an_equation_gives_and_whose_it_is():
    rows = check_rows(
        [check("any", "loss"), check("tanh", "derivative-of-output"), check("gelu", "hidden-delta")],
        study("tanh"),
    )
    assert [(row["equation"], row["title"]) for row in rows] == [
        ("[@eq:loss]{.optional}", "A title"),
        ("[@sec:three]{.optional}", "A title: tanh, by its output"),
    ]
    assert (rows[0]["points"], rows[0]["error"], rows[0]["excluded"]) == (10, 1e-15, 1)
    assert said(check("own", "derivative")) == "A title: own"
