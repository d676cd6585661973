"""One displayed equation, compared in numbers with the code that trains and with autograd."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EquationCheck:
    """One equation in numbers beside the code that trains and torch's autograd, in float64.

    label                   of the equation; `derivative` and `derivative-of-output` are f'(v) and f'(y)
    activation              the name of the activation put in, or "any"
    points                  how many numbers were compared
    largest_relative_error  the largest difference from either, by the largest number of the same array
    excluded                how many more were left out, for lying within 1e-6 of a kink
    """

    label: str
    title: str
    activation: str
    points: int
    largest_relative_error: float
    excluded: int
