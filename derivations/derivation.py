"""One activation's derivation: its derivative, its ranges with their proofs, its delta recursion."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property

from derivations.calculus.backpropagation import Equation, backpropagation, with_output_slope, with_slope
from derivations.calculus.differentiation import Differentiation, differentiated
from derivations.calculus.facts import Facts, facts
from derivations.calculus.ranges import GradientRange, gradient_range, verified
from derivations.language.activation import Activation
from derivations.language.deadline import time_limit
from derivations.language.pieces import Unproven
from derivations.printing.documents import markdown
from derivations.proofs.certificate import Certificate
from derivations.proofs.given import Given, activation_of

PATIENCE = 60.0  # seconds for a proof


@dataclass(frozen=True)
class Known:
    """What was worked out before, so that it is not searched for again.

    The derivative; certificates, each of which is verified when its range is first asked for (those of other functions
    are left aside); or why there is none of the derivative's range.
    """

    slopes: Differentiation
    certificates: tuple[Certificate, ...] = ()
    unproven: str | None = None


@dataclass(frozen=True, repr=False)
class Derivation:
    """What follows from one expression; each part is worked out when it is first asked for."""

    activation: Activation
    timeout: float | None = PATIENCE  # seconds for each of the proofs
    known: Known | None = field(default=None, compare=False)

    @cached_property
    def slopes(self) -> Differentiation:
        """The derivative and where it does not exist; raises `Unproven` where the time is not enough."""
        if self.known:
            return self.known.slopes
        try:
            with time_limit(self.timeout):
                return differentiated(self.activation.expression)
        except Unproven as error:
            raise Unproven(f"the smooth pieces of {self.activation.name} are not known: {error}") from None

    @cached_property
    def gradient_range(self) -> GradientRange:
        """The proven range of the derivative; raises `Unproven`."""
        with time_limit(self.timeout):
            stored = self._stored.get(1)
            return gradient_range(self.slopes) if stored is None else verified(stored)

    @cached_property
    def facts(self) -> Facts:
        """What else is proven of the function: the ranges of f and f'', its bounds, its shape; all None out of time."""
        slopes, gradients = self.slopes, None if self.unproven else self.gradient_range
        try:
            with time_limit(self.timeout):
                return facts(slopes, gradients, self._stored)
        except Unproven:
            return Facts(*[None] * 9)

    @cached_property
    def unproven(self) -> str | None:
        """Why the range could not be proven; None where it is."""
        if self.known and self.known.unproven is not None:
            return self.known.unproven
        try:
            _ = self.gradient_range
        except Unproven as error:
            return str(error)
        return None

    @cached_property
    def hidden_delta(self) -> Equation:
        """The delta recursion of a hidden layer with this f'(v)."""
        return with_slope(backpropagation().hidden_delta, self.slopes)

    @cached_property
    def hidden_delta_of_output(self) -> Equation | None:
        """The same in terms of the output y, where f' is known as a function of y."""
        return with_output_slope(backpropagation().hidden_delta, self.slopes)

    @cached_property
    def _stored(self) -> dict[int, Certificate]:
        """The certificates of this function that are known, by the order of the derivative."""
        certificates = self.known.certificates if self.known else ()
        own = (each for each in certificates if each.expression == self.activation.expression)
        return {certificate.order: certificate for certificate in own}

    def __repr__(self) -> str:
        return f"Derivation of {self.activation.expression}"

    def _repr_markdown_(self) -> str:
        if self.unproven:
            return f"The gradient range could not be proven: {self.unproven}"
        return markdown(self)


def differentiate(given: Given) -> Differentiation:
    """The derivative of an activation, given as `derive` takes it; raises `NotReal` or `Unproven`.

    >>> differentiate("tanh").in_terms_of_output
    1 - y**2
    """
    return differentiated(activation_of(given).expression)


def derive(given: Given | Derivation, timeout: float | None = PATIENCE) -> Derivation:
    """The derivation of an activation; the proof of its range may take so many seconds.

    It is given by its name, as a text, as an expression of SymPy in one symbol, or as an `Activation`.

    >>> derive("tanh").gradient_range.values
    Interval.Lopen(0, 1)
    """
    return given if isinstance(given, Derivation) else _derived(activation_of(given), timeout)


@cache
def _derived(activation: Activation, timeout: float | None) -> Derivation:
    return Derivation(activation, timeout)
