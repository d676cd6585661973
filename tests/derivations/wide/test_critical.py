import math

import mpmath
import pytest
from sympy import Integer, Rational, sqrt

from derivations import (
    Activation,
    NoCriticalPoint,
    activations,
    critical_variances,
    criticality,
    derive,
    parse,
    v,
)
from derivations.wide.critical import Kind, edge, proven_none
from derivations.wide.propagation import Propagation, wide_networks

CLASSES = {
    Kind.scale_invariant: ["relu", "leaky_relu", "prelu", "rrelu"],
    Kind.every_variance: ["softshrink"],
    Kind.zero: ["tanh", "lecun", "hardtanh"],
    Kind.limit: ["elu", "celu", "selu", "softsign", "relu6"],
    Kind.half_stable: ["gelu", "gelu_tanh", "silu", "mish", "hardswish"],
    Kind.none: ["sigmoid", "hardsigmoid", "softplus", "logsigmoid", "hardshrink", "tanhshrink", "threshold"],
}


def of(name):
    return derive(activations[name])


def written(text):
    return derive(Activation(text, parse(text), text))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in CLASSES.items() for name in names]
)
def test_the_class_of_each_registered_activation(kind, name):
    assert criticality(of(name)).kind is kind


def test_every_registered_activation_has_a_class():
    assert sorted(name for names in CLASSES.values() for name in names) == sorted(activations)


# Worked out independently, of SiLU and GELU as by Roberts, Yaida and Hanin (2022), section 5.3.4.
@pytest.mark.parametrize(
    ("name", "q", "weight_variance", "bias_variance", "digits"),
    [
        ("gelu", (3 + math.sqrt(17)) / 2, 1.9830582574, 0.1729223908, 10),
        ("silu", 14.3201736180, 1.9880046783, 0.5551431707, 10),
        ("mish", 1.670, 2.0135, 0.0945, 3),
    ],
)
def test_half_stable_points_are_those_of_the_book(name, q, weight_variance, bias_variance, digits):
    point = criticality(of(name)).points[0]
    expected, within = (q, weight_variance, bias_variance), 0.6 * 10**-digits
    assert [float(point.q), *critical_variances(of(name))] == pytest.approx(expected, abs=within)
    assert point.attracts_below != point.attracts_above


def test_points_with_closed_forms_are_exact():
    assert criticality(of("gelu")).points[0].q == Rational(3, 2) + sqrt(17) / 2
    assert criticality(of("lecun")).points[0].weight_variance == Rational(15000, 17309) ** 2
    assert criticality(of("relu")).points[0].weight_variance == 2
    assert criticality(of("prelu")).points[0].weight_variance == 2 / (1 + Rational(1, 16))  # He et al. (2015)


@pytest.mark.parametrize(("name", "weights"), [("tanh", 1.0), ("elu", 1.0), ("relu", 2.0)])
def test_without_biases(name, weights):
    assert critical_variances(of(name)) == (weights, 0.0)


@pytest.mark.parametrize("name", [*CLASSES[Kind.half_stable], *CLASSES[Kind.every_variance]])
def test_at_a_critical_point_a_small_change_is_kept_both_ways(name):
    weights, biases = critical_variances(of(name))
    point, network = criticality(of(name)).points[0], Propagation(of(name))
    q = float(point.q.subs("q", 1)) if not point.q.free_symbols else 1.0
    assert network.chi(q, weights) == pytest.approx(1, rel=1e-12)
    assert network.next(q, weights, biases) == pytest.approx(q, rel=1e-12)
    h = 1e-5 * q  # by differences, not by the formula of the derivative
    slope = (network.next(q + h, weights, biases) - network.next(q - h, weights, biases)) / (2 * h)
    assert slope == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("name", ["gelu", "mish", "hardswish"])
def test_a_half_stable_point_attracts_from_the_side_that_is_told(name):
    weights, biases = critical_variances(of(name))
    point, network = criticality(of(name)).points[0], wide_networks(of(name))
    for factor, attracted in ((0.97, point.attracts_below), (1.03, point.attracts_above)):
        q = float(point.q) * factor
        closer = abs(network.next(q, weights, biases) - float(point.q)) < abs(q - float(point.q))
        assert closer == attracted


