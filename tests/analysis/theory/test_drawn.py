"""Wide networks that are drawn, against the same ones by torch."""

import pytest
import torch

from analysis.studies.data import FULL_INTENSITY, load
from analysis.studies.reading import read
from analysis.theory import drawn
from analysis.theory.wide_networks import widened
from analysis.training.networks import drawn as weights_of

pytestmark = pytest.mark.slow


def test_their_correlations_are_those_of_torch(mnist_cache, monkeypatch):
    monkeypatch.setattr(drawn, "NETWORKS", 2)
    study = read("quick").model_copy(update={"activations": ("tanh",), "depths": (4,)})
    found = drawn.wide_correlations(study, mnist_cache)
    images = torch.tensor(load("MNIST", mnist_cache).train_images[: study.batch_size] / FULL_INTENSITY)
    wide, means = widened(study), torch.zeros(4, dtype=torch.float64)
    for run in wide.model_copy(update={"seeds": 2}).runs:
        y = images
        for r, W in enumerate(weights_of(run, images.shape[1])):
            v = y @ torch.from_numpy(W).T
            direction = torch.nn.functional.normalize(v)
            pairs = (direction @ direction.T)[*torch.triu_indices(len(v), len(v), 1)]
            means[r] += (1 - pairs.mean()) / 2
            y = torch.tanh(v)
    assert found["layer"].to_list() == [1, 2, 3, 4]
    assert found["decorrelation"].to_list() == pytest.approx(means.tolist(), rel=1e-5)


def test_huge_networks_are_not_drawn(mnist_cache):
    assert drawn.wide_correlations(read("quick").model_copy(update={"width": 1024}), mnist_cache).is_empty()
