"""The highest test accuracy: whose it is, and which others are surely near it."""

from __future__ import annotations

from made_up import made_up, study_of

from analysis.findings.accuracy import highest


def results_of(scores, **study):
    """Results with these final accuracies: (activation, depth) -> one for each seed; 0.2 where none is given."""
    seeds = len(next(iter(scores.values())))

    def history(activation, depth, seed, epoch):
        score = scores.get((activation, depth), [0.2 + 0.01 * seed for seed in range(seeds)])[seed]
        return {"test_accuracy": score if epoch == 4 else 0.99}

    return made_up(study_of(seeds, **study), history)


def test_the_highest_mean_is_that_of_the_last_epoch():
    found = highest(results_of({("tanh", 20): [0.93, 0.92, 0.94], ("relu", 5): [0.81, 0.83, 0.82]}))
    assert (found.name, found.scores) == ("20 layers with tanh", [0.93, 0.92, 0.94])
    assert found.near == []


def test_what_is_surely_within_a_point_is_named_in_the_order_of_the_study():
    scores = {
        ("tanh", 20): [0.920, 0.922, 0.924],
        ("lecun", 5): [0.921, 0.921, 0.922],  # half a point either way at most
        ("relu", 5): [0.918, 0.920, 0.922],  # below it by the same for every seed, but by little
        ("relu", 20): [0.80, 0.92, 0.93],  # near it by the mean, as far as three seeds tell
        ("sigmoid", 5): [0.1, 0.925, 0.925],
    }
    found = highest(results_of(scores))
    assert found.name == "20 layers with tanh"
    assert found.near == ["5 layers with ReLU", "5 layers with LeCun"]


def test_with_too_few_seeds_nothing_is_said_of_the_others():
    found = highest(results_of({("tanh", 5): [0.9, 0.91], ("relu", 5): [0.9, 0.91]}))
    assert (found.name, found.near) == ("5 layers with ReLU", [])


def test_a_study_of_one_network_has_one_that_is_highest():
    found = highest(results_of({("gelu", 2): [0.5]}, activations=["gelu"], depths=[2]))
    assert (found.name, found.scores, found.near) == ("2 layers with GELU", [0.5], [])