def test_the_rate_of_a_mean_is_its_derivative_also_of_a_function_that_jumps():
    for name in ("tanh", "sigmoid", "mish", "hardshrink", "threshold", "elu"):
        mean, h = Propagation(of(name)).mean_square, 1e-4
        difference = (mean(0.7 + h).value - mean(0.7 - h).value) / (2 * h)
        assert mean.rate(0.7).value == pytest.approx(difference, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "function", "slope"),
    [
        ("tanh", mpmath.tanh, lambda at: mpmath.sech(at) ** 2),
        (
            "elu",
            lambda at: at if at > 0 else mpmath.expm1(at),
            lambda at: mpmath.mpf(1) if at > 0 else mpmath.exp(at),
        ),
    ],
)
def test_the_edge_of_chaos_by_another_quadrature(name, function, slope):
    def mean(g, q):
        return mpmath.quad(lambda z: g(mpmath.sqrt(q) * z) ** 2 * mpmath.npdf(z), [-12, -4, -1, 0, 1, 4, 12])

    (point,) = edge(wide_networks(of(name)), 0.2)
    weights = 1 / mean(slope, point.q)
    assert point.sigma_w == pytest.approx(float(mpmath.sqrt(weights)), rel=1e-12)
    assert weights * mean(function, point.q) + 0.04 == pytest.approx(point.q, rel=1e-12)
    assert point.sigma_w == pytest.approx({"tanh": 1.304146, "elu": 1.229251}[name], abs=6e-7)
    assert 0 < point.chi_parallel < 1


def test_without_biases_the_edge_of_tanh_is_at_zero_and_with_them_relu_has_none():
    assert [(point.q, point.sigma_w) for point in edge(wide_networks(of("tanh")), 0.0)] == [(0, 1)]
    assert edge(wide_networks(of("relu")), 0.2) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("v", Kind.scale_invariant),
        ("Abs(v)", Kind.scale_invariant),
        ("Max(0, v - 1)", Kind.every_variance),
        ("Max(0, v + 1)", Kind.none),  # both chi are equal everywhere, but it would need a negative sigma_b^2
        ("sin(v)", Kind.zero),
        ("sinh(v)", Kind.unstable),
        ("v**3", Kind.none),
        ("sign(v)", Kind.none),
        ("sqrt(Abs(v))", Kind.none),
        ("exp(v**2)", Kind.none),
        ("(3/5 + 2.303*v)**3*exp(-2.403*v**2)", Kind.none),  # the roots of a cubic come by complex numbers
        ("5", Kind.none),
    ],
)
def test_any_expression_has_a_class(text, kind):
    assert criticality(written(text)).kind is kind


def test_a_mean_that_does_not_exist_is_told():
    assert criticality(written("sqrt(Abs(v))")).searched is None  # E[f'^2] is that of 1/v
    low, high = criticality(written("exp(v**2)")).searched
    assert low < 0.19 < high < 0.25  # E[f^2] = E[exp(2 v^2)] exists for q < 1/4


@pytest.mark.parametrize(
    ("derivation", "words"),
    [
        (of("sigmoid"), r"Sigmoid has no critical .* f\(0\) is not zero"),
        (written("sinh(v)"), "repels"),
        (written("sign(v)"), "f' is zero wherever it exists"),
        (written("Max(0, v + 1)"), "negative"),
        (of("threshold"), "negative"),
    ],
)
def test_why_there_are_no_critical_weights_is_told(derivation, words):
    with pytest.raises(NoCriticalPoint, match=f"(?i){words}"):
        critical_variances(derivation)


def test_that_softplus_has_no_critical_point_is_proven_and_of_the_sigmoid_it_was_only_found():
    assert "f is positive and convex" in proven_none(of("softplus"))
    assert "f is negative and concave" in proven_none(of("logsigmoid"))
    assert proven_none(of("sigmoid")) is None
    assert proven_none(of("relu")) is None  # f f'' is zero: every variance is critical


def test_second_derivatives_at_zero_decide_between_zero_and_limit():
    bent = Activation("bent", v / (1 + v**2), "bent")
    assert criticality(derive(bent)).kind is Kind.zero
    assert criticality(written("v / (1 + Abs(v)**3)")).kind is Kind.zero
    assert criticality(derive(bent)).points[0].weight_variance == Integer(1)
