"""f and f' to hundreds of digits by mpmath, and whether numbers agree: nothing of analysis/ is in it."""

from __future__ import annotations

import math

import mpmath
import numpy as np
from sympy import Heaviside, Piecewise, lambdify

from derivations import v

DIGITS = 350  # a double goes down to 1e-308
STEP = mpmath.mpf(10) ** -120
LOST = 2**8  # as the README says: eight bits may be lost


def function_of(expression):
    """f by mpmath; None where it has no real value."""
    # SymPy's printer knows Heaviside of one argument alone.
    plain = expression.replace(Heaviside, lambda x, half: Piecewise((0, x < 0), (half, x <= 0), (1, True)))
    function = lambdify(v, plain, "mpmath")

    def value(x):
        with mpmath.workdps(DIGITS):
            try:
                found = function(mpmath.mpf(x))
            except (ArithmeticError, ValueError):
                return None
            real = isinstance(found, (int, float, mpmath.mpf)) and mpmath.isfinite(found)
            return mpmath.mpf(found) if real else None

    return value


def slopes_at(function, x):
    """The derivative from the left and from the right, by differences over 1e-120."""
    with mpmath.workdps(DIGITS):
        values = [function(mpmath.mpf(x) + k * STEP) for k in (-2, -1, 0, 1, 2)]
        if None in values:
            return []
        far_left, left, here, right, far_right = values
        return [
            (3 * here - 4 * left + far_left) / (2 * STEP),
            (-3 * here + 4 * right - far_right) / (2 * STEP),
        ]


def agrees(number, true, moved, precision):
    """Whether a computed number is as near to the true one as rounding of it and of v allows."""
    eps, tiny, largest = (float(getattr(np.finfo(precision), name)) for name in ("eps", "tiny", "max"))
    if abs(true) > largest / LOST:
        return True
    if not math.isfinite(number):
        return False
    # Differences over 1e-120 of numbers of 350 digits are right to 1e-230.
    return abs(number - true) <= LOST * eps * (abs(true) + moved) + max(tiny / eps, 1e-220)
