"""The corpus itself: each truth is checked by sampling, with nothing of the code under test."""

from __future__ import annotations

import pytest
from corpus import EIGHTH, ROWS, Proven, Refused
from mpmath import isfinite, mp, mpf
from oracle import DIGITS, Oracle
from sampling import FAR, extreme, number, outside, parts_of, samples, slope, slopes

NEAR_ENOUGH, LARGE = 0.03, 50


def around(row: Proven) -> list[mpf]:
    return [number(x) for x in (*row.near, *(row.kinks or ()))]


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", [row for row in ROWS if isinstance(row, Refused)][::EIGHTH], ids=lambda row: row.text
)
def test_it_is_not_real_where_the_row_says(row):
    f, at = Oracle(row.text), number(row.at)
    near = f.undefined([at])
    assert near is not None
    assert abs(near) <= abs(at) + 10_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", [row for row in ROWS if isinstance(row, Proven)][::EIGHTH], ids=lambda row: row.text
)
def test_every_slope_is_in_the_range_and_some_come_near_its_ends(row):
    f, near = Oracle(row.text), around(row)
    assert f.undefined() is None
    points = slopes(f, sorted(samples(f, near, count=600) + FAR))
    parts = parts_of(row.values)
    assert outside(f, points, parts, mpf(10) ** -20) == []
    for part in parts:
        inside = [(x, value) for x, value in points if part.has(value, mpf(10) ** -20)]
        assert inside
        found = [extreme(f, inside, sign)[1] for sign in (-1, 1)] if len(parts) == 1 else []
        values = [value for _, value in inside] + found
        for end, sampled in ((part.lower, min(values)), (part.upper, max(values))):
            if isfinite(end):
                width = part.upper - part.lower if isfinite(part.upper - part.lower) else abs(end) + 1
                assert abs(sampled - end) <= NEAR_ENOUGH * width + mpf(10) ** -20
            else:
                assert abs(sampled) > LARGE


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if isinstance(row, Proven) and row.kinks is not None][::EIGHTH],
    ids=lambda row: row.text,
)
def test_there_is_no_derivative_at_the_kinks_and_one_at_other_bends(row):
    f, kinks = Oracle(row.text), [number(kink) for kink in row.kinks]
    with mp.workdps(DIGITS):
        for kink in kinks:
            closest = min(
                (kink, *f.bends), key=lambda bend: abs(bend - kink) + (bend == kink) * mpf(10) ** -22
            )
            assert None in (slope(f, kink), slope(f, closest))
        others = [x for x in f.bends if all(abs(x - kink) > mpf(10) ** -12 for kink in kinks)]
        assert [x for x in others if abs(x) < 30 and slope(f, x) is None] == []


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [("v**3", 2, 12), ("Abs(v)", 0, None), ("sign(v)", 0, None), ("sqrt(Abs(v))", 0, None), ("sin(v)", 0, 1)],
)
def test_the_oracle_knows_a_slope_from_a_kink(text, x, expected):
    with mp.workdps(DIGITS):
        value = slope(Oracle(text), mpf(x))
    assert value is None if expected is None else abs(value - expected) < mpf(10) ** -40
