"""The numbers of a table's column, in one notation and with their decimal points below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import floor, log10
from numbers import Real
from typing import Any

from analysis.results.statistics import MARGIN
from report.authoring.numbers import MINUS, number

# As wide as a digit and as a decimal point: they fill up a number that has fewer decimals than others.
FIGURE_SPACE, PUNCTUATION_SPACE = "\N{FIGURE SPACE}", "\N{PUNCTUATION SPACE}"
FIXED = range(-3, 6)  # powers of ten that are written out

_CELL = re.compile(r"(\**)([−+]?[\d,]+)(\.\d+)?(?:( ± | to (?=[\d,]+\.))([\d,]+)(\.\d+)?)?(\**)")


def in_full(value: Any) -> str:
    """A value, or each of several, with the digits that a measurement could bear; nothing of what is no number.

    >>> in_full([0.1, 1/3]), in_full(60000), in_full(None)
    ('0.1, 0.3333333333', '60000', '')
    """
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(in_full, value))
    return f"{float(value):.10g}" if isinstance(value, Real) else ""


def significant(values: Sequence[float | None], digits: int) -> list[str | None]:
    """The values to so many significant digits: all written out, or all with powers of ten, but that of zero.

    >>> significant([0.0123, 4.56, None], 2), significant([1.5e-7, 2.0, 0.0], 2)
    (['0.012', '4.6', None], ['$1.5 \\\\times 10^{-7}$', '2.0', '0'])
    """
    powers = [floor(log10(abs(value))) for value in values if value]
    if all(power in FIXED for power in powers):
        return [None if value is None else number(float(value), digits) for value in values]
    return [None if value is None else _scientific(value, digits) for value in values]


def in_points(intervals: Sequence[Sequence[float | None]]) -> list[str]:
    """Means of differences of fractions, with half of their intervals, in percentage points; a dash without one.

    All to one decimal, or to as many as show on which side of zero and of `MARGIN` each of them lies.

    >>> in_points([[0.0112, 0.0021], [-0.3, 0.25], [None, None]]), in_points([[0.0024, 0.0022]])
    (['+1.1 ± 0.2', '−30.0 ± 25.0', '–'], ['+0.24 ± 0.22'])
    """
    known = [(100 * mean, 100 * half) for mean, half in intervals if mean is not None and half is not None]

    def shows(decimals: int) -> bool:
        return all(_sides(round(m, decimals), round(h, decimals)) == _sides(m, h) for m, h in known)

    decimals = next(filter(shows, (1, 2)), 3)
    texts = iter(f"{mean:+.{decimals}f} ± {half:.{decimals}f}".replace("-", MINUS) for mean, half in known)
    return ["–" if None in pair else next(texts) for pair in intervals]


def _sides(mean: float, half: float) -> tuple[bool, bool]:
    """Whether the interval leaves out zero, and whether it holds something beyond the margin, in points."""
    return abs(mean) > half, abs(mean) + half > 100 * MARGIN + 1e-9


def aligned(cells: Sequence[str]) -> list[str]:
    """The cells of a column that is set to the right, filled up so that decimal points meet.

    Numbers, with or without their spread, and spans with decimals are filled up; all else stays as it is.

    >>> [cell.replace(FIGURE_SPACE, "_") for cell in aligned(["96.8 ± 0.1", "**11.35 ± 0.02**"])]
    ['96.8_ ± 0.1_', '**11.35 ± 0.02**']
    """
    found = [_CELL.fullmatch(cell) for cell in cells]
    width = {
        group: max((len(match[group] or "") for match in found if match), default=0) for group in (3, 5, 6)
    }
    return [_filled(match, width) if match else cell for match, cell in zip(found, cells, strict=True)]


def _filled(match: re.Match[str], width: dict[int, int]) -> str:
    before, whole, decimals, between, spread, its_decimals, after = (part or "" for part in match.groups())
    text = whole + _to(decimals, width[3])
    if between:
        text += between + spread.rjust(width[5], FIGURE_SPACE) + _to(its_decimals, width[6])
    return f"{before}{text}{after}"


def _to(decimals: str, width: int) -> str:
    """The decimals with their point, as wide as the longest of the column."""
    missing = width - len(decimals)
    point = PUNCTUATION_SPACE if missing and not decimals else ""
    return decimals + point + FIGURE_SPACE * (missing - len(point))


def _scientific(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if int(exponent) == 0:
        return number(float(value), digits)
    return f"${mantissa} \\times 10^{{{int(exponent)}}}$"
