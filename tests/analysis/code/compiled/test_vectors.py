"""Vectors of numbers: a number is computed alike in any lane, beside any others, on any processor."""

from __future__ import annotations

import platform

import numpy as np
import pytest
from vectors import OF_ONE, OF_TWO, in_c, lanes

from analysis.code.compiled import compiler
from analysis.code.compiled.compiler import processor_features, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

PRECISIONS = [np.float32, np.float64]
#: what functions might be computed for in another way
ODD = [np.nan, np.inf, -np.inf, 0.0, 1e-40, 3e30, -3e30, 2.0**21, 1e3, 1.0]
#: target -> what a processor must have for it, and the bytes of its vectors
TARGETS = {"x86_64_v2": ("sse4_2", 16), "x86_64_v3": ("avx2", 32), "x86_64_v4": ("avx512vl", 64)}
ON_X86 = platform.machine().lower() in ("x86_64", "amd64")


def numbers(precision, count=6000):
    """Numbers of all sizes, a third of them of everyday ones."""
    rng = np.random.default_rng(2)
    large = 10 ** rng.uniform(-30, 30, count // 3) * rng.choice([-1, 1], count // 3)
    return np.concatenate([rng.uniform(-30, 30, count // 3), rng.uniform(-1, 1, count // 3), large]).astype(
        precision
    )


def bits(values):
    """The bits of the numbers; any NaN is like any other."""
    whole = np.uint32 if values.dtype == np.float32 else np.uint64
    return np.where(np.isnan(values), np.nan, values + 0.0).astype(values.dtype).view(whole)


def computed(name, x, precision, folder):
    other = (np.resize([0.5, 2, -1, 3.3, 0], len(x)),) if name in OF_TWO else ()
    return in_c(name, precision, folder)(x, *other)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", OF_ONE)
def test_a_number_is_computed_alike_in_any_lane(name, precision, libraries):
    function, x = in_c(name, precision, libraries), numbers(precision, 600)
    first = bits(function(x))
    for shift in range(1, lanes(precision, libraries)):
        assert (np.roll(bits(function(np.roll(x, shift))), -shift) == first).all()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", OF_ONE)
def test_a_number_is_computed_alike_beside_any_others(name, precision, libraries):
    function, x = in_c(name, precision, libraries), numbers(precision, 60_000)
    x = x[np.abs(x) < 1e6]
    between = np.empty(2 * len(x), precision)
    between[::2], between[1::2] = x, np.resize(ODD, len(x))
    assert (bits(function(between))[::2] == bits(function(x))).all()


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_vector_is_as_large_as_the_processor_has_it(precision, libraries):
    size = lanes(precision, libraries) * np.dtype(precision).itemsize
    able = [bytes_ for feature, bytes_ in TARGETS.values() if feature in processor_features().split()]
    assert size == (max(able) if ON_X86 and able else 16)


@pytest.fixture(params=TARGETS)
def target(request, monkeypatch, tmp_path):
    """A cache folder whose libraries are compiled for a processor of this kind, and the bytes of its vectors."""
    feature, size = TARGETS[request.param]
    if not ON_X86 or feature not in processor_features().split():
        pytest.skip(f"this processor does not have {feature}")
    monkeypatch.setattr(compiler, "FLAGS", (*compiler.FLAGS, f"-mcpu={request.param}"))
    return tmp_path, size


@pytest.mark.parametrize("precision", PRECISIONS)
def test_vectors_of_any_size_give_the_same_numbers_but_for_rounding(precision, target, libraries):
    folder, size = target
    assert lanes(precision, folder) * np.dtype(precision).itemsize == size
    x = numbers(precision)
    for name in (*OF_ONE, *OF_TWO):
        here, there = (computed(name, x, precision, one) for one in (libraries, folder))
        np.testing.assert_array_max_ulp(here[~np.isnan(here)], there[~np.isnan(here)], maxulp=1)
        assert (np.isnan(here) == np.isnan(there)).all()
