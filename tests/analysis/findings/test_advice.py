"""Who reached which depth with which weights, of networks made by hand."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.findings import advice


def frame(*rows, epochs=1):
    names = ("activation", "depth", "weights", "accuracy", "ends")
    return pl.DataFrame(
        [
            dict(zip(names, (*row, row[-1])[:5], strict=True))
            | {"initializer": "normal" if "=" in row[2] else "any", "early": min(3, epochs), "epochs": epochs}
            for row in rows
        ]
    )


RELU = [
    ("relu", 5, "Glorot", [0.9]),
    ("relu", 20, "Glorot", [0.1]),
    ("relu", 40, "Glorot", [0.1]),
    ("relu", 5, "He", [0.9]),
    ("relu", 40, "He", [0.8]),
    ("relu", 5, "PyTorch", [0.4]),
    ("sigmoid", 5, "Glorot", [0.1]),
]


def test_the_weights_are_those_of_the_greatest_depth():
    relu, sigmoid = advice.advice(frame(*RELU), frame(*RELU), ["relu", "tanh", "sigmoid"])
    assert relu == {"activation": "relu", "depth": 40, "weights": "He", "longer": "–"}
    assert sigmoid == {"activation": "sigmoid", "depth": "none", "weights": "–", "longer": "–"}


def test_a_depth_is_reached_only_if_every_seed_learns():
    networks = frame(("tanh", 5, "He", [0.9, 0.9]), ("tanh", 20, "He", [0.9, 0.5]))
    assert [row["depth"] for row in advice.advice(networks, networks, ["tanh"])] == [5]
    assert advice.seeds(networks) == 2


def test_what_more_epochs_reach_is_said_where_it_is_more():
    longer = frame(
        ("sigmoid", 5, "Glorot", [0.1], [0.9]),
        ("relu", 20, "Glorot", [0.1], [0.95]),
        ("relu", 5, "He", [0.9], [0.9]),
        epochs=100,
    )
    relu, sigmoid = advice.advice(frame(*RELU), longer, ["relu", "sigmoid"])
    assert relu["longer"] == "20: Glorot, 100 epochs"
    assert sigmoid["longer"] == "5: Glorot, 100 epochs"


NAMES = ["relu", "tanh", "sigmoid", "lecun", "elu", "gelu", "mish"]


def test_many_activations_of_which_the_same_is_said_share_a_row_the_deepest_first():
    networks = frame(*((name, 5, "He", [0.9 if name in ("elu", "mish") else 0.1]) for name in NAMES))
    rows = advice.advice(networks, networks, NAMES)
    assert [(row["activation"], row["depth"]) for row in advice.grouped(rows)] == [
        ("ELU, Mish", 5),
        ("ReLU, tanh, sigmoid, LeCun, GELU", "none"),
    ]
    assert advice.grouped(rows[:3]) == rows[:3]


def test_a_column_in_which_nothing_is_said_goes():
    nobody, somebody = (frame(("relu", 5, "He", [score])) for score in (0.1, 0.9))
    silent, said = (advice.advice(networks, networks, ["relu"]) for networks in (nobody, somebody))
    assert list(advice.headings(silent)) == ["activation", "depth"]
    assert list(advice.headings(said)) == ["activation", "depth", "weights"]
    assert sum(advice.widths(said)) == pytest.approx(1)
    assert len(advice.widths(silent)) == 2


def test_free_variances_are_no_advice():
    networks = frame(("relu", 5, "He", [0.9]), ("relu", 40, "$\\sigma_w$ = 1.5", [0.9]))
    [relu] = advice.advice(networks, networks, ["relu"])
    assert (relu["depth"], relu["weights"]) == (5, "He")


@pytest.mark.parametrize(("epochs", "early"), [(1, 1), (10, 3)])
def test_the_early_epoch_is_that_of_the_studies(epochs, early):
    assert advice.early(frame(*RELU, epochs=epochs)) == early
