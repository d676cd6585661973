"""A network of each study that stands beside the report's, by autograd too: it learns where ours does."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from reference import trained

from analysis.studies.beside import all_studies
from analysis.studies.data import load
from analysis.studies.reading import read
from analysis.training.epochs import train_stack

#: study, the one beside it, activation, depth, whether it learns within an epoch
CELLS = [
    ("gain", "control", "tanh", 40, True),
    ("optimizers", "adam", "sigmoid", 5, True),
    ("optimizers", "adam", "sigmoid", 20, False),
    ("rates", "1.0", "sigmoid", 5, True),
    ("rates", "0.1", "tanh", 40, False),
    ("weights", "torch_default", "tanh", 20, False),
    ("weights", "he_uniform", "tanh", 20, True),
    ("weights", "critical", "gelu", 20, True),
    ("weights", "free", "relu", 20, True),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "beside", "activation", "depth", "learns"), CELLS)
def test_a_network_of_each_named_study_learns_by_autograd_as_it_does_here(
    mnist_cache: Path, libraries: Path, name: str, beside: str, activation: str, depth: int, learns: bool
) -> None:
    [study] = [each for each in all_studies(read(name)) if each.name == beside]
    runs = study.model_copy(update={"epochs": 1}).runs
    run = next(run for run in runs if (run.activation, run.depth) == (activation, depth))
    data = load("MNIST", mnist_cache)
    [result] = train_stack([run], data, cache=libraries)
    _, history = trained(run, data, torch.float32)
    ours, theirs = (found["test_accuracy"][-1] for found in (result.history, history))
    assert (ours > 0.5) == (theirs > 0.5) == learns
    assert ours == pytest.approx(theirs, abs=0.1)
