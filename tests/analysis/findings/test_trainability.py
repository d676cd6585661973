"""Where initial weights lie, and the verdict on which networks should train: held against rows made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
        "weights": "Glorot",
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


@pytest.mark.slow
def test_initial_weights_lie_where_the_literature_has_them(networks):
    found = trainability.where_weights_lie(networks, weight_scales(study_of()))
    assert found.holds
    [chi] = found.numbers["$\\chi$ of sigmoid (Glorot, LeCun)"]
    assert chi == pytest.approx(0.0557, abs=5e-5)


def test_other_weights_do_not(networks):
    glorot, he = weight_scales(study_of())
    assert not trainability.where_weights_lie(networks, {glorot: 1.5, he: 1.0}).holds


@pytest.mark.parametrize(("others", "holds"), [(20, True), (19, False)])
def test_hardly_any_are_less_than_one_in_twenty_of_those_that_were_not_to_train(others, holds):
    silent = [kind("sigmoid", 40, trainable=False, accuracy=[0.1])] * others
    learned = kind("relu", 20, trainable=False, accuracy=[0.6])
    found = trainability.hardly_any_learns_against_it(kinds(kind(), *silent, learned))
    assert found is not None
    assert found.holds == holds
    assert found.remark == f"1 of {others + 1} networks; against it: ReLU with 20 layers (Glorot)"


@pytest.mark.parametrize(("learned", "holds"), [(6, True), (5, False)])
def test_most_are_more_than_half_of_those_that_were_to_train(learned, holds):
    accuracy = [0.9] * learned + [0.3] * (10 - learned)
    found = kinds(kind(accuracy=accuracy), kind("relu", trainable=False), kind(trainable=None))
    finding = trainability.most_learn_as_foreseen(found)
    assert finding is not None
    assert finding.holds == holds
    assert trainability.how_many_learn(found) == (learned, 10)
    assert trainability.how_many_learn(found, trainable=False) == (2, 2)


@pytest.mark.parametrize(
    ("against", "accuracy", "holds"), [(0.1, 0.9, True), (0.6, 0.9, False), (0.1, 0.3, False)]
)
def test_it_is_foreseen_who_learns_only_if_both_halves_are(against, accuracy, holds):
    silent = kind("sigmoid", 40, trainable=False, accuracy=[against])
    found = trainability.learns_as_foreseen(kinds(kind(accuracy=[accuracy]), silent))
    assert found is not None
    assert found.holds == holds
    assert found.numbers == {"not to train": [against], "to train": [accuracy]}
    assert trainability.learns_as_foreseen(kinds(silent)) is None


def test_what_theory_leaves_open_does_not_count():
    found = kinds(kind(trainable=None))
    assert trainability.hardly_any_learns_against_it(found) is None
    assert trainability.most_learn_as_foreseen(found) is None
    assert trainability.how_many_learn(trainability.tested([], Path())) == (0, 0)


def test_out_of_sample_are_the_study_of_weights_and_those_beside_it_but_not_he_s_of_the_report():
    beside = {"he": made_up(study_of()), "he_uniform": made_up(study_of(initializer="he_uniform"))}
    weights = replace(made_up(study_of(name="weights")), beside=beside)
    for results in (weights, replace(made_up(study_of()), beside={"weights": weights})):
        parts = trainability.by_initial_weights(results)
        assert [part.study.initializer for part in parts] == ["glorot_uniform", "he_uniform"]
    assert trainability.by_initial_weights(made_up(study_of())) == []


@pytest.mark.parametrize(
    ("critical", "he", "holds"),
    [(0.6, 0.1, True), (0.3, 0.1, True), (0.1, 0.1, False), (0.9, 0.6, False)],
)
def test_critical_weights_get_further_where_none_learns_with_he_s(critical, he, holds):
    parts = [
        made_up(
            study_of(activations=("gelu", "silu"), initializer=initializer),
            lambda activation, *_, score=score: {"test_accuracy": score if activation == "silu" else 0.4},
        )
        for initializer, score in (("critical", critical), ("he_uniform", he))
    ]
    found = trainability.critical_weights_get_further(parts, ["silu"], 20)
    assert found is not None
    assert found.holds == holds
    assert found.numbers == {"SiLU, critical": [critical] * 3, "SiLU, He": [he] * 3}
    both = trainability.critical_weights_get_further(parts, ["silu", "gelu"], 20)
    assert both is not None
    assert not both.holds  # GELU gets no further
    assert trainability.critical_weights_get_further(parts[:1], ["silu"], 20) is None


def test_a_kind_is_right_only_for_all_of_its_networks_and_open_ones_do_not_count():
    found = kinds(
        kind(), kind(accuracy=(0.9, 0.1)), kind(trainable=None), kind(trainable=False, accuracy=(0.1, 0.1))
    )
    assert trainability.how_many_kinds_are_right(found) == (2, 3)


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
        for row in trainability.tested(trainability.alike(results), mnist_cache).to_dicts()
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
    [row] = trainability.tested([made_up(study)], mnist_cache).to_dicts()
    assert (row["foreseen"], row["trainable"], row["verdict"]) == ("open", None, None)


def test_what_was_not_to_train_may_learn_at_another_rate_or_with_another_optimizer():
    own = study_of(activations=("relu",), depths=(20,))
    faster = own.model_copy(update={"name": "faster", "learning_rate": 0.1})
    hopeless = kinds(kind("relu", 20, **SLOW) | {"initializer": own.initializer})
    for score, learns in ((0.9, True), (0.1, False)):
        beside = {"faster": made_up(faster, lambda *_, score=score: {"test_accuracy": score})}
        found = replace(made_up(own), beside=beside)
        assert trainability.some_learn_otherwise(found, hopeless) is learns
    assert not trainability.some_learn_otherwise(made_up(own), hopeless)
