"""What else is proven of activations, against known truths and against numbers from other formulas."""

from __future__ import annotations

import itertools
from functools import cache

import mpmath
import pytest
from mpmath import isfinite, mp, mpf
from oracle import DIGITS, Oracle
from real import TooLarge, Undefined
from sympy import Interval, Rational, S, erf, exp, oo, pi, sqrt

from derivations import derive, differentiate, gradient_range, parse
from derivations.calculus.facts import Facts, facts
from derivations.language.deadline import time_limit

GELU = "v*(1 + erf(v/sqrt(2)))/2"
HARDSHRINK = "Piecewise((v, v > 1/2), (v, v < -1/2), (0, True))"
ELU = "Piecewise((v, v > 0), (exp(v) - 1, True))"
# bounded, Lipschitz constant, monotone, convex, parity
KNOWN = {
    "relu(v)": (False, 1, "increasing", "convex", "neither"),
    "tanh(v)": (True, 1, "increasing", "no", "odd"),
    "sigmoid(v)": (True, Rational(1, 4), "increasing", "no", "neither"),
    "softplus(v)": (False, 1, "increasing", "convex", "neither"),
    "Abs(v)": (False, 1, "no", "convex", "even"),
    "-Abs(v)": (False, 1, "no", "concave", "even"),
    "Max(-v, 0)": (False, 1, "decreasing", "convex", "neither"),
    "Min(Max(0, v), 6)": (True, 1, "increasing", "no", "neither"),
    "Max(-1, Min(1, v))": (True, 1, "increasing", "no", "odd"),
    ELU: (False, 1, "increasing", "convex", "neither"),
    "v/(1 + Abs(v))": (True, 1, "increasing", "no", "odd"),
    GELU: (False, S.Half + erf(1) / 2 + exp(-1) / sqrt(pi), "no", "no", "neither"),
    "v": (False, 1, "increasing", "both", "odd"),
    "3 - 2*v": (False, 2, "decreasing", "both", "neither"),
    "3": (True, 0, "constant", "both", "even"),
    "0": (True, 0, "constant", "both", "both"),
    "v**2": (False, oo, "no", "convex", "even"),
    "v**3": (False, oo, "increasing", "no", "odd"),
    "exp(v)": (False, oo, "increasing", "convex", "neither"),
    "sin(v)": (True, 1, "no", "no", "odd"),
    "cos(v)": (True, 1, "no", "no", "even"),
    "exp(-v**2)": (True, sqrt(2) * exp(Rational(-1, 2)), "no", "no", "even"),
    "sign(v)*sqrt(Abs(v))": (False, oo, "increasing", "no", "odd"),
    "sqrt(1 - cos(v))": (True, sqrt(2) / 2, "no", "no", "even"),
    "v*relu(v)": (False, oo, "increasing", "convex", "neither"),
}


MORE = [HARDSHRINK, "sign(v)", "Max(sin(v), 0)", "v*sigmoid(v)", "Abs(v + exp(v))", "1/(1 + Abs(v))"]


@cache
def known(text: str) -> Facts:
    slopes = differentiate(parse(text))
    return facts(slopes, gradient_range(slopes))


@pytest.mark.parametrize("text", KNOWN)
def test_known_truths_are_found(text):
    bounded, lipschitz, monotone, convex, parity = KNOWN[text]
    found = known(text)
    assert (found.bounded, found.monotone) == (bounded, monotone)
    assert (found.convex, found.parity) == (convex, parity)
    assert found.lipschitz == lipschitz or (found.lipschitz - lipschitz).equals(0)


@pytest.mark.parametrize(
    "text", ["relu(v)", "tanh(v)", "sigmoid(v)", "softplus(v)", "Abs(v)", GELU, ELU, "v**2", "sin(v)"]
)
def test_of_common_functions_nothing_is_left_open(text):
    assert None not in (vars(known(text)) | {"period": ""}).values()


@pytest.mark.parametrize(
    "text", ["sign(v)", "Heaviside(v)", "v + Heaviside(v)", HARDSHRINK, "Piecewise((1, v < 0), (0, True))"]
)
def test_what_jumps_is_neither_lipschitz_nor_convex(text):
    found = known(text)
    assert found.lipschitz == found.slope_lipschitz == oo
    assert found.convex == "no"
    assert found.monotone in (None, "no")


def test_where_the_slope_changes_its_sign():
    assert known("Abs(v)").slope_changes_sign == (0,)
    assert known("v**2").slope_changes_sign == (0,)
    for text in ("relu(v)", "tanh(v)", "v**3", "3", "v", HARDSHRINK, "Heaviside(v)"):
        assert known(text).slope_changes_sign == ()
    (turn,) = known(GELU).slope_changes_sign
    with mp.workdps(40):
        # The zero of Phi(x) + x phi(x), the derivative by hand.
        root = mpmath.findroot(lambda x: mp.ncdf(x) + x * mp.npdf(x), -0.75)
        assert abs(mpf(str(turn)) - root) < mpf(10) ** -25
    assert -0.7518 < turn < -0.7517


