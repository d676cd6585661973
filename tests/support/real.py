"""The functions and powers of the grammar over the real numbers of mpmath: `Undefined` where there is no value."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from mpmath import mp, mpf

HUGEST_EXPONENT, FASTEST_WAVE = 10**100, 10**25  # beyond them a sample is passed over
TINY = mpf(10) ** -55  # a root is taken for zero, and a base below zero by less for rounding
Value = Callable[[mpf], mpf]


class Undefined(ArithmeticError):  # noqa: N818 - reads as what is wrong
    """f has no real value there; `clear` is whether by more than rounding could do."""

    def __init__(self, reason: str, clear: bool = True) -> None:
        super().__init__(reason)
        self.clear = clear


class TooLarge(ArithmeticError):  # noqa: N818
    """A number that is too large to be worked with; it says nothing about f."""


def quotient(a: mpf, b: mpf) -> mpf:
    if b == 0:
        raise Undefined("division by zero", clear=False)
    return a / b


def rational_power(base: mpf, exponent: Fraction) -> mpf:
    if base == 0 and exponent < 0:
        raise Undefined("zero to a negative power", clear=False)
    if exponent.denominator == 1:
        return base ** int(exponent)
    if base < -TINY:
        raise Undefined("a negative number to a power that is not whole is complex")
    if exponent.denominator == 2:
        return mp.sqrt(max(base, 0)) ** exponent.numerator
    return mp.root(max(base, 0), exponent.denominator) ** exponent.numerator


def real_power(base: mpf, exponent: mpf) -> mpf:
    if base == 0:
        if exponent < 0:
            raise Undefined("zero to a negative power", clear=False)
        return mpf(exponent == 0)
    if base < 0:
        if exponent != mp.nint(exponent) or abs(exponent) > 10**6:
            raise Undefined("a negative number to a power that is not whole is complex")
        return base ** int(exponent)
    return _exp(exponent * mp.log(base))


def _exp(x: mpf) -> mpf:
    if abs(x) > HUGEST_EXPONENT:
        raise TooLarge
    return mp.exp(x)


def _log(x: mpf) -> mpf:
    if x <= 0:
        raise Undefined("the logarithm of no positive number", clear=x < -TINY)
    return mp.log(x)


def _wave(function: Value) -> Value:
    def wave(x: mpf) -> mpf:
        if abs(x) > FASTEST_WAVE:
            raise TooLarge
        return function(x)

    return wave


def _within(function: Value, low: float, high: float, open_: bool = False) -> Value:
    def inside(x: mpf) -> mpf:
        if x < low - TINY or x > high + TINY or (open_ and x in (low, high)):
            raise Undefined(f"it is outside of {low} to {high}", clear=x < low - TINY or x > high + TINY)
        return function(min(max(x, low), high))

    return inside


def _tanh(x: mpf) -> mpf:
    if abs(x) > HUGEST_EXPONENT:
        return mpf(1 if x > 0 else -1)
    return mp.tanh(x)


def _erf(x: mpf) -> mpf:
    return mpf(1 if x > 0 else -1) if abs(x) > 10**6 else mp.erf(x)


FUNCTIONS: dict[str, Value] = {
    "exp": _exp,
    "log": _log,
    "ln": _log,
    "sqrt": lambda x: rational_power(x, Fraction(1, 2)),
    "Abs": abs,
    "abs": abs,
    "sign": mp.sign,
    "Heaviside": lambda x: (1 + mp.sign(x)) / 2,
    "erf": _erf,
    "erfc": lambda x: mpf(0) if x > 10**6 else mpf(2) if x < -(10**6) else mp.erfc(x),
    "sin": _wave(mp.sin),
    "cos": _wave(mp.cos),
    "tan": _wave(mp.tan),
    "asin": _within(mp.asin, -1, 1),
    "acos": _within(mp.acos, -1, 1),
    "atan": mp.atan,
    "sinh": lambda x: (_exp(x) - _exp(-x)) / 2 if abs(x) > 1 else mp.sinh(x),
    "cosh": lambda x: (_exp(x) + _exp(-x)) / 2,
    "tanh": _tanh,
    "asinh": mp.asinh,
    "acosh": _within(mp.acosh, 1, mp.inf),
    "atanh": _within(mp.atanh, -1, 1, open_=True),
    "relu": lambda x: max(x, mpf(0)),
    "sigmoid": lambda x: 1 / (1 + _exp(-x)),
    "softplus": lambda x: mp.log(1 + _exp(x)),
}
