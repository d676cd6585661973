"""Time limits: nested, not to be swallowed, and leaving nothing behind."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress

import pytest

from derivations import Unproven
from derivations.language.deadline import check, time_limit

needs_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarm signal here")


def busy(seconds: float, ask: bool = False) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ask:
            check()


@pytest.fixture(autouse=True)
def _nothing_is_left():
    before = signal.getsignal(signal.SIGALRM)
    yield
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before
    check()


@needs_alarm
def test_a_limit_ends_its_block():
    start = time.monotonic()
    with pytest.raises(Unproven, match=r"within 0\.05 s"), time_limit(0.05):
        busy(5)
    assert time.monotonic() - start < 1


def test_what_is_in_time_is_not_disturbed():
    with time_limit(5):
        check()
    with time_limit(None):
        check()
    with pytest.raises(ZeroDivisionError), time_limit(5):
        _ = 1 / 0


@needs_alarm
def test_the_inner_limit_is_shorter():
    with time_limit(5):
        with pytest.raises(Unproven, match=r"0\.05 s"), time_limit(0.05):
            busy(3)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 5
        check()


@needs_alarm
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


@needs_alarm
def test_the_outer_limit_holds_after_inner_ones_that_were_kept():
    start = time.monotonic()

    def inner() -> None:
        while True:
            with time_limit(1):
                busy(0.01)

    with pytest.raises(Unproven, match=r"0\.2 s"), time_limit(0.2):
        inner()
    assert time.monotonic() - start < 1


@needs_alarm
def test_the_outer_limit_holds_after_inner_ones_that_were_not():
    start = time.monotonic()

    def inner() -> None:
        while True:
            with pytest.raises(Unproven, match=r"0\.03 s"), time_limit(0.03):
                busy(1)

    with pytest.raises(Unproven, match=r"0\.2 s"), time_limit(0.2):
        inner()
    assert time.monotonic() - start < 1


@needs_alarm
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


@needs_alarm
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


@needs_alarm
def test_a_handler_of_someone_else_comes_back():
    heard = []
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(1))
    try:
        with pytest.raises(Unproven), time_limit(0.02):
            busy(1)
        with time_limit(5):
            pass
        signal.raise_signal(signal.SIGALRM)
        assert heard == [1]
    finally:
        signal.signal(signal.SIGALRM, before)


@needs_alarm
def test_no_alarm_rings_after_its_block():
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


def test_in_a_thread_asking_notices_it():
    def late() -> None:
        with time_limit(0.05):
            busy(5, ask=True)

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
                    busy(5, ask=True)
            except Unproven:
                busy(5, ask=True)
        return "not reached"

    (error,) = in_thread(late)
    assert isinstance(error, Unproven)
    assert "0.2 s" in str(error)


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
