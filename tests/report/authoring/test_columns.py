"""Columns of numbers: one notation, and decimal points below each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report.authoring.columns import FIGURE_SPACE, PUNCTUATION_SPACE, aligned, in_points, significant


def test_a_column_has_one_notation():
    assert significant([0.0614, 1.2, 250.0], 2) == ["0.061", "1.2", "250"]
    assert significant([0.0614, 1.4e-8], 2) == ["$6.1 \\times 10^{-2}$", "$1.4 \\times 10^{-8}$"]
    assert significant([-1.4e-8, 0.0, None], 2) == ["$-1.4 \\times 10^{-8}$", "0", None]


def test_spreads_are_aligned_by_themselves():
    cells = aligned(["96.8 ± 0.1", "**50 ± 40**", "11.35 ± 0.00", "–"])
    assert [cell.replace(FIGURE_SPACE, "_").replace(PUNCTUATION_SPACE, ".") for cell in cells] == [
        "96.8_ ± _0.1_", "**50.__ ± 40.__**", "11.35 ± _0.00", "–"
    ]  # fmt: skip


def test_the_ends_of_a_span_stand_below_a_number_and_its_spread():
    cells = aligned(["91.2 ± 1.3", "33.1 to 71.0", "+0.25"])
    assert [cell.replace(FIGURE_SPACE, "_") for cell in cells] == ["91.2_ ± _1.3", "33.1_ to 71.0", "+0.25"]


def test_intervals_in_points_have_the_decimals_that_their_verdicts_need():
    assert in_points([(-0.853, 0.002), (-0.012, 0.011), (None, None)]) == ["−85.3 ± 0.2", "−1.2 ± 1.1", "–"]
    assert in_points([(0.0024, 0.0022), (0.01, 0.02)]) == ["+0.24 ± 0.22", "+1.00 ± 2.00"]
    assert in_points([(0.0074, 0.003), (0.0, 0.0)]) == ["+0.74 ± 0.30", "+0.00 ± 0.00"]


def test_words_stay_as_they_are():
    assert aligned(["1.5", "none"]) == ["1.5", "none"]
    assert aligned(["1 to 1000", "3 to 15"]) == ["1 to 1000", "3 to 15"]
    assert aligned(["91.34, 92.1", "1.5"]) == ["91.34, 92.1", "1.5"]


@given(st.lists(st.integers(-(10**7), 10**7).map(lambda n: n / 1000), min_size=1), st.integers(0, 4))
def test_the_point_is_as_far_from_the_right_in_every_cell(values, most):
    texts = [f"{value:,.{index % (most + 1)}f}".replace("-", "−") for index, value in enumerate(values)]
    cells = aligned(texts)
    assert [cell.rstrip(FIGURE_SPACE + PUNCTUATION_SPACE) for cell in cells] == texts
    ends = {len(cell) - max(cell.find("."), cell.find(PUNCTUATION_SPACE)) for cell in cells}
    assert len(ends) == 1 or all("." not in text for text in texts)
