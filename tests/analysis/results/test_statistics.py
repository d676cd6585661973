"""Student's intervals against published tables and by simulation; the best; decimals from spreads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results.statistics import best, decimals_of, interval, quantile, separated

VALUES = some.lists(some.floats(0, 1, allow_subnormal=False), min_size=3, max_size=8)


@pytest.mark.parametrize(("freedom", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (29, 2.045)])
def test_quantiles_are_those_of_the_tables(freedom, t):
    assert quantile(freedom) == pytest.approx(t, abs=5e-4)


def test_the_interval_covers_the_mean_as_often_as_it_says():
    random = np.random.default_rng(1)
    covered = 0
    for values in random.normal(0.7, 2.0, (4000, 4)):
        mean, half = interval(values.tolist())
        covered += abs(mean - 0.7) <= half
    assert covered / 4000 == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / 4000) ** 0.5)


def test_with_too_few_seeds_there_is_no_interval_and_nothing_is_separated_or_best():
    assert interval([0.1, 0.9]) is None
    assert not separated([0.9, 0.9], [0.1, 0.1])
    assert best({"a": [0.9, 0.9], "b": [0.1, 0.1]}) == set()


def test_pairs_separate_what_means_alone_would_not():
    seeds = np.array([0.1, 0.5, 0.9])
    assert separated((seeds + 0.01).tolist(), seeds.tolist()) is True
    assert not separated((seeds + np.array([0.2, -0.2, 0.01])).tolist(), seeds.tolist())


def test_the_best_are_those_that_can_not_be_separated_from_the_highest():
    samples = {"a": [0.97, 0.96, 0.98], "b": [0.96, 0.97, 0.97], "c": [0.5, 0.49, 0.51]}
    assert best(samples) == {"a", "b"}


@given(some.dictionaries(some.sampled_from("abcd"), VALUES, min_size=1))
def test_the_highest_is_always_among_the_best(samples):
    shortest = min(map(len, samples.values()))
    samples = {name: values[:shortest] for name, values in samples.items()}
    means = {name: np.mean(values) for name, values in samples.items()}
    assert max(means.values()) == pytest.approx(max(means[name] for name in best(samples)))


@given(some.floats(1e-6, 1e6, allow_subnormal=False))
def test_a_spread_is_not_zero_at_its_decimals(spread):
    assert float(f"{spread:.{decimals_of(spread)}f}") > 0
