"""Bands: do they hold as many of other networks as they say, and are they the percentiles of those drawn?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_up import study_of
from reference import batch_of, untrained

from analysis.studies.data import load
from analysis.studies.initial_weights import Initializer
from analysis.studies.patterns import FULL_INTENSITY
from analysis.studies.reading import read
from analysis.theory.bands import ENOUGH, MANY, bands, drawn_slopes, how_many, slope
from analysis.theory.sampling import sample
from derivations import activations

TANH = study_of(activations=["tanh"], depths=(6,), width=8)
GLOROT = Initializer("glorot_uniform")


def test_a_fitted_slope_is_that_of_the_line_downwards():
    noise = np.random.default_rng(0).normal(size=9)
    line = np.polyfit(np.arange(9, 0, -1), noise, 1)
    assert slope(noise) == pytest.approx(line[0])
    assert slope(np.array([3.0, 2.5, 2.0])) == pytest.approx(0.5)


def test_bands_are_percentiles_of_networks_like_the_studys(mnist_cache):
    data = load("MNIST", mnist_cache)
    found = bands(TANH, mnist_cache)
    networks = found["networks"][0]
    images, labels = data.train_images[:64] / FULL_INTENSITY, data.train_labels[:64]
    drawn = sample(activations["tanh"], [784, *[8] * 5, 10], GLOROT, images, labels, networks)
    for measure, of in (("delta", drawn.delta), ("gradient", drawn.gradient)):
        for layer in range(6):
            row = found.row(layer, named=True)
            inside = np.exp(of[:, layer])
            shares = [(inside < row[f"{measure}_{end}"]).mean() for end in ("low", "median", "high")]
            assert shares == pytest.approx([0.025, 0.5, 0.975], abs=1 / networks)
    assert found["mean"].to_list() == pytest.approx(drawn.delta.mean(axis=0), rel=1e-5)
    [row] = drawn_slopes(TANH, mnist_cache).to_dicts()
    assert row["drawn"] == pytest.approx(slope(drawn.delta[:, :-1]), rel=1e-4, abs=1e-6)


def test_long_studies_have_many_networks_short_ones_enough_and_huge_ones_none():
    assert {how_many(read("standard"), depth, 784, 10) for depth in (5, 20, 40)} == {MANY}
    assert {how_many(read("quick"), depth, 784, 10) for depth in (5, 20, 40)} == {ENOUGH}
    assert 200 < how_many(study_of(width=256, epochs=100), 40, 784, 10) < MANY
    assert how_many(study_of(width=8192), 40, 784, 10) == 0
    assert how_many(study_of(batch_size=4096), 5, 784, 10) == 0


def test_a_study_of_huge_networks_has_no_bands(mnist_cache):
    huge = study_of(width=8192, depths=(40,))
    assert bands(huge, mnist_cache).is_empty()
    assert drawn_slopes(huge, mnist_cache).is_empty()


def test_where_nothing_arrives_there_is_no_band(mnist_cache):
    study = study_of(activations=["hardshrink"], depths=(20,), width=4)
    first = bands(study, mnist_cache).row(0, named=True)
    assert first["delta_median"] == 0
    assert first["mean"] is None
    assert drawn_slopes(study, mnist_cache).is_empty()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "depth"), [("relu", 20), ("tanh", 20), ("lecun", 20), ("sigmoid", 5)])
def test_bands_hold_ninety_five_per_cent_of_networks_of_other_seeds(mnist_cache, name, depth):
    """The networks are a study's, with its seeds, by autograd; each layer's band holds a binomial number of them."""
    networks = 200
    study = study_of(activations=[name], depths=(depth,), seeds=networks, epochs=100)
    found, data = bands(study, mnist_cache), load("MNIST", mnist_cache)
    assert found["networks"][0] == MANY
    x, labels = batch_of(data.train_images[: study.batch_size], data.train_labels[: study.batch_size])
    within = np.zeros((2, depth))
    for run in study.runs:
        network = untrained(run, 784)
        network.loss(x, labels).backward()
        measured = [
            [part.grad.square().mean().sqrt().item() for part in parts] for parts in (network.v, network.W)
        ]
        for n, measure in enumerate(("delta", "gradient")):
            low, high = (found[f"{measure}_{end}"].to_numpy() for end in ("low", "high"))
            within[n] += (low <= measured[n]) & (measured[n] <= high)
    # A band's own share, of a thousand networks, varies with a deviation of 0.7 per cent, and adds to the binomial one.
    deviation = math.hypot(math.sqrt(0.95 * 0.05 / networks), math.sqrt(0.95 * 0.05 / MANY))
    assert within / networks == pytest.approx(0.95, abs=4 * deviation)
    assert within.mean() / networks == pytest.approx(0.95, abs=2.5 * deviation)
