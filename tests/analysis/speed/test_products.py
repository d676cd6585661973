"""Products of matrices: that each is the product, what their processes' environment is, and what is said of both."""

from __future__ import annotations

import os

import numpy as np
import pytest

from analysis.speed import products
from analysis.speed.products import CHOOSING, KINDS, apart, chosen, held_back, of_the_step, rates
from analysis.training import ways
from analysis.workers.threads import ONE_THREAD


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Of the variables that choose how products are made, these two, whatever the machine's."""
    for name in CHOOSING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("MKL_CBWR", "COMPATIBLE")


def test_the_variables_are_found():
    assert chosen() == ["OPENBLAS_CORETYPE", "MKL_CBWR"]


@pytest.mark.parametrize(
    ("free", "left"), [(True, {}), (False, {"OPENBLAS_CORETYPE": "Haswell", "MKL_CBWR": "COMPATIBLE"})]
)
def test_a_process_apart_has_one_thread_and_is_free_of_those_variables_where_it_should_be(free, left):
    before = dict(os.environ)
    with apart(free) as process:
        found = {name: process.apply(os.getenv, (name,)) for name in (*CHOOSING, *ONE_THREAD, "PATH")}
    expected = {"PATH": os.environ["PATH"], **ONE_THREAD, **left}
    assert {name: value for name, value in found.items() if value is not None} == expected
    assert dict(os.environ) == before


@pytest.mark.slow
def test_the_products_of_every_library_are_timed_apart(monkeypatch):
    monkeypatch.setattr(products, "SIZES", (8, 16))
    with apart(free=True) as process:
        seconds = {key: clock(2) for key, clock in products.of_libraries(process).items()}
    assert any("NumPy" in name for name, _ in seconds)
    assert any("PyTorch" in name for name, _ in seconds)
    assert {size for _, size in seconds} == {8, 16}
    assert all(taken > 0 for taken in seconds.values())


@pytest.mark.parametrize("kind", KINDS)
def test_each_product_is_the_product(kind, monkeypatch):
    a, b, _ = products._matrices(8)
    given = [a, b.T.copy() if kind == "onednn" else b, np.empty_like(a)]
    monkeypatch.setattr(products, "_matrices", lambda size: given)
    made = KINDS[kind](8)()
    made = made.to_dense() if kind == "onednn" else made
    np.testing.assert_allclose(np.asarray(made), a @ b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [48, 272])
def test_the_compiled_product_is_the_product_too(size, monkeypatch, libraries):
    if reason := ways.why_by_torch("cpu", libraries):
        pytest.skip(reason)
    a, b, product = products._matrices(size)
    monkeypatch.setattr(products, "SIZES", (size,))
    monkeypatch.setattr(products, "_matrices", lambda size: [a, b, product])
    [clock] = of_the_step(libraries).values()
    assert clock(1) > 0
    np.testing.assert_allclose(product, a.astype(float) @ b, rtol=1e-4, atol=1e-4)


def test_the_rate_of_a_product_is_that_at_the_size_which_suits_it_best():
    # 2 * 1000^3 operations in a second are 2 GFLOP/s.
    assert rates({("a", 1000): 1.0, ("a", 100): 1e-3 / 3, ("b", 1000): 0.5}) == pytest.approx(
        {"a": 6, "b": 4}
    )


def test_a_library_that_has_most_of_its_speed_is_not_held_back():
    assert held_back({"a": 30, "b": 29, "c": 31}, {"a": 60, "b": 30, "c": 30, "d": 50}) == {"a": 0.5}
    assert held_back({}, {"a": 60}) == {}
