"""Who reached which depth with which weights, of networks made by hand."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.findings import advice


def frame(*rows, epochs=1):
    names = ("activation", "depth", "weights", "ends")
    return pl.DataFrame(
        [
            dict(zip(names, row, strict=True))
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


def test_the_weights_of_the_greatest_depth_come_first_and_the_others_with_theirs():
    relu, sigmoid = advice.advice([frame(*RELU)], ["relu", "tanh", "sigmoid"])
    assert relu == {
        "activation": "relu",
        "depth": 40,
        "weights": "He",
        "others": "5: Glorot; none: PyTorch",
    }
    assert sigmoid == {"activation": "sigmoid", "depth": "none", "weights": "–", "others": "–"}


def test_free_variances_are_no_advice():
    networks = frame(("relu", 5, "He", [0.9]), ("relu", 40, "$\\sigma_w$ = 1.5", [0.9]))
    [relu] = advice.advice([networks], ["relu"])
    assert (relu["depth"], relu["weights"], relu["others"]) == (5, "He", "–")


def test_a_depth_is_reached_only_if_every_seed_learns():
    networks = frame(("tanh", 5, "He", [0.9, 0.9]), ("tanh", 20, "He", [0.9, 0.5]))
    assert [row["depth"] for row in advice.advice([networks], ["tanh"])] == [5]


def test_of_two_studies_of_the_same_networks_the_one_with_more_seeds_counts():
    long = frame(("sigmoid", 5, "Glorot", [0.9] * 5), epochs=100)
    for both in ([long, frame(*RELU)], [frame(*RELU), long]):
        [sigmoid] = advice.advice(both, ["sigmoid"])
        assert (sigmoid["depth"], sigmoid["weights"]) == (5, "Glorot")
        assert advice.how_long(both) == "1 to 100 epochs"


@pytest.mark.parametrize(("epochs", "said", "early"), [(1, "1 epoch", 1), (10, "10 epochs", 3)])
def test_epochs_are_said_in_words(epochs, said, early):
    assert advice.how_long([frame(*RELU, epochs=epochs), pl.DataFrame()]) == said
    assert advice.early(frame(*RELU, epochs=epochs)) == early
