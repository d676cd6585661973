"""Columns of numbers: one notation, and decimal points below each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report.authoring.columns import FIGURE_SPACE, PUNCTUATION_SPACE, aligned, significant


def test_a_column_has_one_notation():
    assert significant([0.0614, 1.2, 250.0], 2) == ["0.061", "1.2", "250"]
    assert significant([0.0614, 1.4e-8], 2) == ["$6.1 \\times 10^{-2}$", "$1.4 \\times 10^{-8}$"]
    assert significant([-1.4e-8, 0.0, None], 2) == ["$-1.4 \\times 10^{-8}$", "0", None]


def test_spreads_are_aligned_by_themselves():
    cells = aligned(["96.8 ± 0.1", "**50 ± 40**", "11.35 ± 0.00", "–"])
    assert [cell.replace(FIGURE_SPACE, "_").replace(PUNCTUATION_SPACE, ".") for cell in cells] == [
        "96.8_ ± _0.1_", "**50.__ ± 40.__**", "11.35 ± _0.00", "–"
    ]  # fmt: skip


def test_a_column_with_words_stays_as_it_is():
    assert aligned(["1.5", "none"]) == ["1.5", "none"]
    assert aligned(["91.34, 92.1", "1.5"]) == ["91.34, 92.1", "1.5"]


@given(st.lists(st.integers(-(10**7), 10**7).map(lambda n: n / 1000), min_size=1), st.integers(0, 4))
def test_the_point_is_as_far_from_the_right_in_every_cell(values, most):
    texts = [f"{value:,.{index % (most + 1)}f}".replace("-", "−") for index, value in enumerate(values)]
    cells = aligned(texts)
    assert [cell.rstrip(FIGURE_SPACE + PUNCTUATION_SPACE) for cell in cells] == texts
    ends = {len(cell) - max(cell.find("."), cell.find(PUNCTUATION_SPACE)) for cell in cells}
    assert len(ends) == 1 or all("." not in text for text in texts)
