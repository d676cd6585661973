"""What optimizers and learning rates do, held against accuracies made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import made_up, study_of

from analysis.findings import interventions

SMALL = {"activations": ("tanh", "sigmoid"), "depths": (5,), "seeds": 3}


def results(tanh=(0.9,) * 3, sigmoid=(0.1,) * 3, beside=None, **study):
    """Those of a study of three seeds whose last accuracies these are."""
    last = {"tanh": tanh, "sigmoid": sigmoid}
    of_study = study_of(**SMALL, **study)
    found = made_up(of_study, lambda name, depth, seed, epoch: {"test_accuracy": last[name][seed]})
    return replace(found, beside=beside or {})


def holds(finding):
    assert finding is not None
    return finding.holds


@pytest.mark.parametrize(
    ("before", "after", "all_learn", "some_learn"),
    [
        ((0.1, 0.1, 0.1), (0.9, 0.9, 0.6), True, True),
        ((0.1, 0.1, 0.1), (0.9, 0.9, 0.4), False, True),
        ((0.1, 0.1, 0.1), (0.1, 0.2, 0.4), False, False),
        ((0.1, 0.6, 0.1), (0.9, 0.9, 0.9), False, False),
    ],
)
def test_a_change_decides_only_where_none_had_learned_before(before, after, all_learn, some_learn):
    pair = results(sigmoid=before), results(sigmoid=after)
    assert holds(interventions.all_learn_once_changed(*pair, "sigmoid", 5)) == all_learn
    assert holds(interventions.some_learn_once_changed(*pair, "sigmoid", 5)) == some_learn
    assert interventions.learned(pair[1], "sigmoid", 5) == sum(score > 0.5 for score in after)


def test_none_learns_only_if_none_does_in_any_of_the_studies():
    calm, wild = results(), results(sigmoid=(0.1, 0.1, 0.8))
    assert holds(interventions.none_learns_however_trained(replace(calm, beside={"a": calm}), "sigmoid", [5]))
    assert not holds(
        interventions.none_learns_however_trained(replace(calm, beside={"a": wild}), "sigmoid", [5])
    )


@pytest.mark.parametrize(("sigmoid", "expected"), [((0.1, 0.2, 0.5), True), ((0.1, 0.2, 0.6), False)])
def test_no_way_leads_anywhere_only_if_neither_optimizers_nor_rates_do(sigmoid, expected):
    deep = study_of(activations=("sigmoid",), depths=(5, 20), seeds=3)
    named = {
        name: made_up(
            deep, lambda _, depth, seed, __, last=last: {"test_accuracy": 0.9 if depth == 5 else last[seed]}
        )
        for name, last in (("optimizers", (0.1,) * 3), ("rates", sigmoid))
    }
    assert holds(interventions.none_learns_by_any_way(results(beside=named), "sigmoid")) == expected
    assert interventions.none_learns_by_any_way(results(beside={"rates": named["rates"]}), "sigmoid") is None


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(1.0, 9.0, True), (1.0, 1.05, False), (2.0, 9.0, False)]
)
def test_a_first_layer_wakes_if_its_norm_grows_in_the_one_study_alone(before, after, expected):
    def norms(last):
        return made_up(
            study_of(activations=("sigmoid",), depths=(5,), seeds=2),
            probes=lambda _, depth, seed, epoch, layer: {
                "spectral_norm": last if epoch == 4 and layer == 1 else 1.0
            },
        )

    assert holds(interventions.wakes_the_first_layer(norms(before), norms(after), "sigmoid")) == expected
    assert interventions.wakes_the_first_layer(norms(before), None, "sigmoid") is None


def rates(**accuracies):
    """A study at the rate 0.01, and one beside it at 0.1."""
    fast = results(**accuracies, learning_rate=0.1)
    return results(beside={"0.1": fast, "adam": results(optimizer="adam")})


def test_the_best_rate_is_that_of_the_highest_mean_and_there_is_none_where_none_learns():
    tanh, sigmoid = interventions.best_rates(rates(tanh=(0.95, 0.9, 0.89))).to_dicts()
    assert (tanh["rate"], tanh["best"], tanh["own"]) == (0.1, [0.95, 0.9, 0.89], [0.9] * 3)
    assert (sigmoid["rate"], sigmoid["own"]) == (None, [0.1] * 3)


def test_rates_ascend_and_other_studies_beside_are_left_out():
    varied = interventions.by_rate(rates())
    assert varied["rate"].unique(maintain_order=True).to_list() == [0.01, 0.1]
    assert varied.height == 2 * 2 * 3


@pytest.mark.parametrize(
    ("sigmoid", "ahead", "closer"),
    [((0.1,) * 3, True, False), ((0.8, 0.8, 0.85), True, True), ((0.8, 0.8, 0.95), False, True)],
)
def test_a_ranking_survives_only_at_the_best_rate_of_each(sigmoid, ahead, closer):
    found = rates(sigmoid=sigmoid)
    assert holds(interventions.still_ahead(found, ["tanh"], ["sigmoid"], 5)) == ahead
    assert holds(interventions.closer_at_best(found, 5)) == closer


def test_there_is_nothing_to_say_without_studies_or_networks():
    assert interventions.all_learn_once_changed(None, results(), "tanh", 5) is None
    assert interventions.some_learn_once_changed(results(), results(), "relu", 5) is None
    assert interventions.none_learns_however_trained(None, "tanh", [5]) is None
    assert interventions.still_ahead(None, ["tanh"], ["relu"], 5) is None
    assert interventions.still_ahead(rates(), ["tanh"], ["relu"], 5) is None
    assert interventions.closer_at_best(rates(), 20) is None
    for frame in (interventions.by_rate, interventions.best_rates, interventions.scores_by_way):
        assert frame(None).is_empty()


def test_every_way_has_a_column():
    study = results(beside={"adam": results(sigmoid=(0.9,) * 3)})
    rows = interventions.scores_by_way(study).to_dicts()
    assert rows[1] == {"activation": "sigmoid", "depth": 5, "sgd": [0.1] * 3, "adam": [0.9] * 3}
