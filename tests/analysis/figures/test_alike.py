"""The figure of correlations, of frames made by hand."""

import numpy as np
import polars as pl
import pytest

from analysis.figures.alike import correlation_profiles
from analysis.results.alike import SINGLE

COLUMNS = ["activation", "depth", "seed", "epoch", "layer", "decorrelation"]
SEEDS = [[0.6, 1e-3, 1e-6], [0.6, 3e-3, float("nan")], [0.6, 2e-3, 3e-6]]  # by layer
PROBES = pl.DataFrame(
    [
        ("tanh", 3, n, epoch, r, c)
        for epoch in (0, 1)
        for n, of in enumerate(SEEDS)
        for r, c in enumerate(of, 1)
    ],
    schema=COLUMNS,
    orient="row",
)
THEORY = pl.DataFrame(
    {"activation": ["tanh"] * 3, "depth": [3] * 3, "layer": [1, 2, 3], "decorrelation": [0.5, 0.1, None]}
)


def test_the_correlation_is_above_and_what_it_lacks_to_one_below_on_a_logarithmic_scale():
    above, below = correlation_profiles(PROBES, THEORY, ["tanh"]).figure().axes
    *seeds, median, predicted, _ = above.lines
    assert [len(line.get_ydata()) for line in seeds] == [3, 2, 3]  # without what is no number
    assert median.get_ydata() == pytest.approx([0.4, 0.998, 1 - 2e-6])
    assert predicted.get_ydata() == pytest.approx([0.5, 0.9])
    assert predicted.is_dashed()
    *_, median, predicted, single = below.lines
    assert median.get_ydata() == pytest.approx([0.6, 2e-3, 2e-6])
    assert predicted.get_ydata() == pytest.approx([0.5, 0.1])
    assert np.asarray(single.get_ydata()) == pytest.approx([SINGLE] * 2)
    assert (above.get_yscale(), below.get_yscale()) == ("linear", "log")
    assert (above.get_title(), below.get_xlabel()) == ("3 layers", "layer $r$")


def test_a_study_without_these_activations_has_empty_panels():
    above, below = correlation_profiles(PROBES, THEORY, ["relu"]).figure().axes
    assert [len(line.get_xdata()) for line in above.lines] == [0, 0, 0]
    assert below.get_ylim()[0] == pytest.approx(1e-18)
