"""Export: every table in both forms, and no column that the dictionary does not explain."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.results.export import COLUMNS, tables, write_tables
from analysis.results.frames import Results
from analysis.studies.run import Protocol
from analysis.studies.study import Study
from analysis.training.epochs import train_stack


@pytest.fixture(scope="module")
def results(small_data):
    study = Study(name="s", activations=["tanh", "relu"], depths=[2, 3], seeds=2, epochs=2, width=8)
    return Results.of(study, _trained(study, small_data))


def _trained(study, data):
    return [
        result
        for depth in study.depths
        for result in train_stack([run for run in study.runs if run.depth == depth], data)
    ]


def test_each_column_is_in_the_dictionary(results, tmp_path):
    made = tables(results, tmp_path)
    listed = {(row["table"], row["column"]) for row in made["dictionary"].to_dicts()}
    assert listed == {
        (name, column) for name, frame in made.items() if name != "dictionary" for column in frame.columns
    }
    assert {column for _, column in listed} - Protocol.model_fields.keys() <= COLUMNS.keys()
    assert set(COLUMNS) <= {column for _, column in listed}


def test_scores_have_a_row_for_each_seed(results, tmp_path):
    scores = tables(results, tmp_path)["scores"]
    assert scores["seed"].to_list() == [0, 1] * 4
    by_run = {(run.run.activation, run.run.depth, run.run.seed): run.history for run in results.runs}
    for row in scores.to_dicts():
        assert row["test"] == by_run[row["activation"], row["depth"], row["seed"]]["test_accuracy"][-1]


def test_both_forms_hold_the_same(results, tmp_path):
    written = list(write_tables(results, tmp_path))
    assert len(written) == 16
    for path in written[::2]:
        exact = pl.read_parquet(path.with_suffix(".parquet"))
        assert pl.read_csv(path, schema=exact.schema).equals(exact)


def test_what_is_proven_of_an_activation_is_in_a_row(results, tmp_path):
    tanh, relu = tables(results, tmp_path)["activations"].to_dicts()
    assert (tanh["gradient_range"], tanh["value_range"], tanh["parity"]) == ("(0, 1]", "(-1, 1)", "odd")
    assert (relu["gradient_range"], relu["not_differentiable_at"]) == ("[0, 0] U [1, 1]", "0")
    assert (relu["bounded"], relu["lipschitz"], relu["slope_lipschitz"]) == (False, "1", "inf")
