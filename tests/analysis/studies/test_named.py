"""A network of each study that stands beside the report's, by autograd too: it learns where ours does.

Of those that would take minutes, the first steps.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from reference import trained

from analysis.studies.beside import all_studies
from analysis.studies.data import load
from analysis.studies.patterns import Data
from analysis.studies.reading import read
from analysis.studies.run import HISTORY, Run
from analysis.training.epochs import train_stack

#: study, the one beside it, activation, depth, whether it learns within an epoch
CELLS = [
    ("gain", "control", "tanh", 40, True),
    ("optimizers", "adam", "sigmoid", 5, True),
    ("optimizers", "adam", "sigmoid", 20, False),
    ("optimizers", "floor", "sigmoid", 20, False),
    ("rates", "1.0", "sigmoid", 5, True),
    ("rates", "0.1", "tanh", 40, False),
    ("weights", "torch_default", "tanh", 20, False),
    ("weights", "he_uniform", "tanh", 20, True),
    ("weights", "critical", "gelu", 20, True),
    ("weights", "free", "relu", 20, True),
]
#: study, the one beside it, activation, depth: wide and deep networks, of which the first steps are compared
LARGE = [
    ("hayou2019", "elu", "elu", 100),
    ("schoenholz2017", "2.0", "tanh", 100),
]
STEPS, TESTED = 5, 500


def first_run(name: str, beside: str, activation: str, depth: int) -> Run:
    """The run of the first seed, for one epoch."""
    [study] = [each for each in all_studies(read(name)) if each.name == beside]
    runs = study.model_copy(update={"epochs": 1}).runs
    return next(run for run in runs if (run.activation, run.depth) == (activation, depth))


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize(("name", "beside", "activation", "depth", "learns"), CELLS)
def test_a_network_of_each_named_study_learns_by_autograd_as_it_does_here(
    mnist_cache: Path, libraries: Path, name: str, beside: str, activation: str, depth: int, learns: bool
) -> None:
    run, data = first_run(name, beside, activation, depth), load("MNIST", mnist_cache)
    [result] = train_stack([run], data, cache=libraries)
    _, history = trained(run, data, torch.float32)
    ours, theirs = (found["test_accuracy"][-1] for found in (result.history, history))
    assert (ours > 0.5) == (theirs > 0.5) == learns
    assert ours == pytest.approx(theirs, abs=0.1)


@pytest.mark.slow
@pytest.mark.release
@pytest.mark.parametrize(("name", "beside", "activation", "depth"), LARGE)
def test_a_large_network_begins_by_autograd_as_it_does_here(
    mnist_cache: Path, libraries: Path, name: str, beside: str, activation: str, depth: int
) -> None:
    run, data = first_run(name, beside, activation, depth), load("MNIST", mnist_cache)
    some = STEPS * run.batch_size
    few = Data(
        "few",
        data.train_images[:some],
        data.train_labels[:some],
        data.test_images[:TESTED],
        data.test_labels[:TESTED],
    )
    [result] = train_stack([run], few, cache=libraries)
    _, history = trained(run, few, torch.float32)
    for measure in HISTORY:
        # Rounding has grown through the layers, up to the answers to one or two images.
        close = {"abs": 2.5 / TESTED} if "accuracy" in measure else {"rel": 1e-3}
        assert result.history[measure] == pytest.approx(history[measure], **close), measure
