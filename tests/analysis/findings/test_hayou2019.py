"""What the study `hayou2019` says, held against accuracies made by hand; and whether its weights are on the edge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import made_up

from analysis.findings import hayou2019
from analysis.studies.beside import all_studies
from analysis.studies.reading import read
from derivations import Propagation, activations, derive
from derivations.language.registry import find_activation

AS_PUBLISHED = {"elu": 0.9, "tanh": 0.91, "leaky_relu": 0.5, "relu": 0.45, "softplus": 0.1, "sigmoid": 0.1}


@pytest.fixture(scope="module")
def networks():
    return {name: Propagation(derive(activations[name])) for name in hayou2019.TABLE_1.accuracies}


def results(**changed):
    """Those of the study, whose accuracies rise by a hundredth from seed to seed."""
    last = AS_PUBLISHED | changed

    def history(name, depth, seed, epoch):
        return {"test_accuracy": last[name] + seed / 100}

    study = read(hayou2019.STUDY)
    beside = {each.name: made_up(each, history) for each in study.beside}
    return replace(made_up(study, history), beside=beside)


@pytest.mark.parametrize(
    ("changed", "smooth", "kinked", "never"),
    [
        ({}, True, True, True),
        ({"relu": 0.95}, False, True, True),
        ({"tanh": 0.2}, False, True, True),
        ({"softplus": 0.47}, True, False, True),
        ({"sigmoid": 0.6}, True, False, False),
    ],
)
def test_the_order_holds_only_if_every_activation_keeps_to_it(changed, smooth, kinked, never):
    study = results(**changed)
    findings = hayou2019.smooth_ahead(study), hayou2019.kinked_ahead(study)
    assert [finding and finding.holds for finding in findings] == [smooth, kinked]
    assert all(finding and len(finding.margin or ()) == 3 for finding in findings)
    found = hayou2019.none_off_the_edge_learns(study)
    assert found is not None
    assert found.holds == never


def test_the_paper_stands_beside_what_is_found_here(networks):
    rows = {row["activation"]: row for row in hayou2019.compared(results(), networks).to_dicts()}
    assert list(rows) == list(hayou2019.TABLE_1.accuracies)
    assert rows["elu"]["paper"] == "91.63 ± 2.21"
    assert rows["elu"]["here"] == pytest.approx([0.9, 0.91, 0.92])
    assert (rows["elu"]["sigma_w"], rows["elu"]["sigma_b"]) == pytest.approx((1.227, 0.2))
    assert rows["softplus"]["edge"] is None


def test_the_weights_of_the_paper_are_on_the_edge_of_chaos_to_a_fifth_of_a_per_cent(networks):
    """Of ReLU and LeakyReLU with any variance; those of ELU and tanh the paper gives to three decimals."""
    rows = {row["activation"]: row for row in hayou2019.compared(results(), networks).to_dicts()}
    for name in hayou2019.KINKED:
        assert rows[name]["sigma_w"] == pytest.approx(rows[name]["edge"], rel=1e-12)
    for name in hayou2019.SMOOTH:
        assert rows[name]["sigma_w"] == pytest.approx(rows[name]["edge"], rel=2e-3)


def test_there_is_nothing_to_say_without_the_study_or_an_activation(networks):
    assert hayou2019.smooth_ahead(None) is None
    assert hayou2019.kinked_ahead(None) is None
    assert hayou2019.none_off_the_edge_learns(None) is None
    assert hayou2019.compared(None, {}).is_empty()
    alone = made_up(read(hayou2019.STUDY))
    assert hayou2019.smooth_ahead(alone) is None
    assert list(hayou2019.compared(alone, networks)["activation"]) == ["relu", "softplus", "sigmoid"]


def test_the_studies_beside_differ_in_nothing_but_activation_and_weights():
    one, *others = all_studies(read(hayou2019.STUDY))
    same = ("depths", "seeds", "epochs", "width", "batch_size", "learning_rate", "optimizer", "dataset")
    assert all(getattr(other, key) == getattr(one, key) for other in others for key in same)
    trained = [name for study in (one, *others) for name in study.activations]
    assert sorted(trained) == sorted(find_activation(name).name for name in hayou2019.TABLE_1.accuracies)
