"""What the pages of this room need to know of a derivation."""

from __future__ import annotations

from typing import Protocol

from derivations.calculus.backpropagation import Equation
from derivations.calculus.differentiation import Differentiation
from derivations.calculus.facts import Facts
from derivations.calculus.ranges import GradientRange
from derivations.language.activation import Activation


class Derived(Protocol):
    """What is printed of a derivation."""

    @property
    def activation(self) -> Activation:
        """Whose it is."""

    @property
    def slopes(self) -> Differentiation:
        """The derivative."""

    @property
    def gradient_range(self) -> GradientRange:
        """Its range; raises `Unproven`."""

    @property
    def unproven(self) -> str | None:
        """Why that could not be proven; None where it is."""

    @property
    def facts(self) -> Facts:
        """What else is proven."""

    @property
    def hidden_delta(self) -> Equation:
        """The delta recursion."""

    @property
    def hidden_delta_of_output(self) -> Equation | None:
        """The same in terms of the output, where that is known."""
