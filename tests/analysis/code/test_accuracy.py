"""Generated C and torch code against mpmath: in single and double precision, far out and beside kinks."""

from __future__ import annotations

import numpy as np
import pytest
from exact import agrees, exact
from generated import NAMED, code_for, evaluate, runner
from hypothesis import HealthCheck, assume, given, settings, strategies

from analysis.code.accuracy import Inaccurate
from analysis.code.generate import generate
from derivations import Activation, Unproven, find_activation, parse, v
from derivations.language.deadline import time_limit

#: What was found to overflow, to cancel, to end in an error or to be trained by a wrong slope, and the kinks.
HARD = {
    "v*tanh(exp(v))": [],
    "v*erf(0.75*exp(v))": [],
    "1 - exp(-exp(v))": [],
    "exp(-exp(v))": [],
    "v*log(2 - exp(-exp(v)))": [],
    "log(cosh(v))": [],
    "1/cosh(v)": [],
    "exp(v)/(exp(v) + exp(-v))": [],
    "(1 + exp(-v))**(-1.5)": [],
    "v*exp(v)/(exp(v) + 2)": [],
    "(v + sqrt(v**2 + 4))/2": [],
    "v*(1 + v/sqrt(1 + v**2))/2": [],
    "Piecewise((sin(v)/v, v < 0), (1, v <= 0), (sin(v)/v, True))": [0],
    "sign(v)*Abs(v)**1.5": [0],
    "Abs(v)**1.5": [0],
    "atan(v*(1 + sqrt(5))/2)": [],
    "sign(v)": [0],
    "Heaviside(v)": [0],
    "Max(-v, 0)": [0],
    "exp(-Abs(v))": [0],
    "Max(v, -v/2)": [0],
    "Abs(v)": [0],
    "Max(v, 0) + Min(0, 0.01*v - v)": [0],
    "Piecewise((0, v < 0), (v, v <= 1), (2 - v, v <= 2), (0, True))": [0, 1, 2],
    "Abs(tanh(v) - 1/3)": [0.34657359],
    "1/(Abs(v) + 1e-3)": [0],
    "Max(0, v) + 0.2*Max(0, 0.5 - v) - 0.3*Max(0, -v - 1)": [-1, 0, 0.5],
    "sqrt(Max(0, v))": [0],
    "sqrt(Abs(v))": [0],
    "sign(v)*sqrt(Abs(v))": [0],
    "sqrt(Max(0, v**2 - 1))": [-1, 1],
    "Abs(sin(v))": [0],
    "Max(sin(v), cos(v))": [0.78539816],
    "v**12/(1 + v**12)": [],
    "log(v + sqrt(1 + v**2))": [],
    "v - log(1 + exp(v))": [],
    "exp(v) - v - 1": [],
}


def near(places):
    """From -1e4 to 1e4, near zero, and around some places: numbers of single precision."""
    random = np.random.default_rng(1)
    far = 10 ** random.uniform(-6, 4, 25)
    beside = np.array([0, 3e-7, 1e-5, 1e-3, 0.1])
    points = [far, -far, random.uniform(-100, 100, 12), random.uniform(-4, 4, 8), [0, -100, 89, 1e4, -1e4]]
    points += [place + side * beside for place in places for side in (-1, 1)]
    return np.unique(np.concatenate(points).astype(np.float32))


@pytest.fixture(params=["c", "torch"])
def run(request, libraries):
    """What runs the code: the test is made once with each."""
    return runner(request.param, libraries)


def wrong_at(expression, points, run, precision, places=()):
    """Where f or f' is off by more than rounding allows: v, what was computed, and what is true.

    At the places v is exact; elsewhere rounding may decide the side of a kink.
    """
    keeps_slope = code_for(expression, run, precision).keeps_slope
    eps = 4 * float(np.finfo(precision).eps)
    parts = [points, *evaluate(expression, points.astype(precision), run)]
    found = []
    for x, *computed in zip(*(part.tolist() for part in parts), strict=True):
        references = [exact(expression, x)]
        if None in references or _right(computed, references, x, keeps_slope, precision):
            continue
        if x not in places:
            references += [exact(expression, at) for at in (x * (1 - eps), x * (1 + eps))]
        if None not in references and not _right(computed, references, x, keeps_slope, precision):
            found.append((x, computed, [(float(y), [*map(float, slopes)]) for y, slopes, *_ in references]))
    return found


def _right(computed, references, x, keeps_slope, precision):
    """Whether f (twice) and f' agree with the references at x, or right beside it."""
    true, slopes, moved, steepest = references[0]
    if not keeps_slope and slopes[0] and x:  # what rounding of y, in its last bits, makes of f'
        moved += 4 * abs(true * moved / x / slopes[0]) / 256
    *values, slope = computed
    return all(
        any(agrees(value, y, abs(x * steepest), precision) for y, *_ in references) for value in values
    ) and any(agrees(slope, side, moved, precision) for _, sides, *_ in references for side in sides)


@pytest.mark.slow
@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("text", HARD)
def test_what_overflows_cancels_or_falls_is_trained_by_its_true_slope(text, precision, run):
    assert wrong_at(parse(text), near(HARD[text]), run, precision, HARD[text]) == []


def grown(inner):
    """Compositions of expressions."""
    of_one = [
        "exp({})", "log(1 + exp({}))", "1/(1 + exp({}))", "tanh({})", "erf({})", "atan({})",
        "sqrt(1 + ({})**2)", "sin({})", "cos({})", "Abs({})", "Max({}, 0)", "Min({}, v)",
        "({})**2", "v*({})", "exp(-({})**2)", "Piecewise(({}, v < 1), (v, True))",
    ]  # fmt: skip
    of_two = ["{} + {}", "({})*({})", "({})/(1 + Abs({}))"]
    ones = strategies.tuples(strategies.sampled_from(of_one), inner)
    twos = strategies.tuples(strategies.sampled_from(of_two), inner, inner)
    return (ones | twos).map(lambda parts: parts[0].format(*parts[1:]))


COMPOSED = strategies.recursive(
    strategies.sampled_from(["v", "v/2", "-v", "3*v", "v + 1"]), grown, max_leaves=3
)


@pytest.mark.slow
@pytest.mark.release
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=COMPOSED)
def test_compositions_are_trained_by_their_true_slope_or_refused(text, run):
    expression = parse(text)
    assume(expression.has(v))
    for precision in (np.float32, np.float64):
        try:
            with time_limit(10):
                code = code_for(expression, run, precision)
        except (Inaccurate, Unproven):
            assume(False)
        assume(not code.loses)
        assert wrong_at(expression, near([]), run, precision) == []


def test_what_cannot_be_computed_is_refused_and_said(run):
    with pytest.raises(
        Inaccurate, match=r"apart cannot be trained accurately: f loses its digits at .* v = "
    ):
        generate(Activation("apart", parse("1e6*(log(cosh(v)) - Abs(v) + log(2))"), "apart"), run)


@pytest.mark.slow
def test_what_loses_digits_to_a_few_eps_only_is_trained_and_said(run):
    code = generate(Activation("case", parse("erf(v) - tanh(v)"), "case"), run)
    assert "f loses its digits" in code.loses


@pytest.mark.slow
@pytest.mark.parametrize("precision", [np.float32, pytest.param(np.float64, marks=pytest.mark.release)])
@pytest.mark.parametrize("name", NAMED)
def test_known_activations_agree_with_many_digits(name, precision, run):
    expression = find_activation(name).expression
    assert not code_for(expression, run, precision).loses
    assert wrong_at(expression, near([-3, -0.5, 0, 0.1, 0.5, 1, 3, 6]), run, precision) == []
