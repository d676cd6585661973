"""The map of chi, against what the papers say of known networks."""

from __future__ import annotations

import math

import pytest
from made_up import study_of

from analysis.theory.chaos import chi_reached, least_on_edge, weight_scales
from analysis.theory.predictions import propagation
from derivations import activations


def network(name, cache):
    return propagation(activations[name], cache)


@pytest.mark.parametrize(("name", "sigma_w"), [("relu", math.sqrt(2)), ("tanh", 1.0)])
def test_the_edge_begins_where_the_papers_have_it(mnist_cache, name, sigma_w):
    assert least_on_edge(network(name, mnist_cache)) == pytest.approx(sigma_w, rel=1e-6)


def test_the_edge_of_lecuns_activation_begins_where_its_slope_at_zero_is_undone(mnist_cache):
    slope = 1.7159 * 2 / 3 + 0.01
    assert least_on_edge(network("lecun", mnist_cache)) == pytest.approx(1 / slope, rel=1e-6)


@pytest.mark.parametrize("width", [1, 7, 32, 777])
def test_between_layers_of_equal_width_glorot_and_lecun_agree(width):
    assert weight_scales(study_of(width=width)) == {
        "Glorot, LeCun": pytest.approx(1.0),
        "He": pytest.approx(math.sqrt(2)),
    }


def test_chi_is_that_of_very_deep_networks(mnist_cache):
    assert chi_reached(network("relu", mnist_cache), 1.0) == pytest.approx(0.5)
    assert chi_reached(network("tanh", mnist_cache), 0.5) == pytest.approx(0.25)  # sigma_w^2 f'(0)^2
