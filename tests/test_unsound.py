"""False theorems that the prover once accepted, found by attacking it; each is refused, or put right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Abs, Interval, Piecewise, S, acosh, log, oo, pi, sign, sqrt

from derivations import differentiate, gradient_range
from derivations import parse as read
from derivations.language.activation import v
from derivations.language.parsing import parse
from derivations.language.pieces import NotReal, Unproven
from derivations.proofs.certificate import Certificate, PieceCertificate
from derivations.proofs.points import Point
from derivations.proofs.search import prove
from derivations.proofs.verifier import CertificateError, established, verify


def changed(certificate: Certificate, number: int = 0, **fields: object) -> Certificate:
    """The certificate with something else in one of its pieces."""
    pieces = list(certificate.pieces)
    pieces[number] = replace(pieces[number], **fields)
    return replace(certificate, pieces=tuple(pieces))


def refused(certificate: Certificate) -> str:
    """Why nothing follows from what the certificate says of pieces and stretches; empty where something does."""
    try:
        verify(established(certificate))
    except CertificateError as error:
        return str(error)
    return ""


# Functions that the proofs do not know were taken for acosh of their first operand.


@pytest.mark.parametrize(
    "text", ["Max(sin(v), sin(v/2))", "Piecewise((sin(v), cos(v/2) > 0), (2*sin(v), True))"]
)
def test_a_period_is_that_of_every_case(text):
    """The first operand, or the first case, repeats after 2 pi already."""
    assert differentiate(parse(text)).period == 4 * pi


def test_the_slope_of_a_maximum_of_waves_is_that_of_all_its_period():
    assert gradient_range(differentiate(parse("Max(sin(v), sin(v/2))"))).values == Interval.Ropen(-1, 1)


def test_the_derivative_that_is_shown_is_of_known_functions():
    slope = acosh(v) + v / sqrt(v**2 - 1)
    proven = prove(Piecewise((v * acosh(v), v > 2), (0, True)), 1, (S.Zero, slope))
    shown = slope.replace(acosh, Abs)
    with pytest.raises(CertificateError, match="no rule for Abs"):
        verify(changed(proven, 1, shown=shown))


# Where f is no real number


@pytest.mark.parametrize("text", ["v*asin(2)**2", "v + acosh(1/3)**2", "v + (sqrt(2)*asin(2))**2"])
def test_a_constant_inside_of_a_constant_is_real(text):
    with pytest.raises(NotReal):
        differentiate(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "0*log(v) + Piecewise((log(v), v > 1), (0, True))",
        "v/v + Piecewise((1/v, v > 1), (0, True))",
    ],
)
def test_what_is_cancelled_is_real_even_where_a_case_has_it_too(text):
    with pytest.raises(NotReal):
        read(text)


def test_nothing_is_proven_without_what_was_cancelled_and_is_not_known_to_be_real():
    # Negative at v = 63.5, for one.
    with pytest.raises(Unproven):
        gradient_range(differentiate(read("v + 0*log(1.999 + sin(v**2) + sin(pi*v))")))


# Towards an end


@pytest.mark.parametrize(("inner", "start"), [(log(v), 0), (log(log(log(v))), 3)])
def test_a_logarithm_is_not_taken_for_positive_before_it_is(inner, start):
    """The sign is zero once more, at v = 1 and at v = exp(e): f has a jump there."""
    expression = Piecewise((v * sign(inner**2), v > start), (0, True))
    pieces = (
        PieceCertificate(-oo, Point(S(start)), S.Zero, S.Zero, (), ("monotone",)),
        PieceCertificate(Point(S(start)), oo, v, S.One, (), ("monotone",)),
    )
    assert refused(Certificate(expression, 1, pieces, (), None))
