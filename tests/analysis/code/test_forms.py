"""Forms of an expression: polynomials around a point, which are the case's that holds there."""

from __future__ import annotations

import pytest
from sympy import E, Integer, Poly, exp, factorial

from analysis.code.forms import DEGREE, around
from analysis.code.named import IfPositive
from derivations import v

CHOICE = IfPositive(v, exp(v), 3 - v)


@pytest.mark.parametrize(
    ("point", "expected"),
    [(1, [E / factorial(n) for n in range(DEGREE + 1)]), (-2, [5, -1])],
)
def test_a_polynomial_around_a_point_is_that_of_the_case_that_holds_there(point, expected):
    found = Poly(around(CHOICE, Integer(point)).subs(v, v + point), v).all_coeffs()[::-1]
    assert list(map(float, found)) == pytest.approx(list(map(float, expected)), rel=1e-12, abs=1e-12)
