"""Where initial weights lie, and the verdict on which networks should train: held against rows made by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from made_up import made_up, study_of

from analysis.findings import trainability
from analysis.studies.beside import with_he_weights
from analysis.theory.chaos import weight_scales
from analysis.theory.predictions import propagation
from derivations import activations


def kind(activation="tanh", depth=5, trainable=True, accuracy=(0.9, 0.9), ends=(0.9, 0.9)):
    right = sum((score > 0.5) == trainable for score in accuracy)
    verdict = None if trainable is None else "right" if right == len(accuracy) else "wrong"
    return {
        "activation": activation,
        "depth": depth,
        "trainable": trainable,
        "accuracy": list(accuracy),
        "ends": list(ends),
        "right": right,
        "verdict": verdict,
    }


def kinds(*rows):
    return pl.DataFrame(rows, schema_overrides={"trainable": pl.Boolean, "verdict": pl.String})


@pytest.fixture(scope="module")
def networks(mnist_cache):
    return {
        name: propagation(activations[name], mnist_cache) for name in ("relu", "tanh", "sigmoid", "lecun")
    }


def test_initial_weights_lie_where_the_literature_has_them(networks):
    found = trainability.where_weights_lie(networks, weight_scales(study_of()))
    assert found.holds
    [chi] = found.numbers["$\\chi$ of sigmoid (Glorot, LeCun)"]
    assert chi == pytest.approx(0.0557, abs=5e-5)


def test_other_weights_do_not(networks):
    glorot, he = weight_scales(study_of())
    assert not trainability.where_weights_lie(networks, {glorot: 1.5, he: 1.0}).holds


def test_the_prediction_is_right_for_nine_of_ten():
    ten = kinds(kind(accuracy=[0.9] * 9 + [0.3], ends=[0.9] * 10))
    found = trainability.mostly_right(ten)
    assert found is not None
    assert found.holds
    assert found.remark == "9 of 10 networks; wrong: tanh with 5 layers"
    assert trainability.how_often_right(ten) == (9, 10)


def test_for_eight_of_ten_it_is_not_enough():
    found = trainability.mostly_right(kinds(kind(accuracy=[0.9] * 8 + [0.3] * 2)))
    assert found is not None
    assert not found.holds


def test_a_network_that_is_not_to_train_and_does_counts_as_wrong():
    found = trainability.mostly_right(kinds(kind(), kind("relu", 20, trainable=False)))
    assert found is not None
    assert not found.holds
    assert found.remark.endswith("wrong: ReLU with 20 layers")


def test_what_theory_leaves_open_does_not_count():
    assert trainability.mostly_right(kinds(kind(trainable=None))) is None
    assert trainability.how_often_right(kinds(kind(trainable=None), kind())) == (2, 2)


SLOW = {"trainable": False, "accuracy": (0.1, 0.2)}


@pytest.mark.parametrize(("ends", "late"), [((0.9, 0.8), ["ReLU with 20 layers"]), ((0.9, 0.3), [])])
def test_a_kind_learns_late_if_all_of_its_networks_do(ends, late):
    found = kinds(kind("relu", 20, **SLOW, ends=ends), kind())
    assert trainability.learned_late(found) == late
    finding = trainability.some_learn_late(made_up(study_of()), found)
    assert finding is not None
    assert finding.holds == bool(late)
    assert finding.numbers == {"in the end": list(ends)}


def test_nothing_is_late_where_training_ends_early_or_all_that_was_to_train_did():
    assert trainability.some_learn_late(made_up(study_of(epochs=3)), kinds(kind(**SLOW))) is None
    assert trainability.some_learn_late(made_up(study_of()), kinds(kind())) is None
    assert trainability.some_learn_late(made_up(study_of()), kinds(kind(trainable=False))) is None


def test_networks_are_tested_early_on_those_beside_the_study_too(mnist_cache):
    study = study_of(activations=("relu", "tanh"))
    beside = with_he_weights(study)
    assert beside is not None

    def history(activation, depth, seed, epoch):
        return {"test_accuracy": 0.9 if activation == "tanh" and (seed < 2 or epoch > 3) else 0.1}

    results = replace(made_up(study, history), beside={"he": made_up(beside)})
    rows = {
        (row["activation"], row["depth"], row["weights"]): row
        for row in trainability.tested(results, mnist_cache).to_dicts()
    }
    assert list(rows) == [
        *((name, depth, "Glorot") for name in ("relu", "tanh") for depth in (5, 20)),
        ("relu", 20, "He"),
    ]
    tanh, relu, he = rows["tanh", 20, "Glorot"], rows["relu", 20, "Glorot"], rows["relu", 20, "He"]
    assert (tanh["foreseen"], tanh["accuracy"], tanh["ends"]) == ("trains", [0.9, 0.9, 0.1], [0.9] * 3)
    assert (tanh["right"], tanh["verdict"]) == (2, "wrong")
    assert (relu["foreseen"], relu["change"], relu["verdict"]) == ("does not", "−12.5", "right")
    assert (he["foreseen"], he["change"]) == ("trains", "**0.0**")


def test_what_theory_leaves_open_has_no_verdict(mnist_cache):
    study = study_of(activations=("lecun",), depths=(40,), seeds=1, initializer="he_uniform")
    [row] = trainability.tested(made_up(study), mnist_cache).to_dicts()
    assert (row["foreseen"], row["trainable"], row["verdict"]) == ("open", None, None)
