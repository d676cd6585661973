"""A list of activations: lines that fit a terminal, and entries for other programs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sympy import Expr, Set

from derivations.language.activation import Activation
from derivations.printing.derived import Derived
from derivations.printing.digits import DIGITS
from derivations.printing.documents import range_parts
from derivations.printing.terminal import set_text

_WIDEST_RANGE = 28  # characters, above which its ends are printed as decimals
_LONG_END = 8  # characters of an end that is then printed as a decimal
_GAP = "  "


class Listing:
    """The lines of a table of activations, no longer than `width` characters: a function that is longer is cut."""

    def __init__(self, activations: Collection[Activation], width: int) -> None:
        self._name = max(len(activation.name) for activation in activations)
        room = width - self._name - _WIDEST_RANGE - 2 * len(_GAP)
        longest = max(len(str(activation.expression)) for activation in activations)
        self._function = max(8, min(room, longest))
        self.head = self._line("name", "f(v)", "gradient range")

    def line(self, derivation: Derived) -> str:
        """Name, function and gradient range, or `unproven`."""
        activation = derivation.activation
        values = "unproven" if derivation.unproven else range_text(derivation.gradient_range.values)
        return self._line(activation.name, str(activation.expression), values)

    def _line(self, name: str, function: str, values: str) -> str:
        shown = function if len(function) <= self._function else function[: self._function - 1] + "…"
        return _GAP.join((name.ljust(self._name), shown.ljust(self._function), values))


def range_text(values: Set) -> str:
    """A range on one line, with decimals where its ends are long.

    >>> from sympy import Interval, Rational
    >>> range_text(Interval(0, Rational(1, 4))), range_text(Interval(0, Rational(10**20 + 1, 10**20 + 3)))
    ('[0, 1/4]', '[0, 0.9999999…]')
    """
    text = set_text(values)
    if len(text) <= _WIDEST_RANGE:
        return text
    ends = {end for end in values.boundary if end.is_finite and len(str(end)) > _LONG_END}
    return set_text(values.xreplace({end: end.evalf(DIGITS) for end in ends}))


def entry(derivation: Derived) -> dict[str, Any]:
    """The activation of a list for other programs; where its range is unproven, why."""
    activation, slopes = derivation.activation, derivation.slopes
    proven = None if derivation.unproven else derivation.gradient_range
    return {
        "name": activation.name,
        "title": activation.title,
        "source": activation.source,
        "expression": str(activation.expression),
        "derivative": str(slopes.derivative),
        "in_terms_of_output": _text(slopes.in_terms_of_output),
        "not_differentiable_at": [str(point) for point in slopes.not_differentiable_at],
        "certificate": proven and proven.kind,
        "gradient_range": proven and range_parts(proven),
        "unproven": derivation.unproven,
    }


def _text(expression: Expr | None) -> str | None:
    return None if expression is None else str(expression)
