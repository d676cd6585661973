"""A study's protocol in print: its parts, whose it is, and whether stacks leave their mark on results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.studies.protocol import fills_vectors, is_published, protocol
from analysis.studies.reading import read
from analysis.studies.study import Study


def study(**changes):
    return Study(
        **{"name": "s", "activations": ["tanh"], "depths": [5], "seeds": 3, "epochs": 100, **changes}
    )


def test_each_part_of_the_protocol_has_a_row(small_data):
    changed = study(initializer="orthogonal", learning_rate=0.5, batch_size=7, width=12, epochs=2)
    rows = {row["what"]: row["value"] for row in protocol(changed, small_data)}
    assert rows == {
        "Data": "small: 75 training and 40 test images",
        "Input": "20 pixels, each divided by 255",
        "Hidden layers": "12 units each, all connected",
        "Output": "10 units, softmax, mean cross-entropy",
        "Initial weights": "Orthogonal; biases zero",
        "Training": "gradient descent, learning rate 0.5, mini-batches of 7",
        "Epochs": "2",
        "Seeds": "3",
    }
    assert protocol(study(), small_data)[4]["value"] == "Glorot uniform; biases zero"


def test_only_the_protocol_counts_for_whose_it_is():
    assert is_published(study(depths=[2], seeds=1))
    assert is_published(read("standard"))
    assert is_published(read("full"))
    assert not is_published(read("quick"))
    for change in ({"width": 33}, {"batch_size": 32}, {"learning_rate": 0.1}, {"initializer": "he_normal"}):
        assert not is_published(study(**change))
    assert not is_published(study(dataset="KMNIST"))


@pytest.mark.parametrize(
    ("changes", "patterns", "fills"),
    [
        ({}, 640, True),
        ({}, 656, True),  # the last mini-batch has 16
        ({}, 650, False),
        ({"width": 24}, 640, False),
        ({"batch_size": 40}, 640, False),
        ({"batch_size": 1000}, 48, True),  # there is one mini-batch, of all
        ({"batch_size": 1000}, 40, False),
    ],
)
def test_vectors_are_filled_where_every_mini_batch_fills_them(small_data, changes, patterns, fills):
    data = replace(small_data, train_labels=np.zeros(patterns, int))
    assert fills_vectors(study(**changes), data) is fills
