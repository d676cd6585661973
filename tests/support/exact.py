"""f and f' to two hundred digits by mpmath, and whether numbers agree: nothing of analysis/ is in it."""

from __future__ import annotations

import math
from functools import cache

import mpmath
import numpy as np
from sympy import Heaviside, Piecewise, lambdify

from derivations import v

DIGITS = 200
STEP = mpmath.mpf(10) ** -40
UNSEEN = 1e-70  # differences over 1e-40 are right to some 1e-80
LOST = 2**8  # as analysis/accuracy.py says: eight bits may be lost


@cache
def exact(expression, x):
    """f, its slopes on both sides, |v f''| but at kinks, the steepest slope; None if not real."""
    function = _function(expression)
    with mpmath.workdps(DIGITS):
        try:
            values = [function(mpmath.mpf(x) + k * STEP) for k in (-2, -1, 0, 1, 2)]
        except (ArithmeticError, ValueError):
            return None
        if not all(
            isinstance(value, (int, float, mpmath.mpf)) and mpmath.isfinite(value) for value in values
        ):
            return None
        far_left, left, here, right, far_right = map(mpmath.mpf, values)
        slopes = [
            (3 * here - 4 * left + far_left) / (2 * STEP),
            (4 * right - 3 * here - far_right) / (2 * STEP),
        ]
        if x == 0:  # 1e-20 is the slope of Abs(v)**1.5 over 1e-40
            slopes = [slope if abs(slope) > 1e-15 else mpmath.mpf(0) for slope in slopes]
        # A slope of 1e20 over 1e-40 is that of a root at its zero, or of a jump.
        finite = [slope for slope in slopes if abs(slope) < 1e15 * (1 + abs(here))]
        steepest = max(map(abs, finite), default=mpmath.mpf(0))
        if len(finite) < 2 or abs(slopes[0] - slopes[1]) > 1e-30 * (1 + abs(slopes[0])):
            flattest = min(map(abs, finite), default=mpmath.mpf(0))
            flat = [slope for slope in finite if abs(slope) <= flattest + 1e-30]  # both of Abs(v)
            return here, flat or [flattest], mpmath.mpf(0), steepest
        return here, slopes, abs(x * (left - 2 * here + right) / STEP**2), steepest


@cache
def _function(expression):
    # SymPy's printer knows Heaviside of one argument alone.
    plain = expression.replace(Heaviside, lambda x, half: Piecewise((0, x < 0), (half, x <= 0), (1, True)))
    return lambdify(v, plain, [_FAR_OUT, "mpmath"])


def _beyond(function, below, above):
    """The function, and beyond 1e5 its limits, which 200 digits do not tell apart: mpmath takes minutes."""
    return lambda x: function(x) if abs(x) < 1e5 else mpmath.mpf(above if x > 0 else below)


_FAR_OUT = {
    "exp": _beyond(mpmath.exp, 0, "inf"),
    "tanh": _beyond(mpmath.tanh, -1, 1),
    "erf": _beyond(mpmath.erf, -1, 1),
    "erfc": _beyond(mpmath.erfc, 2, 0),
    "sin": _beyond(mpmath.sin, "nan", "nan"),
    "cos": _beyond(mpmath.cos, "nan", "nan"),
}


def agrees(number, true, moved, precision):
    """Whether a computed number is as near to the true one as rounding of it and of v allows."""
    eps, tiny, largest = (float(getattr(np.finfo(precision), name)) for name in ("eps", "tiny", "max"))
    if abs(true) > largest / LOST:
        return True
    if not math.isfinite(number):
        return False
    return abs(number - true) <= LOST * eps * (abs(true) + moved) + max(tiny / eps, UNSEEN)
