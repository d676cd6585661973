"""The elementary functions of C against ball arithmetic and against doubles, over all their numbers."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from flint import arb, ctx
from vectors import OF_ONE, in_c

from analysis.code.compiled.compiler import FUNCTIONS, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

PRECISIONS = [np.float32, np.float64]
#: units in the last place: what functions.c says, and what the C library is known for
MOST_OFF = {np.float32: 0.502, np.float64: 3}
BITS = 400  # enough for the sine of 1e308 less its turns, of which there are 2^1023
BEYOND = 1e5  # exponentials are 0 or infinite there
PATTERNS = 2**26 if os.environ.get("THOROUGH") else 2**20

EXACT = {
    **{name: getattr(arb, name) for name in (
        "sqrt", "exp", "expm1", "log", "log1p", "tanh", "erf", "erfc", "sinh", "cosh", "asinh", "acosh", "atanh",
        "atan", "asin", "acos", "sin", "cos", "tan",
    )},
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: x.exp().log1p() if x < BEYOND else x,
}  # fmt: skip
GROWING = ("exp", "expm1", "sinh", "cosh", "sigmoid")

IN_DOUBLES = {
    **{name: getattr(np, name) for name in (
        "sqrt", "abs", "sign", "exp", "expm1", "log", "log1p", "tanh", "sinh", "cosh", "sin", "cos", "tan",
    )},
    **{name: getattr(np, f"arc{name[1:]}") for name in ("asinh", "acosh", "atanh", "atan", "asin", "acos")},
    "erf": np.vectorize(math.erf, otypes=[float]),
    "erfc": np.vectorize(math.erfc, otypes=[float]),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, 0),
}  # fmt: skip

#: where functions begin to be computed in another way, overflow, underflow or end
PLACES = [
    *(0.3466, 0.5, 0.7071067811865476, 1, 1.4142135623730951, 3.92, 3.93, 10.05, 10.2, 20, 26.54, 27.2, 87.34, 88.72),
    *(89.41, 100, 103.97, 150, 709.78, 710.47, 745.13, 2.0**20, 1.8446744e19),
    *(math.pi / 4 * n for n in (1, 2, 3, 4, 5, 1001)),
]  # fmt: skip


@pytest.fixture(params=[False, True], ids=["denormal", "flushed"])
def flushed(request):
    """Whether denormal numbers are taken for 0 meanwhile, as they are in training."""
    if not torch.set_flush_denormal(request.param):
        pytest.skip("this processor does not flush denormals")
    yield request.param
    torch.set_flush_denormal(False)


def numbers(precision):
    """Numbers of every exponent and both signs, and around the places."""
    rng, limits = np.random.default_rng(3), np.finfo(precision)
    whole = np.uint32 if precision is np.float32 else np.uint64
    exponents = np.arange(2**limits.nexp - 1, step=1 if precision is np.float32 else 13, dtype=whole)
    mantissas = np.array([0, 1, 2**limits.nmant - 1, rng.integers(2**limits.nmant)], whole)
    positive = (exponents[:, None] << whole(limits.nmant) | mantissas).ravel().view(precision)
    places = np.array(PLACES, precision)
    near = [places, np.nextafter(places, precision(0)), np.nextafter(places, precision(1e9)), positive]
    half = np.concatenate([*near, rng.uniform(0, 12, 150).astype(precision), rng.uniform(0, 1, 150)])
    return np.concatenate([half, -half]).astype(precision)


def exactly(name, x):
    """The ball around the function's value, or one that is not finite."""
    if name in GROWING and abs(x) > BEYOND:
        x = math.copysign(BEYOND, x)
    return EXACT[name](arb(x))


def is_right(number, true, precision):
    """Whether a number is as near to the true one as it should be; what is smaller than normal may be 0."""
    limits = np.finfo(precision)
    if not true.is_finite():  # 1/0, or no real number
        return not math.isfinite(number)
    if abs(true) > arb(float(limits.max)):
        return number == (math.inf if true > 0 else -math.inf)
    if not math.isfinite(number):
        return False
    off = abs(arb(number) - true)
    if abs(true) < arb(float(limits.tiny)):
        return off <= arb(float(limits.tiny))
    last_place = math.ldexp(1, math.frexp(float(true.mid()))[1] - 1 - limits.nmant)
    return off <= MOST_OFF[precision] * arb(last_place)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", EXACT)