def test_a_slope_that_is_zero_between_its_signs_changes_its_sign_at_no_one_point():
    assert known("Abs(v - 1) + Abs(v + 1)").slope_changes_sign is None
    assert known("Max(0, sin(v))").slope_changes_sign is None
    assert known("Max(0, v)").slope_changes_sign == ()


def test_a_function_that_repeats_itself_turns_also_where_its_period_begins():
    assert len(known("sin(v)").slope_changes_sign) == 2
    assert len(known("cos(v)").slope_changes_sign) == 2
    assert {float(place) % float(pi) for place in known("cos(v)").slope_changes_sign} == {0}
    assert known("sqrt(1 - cos(v))").slope_changes_sign == (0, pi)
    assert known("sqrt(1 - cos(v))").convex == "no"


def ends(text: str) -> tuple[mpf, mpf]:
    values = known(text).curvature.values
    with mp.workdps(40):
        return mpf(str(values.inf.evalf(35))), mpf(str(values.sup.evalf(35)))


@pytest.mark.parametrize(("text", "largest"), [("tanh(v)", "4*sqrt(3)/9"), ("sigmoid(v)", "sqrt(3)/18")])
def test_second_derivatives_of_sigmoids_have_known_bounds(text, largest):
    with mp.workdps(40):
        truth = Oracle(largest)(mpf(0))
        low, high = ends(text)
        assert abs(low + truth) < mpf(10) ** -25
        assert abs(high - truth) < mpf(10) ** -25
    part = known(text).curvature.certificate.claimed[0]
    assert part.lower.attained
    assert part.upper.attained
    assert known(text).slope_lipschitz == known(text).curvature.values.sup


def test_second_derivatives_of_others():
    assert known("softplus(v)").curvature.values == Interval.Lopen(0, Rational(1, 4))
    assert known("v**2").curvature.values.sup == known("v**2").curvature.values.inf == 2
    assert known("relu(v)").slope_lipschitz == oo
    assert known(ELU).slope_lipschitz == 1
    assert known("v/(1 + Abs(v))").slope_lipschitz == 2
    low, high = ends(GELU)
    with mp.workdps(40):
        # (2 - x^2) phi(x), whose slope x (x^2 - 4) phi(x) is zero at 0 and 2.
        assert abs(high - 2 * mp.npdf(0)) < mpf(10) ** -30
        assert abs(low + 2 * mp.npdf(2)) < mpf(10) ** -30


def test_a_range_of_values_is_that_of_f():
    assert known("relu(v)").values.values == Interval(0, oo)
    assert known("sigmoid(v)").values.values == Interval.open(0, 1)
    assert known("tanh(v)").values.values == Interval.open(-1, 1)
    assert known("sign(v)").values.values == {-1, 0, 1}
    least = known("v*sigmoid(v)").values.values.inf
    with mp.workdps(40):
        # SiLU's least value is -W(1/e).
        assert abs(mpf(str(least)) + mp.lambertw(1 / mp.e).real) < mpf(10) ** -25


POINTS = [mpf(k) / 7 + mpf(1) / 997 for k in range(-90, 91)] + [
    mpf(s) * 10**k for k in (2, 3) for s in (1, -1)
]


@pytest.mark.parametrize(
    "text",
    [*KNOWN, *MORE],
)
def test_no_sample_contradicts_a_fact(text):
    found, f = known(text), Oracle(text)
    with mp.workdps(DIGITS):
        values = []
        for x in POINTS:
            try:
                values.append((x, f(x), f(-x)))
            except (Undefined, TooLarge):
                continue
        values.sort()
        if found.parity in ("odd", "even"):
            side = 1 if found.parity == "even" else -1
            assert all(
                abs(there - side * here) < mpf(10) ** -60 * (1 + abs(here)) for _, here, there in values
            )
        rises = [(b - a) / (y - x) for (x, a, _), (y, b, _) in itertools.pairwise(values)]
        slack = mpf(10) ** -40 * (1 + max(map(abs, rises)))
        if found.monotone in ("increasing", "decreasing"):
            side = 1 if found.monotone == "increasing" else -1
            assert all(side * rise >= -slack for rise in rises)
        if found.lipschitz is not None and found.lipschitz != oo:
            assert max(map(abs, rises)) <= mpf(str(found.lipschitz.evalf(30))) * (1 + mpf(10) ** -20)
        if found.convex in ("convex", "concave"):
            side = 1 if found.convex == "convex" else -1
            assert all(side * (b - a) >= -slack for a, b in itertools.pairwise(rises))
        if found.values is not None:
            low, high = (
                mpf(str(end.evalf(30)).replace("oo", "inf"))
                for end in (found.values.values.inf, found.values.values.sup)
            )
            assert all(low - mpf(10) ** -20 <= value <= high + mpf(10) ** -20 for _, value, _ in values)
            assert found.bounded == (isfinite(low) and isfinite(high))


def test_ends_of_roots_of_any_degree_are_compared_in_time():
    with time_limit(20):
        known = derive("cosh(v/12)**(-1/80)").facts
    assert known.parity == "even"
    assert known.values is not None
