"""He's weights against Glorot's, and dead units: what holds, what fails, and what a study has nothing of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import made_up, study_of

from analysis.findings import relu
from analysis.findings.relu import Revived
from analysis.results.frames import Results
from analysis.studies.beside import with_he_weights

EARLY, LAST = 3, 4


def alive(activation, depth, seed, epoch, layer):
    return {"dead_units": 0.25}


def with_he(own, he, probes=alive, he_probes=alive) -> Results:
    """Networks of 20 layers that all end at the accuracy `own`, or, with He's weights, at `he`."""
    study = study_of()
    beside = with_he_weights(study)
    assert beside is not None
    found = made_up(beside, lambda *_: {"test_accuracy": he}, he_probes)
    return replace(made_up(study, lambda *_: {"test_accuracy": own}, probes), beside={"he": found})


WITHOUT_HE = made_up(study_of(depths=(5,)), probes=alive)
WITHOUT_RELU = made_up(study_of(activations=("tanh",)), probes=alive)


def test_hes_weights_are_found_to_help_by_the_difference_of_each_seed():
    found = relu.learns_with_he_only(with_he(0.1, 0.9))
    assert found is not None
    assert found.holds
    assert found.margin == pytest.approx([80, 80, 80])
    assert found.numbers == {"He": [0.9] * 3, "Glorot": [0.1] * 3}


@pytest.mark.parametrize(("own", "he"), [(0.1, 0.4), (0.6, 0.9), (0.9, 0.1)])
def test_they_are_not_where_both_learn_or_neither(own, he):
    found = relu.learns_with_he_only(with_he(own, he))
    assert found is not None
    assert not found.holds


@pytest.mark.slow
def test_without_networks_with_hes_weights_there_is_nothing_to_compare(mnist_cache):
    assert relu.learns_with_he_only(WITHOUT_HE) is None
    assert relu.as_many_dead_with_he(WITHOUT_HE) is None
    assert relu.keeps_delta_with_he(WITHOUT_HE, mnist_cache) is None


def test_theory_has_the_same_delta_in_all_hidden_layers_with_hes_weights(mnist_cache):
    found = relu.keeps_delta_with_he(with_he(0.1, 0.9), mnist_cache)
    assert found is not None
    assert found.holds


def test_theory_has_not_with_glorots(mnist_cache):
    results = with_he(0.1, 0.9)
    own = made_up(study_of(activations=("relu",), depths=(20,)))
    found = relu.keeps_delta_with_he(replace(results, beside={"he": own}), mnist_cache)
    assert found is not None
    assert not found.holds


def test_as_many_units_are_dead_only_if_they_are_in_every_layer():
    def other(activation, depth, seed, epoch, layer):
        return {"dead_units": 0.5 if (seed, layer) == (1, 7) else 0.25}

    same, not_same = (relu.as_many_dead_with_he(with_he(0.1, 0.9, alive, he)) for he in (alive, other))
    assert same is not None
    assert same.holds
    assert not_same is not None
    assert not not_same.holds


def dying(below: float):
    """The network of five layers with seed 1 has lost its second layer early on; `below` is delta under it."""

    def probes(activation, depth, seed, epoch, layer):
        lost = (depth, seed) == (5, 1) and epoch >= EARLY
        return {
            "dead_units": 1.0 if lost and layer == 2 else 0.25,
            "delta_max": below if lost and layer <= 2 else 1.0,
        }

    return probes


def test_a_dead_layer_is_found_in_the_network_that_has_one():
    results = made_up(study_of(), probes=dying(0.0))
    assert relu.with_dead_layer(results, EARLY).rows() == [(5, 1)]
    assert relu.with_dead_layer(results, 0).is_empty()


def test_the_output_layer_is_no_dead_layer():
    results = made_up(study_of(), probes=lambda *at: {"dead_units": float(at[-1] == at[1])})
    assert relu.with_dead_layer(results, EARLY).is_empty()


