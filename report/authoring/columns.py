"""The numbers of a table's column, in one notation and with their decimal points below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import floor, log10

from report.authoring.numbers import number

# As wide as a digit and as a decimal point: they fill up a number that has fewer decimals than others.
FIGURE_SPACE, PUNCTUATION_SPACE = "\N{FIGURE SPACE}", "\N{PUNCTUATION SPACE}"
FIXED = range(-3, 6)  # powers of ten that are written out

_CELL = re.compile(r"(\**)(−?[\d,]+)(\.\d+)?(?:( ± )(\d+)(\.\d+)?)?(\**)")


def significant(values: Sequence[float | None], digits: int) -> list[str | None]:
    """The values to so many significant digits: all written out, or all with powers of ten, but that of zero.

    >>> significant([0.0123, 4.56, None], 2), significant([1.5e-7, 2.0, 0.0], 2)
    (['0.012', '4.6', None], ['$1.5 \\\\times 10^{-7}$', '2.0', '0'])
    """
    powers = [floor(log10(abs(value))) for value in values if value]
    if all(power in FIXED for power in powers):
        return [None if value is None else number(float(value), digits) for value in values]
    return [None if value is None else _scientific(value, digits) for value in values]


def aligned(cells: Sequence[str]) -> list[str]:
    """The cells of a column that is set to the right, filled up so that decimal points meet.

    Unchanged where one of them is not a number, with or without its spread. Dashes stay, and so do spans, "11 to 96".

    >>> [cell.replace(FIGURE_SPACE, "_") for cell in aligned(["96.8 ± 0.1", "**11.35 ± 0.02**"])]
    ['96.8_ ± 0.1_', '**11.35 ± 0.02**']
    """
    found = [_CELL.fullmatch(cell) for cell in cells]
    numbers = [match for match in found if match]
    if len(numbers) + sum(cell == "–" or " to " in cell for cell in cells) < len(cells):
        return list(cells)
    width = {group: max((len(match[group] or "") for match in numbers), default=0) for group in (3, 5, 6)}
    return [_filled(match, width) if match else cell for match, cell in zip(found, cells, strict=True)]


def _filled(match: re.Match[str], width: dict[int, int]) -> str:
    before, whole, decimals, plus_minus, spread, its_decimals, after = (part or "" for part in match.groups())
    text = whole + _to(decimals, width[3])
    if plus_minus:
        text += plus_minus + spread.rjust(width[5], FIGURE_SPACE) + _to(its_decimals, width[6])
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
