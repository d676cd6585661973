"""What varies in the benchmark, and by how much."""

from __future__ import annotations

import pytest

from analysis.speed.benchmark import BATCHES, WIDTHS, varied
from analysis.studies.study import Study
from derivations import activations

STUDY = Study(name="s", activations=["tanh", "relu"], depths=[2, 5], seeds=3, epochs=2)


@pytest.fixture(scope="module")
def runs():
    return varied(STUDY, 5)


def test_all_networks_of_the_study_are_trained_at_each_of_its_depths(runs):
    assert [run for depth in (2, 5) for run in runs["depth", depth]] == sorted(
        STUDY.runs, key=lambda run: run.depth
    )


def test_widths_and_batches_vary_with_one_network_of_each_activation(runs):
    alike = [run for run in runs["depth", 5] if run.seed == 0]
    assert [run.activation for run in alike] == ["tanh", "relu"]
    assert runs["width", STUDY.width] == runs["batch", STUDY.batch_size] == alike
    for width in WIDTHS:
        assert runs["width", width] == [run.model_copy(update={"width": width}) for run in alike]
    for size in BATCHES:
        assert runs["batch", size] == [run.model_copy(update={"batch_size": size}) for run in alike]


def test_there_is_one_network_of_each_registered_activation(runs):
    found = {value: some for (kind, value), some in runs.items() if kind == "activation"}
    assert found.keys() == activations.keys()
    for name, [run] in found.items():
        assert (run.depth, run.seed, run.activation) == (5, 0, name)
        assert run.function.expression == activations[name].expression
