"""Mutated certificates: none that `verify` accepts leaves out a value that f, f' or f'' takes.

The derivatives are finite differences of f, with many digits and by the tests' own reading of the text; none
comes from the code under test. FORGERIES=5000 in the environment tries so many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from forging import mutated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from oracle import DIGITS, Oracle
from real import TooLarge, Undefined
from sampling import slope
from sympy import Expr, Rational, oo

from derivations import Unproven, parse
from derivations.proofs.certificate import Certificate, CertificateError
from derivations.proofs.search import prove
from derivations.proofs.verifier import established, verify

TEXTS = [
    "1/(1 + exp(-v))",
    "v/(1 + exp(-v))",
    "v*(1 + erf(v/sqrt(2)))/2",
    "Min(Max(0, v), 6)",
    "Piecewise((v, v > 0), (exp(v) - 1, True))",
    "tanh(v)",
    "v + sin(v)**2",
    "v/(1 + Abs(v))",
    "Abs(v + exp(v))",
    "sin(v)*sigmoid(v)",
    "Piecewise((1, v < 0), (cos(v), True))",
    "v*Min(Max(0, v + 3), 6)/6",
]
TOLERANCE = mpf(10) ** -18
COUNT = int(os.environ.get("FORGERIES", "200"))


@cache
def certificates() -> list[tuple[str, Certificate]]:
    """Of each function and order what the search finds."""
    found = []
    for text in TEXTS:
        for order in (0, 1, 2):
            try:
                found.append((text, prove(parse(text), order)))
            except Unproven:
                continue
    return found


@cache
def sampled(text: str, order: int) -> list[tuple[mpf, mpf]]:
    """Points, and what the derivative of f is there."""
    f = Oracle(text)
    points = [mpf(k) / 16 + mpf(1) / 9973 for k in range(-200, 201)]
    points += [sign * mpf(10) ** k for k in range(-6, 4) for sign in (1, -1)]
    found = []
    with mp.workdps(DIGITS):
        for x in points:
            try:
                value = f(x) if order == 0 else slope(f, x) if order == 1 else curvature(f, x)
            except (Undefined, TooLarge):
                continue
            if value is not None:
                found.append((x, value))
    assert len(found) > 350
    return found


def curvature(f: Oracle, x: mpf) -> mpf | None:
    """f''(x) by second differences at two steps; None where they differ, as around a kink."""
    here = f(x)
    near, far = ((f(x + h) - 2 * here + f(x - h)) / h**2 for h in (mpf(10) ** -20, 2 * mpf(10) ** -20))
    return near if abs(near - far) < mpf(10) ** -19 * (1 + abs(near)) else None


def left_out(certificate: Certificate, text: str, order: int) -> tuple[mpf, mpf] | None:
    """A point whose value is in no part of the range."""
    parts = []
    with mp.workdps(DIGITS):
        for part in certificate.claimed:
            low, high = (_number(end.value) for end in (part.lower, part.upper))
            parts.append(
                (
                    low - TOLERANCE if mp.isfinite(low) else low,
                    high + TOLERANCE if mp.isfinite(high) else high,
                )
            )
        for x, value in sampled(text, order):
            if not any(low <= value <= high for low, high in parts):
                return x, value
    return None


def _number(end: Expr) -> mpf:
    return mpf("inf" if end == oo else "-inf") if abs(end) == oo else mpf(str(end.evalf(50)))


def accepted(certificate: Certificate) -> Iterator[Certificate]:
    """The certificate, if it is accepted; and it with the range and the joints that its statements prove."""
    try:
        verify(certificate)
    except CertificateError:
        pass
    else:
        yield certificate
    try:
        own = established(replace(certificate, claimed=(), by_piece=()))
        verify(own)
    except CertificateError:
        return
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        with pytest.raises(CertificateError, match="malformed"):
            verify(certificate)
    else:
        yield own


@pytest.mark.slow
@settings(
    max_examples=COUNT,
    deadline=None,
    suppress_health_check=[*HealthCheck],
    derandomize="FORGERIES" not in os.environ,
)
@given(st.data())
def test_no_accepted_forgery_leaves_out_a_value(data):
    text, certificate = data.draw(st.sampled_from(certificates()))
    forged = data.draw(mutated(certificate))
    for theorem in accepted(forged):
        if theorem.expression != certificate.expression:
            continue  # a theorem about another function
        assert left_out(theorem, text, theorem.order) is None, theorem


@pytest.mark.slow
def test_what_is_not_forged_leaves_out_no_value():
    assert len(certificates()) >= 3 * len(TEXTS) - 4
    for text, certificate in certificates():
        verify(certificate)
        assert left_out(certificate, text, certificate.order) is None, text


@pytest.mark.slow
def test_a_range_that_leaves_out_a_value_is_noticed():
    text, certificate = next(each for each in certificates() if each[1].order == 1)
    (range_,) = certificate.claimed
    less = replace(range_, upper=replace(range_.upper, value=range_.upper.value - Rational(1, 100)))
    assert left_out(replace(certificate, claimed=(less,)), text, 1) is not None
