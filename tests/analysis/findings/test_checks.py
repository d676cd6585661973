"""What the checks of equations say: each within ten digits, and what is not is named."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from analysis.findings.checks import agree
from analysis.verification.compared import EquationCheck

FORWARD = EquationCheck("forward", "Forward pass", "any", 700, 4e-16, 0)
SLOPE = EquationCheck("derivative-of-output", "Derivative", "tanh", 1000, 0.0, 2)


def test_equations_that_agree_to_ten_digits_agree():
    finding = agree([FORWARD, SLOPE])
    assert finding is not None
    assert finding.holds
    assert finding.numbers == {"relative error": [4e-16, 0.0]}
    assert finding.margin is None
    assert finding.remark == "2 equations, 1,700 points"


@pytest.mark.parametrize("error", [1e-10, 0.5, nan])
def test_one_that_does_not_is_seen_and_named(error):
    finding = agree([FORWARD, replace(SLOPE, largest_relative_error=error)])
    assert finding is not None
    assert not finding.holds
    assert finding.remark.endswith("not for Derivative: tanh, by its output")


def test_without_equations_there_is_nothing_to_find():
    assert agree([]) is None
