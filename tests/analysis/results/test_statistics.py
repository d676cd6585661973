"""Student's intervals against published tables and by simulation; the best; decimals from spreads."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from analysis.results.statistics import best, decimals_of, interval, quantile, separated


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


def paired_t(values, others):
    """Student's t of the differences and the chance of one as far from zero, by numerical integration."""
    gap = np.array(values) - np.array(others)
    n = len(gap)
    t = gap.mean() / (gap.std(ddof=1) / np.sqrt(n))
    freedom = n - 1
    density = mpmath.gamma(n / 2) / mpmath.gamma(freedom / 2) / mpmath.sqrt(freedom * mpmath.pi)
    beyond = mpmath.quad(lambda x: (1 + x * x / freedom) ** (-n / 2), [abs(t), 10 * abs(t) + 10, mpmath.inf])
    return t, float(2 * density * beyond)


@pytest.mark.parametrize("freedom", [2, 4, 11])
def test_as_much_lies_beyond_a_quantile_as_it_says(freedom):
    for beyond in (0.05, 0.01, 1e-6):
        t = quantile(freedom, beyond)
        gap = np.array([-1.0, 1.0] * 7)[: freedom + 1]
        gap = (gap - gap.mean()) / gap.std(ddof=1) * np.sqrt(freedom + 1) + t  # a sample of this t
        assert paired_t(gap, 0 * gap) == pytest.approx((t, beyond), rel=1e-6)


@given(some.lists(some.tuples(some.floats(0, 1), some.floats(0, 1)), min_size=3, max_size=8))
def test_what_is_separated_is_what_a_paired_t_test_at_five_per_cent_separates(pairs):
    values, others = zip(*pairs, strict=True)
    assume(np.std(np.subtract(values, others)) > 1e-9)
    _, chance = paired_t(values, others)
    assume(abs(chance - 0.05) > 1e-6)
    assert separated(values, others) == (chance < 0.05)


@pytest.mark.parametrize(("part", "verdict"), [(0.99, False), (1.01, True)])
@pytest.mark.parametrize("side", [1, -1])
def test_a_shift_separates_once_it_is_more_than_the_paired_interval(part, verdict, side):
    # The differences are the shift and -0.1, 0, 0.1: of 2 degrees of freedom t is 4.303, and 0.1 their deviation.
    shift = side * part * 4.302653 * 0.1 / 3**0.5
    others = [0.5, 0.7, 0.2]
    values = [other + shift + own for other, own in zip(others, (-0.1, 0.0, 0.1), strict=True)]
    assert separated(values, others) is verdict


def test_with_too_few_seeds_there_is_no_interval_and_nothing_is_separated_or_best():
    assert interval([0.1, 0.9]) is None
    assert not separated([0.9, 0.9], [0.1, 0.1])
    assert best({"a": [0.9, 0.9], "b": [0.1, 0.1]}) == set()


def test_pairs_separate_what_means_alone_would_not():
    seeds = [0.1, 0.5, 0.9]
    others = [0.11, 0.51, 0.91]
    assert separated(others, seeds) is True
    assert separated(others[::-1], seeds) is False  # the same values, of other seeds


def test_one_that_is_clearly_ahead_is_the_only_best():
    assert best({"low": [0.5, 0.49, 0.51], "high": [0.97, 0.96, 0.98], "mid": [0.7, 0.72, 0.71]}) == {"high"}


def test_one_that_is_behind_by_less_than_its_paired_interval_is_among_the_best():
    highest, differences = [0.97, 0.96, 0.98], (0.01, -0.01, 0.015)
    near = [a - b for a, b in zip(highest, differences, strict=True)]  # by 0.005 with an interval of 0.034
    assert best({"far": [0.5, 0.49, 0.51], "near": near, "highest": highest}) == {"near", "highest"}


def test_the_best_depend_on_which_seed_has_which_value():
    highest = [0.2, 0.5, 0.8]
    assert best({"highest": highest, "behind": [0.1, 0.4, 0.7]}) == {"highest"}
    assert best({"highest": highest, "behind": [0.7, 0.4, 0.1]}) == {"highest", "behind"}


def test_the_best_are_compared_with_the_highest_mean_not_the_highest_value():
    lucky = [0.99, 0.1, 0.1]
    steady = [0.9, 0.9, 0.9]
    close = [0.89, 0.891, 0.889]  # behind steady by 0.01, for each seed; not separated from lucky
    assert best({"lucky": lucky, "close": close, "steady": steady}) == {"steady", "lucky"}


def test_nothing_is_best_where_one_sample_alone_is_too_small():
    assert best({"a": [0.9, 0.9, 0.9], "b": [0.1, 0.1]}) == set()


@given(some.floats(1e-6, 1e6, allow_subnormal=False))
def test_a_spread_is_not_zero_at_its_decimals(spread):
    assert float(f"{spread:.{decimals_of(spread)}f}") > 0
