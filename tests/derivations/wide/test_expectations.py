import math

import numpy as np
import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from sympy import Interval, asin, erf, exp, lambdify, oo, pi, sin, sqrt, tanh

from derivations import Propagation, activations, derive, parse, v
from derivations.arithmetic.closely import closely
from derivations.language.activation import Activation
from derivations.language.pieces import Piece
from derivations.proofs.partition import split
from derivations.wide.expectations import closed_form, q
from derivations.wide.quadrature import Quadrature

BOTH = {name: (split(f.expression), derive(f).slopes.pieces) for name, f in activations.items()}
FUNCTIONS = {f"{name} {what}": BOTH[name][n] for name in BOTH for n, what in enumerate(("itself", "slope"))}
WHOLE = Interval.open(-oo, oo)


def squares(pieces):
    return [Piece(piece.interval, piece.expression**2) for piece in pieces]


CLOSED = {
    name: closely(q, form)
    for name, pieces in FUNCTIONS.items()
    if (form := closed_form(squares(pieces))) is not None
}


def test_there_are_closed_forms_of_what_is_made_of_powers_exponentials_and_erf():
    known = {name for name in activations if f"{name} itself" in CLOSED and f"{name} slope" in CLOSED}
    assert {"relu", "elu", "selu", "gelu", "hardswish", "threshold"} <= known
    assert not known & {"tanh", "sigmoid", "lecun", "softsign", "mish"}


@pytest.mark.slow
@pytest.mark.parametrize("name", CLOSED)
@given(st.floats(-3, 3).map(lambda power: 10**power))
def test_closed_forms_are_what_quadrature_gives(name, variance):
    value, error = Quadrature(FUNCTIONS[name]).mean(variance, np.square)
    assert value == pytest.approx(CLOSED[name](variance), rel=1e-12, abs=1e-15)
    assert abs(value - CLOSED[name](variance)) <= error


def rigorous(pieces, variance):
    """E[g^2] by Arb's integration, which encloses the integral; from -12 to 12 standard deviations."""
    deviation, total = math.sqrt(variance), arb(0)
    for piece in pieces:
        function = lambdify(
            v,
            piece.expression,
            [
                {
                    n: lambda x, n=n: getattr(acb(x), n)()
                    for n in ("exp", "log", "tanh", "erf", "sqrt", "cosh", "sinh")
                }
            ],
        )
        low, high = (
            min(max(float(end), -12 * deviation), 12 * deviation)
            for end in (piece.interval.start, piece.interval.end)
        )
        if low < high:
            total += acb.integral(
                lambda x, _, function=function: acb(function(x)) ** 2 * (-x * x / (2 * variance)).exp(),
                low,
                high,
            ).real
    return total / (2 * arb.pi() * variance).sqrt()


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in CLOSED])
@pytest.mark.parametrize("variance", [0.01, 1.0, 25.0])
def test_quadrature_agrees_with_an_enclosure_of_the_integral(name, variance):
    with ctx.workprec(160):
        truth = rigorous(FUNCTIONS[name], variance)
    value, error = Quadrature(FUNCTIONS[name]).mean(variance, np.square)
    assert truth.rad() < 1e-13
    assert value == pytest.approx(float(truth.mid()), rel=1e-12)
    assert abs(value - float(truth.mid())) <= error + float(truth.rad())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_quadrature_agrees_with_random_numbers(name):
    g, count = Quadrature(FUNCTIONS[name]), 200_000
    sample = np.square(g(np.random.default_rng(1).normal(0, 1.5, count)))
    assert g.mean(2.25, np.square)[0] == pytest.approx(
        sample.mean(), abs=6 * sample.std() / math.sqrt(count) + 1e-12
    )


@pytest.mark.parametrize("name", ["tanh itself", "tanhshrink itself", "hardswish slope", "gelu itself"])
def test_means_worked_out_together_are_those_worked_out_one_by_one(name):
    g, variances = Quadrature(FUNCTIONS[name]), [1e-6, 0.3, 7.0, 1e4]
    together = np.array(g.means(variances, np.square))
    one_by_one = np.array([g.mean(variance, np.square) for variance in variances])
    assert together == pytest.approx(one_by_one.T, rel=1e-14)


def test_a_mean_that_does_not_exist_leaves_those_beside_it():
    means, errors = Quadrature([Piece(WHOLE, exp(v**2))]).means([0.1, 30.0])
    assert means == pytest.approx([1 / math.sqrt(1 - 2 * 0.1), math.inf], rel=1e-12)
    assert errors[1] == math.inf


