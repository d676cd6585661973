"""What the study `schoenholz2017` says, held against accuracies made by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from made_up import made_up

from analysis.findings import schoenholz2017
from analysis.studies.beside import all_studies
from analysis.studies.reading import read
from derivations import Propagation, activations, derive

TANH = Propagation(derive(activations["tanh"]))


def rows(*entries):
    """Of a study with one seed: variance of the weights, depth, reach and accuracy."""
    columns = ["weight_variance", "depth", "reach", "accuracy"]
    return pl.DataFrame([(*entry[:3], [entry[3]]) for entry in entries], schema=columns, orient="row")


@pytest.fixture(scope="module")
def results():
    """Those of the study, whose accuracies are a thousandth of the depth and a tenth for each epoch after the first."""

    def history(name, depth, seed, epoch):
        return {"test_accuracy": depth / 1000 + (epoch - 1) / 10}

    study = read(schoenholz2017.STUDY)
    return replace(
        made_up(study, history), beside={each.name: made_up(each, history) for each in study.beside}
    )


def test_every_network_of_the_study_has_a_row_with_its_reach(results):
    found = schoenholz2017.networks(results, TANH)
    variances = {round(each.sigma_w**2, 12) for each in all_studies(results.study)}
    assert found.height == len(variances) * len(results.study.depths)
    assert found["epochs"].unique().to_list() == [1]
    first = found.row(0, named=True)
    assert (first["weight_variance"], first["depth"], first["accuracy"]) == (1.0, 10, [0.01])
    assert first["reach"] == pytest.approx(21.76, abs=0.01)
    assert found["weight_variance"].is_sorted()


def test_networks_that_are_trained_for_longer_stand_beside_what_they_were_before(results):
    found = schoenholz2017.longer(results, TANH)
    places = found.select("weight_variance", "depth").rows()
    assert places == [(1.0, 10), (1.0, 25), (4.0, 25), (4.0, 50)]
    assert found["before"].to_list() == [[depth / 1000] for _, depth in places]
    assert found["accuracy"].explode().to_list() == pytest.approx([depth / 1000 + 0.4 for _, depth in places])
    slow = schoenholz2017.not_learned_before(
        found.with_columns(before=pl.Series([[0.6], [0.1], [0.6], [0.5]]))
    )
    assert slow["depth"].to_list() == [25, 50]


def test_a_network_as_deep_as_its_reach_is_within():
    within, beyond = schoenholz2017.parted(rows((1.0, 10, 10.0, 0.9), (1.0, 11, 10.0, 0.1)))
    assert (within["depth"].to_list(), beyond["depth"].to_list()) == ([10], [11])


@pytest.mark.parametrize(
    ("learned", "most", "hardly_any", "some"),
    [(6, True, False, True), (5, False, False, True), (1, False, True, True), (0, False, True, False)],
)
def test_most_is_more_than_half_and_hardly_any_a_tenth(learned, most, hardly_any, some):
    networks = rows(*((1.0, 5 * n, 50.0, 0.9 if n <= learned else 0.5) for n in range(1, 11)))
    asked = schoenholz2017.most_learn, schoenholz2017.hardly_any_learns, schoenholz2017.some_learn
    found = [finding(networks) for finding in asked]
    assert [finding and finding.holds for finding in found] == [most, hardly_any, some]
    assert schoenholz2017.how_many_learn(networks) == (learned, 10)


def test_networks_that_are_against_it_are_named():
    finding = schoenholz2017.hardly_any_learns(rows((1.25, 50, 41.0, 0.6), (1.0, 50, 22.0, 0.1)))
    assert finding is not None
    assert finding.remark == "2 networks; otherwise: 50 layers with $\\sigma_w^2$ = 1.25"


def test_the_depths_between_which_networks_cease_to_learn():
    of_one = [(1.0, 10, 22.0, 0.9), (1.0, 25, 22.0, 0.9), (1.0, 50, 22.0, 0.1)]
    of_another = [(4.0, 10, 42.0, 0.2), (4.0, 25, 42.0, 0.1)]
    found = schoenholz2017.by_weights(rows(*of_one, *of_another))
    assert found.rows() == [(1.0, 22.0, 25, 50), (4.0, 42.0, None, 10)]


def test_there_is_nothing_to_say_without_the_study():
    nothing = schoenholz2017.networks(None, TANH)
    assert nothing.is_empty()
    assert schoenholz2017.hardly_any_learns(nothing) is None
    assert schoenholz2017.most_learn(nothing) is None
    assert schoenholz2017.some_learn(nothing) is None
    assert schoenholz2017.longer(None, TANH).is_empty()
    assert schoenholz2017.by_weights(nothing).is_empty()


def test_the_studies_beside_differ_in_nothing_but_the_variance_of_the_weights_and_in_epochs():
    one, *others = all_studies(read(schoenholz2017.STUDY))
    for other in others:
        assert other.sigma_w**2 == pytest.approx(float(other.name.removesuffix(", longer")), rel=1e-12)
        varied = ("name", "sigma_w", "depths", "epochs")
        assert other == one.model_copy(update={"beside": (), **{key: getattr(other, key) for key in varied}})
        assert other.epochs > one.epochs or other.depths == one.depths
    assert one.sigma_b**2 == pytest.approx(0.05, rel=1e-12)
    assert 60_000 / one.batch_size == 200
