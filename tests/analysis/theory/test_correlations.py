"""Predicted correlations against wide networks that are drawn, and what is known of very deep ones."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from analysis.studies.initial_weights import Initializer
from analysis.studies.reading import read
from analysis.theory.correlations import between, correlations, dead_share, decorrelations, ends
from derivations import Propagation, activations, derive

FUNCTIONS = {
    "relu": lambda v: np.maximum(v, 0),
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "lecun": lambda v: 1.7159 * np.tanh(2 * v / 3) + 0.01 * v,
}
GLOROT = Initializer("glorot_uniform")
WITH_BIASES = Initializer("normal", 1.1, 0.3)


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(3)
    shapes = random.random((10, 196)) < 0.3  # patterns of a class have much in common
    return shapes[random.integers(0, 10, 24)] * random.random((24, 196))


def measured(name, units, images, seed, initial):
    """1 - rho of v in each layer of one network, the mean over pairs of images."""
    y, found = images, []
    for r, (below, here) in enumerate(pairwise(units)):
        W, b = initial.draw(np.random.default_rng([seed, r]), below, here)
        v = y @ W.T + b
        found.append(between(v).mean())
        y = FUNCTIONS[name](v)
    return found


@pytest.mark.parametrize("initial", [GLOROT, WITH_BIASES], ids=["glorot", "biases"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_wide_networks_follow_the_map(name, initial, images):
    units = [196, *[512] * 11, 10]
    theory = decorrelations(Propagation(derive(activations[name])), units, initial, images)
    found = np.mean([measured(name, units, images, seed, initial) for seed in range(4)], axis=0)
    assert found[:-1] == pytest.approx(theory[:-1], abs=0.04)  # the last layer has ten units only
    if (
        name == "sigmoid" and initial is GLOROT
    ):  # 1 - rho falls below the spacing of numbers near one, and theory follows it
        assert theory[-2] < 1e-12
        assert np.log(found[:7]) == pytest.approx(np.log(theory[:7]), abs=0.3)


def test_an_image_without_direction_is_left_out():
    found = between(np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]))
    assert found == pytest.approx([1.0])
    relu = Propagation(derive(activations["relu"]))
    assert np.isnan(decorrelations(relu, [2, 4, 4], GLOROT, np.zeros((3, 2)))).all()


@pytest.mark.parametrize("c", [1.0, 0.3, 0.01])
def test_the_share_of_dead_units_is_that_of_random_numbers(c):
    random = np.random.default_rng(5)
    shared, own = random.normal(size=(40_000, 1)), random.normal(size=(40_000, 16))
    dead = (math.sqrt(1 - c) * shared + math.sqrt(c) * own < 0).all(1).mean()
    assert dead_share(c, 16) == pytest.approx(dead, abs=0.01)


@pytest.mark.slow
def test_deep_networks_make_images_the_same_or_orthogonal_or_keep_them_apart(mnist_cache):
    found = {row["activation"]: row for row in ends(read("quick"), mnist_cache).to_dicts()}
    assert (found["sigmoid"]["rho"], found["relu"]["rho"]) == (1, 1)
    assert found["sigmoid"]["depth_scale"] == pytest.approx(
        0.346, abs=1e-3
    )  # of chi there: Schoenholz et al.
    assert found["relu"]["depth_scale"] == math.inf
    assert found["tanh"]["rho"] is None
    assert found["lecun"]["rho"] == 0


@pytest.mark.slow
def test_every_layer_of_a_study_has_a_prediction(mnist_cache):
    study = read("quick")
    found = correlations(study, mnist_cache)
    assert found.height == sum(study.depths) * len(study.activations)
    first = found.filter(layer=1)["decorrelation"]
    assert first.to_list() == pytest.approx([first[0]] * len(first))  # that of the images
    assert found["decorrelation"].null_count() == 0