def test_a_plain_rule_over_a_kink_would_be_wrong_by_a_tenth():
    points, weights = np.polynomial.hermite_e.hermegauss(101)
    step = Quadrature(FUNCTIONS["relu slope"])
    plain = weights @ (points > 0) / weights.sum()
    assert plain == pytest.approx(0.438, abs=5e-4)
    assert step.mean(1.0, np.square)[0] == pytest.approx(0.5, abs=1e-15)


@pytest.mark.parametrize(
    ("expression", "mean"),
    [
        (v**4, 3 * q**2),
        (erf(v) ** 2, 2 / pi * asin(2 * q / (1 + 2 * q))),  # Williams (1997)
        (exp(-(v**2)) * 4 / pi * exp(-(v**2)), 4 / pi / sqrt(1 + 4 * q)),  # the square of the slope of erf
        (exp(3 * v), exp(9 * q / 2)),
        (v**2 * erf(v), 0),
    ],
)
def test_closed_forms_are_those_of_the_literature(expression, mean):
    found = closed_form([Piece(WHOLE, expression)])
    for at in (0.1, 1, 7):
        assert float((found - mean).subs(q, at)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("expression", [tanh(v), exp(v**2), v * erf(v) ** 3, 1 / (1 + v**2), exp(v**3)])
def test_no_closed_form_is_made_up(expression):
    assert closed_form([Piece(WHOLE, expression)]) is None


def test_a_mean_that_does_not_exist_is_infinite():
    assert Quadrature([Piece(WHOLE, exp(v**2))]).mean(30.0) == (math.inf, math.inf)


def test_what_is_much_narrower_than_the_distribution_is_not_missed():
    # E[f'^2] of a steep tanh is that of a peak: 4/3 of its steepness, times the density there.
    steep = Quadrature(derive(Activation("steep", parse("tanh(1000*(v-1))"), "Steep")).slopes.pieces)
    assert steep.mean(1.0, np.square)[0] == pytest.approx(
        4 / 3 * 1000 * math.exp(-0.5) / math.sqrt(2 * math.pi), rel=1e-5
    )
    assert Quadrature(FUNCTIONS["tanh slope"]).mean(1e8, np.square)[0] == pytest.approx(
        4 / 3 / math.sqrt(2 * math.pi * 1e8), rel=1e-6
    )


def test_a_mean_over_a_pole_is_infinite_and_a_gap_in_a_formula_is_passed_over():
    root = derive(Activation("root", parse("sqrt(Abs(v))"), "Root"))
    assert Quadrature(root.slopes.pieces).mean(1.0, np.square) == (math.inf, math.inf)
    assert math.isnan(Quadrature([Piece(WHOLE, sin(v) / v)])(np.zeros(1))[0])


def test_formulas_that_overflow_are_worked_out_with_more_range():
    softplus = Quadrature(split(parse("log(1+exp(v))")))
    assert softplus(np.array([-2000.0, 2000.0])).tolist() == [0.0, 2000.0]


@pytest.mark.parametrize("variance", [1e-6, 1e-9, 1e-11, 1e-12, 1e-14, 1e-30, 1e-70])
def test_what_cancels_near_zero_has_its_mean_all_the_same(variance):
    """v - tanh(v) is v^3/3 - 2 v^5/15 + ...: its mean square is 15/9 q^3 - 2 * 2/45 * 105 q^4 + ..."""
    mean = Propagation(derive(activations["tanhshrink"])).mean_square(variance)
    assert mean.value == pytest.approx(15 / 9 * variance**3 - 28 / 3 * variance**4, rel=1e-8)
    assert mean.error < 1e-9 * mean.value


def test_a_mean_that_lies_beyond_the_reach_of_quadrature_is_not_told():
    square = Quadrature(split(parse("sinh(v)")))
    for variance in (1.0, 25.0):
        found, _ = square.mean(variance, np.square)
        assert found == pytest.approx(math.expm1(2 * variance) / 2, rel=1e-12)
    assert square.mean(300.0, np.square) == (math.inf, math.inf)  # exp(600), from 35 standard deviations
    gaussian = Quadrature(split(parse("exp(v**2)")))
    assert gaussian.mean(0.1, np.square)[0] == pytest.approx(1 / math.sqrt(1 - 4 * 0.1), rel=1e-12)
    assert gaussian.mean(0.3, np.square)[0] == math.inf  # there is none from 1/4 on
