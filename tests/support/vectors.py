"""Functions of `functions.c` and `vectors.c`, called from Python over arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis.code.compiled.compiler import library

OF_ONE = (
    "sqrt", "abs", "sign", "exp", "expm1", "log", "log1p", "sigmoid", "tanh", "softplus", "erf", "erfc",
    "sinh", "cosh", "asinh", "acosh", "atanh", "atan", "asin", "acos", "sin", "cos", "tan",
)  # fmt: skip
OF_TWO = ("pow", "maximum", "minimum", "heaviside")
MOST_LANES = 16
SOURCE = (
    "".join(
        f"""
void {name}_of(REAL *x, const REAL *other, long count)
{{
    for (long n = 0; n < count; n += LANES) store(x + n, {name}_(load(x + n){", load(other + n)" * (name in OF_TWO)}));
}}
"""
        for name in (*OF_ONE, *OF_TWO)
    )
    + "long lanes(void) { return LANES; }\n"
)


def in_c(name: str, precision: type, folder: Path) -> Callable[..., np.ndarray]:
    """The function as one of one or two arrays, of any length."""
    made = library({"each.c": SOURCE}, precision is np.float64, folder)
    call = getattr(made, f"{name}_of")

    def function(x: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
        y, z = (_filled(np.asarray(values, precision)) for values in (x, x if other is None else other))
        call(ctypes.c_void_p(y.ctypes.data), ctypes.c_void_p(z.ctypes.data), ctypes.c_long(len(y)))
        return y[: len(x)]

    return function


def lanes(precision: type, folder: Path) -> int:
    """How many numbers a vector has."""
    return library({"each.c": SOURCE}, precision is np.float64, folder).lanes()


def _filled(values: np.ndarray) -> np.ndarray:
    """A copy, with ones up to the next whole vector."""
    return np.concatenate([values, np.ones(-len(values) % MOST_LANES, values.dtype)])
