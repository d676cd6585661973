"""The network in numbers, printed: whoever follows it with a pocket calculator finds the same."""

from __future__ import annotations

from sympy import Rational

from derivations.calculus.by_hand import worked
from derivations.printing.by_hand import COLUMNS, PLACES, lines_of_one_unit, losses, rows


def test_whoever_computes_with_the_digits_shown_is_off_by_one_in_the_last_at_most():
    given, lines = worked()
    shown = dict(given)
    for line in lines[:-1]:
        value = float(line.formula.subs(shown))
        assert abs(value - round(float(line.value), PLACES)) <= 1.5 * 10**-PLACES
        if not line.after:
            shown[line.element] = Rational(f"{float(line.value):.{PLACES}f}")


def test_lines_show_the_formula_with_numbers_in_it():
    line = lines_of_one_unit()
    assert line["forward"] == (
        r"v^{(1)}_{1} = w^{(1)}_{1 1} y^{(0)}_{1} + w^{(1)}_{1 2} y^{(0)}_{2} + b^{(1)}_{1} "
        r"= 0.2 \cdot 0.5 + (-0.4) \cdot 1 + 0 = -0.3000"
    )
    assert line["output-delta"] == r"\delta^{(2)}_{1} = p_{1} - t_{1} = 0.4254 - 1 = -0.5746"
    assert line["weight-update"].startswith(
        r"w^{(2)}_{1 1} \leftarrow w^{(2)}_{1 1} - \epsilon \delta^{(2)}_{1}"
    )


def test_the_table_has_every_number():
    table = rows()
    assert all(set(row) == set(COLUMNS) for row in table)
    shown = sum(len(row[unit].split(", ")) for row in table for unit in ("first", "second"))
    given, lines = worked()
    numbers_of_losses, rate = 2, 1
    assert shown == len(given) - rate + len(lines) - numbers_of_losses


def test_the_losses_are_those_of_the_same_pattern_before_and_after():
    assert [f"{value:.{PLACES}f}" for value in losses()] == ["0.8548", "0.6126"]
