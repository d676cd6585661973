"""Matrix products on one thread: those of every library that is installed, and the one that trains.

Libraries read the environment when they are loaded, so their products are made in a process of its own. Some machines
set variables by which a library uses less than the processor has: without them, a product is as fast as it can be.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import version
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np

from analysis.code.compiled.compiler import library
from analysis.speed.timing import Clock, clock
from analysis.training.compiled import SOURCES
from analysis.workers.threads import environment_of_one_thread

SIZES = (192, 384, 768, 1536)  # rows and columns, in single precision; which is best depends on the caches
COMPILED = "the compiled step"
PRODUCTS, _ = SOURCES
SQUARE = Path(__file__).with_name("product.c")
#: by which libraries choose their instructions, the sizes of their blocks, or how they round
CHOOSING = (
    *("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_BLOCK_FACTOR", "BLIS_ARCH_TYPE"),
    *("MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR"),
    *("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE"),
)
HELD_BACK = 0.9  # of its speed: what is slower than that is not so by chance
Product = tuple[str, int]  # whose it is, and of which size


def chosen() -> list[str]:
    """The variables `CHOOSING` that the environment has."""
    return [name for name in CHOOSING if name in os.environ]


@contextmanager
def apart(free: bool) -> Iterator[Pool]:
    """A process with one thread, in this environment; a free one has none of the variables `CHOOSING`."""
    with environment_of_one_thread():
        for name in chosen() if free else ():
            del os.environ[name]
        pool = multiprocessing.get_context("spawn").Pool(1)
    with pool:
        yield pool


def of_libraries(pool: Pool) -> dict[Product, Clock]:
    """The products of libraries, as `OpenBLAS in NumPy 2.4.6`, in that process."""
    found = pool.apply(libraries)
    return {(name, size): partial(_in, pool, kind, size) for kind, name in found.items() for size in SIZES}


def of_the_step(folder: Path) -> dict[Product, Clock]:
    """The compiled product, which is kept in the folder."""
    sources = {path.name: path.read_text("utf-8") for path in (PRODUCTS, SQUARE)}
    square = library(sources, False, folder).square
    return {(COMPILED, size): clock(_compiled(square, size)) for size in SIZES}


def rates(seconds: Mapping[Product, float]) -> dict[str, float]:
    """The GFLOP/s that each has reached, at the size that suits it best."""
    found: dict[str, float] = {}
    for (name, size), taken in seconds.items():
        found[name] = max(found.get(name, 0), 2 * size**3 / taken / 1e9)
    return found


def held_back(given: Mapping[str, float], free: Mapping[str, float]) -> dict[str, float]:
    """The libraries that the given environment slows -> the part of their free rate that it leaves."""
    parts = {name: rate / free[name] for name, rate in given.items()}
    return {name: part for name, part in parts.items() if part < HELD_BACK}


def libraries() -> dict[str, str]:
    """The kinds of products that can be made here -> by whose code."""
    import torch

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    names = {
        "numpy": f"{'OpenBLAS' if 'openblas' in blas else blas} in NumPy {version('numpy')}",
        "torch": f"{'MKL' if torch.backends.mkl.is_available() else 'the BLAS'} in PyTorch {version('torch')}",
    }
    if torch.backends.mkldnn.is_available():
        names["onednn"] = f"oneDNN in PyTorch {version('torch')}"
    return names


def _in(pool: Pool, kind: str, size: int, count: int) -> float:
    return pool.apply(_seconds, (kind, size, count))


def _seconds(kind: str, size: int, count: int) -> float:
    return _clock(kind, size)(count)


@cache
def _clock(kind: str, size: int) -> Clock:
    return clock(KINDS[kind](size))


def _matrices(size: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.standard_normal((size, size), np.float32) for _ in range(3)]


def _numpy(size: int) -> Callable[[], object]:
    a, b, product = _matrices(size)
    return lambda: np.matmul(a, b, out=product)


def _torch(size: int) -> Callable[[], object]:
    import torch

    a, b, product = map(torch.from_numpy, _matrices(size))
    return lambda: torch.mm(a, b, out=product)


def _onednn(size: int) -> Callable[[], object]:
    import torch

    a, b, _ = (torch.from_numpy(matrix).to_mkldnn() for matrix in _matrices(size))
    return lambda: torch.nn.functional.linear(a, b)


KINDS = {"numpy": _numpy, "torch": _torch, "onednn": _onednn}


def _compiled(square: Callable[..., object], size: int) -> Callable[[], object]:
    arguments = [np.ctypeslib.as_ctypes(matrix) for matrix in _matrices(size)]
    return partial(square, ctypes.c_int64(size), *arguments)
