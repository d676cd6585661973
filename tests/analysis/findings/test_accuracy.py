"""What is said of accuracies holds for results that bear it out, fails for others, or does not apply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import made_up, study_of

from analysis.findings import accuracy
from analysis.results.frames import Results


def ending(epochs=4, early=None, depths=(5, 40), **scores):
    """Results whose test accuracies end at the scores given by activation, one for each seed, at every depth.

    `early` has other scores, of the epochs before the last.
    """

    def history(activation, depth, seed, epoch):
        given = early if early and activation in early and epoch < epochs else scores
        return {"test_accuracy": given[activation][seed]} if activation in given else {}

    seeds = len(next(iter(scores.values())))
    return made_up(study_of(seeds=seeds, depths=depths, epochs=epochs, activations=tuple(scores)), history)


def test_networks_that_end_at_the_level_are_not_above_it():
    found = accuracy.ends_at_most(ending(sigmoid=[0.1, 0.11, 0.11]), "sigmoid", (5, 40), 0.11)
    assert found.holds
    assert found.margin is None
    assert found.numbers["40 layers"] == [0.1, 0.11, 0.11]


@pytest.mark.parametrize(
    ("late", "least"), [([0.96, 0.93, 0.2], 0.85), ([0.1, 0.1, 0.1], 0.05), ([0.02] * 3, 0.0)]
)
def test_a_figure_begins_at_a_round_number_below_the_late_medians(late, least):
    found = accuracy.below_the_curves(ending(tanh=late, early={"tanh": [0.0] * 3}, epochs=2), ["tanh"])
    assert found == pytest.approx(least)


def test_one_network_above_the_level_is_seen():
    assert not accuracy.ends_at_most(ending(sigmoid=[0.1, 0.12, 0.1]), "sigmoid", (5, 40), 0.11).holds


@pytest.mark.parametrize(("activation", "depths"), [("sigmoid", ()), ("tanh", (5,)), ("sigmoid", (20,))])
def test_where_there_are_no_such_networks_nothing_is_said_of_a_level(activation, depths):
    assert accuracy.ends_at_most(ending(sigmoid=[0.1] * 3), activation, depths, 0.11) is None


def test_ending_below_is_by_the_nearest_of_the_others_of_the_same_seed():
    results = ending(sigmoid=[0.2, 0.3, 0.4], relu=[0.9, 0.8, 0.5], tanh=[0.7, 0.9, 0.6])
    found = accuracy.ends_below(results, "sigmoid", ("relu", "tanh"), depth=5)
    assert found.holds
    assert found.margin == pytest.approx([50, 50, 10])


def test_a_network_that_ends_above_one_of_the_others_of_its_seed_is_seen():
    results = ending(sigmoid=[0.2, 0.3], relu=[0.9, 0.9], tanh=[0.9, 0.25])
    found = accuracy.ends_below(results, "sigmoid", ("relu", "tanh"), depth=5)
    assert not found.holds
    assert accuracy.ends_below(results, "gelu", ("relu",), depth=5) is None
    assert accuracy.ends_below(results, "sigmoid", ("gelu",), depth=5) is None


@pytest.mark.parametrize(("scores", "holds"), [([0.51, 0.9], True), ([0.5, 0.9], False)])
def test_to_learn_is_to_answer_more_than_half(scores, holds):
    assert accuracy.learns(ending(tanh=scores), "tanh", 40).holds is holds


def test_of_networks_that_there_are_none_of_nothing_is_learned():
    assert accuracy.learns(ending(tanh=[0.9]), "relu", 40) is None


def test_one_learns_and_the_other_does_not_within_the_first_epochs():
    results = ending(early={"tanh": [0.6, 0.7, 0.8], "relu": [0.1, 0.2, 0.3]}, tanh=[0.9] * 3, relu=[0.8] * 3)
    found = accuracy.one_learns_and_the_other_does_not(results, "tanh", "relu", 40, epoch=3)
    assert found.holds
    assert found.margin == pytest.approx([50, 50, 50])
    assert not accuracy.one_learns_and_the_other_does_not(results, "tanh", "relu", 40, epoch=4).holds
    assert not accuracy.one_learns_and_the_other_does_not(results, "relu", "tanh", 40, epoch=3).holds


def test_nothing_is_said_of_networks_that_are_not_very_deep():
    results = ending(tanh=[0.9], relu=[0.1])
    assert accuracy.one_learns_and_the_other_does_not(results, "tanh", "relu", 5, epoch=3) is None
    assert accuracy.one_learns_and_the_other_does_not(results, "tanh", "gelu", 40, epoch=3) is None


def test_some_catch_up_where_one_that_had_not_learned_has_in_the_end():
    results = ending(early={"relu": [0.1, 0.2, 0.9]}, relu=[0.1, 0.8, 0.9], tanh=[0.9] * 3)
    found = accuracy.some_catch_up(results, "relu", "tanh", 40, epoch=3)
    assert found.holds
    assert found.numbers["in the end"] == [0.1, 0.8]
    assert found.remark == "1 of 2"
    none = ending(relu=[0.1, 0.2], tanh=[0.9, 0.9])
    assert not accuracy.some_catch_up(none, "relu", "tanh", 40, epoch=3).holds


@pytest.mark.parametrize(("scores", "epoch"), [([0.1], 4), ([0.9], 3)])
def test_none_can_catch_up_where_training_ends_there_or_all_have_learned(scores, epoch):
    assert accuracy.some_catch_up(ending(relu=scores, tanh=[0.9]), "relu", "tanh", 40, epoch) is None


def test_networks_that_were_not_said_to_be_behind_do_not_catch_up():
    early = {"relu": [0.1]}
    assert accuracy.some_catch_up(ending(early=early, relu=[0.9]), "relu", "tanh", 40, epoch=3) is None
    both = ending(early=early, relu=[0.9], tanh=[0.9])
    assert accuracy.some_catch_up(both, "relu", "tanh", 5, epoch=3) is None


def test_runs_that_diverged_are_named():
    results = ending(relu=[0.1, 0.2], depths=(5,))
    lost = [replace(run, diverged_at=2) if run.run.seed == 1 else run for run in results.runs]
    assert accuracy.diverged(results) == []
    assert accuracy.diverged(Results.of(results.study, lost)) == ["ReLU with 5 layers and seed 1 in epoch 2"]


def moving(by):
    """Results of 20 epochs, in the last of which the ReLU network of seed 1 moves."""
    study = study_of(seeds=2, depths=(5,), epochs=20)

    def history(activation, depth, seed, epoch):
        moves = activation == "relu" and seed == 1 and epoch == 20
        return {"test_accuracy": 0.9 - (by if moves else 0)}

    return made_up(study, history)


def test_networks_that_move_in_the_end_are_named_with_how_far():
    found = accuracy.restless(moving(0.3))
    assert found.holds
    assert found.numbers == {"ReLU with 5 layers": [pytest.approx(0.3)]}


def test_nothing_is_said_where_all_are_at_rest_or_training_is_short():
    assert accuracy.restless(moving(0.05)) is None
    assert accuracy.restless(ending(tanh=[0.9, 0.1])) is None
