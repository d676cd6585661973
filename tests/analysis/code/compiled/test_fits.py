"""Polynomials of least relative error: those that are known, and how errors of the best one alternate."""

from __future__ import annotations

import pytest
from mpmath import cos, exp, log, mpf, polyval, workdps

from analysis.code.compiled.fits import extremes, in_c, remez


@workdps(50)
def test_the_best_number_for_a_function_is_the_harmonic_mean_of_its_least_and_greatest():
    (number,), error = remez(exp, 0, log(3), 0)
    assert number == pytest.approx(1.5, rel=1e-14)
    assert float(error) == pytest.approx(0.5, rel=1e-14)


@workdps(50)
def test_a_polynomial_is_found_again():
    found, error = remez(lambda x: 3 - x / 4 + 2 * x**3, 0, 1, 3)
    assert found == pytest.approx([3, -0.25, 0, 2], abs=1e-14)
    assert error < 1e-14


@workdps(50)
def test_the_error_of_the_best_polynomial_is_greatest_twice_more_often_than_its_degree():
    """And of one sign, then of the other: what Chebyshev's theorem tells the best by."""
    degree = 4
    found, error = remez(cos, 0, 1, degree)
    points = [mpf(n) / 2000 for n in range(2001)]
    errors = [polyval(list(map(mpf, found[::-1])), x) / cos(x) - 1 for x in points]
    peaks = [e for _, e in extremes(points, errors)]
    assert len(peaks) == degree + 2
    assert [abs(float(e / error)) for e in peaks] == pytest.approx([1] * len(peaks), rel=1e-3)


def test_an_array_of_c_keeps_all_digits_and_tells_the_error():
    numbers = [1 / 3, -2e-20, 7.0] * 5
    head, *lines = in_c("NAME", numbers, mpf(2) ** -30).splitlines()
    assert head == "static const double NAME[] = {  // relative error 2^-30.0"
    assert [float(text) for text in "".join(lines).rstrip("};").split(",")] == numbers
    assert max(map(len, lines)) <= 100
