"""The ranges of f, f' and f'', each the theorem of a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sympy import Expr, Set

from derivations.arithmetic.signs import ATTEMPTS
from derivations.calculus.differentiation import Differentiation, derivative, differentiated
from derivations.calculus.fractions import identical, nicest
from derivations.language.activation import in_v
from derivations.language.display import Displayed
from derivations.language.pieces import Unproven
from derivations.proofs.certificate import Certificate, CertificateError
from derivations.proofs.given import Given, activation_of
from derivations.proofs.partition import Stretch, partition
from derivations.proofs.search import Attempts, prove
from derivations.proofs.verifier import verify


@dataclass(frozen=True, repr=False)
class GradientRange(Displayed):
    """A proven range and its certificate."""

    certificate: Certificate

    @property
    def values(self) -> Set:
        """The range as a SymPy set; the ends of an enclosed one are decimals, correct to 1e-20."""
        return self.certificate.values

    @property
    def kind(self) -> str:
        """exact or enclosed."""
        return self.certificate.kind


def gradient_range(given: Differentiation | Given) -> GradientRange:
    """Prove the range of f'; raises `Unproven`, which says at what the proof failed, rather than guess.

    f is given differentiated, or as `differentiate` takes it.

    >>> gradient_range("sigmoid").values
    Interval.Lopen(0, 1/4)
    """
    slopes = given if isinstance(given, Differentiation) else differentiated(activation_of(given).expression)
    shown = None if slopes.period is not None else [piece.expression for piece in slopes.pieces]
    return _proven(slopes.expression, 1, shown)


@cache
def verified(certificate: Certificate) -> GradientRange:
    """The range that a certificate proves; raises `Unproven` where it is refused, with what failed.

    One that was accepted before is not verified again, as long as this process lives.
    """
    try:
        verify(certificate)
    except CertificateError as error:
        raise Unproven(f"the stored certificate was refused: {error}") from None
    return GradientRange(certificate)


def range_of(expression: Expr, order: int, attempts: Attempts = ATTEMPTS) -> GradientRange:
    """Prove the range of f (order 0) or of its second derivative (2); raises `Unproven`."""
    return _proven(in_v(expression), order, None, attempts)


def _proven(
    expression: Expr, order: int, shown: Sequence[Expr] | None, attempts: Attempts = ATTEMPTS
) -> GradientRange:
    pieces = partition(expression).pieces
    if shown is None:
        shown = [nicest(derivative(piece, order)) for piece in pieces]
    bends = [_bend(piece, each, order) for piece, each in zip(pieces, shown, strict=True)]
    try:
        return GradientRange(prove(expression, order, [*zip(shown, bends, strict=True)], attempts))
    except (CertificateError, ArithmeticError) as error:
        raise Unproven(str(error) or type(error).__name__) from None


def _bend(piece: Stretch, shown: Expr, order: int) -> Expr:
    """The next derivative as the one that is shown gives it, if it is known to be that of f, too."""
    plain, nice = derivative(piece, order + 1), nicest(derivative(replace(piece, formula=shown), 1))
    return nice if identical(nice, plain) else plain
