"""False theorems that the prover once accepted, found by attacking it; each is refused, or put right."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import pytest
from sympy import (
    Abs,
    Expr,
    FiniteSet,
    Float,
    Interval,
    Piecewise,
    Rational,
    S,
    Union,
    acosh,
    cos,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
)

from derivations import activations, derive, differentiate, gradient_range
from derivations import parse as read
from derivations.arithmetic.points import Point, Smooth, check_point
from derivations.calculus.facts import Facts, facts
from derivations.derivation import Derivation, Known
from derivations.language.activation import Activation, v
from derivations.language.parsing import parse
from derivations.language.pieces import NotReal, Unproven
from derivations.proofs.certificate import Certificate, CertificateError, PieceCertificate
from derivations.proofs.search import prove
from derivations.proofs.verifier import established, verify
from derivations.wide.propagation import Propagation


def changed(certificate: Certificate, number: int = 0, **fields: object) -> Certificate:
    """The certificate with something else in one of its pieces."""
    pieces = list(certificate.pieces)
    pieces[number] = replace(pieces[number], **fields)
    return replace(certificate, pieces=tuple(pieces))


def refused(certificate: Certificate) -> str:
    """Why nothing follows from what a certificate says of its pieces; empty where something does."""
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
    slope, bend = acosh(v) + v / sqrt(v**2 - 1), 2 / sqrt(v**2 - 1) - v**2 / sqrt(v**2 - 1) ** 3
    proven = prove(Piecewise((v * acosh(v), v > 2), (0, True)), 1, [(S.Zero, S.Zero), (slope, bend)])
    shown = slope.replace(acosh, Abs)
    with pytest.raises(CertificateError, match="no rule for Abs"):
        verify(changed(proven, 1, shown=shown))


# Where f is no real number


@pytest.mark.parametrize("text", ["v*asin(2)**2", "v + acosh(1/3)**2", "v + (sqrt(2)*asin(2))**2"])
def test_a_constant_inside_of_a_constant_is_real(text):
    with pytest.raises(NotReal):
        differentiate(parse(text))


@pytest.mark.parametrize("text", ["v + ((-1)**(1/2))**2", "v + ((-8)**(1/3))**3", "v + 0*asin(2)"])
def test_numbers_that_are_cancelled_are_real(text):
    with pytest.raises(NotReal):
        read(text)


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


@pytest.mark.slow
@pytest.mark.parametrize(("inner", "start"), [(log(v), 0), (log(log(log(v))), 3)])
def test_a_logarithm_is_not_taken_for_positive_before_it_is(inner, start):
    """The sign is zero once more, at v = 1 and at v = exp(e): f has a jump there."""
    expression = Piecewise((v * sign(inner**2), v > start), (0, True))
    pieces = (
        PieceCertificate(-oo, Point(S(start)), S.Zero, S.Zero, (), ("monotone",)),
        PieceCertificate(Point(S(start)), oo, v, S.One, (), ("monotone",)),
    )
    assert refused(Certificate(expression, 1, pieces, (), None))


# What a certificate may say


SIGMOID = 1 / (1 + exp(-v))
WHOLE = PieceCertificate(-oo, oo, SIGMOID, SIGMOID.diff(v), (), ("monotone",))
WAVE = (1 - 1 / v) * sin(v)


def of_one(formula: Expr, order: int, **fields: object) -> Certificate:
    """A certificate of one piece."""
    piece = replace(WHOLE, formula=formula, shown=formula.diff(v, order), **fields)
    return Certificate(formula, order, (piece,), (), None)


@pytest.mark.parametrize(
    "wrong",
    [
        of_one(SIGMOID, 1, marks=(Point(S(5)),), stretches=("other", "other")),  # {f'(5)}
        of_one(v**2, 3),
        replace(of_one(SIGMOID, 1), order=-1),
        of_one(v**3, 1, marks=(S.One,), stretches=("monotone", "monotone")),
        replace(of_one(v, 1), pieces=(WHOLE, replace(WHOLE, start=oo))),
        replace(of_one(sin(v), 1), period=S.Zero),
    ],
)
def test_stretches_are_of_four_kinds_and_meet_at_points(wrong):
    assert refused(wrong)


def test_a_wave_goes_on_to_infinity():
    """Between 8 and 20 the values stay below 0.95; towards infinity they come near 1."""
    expression = Piecewise((0, v < 8), (WAVE, v < 20), (0, True))
    ends = [-oo, Point(S(8)), Point(S(20)), oo]
    pieces = [
        PieceCertificate(left, right, formula, formula, (), kinds)
        for left, right, formula, kinds in zip(
            ends, ends[1:], (S.Zero, WAVE, S.Zero), (("monotone",), ("wave",), ("monotone",)), strict=False
        )
    ]
    assert "infinity" in refused(Certificate(expression, 0, tuple(pieces), (), None))


def test_f_is_real_where_it_tends_to_infinity():
    pieces = [
        PieceCertificate(start, end, 1 / v, -1 / v**2, (), ("monotone",))
        for start, end in ((-oo, Point(S.Zero)), (Point(S.Zero), oo))
    ]
    assert "not real" in refused(Certificate(1 / v, 1, tuple(pieces), (), None))


def test_a_decimal_is_near_what_it_stands_for():
    wrong = Point(Float(7, 30), Smooth(v**5 - v - 1, 0), Rational(7, 6), Rational(6, 5))
    with pytest.raises(Unproven, match="not known to be near"):
        check_point(wrong)


def test_a_period_begins_where_it_says():
    """The point is at 1, whatever closed form is written beside."""
    start = Point(S.Zero, Smooth(v**5 + v - 2, 0), Rational(9, 10), Rational(11, 10))
    piece = PieceCertificate(start, Point(2 * pi), sin(v), cos(v), (Point(pi),), ("monotone", "monotone"))
    assert "do not lie end to end" in refused(Certificate(sin(v), 1, (piece,), (), 2 * pi))


# What repeats itself, where one period meets the next


def facts_of(text: str) -> Facts:
    """The facts of an expression."""
    slopes = differentiate(parse(text))
    return facts(slopes, gradient_range(slopes))


def test_a_kink_between_periods_is_again_after_each():
    slopes = differentiate(parse("sqrt(1 - cos(v))"))
    assert (slopes.not_differentiable_at, slopes.period) == ((0,), 2 * pi)


@pytest.mark.slow
def test_a_kink_between_periods_is_no_less_a_kink():
    assert facts_of("sqrt(1 - cos(v))").convex == "no"


@pytest.mark.parametrize("text", ["sqrt(1 - cos(v))", "cos(v)"])
def test_the_slope_changes_its_sign_between_periods_too(text):
    assert facts_of(text).slope_changes_sign == (0, pi)


def test_the_value_between_periods_counts_for_the_parity():
    """f(0) is 1."""
    assert facts_of("sin(v) + 1 - sign(1 - cos(v))").parity is None


def test_a_wave_is_averaged_over_the_whole_line():
    wave = Propagation(derive(Activation("wave", parse("sin(v)"), "wave")))
    assert wave.mean_square_slope(1.0).value == pytest.approx((1 + math.exp(-2)) / 2)


def test_the_sign_of_a_slope_is_not_that_of_its_decimal():
    """The least f' is 1e-70; a decimal that is correct to 57 digits is negative."""
    assert facts_of("v**7/7 - v**4 + 4*v + 1e-70*v").monotone in (None, "increasing")


