"""Student's intervals against published tables and by simulation; verdicts; decimals from spreads."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from analysis.results.statistics import MARGIN, compared, decimals_of, interval, mixed, quantile, verdict


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


ACCURACIES = some.floats(0.51, 1)  # of networks that have learned


@given(some.lists(some.tuples(ACCURACIES, ACCURACIES), min_size=3, max_size=8))
def test_what_is_higher_or_lower_is_what_a_paired_t_test_at_five_per_cent_separates(pairs):
    values, others = zip(*pairs, strict=True)
    assume(np.std(np.subtract(values, others)) > 1e-9)
    t, chance = paired_t(values, others)
    assume(abs(chance - 0.05) > 1e-6)
    told = verdict(values, others)
    if chance < 0.05:
        assert told == ("higher" if t > 0 else "lower")
    else:
        assert told in ("within the margin", "open")


@pytest.mark.parametrize(("part", "told"), [(0.99, "open"), (1.01, None)])
@pytest.mark.parametrize("side", [1, -1])
def test_a_shift_counts_once_it_is_more_than_the_paired_interval(part, told, side):
    # The differences are the shift and -0.1, 0, 0.1: of 2 degrees of freedom t is 4.303, and 0.1 their deviation.
    shift = side * part * 4.302653 * 0.1 / 3**0.5
    others = [0.95, 0.97, 0.92] if side < 0 else [0.65, 0.67, 0.62]
    values = [other + shift + own for other, own in zip(others, (-0.1, 0.0, 0.1), strict=True)]
    assert verdict(values, others) == (told or {1: "higher", -1: "lower"}[side])


@pytest.mark.parametrize(("most", "told"), [(0.99 * MARGIN, "within the margin"), (1.01 * MARGIN, "open")])
def test_no_difference_is_one_whose_whole_interval_is_within_the_margin(most, told):
    own = [-0.001, 0.0, 0.001]
    half = 4.302653 * 0.001 / 3**0.5
    shift = half / 2  # zero is within the interval
    stretch = most / (shift + half)
    values = [0.9 + stretch * (shift + of_one) for of_one in own]
    assert verdict(values, [0.9] * 3) == told


def test_with_too_few_seeds_there_is_no_interval_and_nothing_is_higher():
    assert interval([0.1, 0.9]) is None
    assert verdict([0.9, 0.9], [0.8, 0.8]) == "too few seeds"


def test_pairs_tell_what_means_alone_would_not():
    seeds = [0.55, 0.75, 0.95]
    others = [0.56, 0.76, 0.96]
    assert verdict(others, seeds) == "higher"
    assert verdict(others[::-1], seeds) == "open"  # the same values, of other seeds


def test_a_mixed_sample_has_no_interval():
    learned, mixture = [0.96, 0.95, 0.97], [0.11, 0.69, 0.11]
    assert mixed(mixture)
    assert not mixed(learned)
    assert not mixed([0.11, 0.12, 0.1])
    assert compared(mixture, learned) is compared(learned, mixture) is None
    assert verdict(mixture, learned) == "not all learn"
    assert verdict([0.11, 0.12, 0.1], learned) == "lower"


@given(some.floats(1e-6, 1e6, allow_subnormal=False))
def test_a_spread_is_not_zero_at_its_decimals(spread):
    assert float(f"{spread:.{decimals_of(spread)}f}") > 0
