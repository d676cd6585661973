"""What prose can call: numbers, formulas and lists as text; equations as Pandoc's Markdown.

The same Markdown becomes Typst, LaTeX and HTML, so nothing here belongs to one of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import wraps
from numbers import Integral, Real
from statistics import fmean, median, stdev
from typing import Any, Concatenate, ParamSpec

from analysis.results.statistics import FEWEST, LEVEL, agree, interval

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
LISTED = 6  # at most, that are given one by one: the values of seeds, the items of a sentence
P = ParamSpec("P")


class Written(str):
    """A number as it is printed, which knows what it was printed from: one value, or one for each seed."""

    values: tuple[float, ...]


def written(print_it: Callable[Concatenate[Any, P], str]) -> Callable[Concatenate[Any, P], str]:
    """The function, but what it prints knows its first argument: a number, or several.

    >>> percent(0.1135).values
    (0.1135,)
    """

    @wraps(print_it)
    def keeping(value: Any, *args: P.args, **kwargs: P.kwargs) -> str:
        value = list(value) if isinstance(value, Iterable) else value
        text = Written(print_it(value, *args, **kwargs))
        several = value if isinstance(value, list) else [value]
        text.values = tuple(each for each in several if each is not None)
        return text

    return keeping


@written
def percent(fraction: float, decimals: int = 2) -> str:
    """A fraction in per cent, to a fixed number of decimals.

    >>> percent(0.1135).replace(NO_BREAK_SPACE, "~")
    '11.35~%'
    """
    return _signed(f"{100 * _finite(fraction):,.{decimals}f}") + f"{NO_BREAK_SPACE}%"


@written
def sampled(values: Sequence[float]) -> str:
    """Accuracies over seeds in per cent: mean and standard deviation, to one decimal, as ten thousand images bear.

    The lowest and the highest where they do not `agree`; below the fewest seeds that give an interval, each of them.

    >>> sampled([0.9670, 0.9691, 0.9685]), sampled([0.9678]), sampled([0.1136, 0.9612, 0.9584])
    ('96.8 ± 0.1', '96.8', '11.4 to 96.1')
    """
    percents = [100 * _finite(value) for value in values]
    if len(percents) < FEWEST:
        return ", ".join(f"{value:.1f}" for value in percents)
    if not agree(values):
        return f"{min(percents):.1f} to {max(percents):.1f}"
    return f"{fmean(percents):.1f} ± {stdev(percents):.1f}"


@written
def by_seed(values: Sequence[float], format: str = ".1f") -> str:
    """Fractions over seeds in per cent, one for each seed; of more than `LISTED` the lowest, median and highest.

    >>> by_seed([0.9671, 0.1135]), by_seed([-0.01, 0.002], "+.1f"), by_seed([0.91, 0.93, 0.92, 0.95, 0.96, 0.97, 0.9])
    ('96.7, 11.3', '−1.0, +0.2', '90.0 to 97.0, median 93.0')
    """
    percents = [round(100 * _finite(value), 1) + 0.0 for value in values]  # no minus before zero
    if len(percents) <= LISTED:
        return _with_minus(", ".join(f"{value:{format}}" for value in percents))
    return _with_minus(
        f"{min(percents):{format}} to {max(percents):{format}}, median {median(percents):{format}}"
    )


@written
def reached_in(epochs: Sequence[int | None]) -> str:
    """The least and the greatest number of epochs after which networks reached something, and how many did.

    >>> reached_in([2, 3, 3]), reached_in([2]), reached_in([12, None, 4]), reached_in([None])
    ('2 to 3', '2', '4 to 12 (2 of 3)', 'never')
    """
    known = [epoch for epoch in epochs if epoch is not None]
    if not known:
        return "never"
    text = f"{min(known)}" if min(known) == max(known) else f"{min(known)} to {max(known)}"
    return text if len(known) == len(epochs) else f"{text} ({len(known)} of {len(epochs)})"


@written
def averaged(values: Sequence[float]) -> str:
    """The mean over seeds with half of Student's interval; below the fewest seeds that give one, each value.

    >>> averaged([0.1, 0.2, 0.3]), averaged([-0.5])
    ('0.200 ± 0.248', '−0.500')
    """
    found = interval([_finite(value) for value in values])
    if found is None:
        return ", ".join(_signed(f"{value:.3f}") for value in values)
    mean, half = found
    return f"{_signed(f'{mean:.3f}')} ± {half:.3f}"


def medians_over(seeds: int) -> str:
    """In words, what a line or a number shows of so many seeds: their median, or the only one.

    >>> medians_over(5), medians_over(1)
    ('medians over 5 seeds', 'one seed')
    """
    return f"medians over {seeds:,} seeds" if seeds > 1 else "one seed"


def lines_over(seeds: int) -> str:
    """In words, which lines of a figure show so many seeds.

    >>> lines_over(5), lines_over(1)
    ('Thick: medians over 5 seeds; thin: each seed', 'Thick: one seed')
    """
    return f"Thick: {medians_over(seeds)}{'; thin: each seed' if seeds > 1 else ''}"


def how_averaged(seeds: int) -> str:
    """In words, how `averaged` prints what so many seeds gave."""
    return (
        f"mean and {percent(LEVEL, 0)} interval over seeds, by Student's $t$"
        if seeds >= FEWEST
        else "each seed"
    )


@written
def between(values: Iterable[float], format: str = ".2g", unit: str = "") -> str:
    """The smallest and the largest, or the one value where they print the same; "none" without values.

    >>> between([1.234, 5.678]), between([11.35, 11.35], ".2f", " %"), between([])
    ('1.2 to 5.7', '11.35 %', 'none')
    """
    finite = list(map(_finite, values))
    if not finite:
        return "none"
    least, most = f"{min(finite):{format}}", f"{max(finite):{format}}"
    return f"{least}{unit}" if least == most else f"{least} to {most}{unit}"


@written
def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "epoch"), counted(60000, "image")
    ('1 epoch', '60,000 images')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


@written
def number(value: float, digits: int = 3) -> str:
    """A count in full, any other number to so many significant digits.

    >>> number(60000), number(0.0123456), number(12345.6, 2), number(1.5e-7, 2)
    ('60,000', '0.0123', '12,346', '$1.5 \\\\times 10^{-7}$')
    """
    if isinstance(value, Integral):
        return _signed(f"{int(value):,}")
    # Rounding first: 9.996 to 3 digits is 10.0, one power of ten more.
    mantissa, exponent = f"{_finite(value):.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power < 6 or value == 0:
        return _signed(f"{value:,.{max(0, digits - 1 - power)}f}")
    return f"${mantissa} \\times 10^{{{power}}}$"


@written
def stated(value: Any, digits: int = 2) -> str:
    """A measured number, or in words that it is none: a run that diverges may have measured nothing finite.

    >>> stated(0.0123), stated(math.inf), stated(None)
    ('0.012', 'no finite number', 'no finite number')
    """
    return "no finite number" if value is None or not math.isfinite(value) else number(value, digits)


def given(value: Any) -> str:
    """A fact of the protocol, typed in by hand on purpose; every other number of the prose is computed.

    >>> given(60000), given("0.01")
    ('60,000', '0.01')
    """
    return number(int(value)) if isinstance(value, Integral) else str(value)


def listing(items: Iterable[Any], conjunction: str = "and") -> str:
    """The items as a sentence lists them.

    >>> listing([5, 20, 40]), listing(["tanh", "ReLU"], "or")
    ('5, 20 and 40', 'tanh or ReLU')
    """
    texts = [as_text(item) for item in items]
    if not texts:
        raise ValueError("there is nothing to list: say so in {% if ... %} ... {% else %} ... {% endif %}")
    *head, last = texts
    return f"{', '.join(head)} {conjunction} {last}" if head else last


def enumerated(items: Iterable[str], noun: str) -> str:
    """The items as a sentence lists them, or how many they are, where it could not be read for them.

    >>> enumerated(["tanh", "ReLU"], "activation"), enumerated("abcdefg", "activation")
    ('tanh and ReLU', '7 activations')
    """
    known = list(items)
    return listing(known) if len(known) <= LISTED else counted(len(known), noun)


def tex(value: Any, digits: int = 3) -> str:
    """TeX, without dollar signs, of a SymPy expression, of a derived equation, or of a number, rounded."""
    if isinstance(value, Real) and not hasattr(value, "free_symbols"):
        return number(float(value), digits).strip("$").replace(",", "{,}").replace(MINUS, "-")
    # SymPy takes a while to import, and not every report prints a formula.
    from derivations import Equation
    from derivations.printing.notation import equation_tex
    from derivations.printing.notation import tex as expression_tex

    if isinstance(value, Equation):
        return equation_tex(value)
    if hasattr(value, "free_symbols"):
        return expression_tex(value)
    raise TypeError(f"`tex` prints SymPy expressions, equations and numbers, not a {type(value).__name__}")


def in_text(expression: Any) -> str:
    """TeX, without dollar signs, of a SymPy expression between words: its fractions do not touch the lines about it."""
    from derivations.printing.tex import tex_in_text

    return tex_in_text(expression)


def flow(text: str) -> str:
    """The text on one line; a no-break space stays.

    >>> flow(" one    two ")
    'one two'
    """
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def check_id(id: str, kind: str) -> None:
    """Raise `ValueError` unless the id begins with its kind, as in `fig:depth`."""
    name = str(id).removeprefix(f"{kind}:")
    if name == id or not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f'id="{id}" should read "{kind}:name", its name of letters, digits, - and _')


def as_text(value: Any) -> str:
    """What an expression in prose prints: text, counts and dates; anything else must be formatted.

    So a float as Python prints it, or the name of an object, never reaches the reader.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return number(int(value))
    if isinstance(value, date):
        return f"{value.day} {value:%B} {value.year}"
    if hasattr(value, "free_symbols"):
        raise TypeError("a formula is printed by `| tex`, between dollar signs")
    if type(value).__name__ in ("Claim", "Block", "Absent"):  # which the prose prints by itself
        raise TypeError(f"a {type(value).__name__} stands by itself in the prose, in no list and no table")
    if isinstance(value, Real) and not isinstance(value, bool):
        raise TypeError(f"say how the number {value!r} is printed: `| number(3)` or `| percent`")
    raise TypeError(
        f"a {type(value).__name__} is no text: print one of its values, or use `| listing` or `table`"
    )


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"the number is {value!r}: say in words what happened")
    return float(value)


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)


def _signed(text: str) -> str:
    return MINUS + text[1:] if text.startswith("-") else text
