"""The open intervals on which an expression follows one smooth formula, and that formula."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Interval


class Unproven(Exception):  # noqa: N818 - a finding, not a mistake
    """What could not be proven; the message says what was tried."""


class NotReal(ValueError):  # noqa: N818 - reads as what is wrong
    """An expression that is no real number for some real v; the message says which part, and where."""


@dataclass(frozen=True)
class Piece:
    """`expression` is free of case distinctions and holds on the open `interval`."""

    interval: Interval
    expression: Expr
