"""Time limits: nested, in any thread, not to be swallowed, and leaving nothing behind."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from derivations import Unproven
from derivations.language.deadline import time_limit


def busy(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@pytest.fixture(autouse=True)
def _nothing_is_left():
    before = _thread._count()
    yield
    busy(0.15)  # in which a limit that was left behind would be noticed
    assert _thread._count() == before


def test_a_limit_ends_its_block():
    start = time.monotonic()
    with pytest.raises(Unproven, match=r"within 0\.05 s"), time_limit(0.05):
        busy(5)
    assert time.monotonic() - start < 1


def test_what_is_in_time_is_not_disturbed():
    for seconds in (5, None):
        with time_limit(seconds):
            reached = seconds
        assert reached == seconds
    with pytest.raises(ZeroDivisionError), time_limit(5):
        _ = 1 / 0


def test_the_inner_limit_is_shorter():
    with time_limit(5):
        with pytest.raises(Unproven, match=r"0\.05 s"), time_limit(0.05):
            busy(3)
        busy(0.1)


def test_the_outer_limit_is_shorter():
    start, reached = time.monotonic(), []

    def inner() -> None:
        with pytest.raises(Unproven), time_limit(5):
            busy(3)
        reached.append("after the inner block")

    with pytest.raises(Unproven, match=r"0\.1 s"), time_limit(0.1):
        inner()
    assert reached == []
    assert time.monotonic() - start < 1


def test_the_outer_limit_holds_after_inner_ones_that_were_kept():
    start = time.monotonic()

    def inner() -> None:
        while True:
            with time_limit(1):
                busy(0.01)

    with pytest.raises(Unproven, match=r"0\.2 s"), time_limit(0.2):
        inner()
    assert time.monotonic() - start < 1


def test_the_outer_limit_holds_after_inner_ones_that_were_not():
    start = time.monotonic()

    def inner() -> None:
        while True:
            with pytest.raises(Unproven, match=r"0\.03 s"), time_limit(0.03):
                busy(1)

    with pytest.raises(Unproven, match=r"0\.2 s"), time_limit(0.2):
        inner()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("swallowed", [Unproven, Exception, (ValueError, ArithmeticError, RuntimeError)])
def test_an_except_on_the_way_does_not_swallow_a_limit(swallowed):
    start = time.monotonic()

    def inner() -> None:
        for _ in range(100):
            with suppress(swallowed):
                busy(0.1)

    with pytest.raises(Unproven, match=r"0\.05 s"), time_limit(0.05):
        inner()
    assert time.monotonic() - start < 1


def test_three_limits_end_in_their_order():
    ended = []

    def inner() -> None:
        with time_limit(9):
            try:
                with time_limit(0.05):
                    busy(3)
            except Unproven:
                ended.append("innermost")
            busy(3)
        ended.append("not reached")

    with pytest.raises(Unproven, match=r"0\.3 s"), time_limit(0.3):
        inner()
    assert ended == ["innermost"]


def test_no_limit_ends_anything_after_its_block():
    for _ in range(20):
        with time_limit(0.01):
            pass
    busy(0.05)


def in_thread(function) -> list:
    found = []

    def run() -> None:
        try:
            found.append(function())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    return found


def test_a_limit_holds_in_a_thread():
    def late() -> None:
        with time_limit(0.05):
            busy(5)

    start = time.monotonic()
    (error,) = in_thread(late)
    assert isinstance(error, Unproven)
    assert "0.05 s" in str(error)
    assert time.monotonic() - start < 2


def test_in_a_thread_nested_limits_hold_too():
    def late() -> str:
        with time_limit(0.2):
            try:
                with time_limit(0.03):
                    busy(5)
            except Unproven:
                busy(5)
        return "not reached"

    (error,) = in_thread(late)
    assert isinstance(error, Unproven)
    assert "0.2 s" in str(error)


@pytest.mark.slow
def test_limits_of_threads_leave_each_other_alone():
    def patient() -> str:
        with time_limit(5):
            busy(0.4)
        return "in time"

    def hurried() -> None:
        with time_limit(0.05):
            busy(5)

    found = []
    threads = [
        threading.Thread(target=lambda each=each: found.extend(in_thread(each)))
        for each in (patient, hurried)
    ]
    for thread in threads:
        thread.start()
    with time_limit(5):
        for thread in threads:
            thread.join(10)
    late, in_time = found
    assert isinstance(late, Unproven)
    assert in_time == "in time"


def test_a_search_in_a_thread_ends_in_time():
    from derivations import parse
    from derivations.proofs.search import prove

    def late() -> None:
        with time_limit(0.3):
            prove(parse("sin(v)*exp(sin(exp(v)))/(2 + cos(v**2))"), 1)

    start = time.monotonic()
    (error,) = in_thread(late)
    assert isinstance(error, Unproven)
    assert time.monotonic() - start < 5


def test_a_limit_is_watched_when_its_block_begins():
    # Until its thread runs, what is raised in this one may be raised in that.
    before, interval = _thread._count(), sys.getswitchinterval()
    sys.setswitchinterval(10)  # seconds for which a thread need not let another run
    try:
        with time_limit(5):
            watched = _thread._count()
    finally:
        sys.setswitchinterval(interval)
    assert watched == before + 1


def test_no_limit_ends_anything_between_a_block_and_its_own_limit():
    block = contextmanager(lambda: iter([None]))()
    block.gen = map(time.sleep, [0.2])  # now it takes so long to leave the block
    left = []

    def leave() -> None:
        with suppress(RuntimeError, AttributeError):  # of what is no generator
            block.__exit__(None, None, None)
        left.append(True)
        busy(5)

    with pytest.raises(Unproven), time_limit(0.05):
        leave()
    assert left
