"""Tables of what theory expects, from rows made by hand."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.theory.changes import by_weights, change_in_print, how_many_train
from analysis.theory.predictions import TRAINABLE

ROWS = pl.DataFrame(
    [
        ("relu", "glorot_normal", -26.3, False),
        ("relu", "he_normal", 0.0, True),
        ("tanh", "glorot_normal", -2.7, True),
        ("tanh", "he_normal", 8.6, None),
    ],
    schema=["activation", "initializer", "change", "trainable"],
    orient="row",
)


@pytest.mark.parametrize(
    ("change", "bold"), [(TRAINABLE, True), (-TRAINABLE, True), (6.01, False), (-6.01, False)]
)
def test_what_should_train_is_bold(change, bold):
    assert change_in_print(change).startswith("**") == bold


def test_an_activation_has_a_row_with_a_column_for_each_distribution():
    assert by_weights(ROWS).to_dicts() == [
        {"activation": "relu", "Glorot": "−26.3", "He": "**0.0**"},
        {"activation": "tanh", "Glorot": "**−2.7**", "He": "8.6"},
    ]


def test_what_is_open_does_not_count_among_those_that_should_train():
    assert how_many_train(ROWS) == {"Glorot": 1, "He": 1}
