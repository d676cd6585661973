"""An activation given by its name, as a text, or as an expression in any one symbol: always the same one."""

from __future__ import annotations

import pytest
import sympy
from sympy import Interval, Rational, Symbol, exp, tanh

from derivations import (
    Activation,
    ParseError,
    Propagation,
    UnknownActivation,
    activations,
    critical_variances,
    criticality,
    derive,
    differentiate,
    gain,
    gradient_range,
    literature,
    parse,
    v,
)

ANY = [Symbol("v"), Symbol("x"), Symbol("t", positive=True), v]


@pytest.mark.parametrize("symbol", ANY)
def test_the_symbol_does_not_matter(symbol):
    assert gradient_range(differentiate(tanh(symbol))).values == Interval.Lopen(0, 1)
    assert differentiate(symbol**3).derivative == 3 * v**2
    assert derive(tanh(symbol)).activation.expression == tanh(v)
    assert Activation("mine", tanh(symbol)).expression == tanh(v)


def test_a_root_of_a_square_is_that_of_a_real_number():
    assert gradient_range(sympy.sqrt(Symbol("x") ** 2)).values == sympy.FiniteSet(-1, 1)


@pytest.mark.parametrize("given", ["sigmoid", "Sigmoid", "1/(1 + exp(-v))", 1 / (1 + exp(-Symbol("z")))])
def test_each_way_to_give_the_sigmoid_gives_its_range(given):
    assert derive(given).gradient_range.values == Interval.Lopen(0, Rational(1, 4))
    assert gradient_range(given).values == Interval.Lopen(0, Rational(1, 4))


def test_what_wide_networks_do_is_asked_in_the_same_ways():
    for given in ("tanh", tanh(Symbol("x")), activations["tanh"], derive("tanh")):
        assert critical_variances(given) == (1, 0)
        assert criticality(given) == criticality("tanh")
        assert gain(given) == gain("tanh")
        assert Propagation(given).chi(1.0, 2.0) == Propagation("tanh").chi(1.0, 2.0)


def test_a_float_is_the_decimal_that_was_written():
    assert derive(0.1 * Symbol("x") + 1.702).activation.expression == v / 10 + Rational("1.702")


@pytest.mark.parametrize("ask", [derive, differentiate, gradient_range, lambda f: Activation("mine", f)])
def test_a_second_symbol_is_refused_by_its_name(ask):
    with pytest.raises(ValueError, match=r"has a and v: put numbers"):
        ask(tanh(Symbol("a") * v))


def test_a_name_that_is_not_known_is_answered_with_near_ones():
    with pytest.raises(UnknownActivation, match="did you mean sigmoid"):
        derive("sigmoidd")
    with pytest.raises(KeyError, match="did you mean gelu"):
        activations["gelu2"]
    with pytest.raises(KeyError, match=r"find_activation\('quick_gelu'\)"):
        activations["quick_gelu"]
    with pytest.raises(KeyError, match="did you mean quick_gelu"):
        literature["quikgelu"]
    assert activations.get("gelu2") is literature.get("gelu2") is None


def test_what_is_no_activation_is_refused():
    with pytest.raises(TypeError, match=r"write parse\('tanh\(v\)'\)"):
        Activation("mine", "tanh(v)")
    with pytest.raises(TypeError, match="not NoneType"):
        derive(None)
    with pytest.raises(TypeError, match="expression already"):
        parse(tanh(v))
    with pytest.raises(ParseError, match="the variable is written v"):
        derive("tanh(x)")
    with pytest.raises(ParseError, match=r"write tanh\(v\)"):
        parse("2*tanh")
