"""The one test of whether exact numbers are equal, and of which is larger: `is_zero` and `sign` of a difference.

It is known that a sum is zero where identities reduce it to nothing, and that it is not where a ball excludes zero.
Else nothing is known, and `sign` says so.
"""

from __future__ import annotations

from functools import reduce
from operator import mul

from flint import fmpq

from derivations.arithmetic.exact import PRECISIONS, ZERO, Kernel, Sum, ball, kernel, kernel_power, rational
from derivations.language.pieces import Unproven

MOST_CLEARED = 400  # terms of a sum that is looked at


def is_zero(total: Sum, most: int = MOST_CLEARED) -> bool:
    """Whether it is identically zero, as far as the rules show: denominators cleared, cos^2 = 1 - sin^2.

    A sum that comes to have more than `most` terms on the way is given up.
    """
    try:
        for _ in range(200):
            if not total.terms:
                return True
            changed = next((form for step in _STEPS if (form := step(total)) != total), total)
            if changed == total or len(changed.terms) > most:
                return False
            total = changed
    except Unproven:  # it grows too long
        pass
    return False


def reduced(total: Sum) -> Sum:
    """The sum with whole powers multiplied out, and cos^2 = 1 - sin^2."""
    while (changed := _expanded(total)) != total:
        total = changed
    return total


def _denominator(total: Sum) -> Sum:
    """The product of each sum that stands in a denominator, to its highest power there."""
    found = rational(1)
    for inner in {kernel_ for product in total.terms for kernel_, _ in product if kernel_[0] == "sum"}:
        lowest = min(dict(product).get(inner, ZERO) for product in total.terms)
        if lowest < 0:
            found = found * kernel_power(inner, -lowest)
    return found


def _unnested(total: Sum) -> Sum:
    """The sum with (a + b/s)^p written (a s + b)^p s^-p, for whole p."""
    found = rational(0)
    for product, c in total.terms.items():
        term = Sum({product: c})
        for factor, power in product:
            name, argument = factor
            if name == "sum" and power.q == 1 and (below := _denominator(argument)) != rational(1):
                above = reduced(argument * below)
                term = term * kernel_power(factor, -power) * above**power * below**-power
        found = found + term
    return found


def _cleared(total: Sum) -> Sum:
    """The sum times each kernel that stands in a denominator."""
    return total * _denominator(total)


def _expanded(total: Sum) -> Sum:
    """The sum with whole powers multiplied out, one step in each product."""
    found = rational(0)
    for product, c in total.terms.items():
        step = Sum({product: c})
        for factor, power in product:
            written = _written_out(factor, power)
            if written is not None:
                step = Sum({product - {(factor, power)}: c}) * written
                break
        found = found + step
    return found


def _written_out(factor: Kernel, power: fmpq) -> Sum | None:
    """The power of a kernel by simpler ones; None where there is nothing to do."""
    name, argument = factor
    if name == "log" and power >= 1 and (number := argument.as_rational()) is not None:
        by_primes = _log_in_primes(number)
        if by_primes != kernel_power(factor, fmpq(1)):
            return by_primes * kernel_power(factor, power - 1)
    if name == "sum" and power >= 1:
        return argument * kernel_power(factor, power - 1)
    if name == "cos" and power >= 2:
        square = rational(1) - kernel_power(("sin", argument), fmpq(2))
        return square * kernel_power(factor, power - 2)
    return None


def _log_in_primes(c: fmpq) -> Sum:
    """Its logarithm by those of primes."""
    found = rational(0)
    for number, side in ((c.p, 1), (c.q, -1)):
        for prime, count in number.factor() if number != 1 else ():
            found = found + kernel("log", rational(int(prime))) * rational(side * count)
    return found


def sign(total: Sum) -> int:
    """-1, 0 or 1 for a constant; raises `Unproven` where it is not known."""
    for bits in PRECISIONS:
        around = ball(total, bits)
        if around > 0:
            return 1
        if around < 0:
            return -1
        if bits == PRECISIONS[0] and is_zero(total):
            return 0
    raise Unproven(f"it is not known whether {total} is zero")


def _without_tanh(total: Sum) -> Sum:
    """The sum with tanh by exponentials: last, because polynomials in tanh are shorter."""
    found = rational(0)
    for product, c in total.terms.items():
        term = Sum({frozenset(pair for pair in product if pair[0][0] != "tanh"): c})
        for (name, argument), power in product:
            if name == "tanh":
                square = reduce(
                    mul, (kernel_power(("exp", each), 2 * d) for each, d in argument.terms.items())
                )
                term = term * ((square - rational(1)) / (square + rational(1))) ** power
        found = found + term
    return found


_STEPS = (_unnested, _cleared, _expanded, _without_tanh)