# What ended in a traceback


@pytest.mark.parametrize(
    "text",
    [
        "exp(sin(1)**2*v + cos(1)**2*v) - exp(v)",
        "(sin(1)**2 + cos(1)**2 - 1)*v**2",
        "Piecewise(((v - 1)/sqrt(v**2 - 2*v + 1), v**5 - 3*v - 1 > 0), (0, True))",
    ],
)
def test_what_is_zero_or_constant_in_disguise_is_proven_or_not(text):
    with suppress(Unproven):
        facts_of(text)


def test_a_coefficient_of_several_terms_is_divided_by():
    """It became a growth of its own, of which nothing was known."""
    slopes = differentiate(parse("log((1 + sqrt(2))*relu(v) + 1)"))
    assert gradient_range(slopes).values == Union(FiniteSet(0), Interval.open(0, 1 + sqrt(2)))


def test_a_stored_certificate_is_one_of_this_function():
    sigmoid, curvature = activations["sigmoid"], prove(activations["sigmoid"].expression, 2)
    for other in (prove(activations["tanh"].expression, 1), curvature):
        derivation = Derivation(sigmoid, known=Known(differentiate(sigmoid.expression), (other,)))
        assert derivation.gradient_range.values == Interval.Lopen(0, Rational(1, 4))