def test_no_layer_is_dead_or_others_speak_of_those_that_are():
    found = relu.no_dead_layer(made_up(study_of(), probes=alive), EARLY)
    assert found is not None
    assert found.holds
    assert relu.no_dead_layer(made_up(study_of(), probes=dying(0.0)), EARLY) is None
    assert relu.no_dead_layer(WITHOUT_RELU, EARLY) is None


@pytest.mark.parametrize(("below", "holds"), [(0.0, True), (1e-38, False)])
def test_below_a_dead_layer_delta_is_exactly_zero(below, holds):
    found = relu.nothing_arrives_below_dead_layers(made_up(study_of(), probes=dying(below)), EARLY)
    assert found is not None
    assert found.holds == holds
    assert found.remark == "1 of 6 networks"


def test_where_no_layer_is_dead_nothing_is_said_of_what_is_below():
    for results in (made_up(study_of(), probes=alive), WITHOUT_RELU):
        assert relu.nothing_arrives_below_dead_layers(results, EARLY) is None
        assert relu.never_learns_with_dead_layer(results, EARLY, 0.1) is None


@pytest.mark.parametrize(("ends", "holds"), [(0.1, True), (0.2, False)])
def test_a_network_with_a_dead_layer_is_to_end_at_chance(ends, holds):
    def history(activation, depth, seed, epoch):
        return {"test_accuracy": ends if (activation, depth, seed) == ("relu", 5, 1) else 0.9}

    found = relu.never_learns_with_dead_layer(made_up(study_of(), history, dying(0.0)), EARLY, 0.1)
    assert found is not None
    assert found.holds == holds
    assert found.numbers == {"in the end": [ends]}


def test_where_training_ends_early_it_can_not_be_told_how_such_networks_end():
    results = made_up(study_of(epochs=EARLY), probes=dying(0.0))
    assert relu.never_learns_with_dead_layer(results, EARLY, 0.1) is None
    assert relu.revived(results, EARLY) == []


def test_units_come_back_where_each_network_of_a_kind_has_fewer_dead_ones():
    def probes(activation, depth, seed, epoch, layer):
        fewer = depth == 20 or seed > 0  # of five layers, seed 0 stays as it is
        return {"dead_units": 0.2 if fewer and epoch == LAST else 0.3}

    [kind] = relu.revived(made_up(study_of(), probes=probes), EARLY)
    assert str(kind).replace("\N{NO-BREAK SPACE}", " ") == (
        "from 30 % after 3 epochs to 20 % after 4 with 20 layers and Glorot’s weights"
    )
    found = relu.units_come_back([kind])
    assert found is not None
    assert found.holds
    assert found.margin == pytest.approx([10, 10, 10])


def test_the_margin_is_that_of_the_kind_in_which_fewest_come_back():
    kinds = [
        Revived("Glorot", 5, (3, 4), (0.5, 0.5), (0.4, 0.1)),
        Revived("He", 20, (3, 4), (0.5, 0.5), (0.3, 0.3)),
    ]
    found = relu.units_come_back(kinds)
    assert found is not None
    assert found.margin == pytest.approx([10, 20])


def test_units_do_not_come_back_where_a_network_has_more_dead_ones():
    found = relu.units_come_back([Revived("Glorot", 5, (3, 4), (0.5, 0.5), (0.4, 0.6))])
    assert found is not None
    assert not found.holds
    assert relu.units_come_back([]) is None


def test_a_network_that_has_diverged_has_no_dead_units():
    def probes(activation, depth, seed, epoch, layer):
        lost = seed == 1 and epoch >= EARLY
        return {"dead_units": 1.0, "delta_max": float("nan")} if lost else {"dead_units": 0.5 - epoch / 10}

    results = made_up(study_of(), probes=probes)
    assert relu.with_dead_layer(results, EARLY).is_empty()
    assert relu.revived(results, EARLY) == []
