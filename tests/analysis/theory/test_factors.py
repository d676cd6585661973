"""The factors of a study's deepest networks, against Glorot's formula and frames made by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from made_up import study_of

from analysis.studies.patterns import Data
from analysis.theory.factors import Factors, Scales, factors


def test_scales_are_glorots_variance_times_the_terms_of_each_sum():
    images, labels = np.full((100, 784), 51, np.uint8), np.zeros(100, np.int64)
    scales = Scales.of(study_of(width=32), Data("grey", images, labels, images, labels))
    assert scales.hidden == 1
    assert scales.first == pytest.approx(2 * 784 / (784 + 32))
    assert scales.last == pytest.approx(2 * 32 / (32 + 10))
    assert scales.down == pytest.approx(2 * 10 / (32 + 10))
    assert scales.variance == pytest.approx(scales.first * 0.2**2)


def test_critical_weights_have_no_scales_that_all_activations_share():
    images, labels = np.full((100, 784), 51, np.uint8), np.zeros(100, np.int64)
    study = study_of(activations=("tanh",), initializer="critical")
    assert Scales.of(study, Data("grey", images, labels, images, labels)) is None


def test_factors_are_those_between_hidden_layers_of_the_deepest_networks():
    study = study_of(depths=(3, 5))
    predictions = pl.DataFrame(
        {
            "activation": ["relu"] * 8 + ["tanh"] * 5,
            "depth": [3] * 3 + [5] * 10,
            "layer": [1, 2, 3] + [1, 2, 3, 4, 5] * 2,
            "chi": [9.0, 9.0, None] + [0.5, 0.6, 0.7, 0.1, None] + [None] * 5,
        }
    )
    limits = pl.DataFrame(
        {"activation": ["relu", "tanh", "sigmoid"], "q": [None, 0.0, 0.3], "chi": [0.5, 1.0, None]}
    )
    assert factors(study, predictions, limits) == {"relu": Factors((0.5, 0.6, 0.7), None, 0.5)}