def test_a_function_is_right_to_its_last_place(name, precision, flushed, libraries, monkeypatch):
    x = numbers(precision)
    computed = in_c(name, precision, libraries)(x)
    torch.set_flush_denormal(False)  # for what follows
    monkeypatch.setattr(ctx, "prec", BITS)
    wrong = []
    for at, number in zip(x.tolist(), computed.tolist(), strict=True):
        denormal = 0 < abs(at) < np.finfo(precision).tiny
        right = is_right(number, exactly(name, at), precision)
        if not right and not (denormal and is_right(number, exactly(name, 0), precision)):
            wrong.append((at, number, exactly(name, at)))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_DOUBLES)
def test_a_function_is_right_to_its_last_place_for_very_many_numbers(name, libraries):
    rng = np.random.default_rng(4)
    for _ in range(PATTERNS // 2**18):
        any_ = rng.integers(2**32, size=2**17, dtype=np.uint64).astype(np.uint32).view(np.float32)
        x = np.concatenate([any_, rng.normal(0, 8, 2**17).astype(np.float32)])
        computed = in_c(name, np.float32, libraries)(x)
        with np.errstate(all="ignore"):
            true = IN_DOUBLES[name](x.astype(np.float64))
            rounded = true.astype(np.float32)
            allowed = MOST_OFF[np.float32] * np.spacing(np.abs(rounded)).astype(float)
            right = np.abs(computed - true) <= allowed
        same = (computed == rounded) | (np.isnan(computed) & np.isnan(true))
        assert list(x[~right & ~same]) == []


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", OF_ONE)
def test_infinities_nan_and_what_has_no_value_are_as_numpy_has_them(name, precision, flushed, libraries):
    largest = np.finfo(precision).max
    x = np.array([np.inf, -np.inf, np.nan, 0, 1, -1, -2, 1.5, -1.5, largest, -largest], precision)
    with np.errstate(all="ignore"):
        expected = IN_DOUBLES[name](x.astype(np.float64)).astype(precision)
    np.testing.assert_allclose(in_c(name, precision, libraries)(x), expected, rtol=1e-6)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_power_is_as_numpy_has_it(precision, flushed, libraries):
    values = np.array([0, 0.3, 1, 1.7, 2, 3, 64, 1e4, 1e-20, np.inf], precision)
    values = np.concatenate([values, -values[1:], [np.nan]]).astype(precision)  # the sign of 0 is not kept
    base, exponent = (part.ravel() for part in np.meshgrid(values, values))
    with np.errstate(all="ignore"):
        expected = np.power(base.astype(np.float64), exponent.astype(np.float64)).astype(precision)
    if flushed:
        expected[np.abs(expected) < np.finfo(precision).tiny] = 0
    found = in_c("pow", precision, libraries)(base, exponent)
    np.testing.assert_allclose(found, expected, rtol=2 * np.finfo(precision).eps)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_what_is_denormal_is_no_negative_number_to_powers_and_logarithms(precision, libraries):
    """As it is to the C library while denormals are flushed."""
    small = np.array([np.finfo(precision).smallest_subnormal, np.finfo(precision).tiny / 2])
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor does not flush denormals")
    logarithms, powers = (
        in_c("log", precision, libraries)(small),
        in_c("pow", precision, libraries)(small, small),
    )
    torch.set_flush_denormal(False)
    assert list(logarithms) == [-np.inf] * 2
    assert list(powers) == [1] * 2


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", ["maximum", "minimum", "heaviside"])
def test_choices_are_as_numpy_has_them(name, precision, libraries):
    values = [0, 1, -1, 2.5, np.inf, -np.inf, np.nan]
    a, b = (part.ravel() for part in np.meshgrid(values, values[: 4 if name == "heaviside" else None]))
    found = in_c(name, precision, libraries)(a, b)
    np.testing.assert_array_equal(found, getattr(np, name)(a, b))


@pytest.mark.slow
def test_the_polynomials_of_functions_are_those_that_fits_prints():
    words = [sys.executable, "-m", "analysis.code.compiled.fits"]
    root = Path(__file__).parents[4]
    printed = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True).stdout
    assert (
        printed.count("static const double") == FUNCTIONS.read_text("utf-8").count("static const double") > 5
    )
    assert printed in FUNCTIONS.read_text("utf-8")
