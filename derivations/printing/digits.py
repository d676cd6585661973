"""Numbers in print: decimals that are exact where they are short, else the digits with which they begin."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from sympy import Expr, Rational, oo

DIGITS = 20  # significant digits of a decimal that has no short exact form
LONGEST_DENOMINATOR = 10**8  # beyond it a fraction is shown as a decimal
SHOWN = 7  # digits that people are shown of a number without a closed form


def first_digits(number: Expr, shown: int = SHOWN) -> str:
    """The digits with which a number begins, cut off and not rounded: more are to be thought of.

    >>> from sympy import Float
    >>> first_digits(Float("1.09983932", 20)), first_digits(Float("-0.0998393195", 20))
    ('1.099839', '-0.09983931')
    """
    exact = Decimal(str(number.evalf(DIGITS)))
    return f"{exact.quantize(Decimal(1).scaleb(exact.adjusted() - shown + 1), ROUND_DOWN):f}"


def decimal(number: Expr) -> str:
    """A decimal string: exact where it is short, else of 20 significant digits.

    >>> decimal(Rational(1, 4)), decimal(Rational(1, 3)), decimal(-oo)
    ('0.25', '0.33333333333333333333', '-inf')
    """
    if number in (oo, -oo):
        return "inf" if number == oo else "-inf"
    digits = str(number.evalf(DIGITS))
    exact = number.is_Rational and Rational(digits) == number
    return (digits.rstrip("0").rstrip(".") or "0") if exact and "." in digits else digits
