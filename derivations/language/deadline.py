"""A time limit for computations, one inside another, in any thread and on any system."""

from __future__ import annotations

import _thread
import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import _GeneratorContextManager, contextmanager
from time import monotonic
from typing import NoReturn

from derivations.language.pieces import Unproven

_AGAIN = (
    0.1  # seconds after which the time is said to be over again, if something on the way took it for its own
)


_SOON = 0.001  # seconds
#: where a thread is neither in its block nor in `time_limit`, and no one would take it
_BETWEEN = {
    method.__code__ for method in (_GeneratorContextManager.__enter__, _GeneratorContextManager.__exit__)
}
_TURNS = 10_000  # of waiting for what should come at once, before it is raised again


class _Over(BaseException):
    """The time is over: no `except Exception` on the way is to take it for a finding of its own."""


class _InForce(threading.local):
    """When the limits end that are in force in this thread, innermost last."""

    def __init__(self) -> None:
        self.ends: list[float] = []


_in_force = _InForce()
#: held while a thread is started: until that runs, CPython knows it by the number of the one that starts it, and what
#: is to be raised in the one would be raised in the other
_starting = _thread.allocate_lock()


@contextmanager
def time_limit(seconds: float | None, sought: str = "proof") -> Iterator[None]:
    """Raise `Unproven` inside the block when the time is over, before what was sought is there; limits may be nested.

    A second thread raises it in this one, between two of its instructions: a call into a library of C ends first.
    """
    if seconds is None:
        yield
        return
    ends, here, over = _in_force.ends, threading.get_ident(), False
    outer, end = len(ends), monotonic() + seconds
    said: list[float] = []  # when the end was said to be over
    inside, leaving = _thread.allocate_lock(), _thread.RLock()
    inside.acquire()
    try:
        ends.append(end)
        with _starting:
            begun = _thread.allocate_lock()
            begun.acquire()
            _thread.start_new_thread(_watch, (here, end, inside, leaving, said, begun))
            begun.acquire()
        yield
    except _Over:
        over = True
    finally:
        left = False
        while not left:
            try:
                leaving.acquire()
                if inside.locked():
                    inside.release()
                del ends[outer:]
                left = True
                if said:
                    _await_over(here)
            except _Over:  # it came on the way out
                continue
    if over and any(each <= monotonic() for each in ends):
        raise _Over  # an outer limit's
    if over:
        raise Unproven(f"no {sought} was found within {seconds:g} s: more time may help")


def _watch(
    thread: int,
    end: float,
    inside: _thread.LockType,
    leaving: _thread.RLock,
    said: list[float],
    begun: _thread.LockType,
) -> None:
    """Raise `_Over` in the thread at the end, while that is inside its block and not about to leave it.

    Each step on these locks is one instruction, before or after which `_Over` comes; not so with `threading`'s.
    """
    begun.release()
    wait = max(0.0, end - monotonic())
    while not inside.acquire(timeout=wait) and leaving.acquire(blocking=False):
        with _starting:
            wait = _SOON
            if sys._current_frames()[thread].f_code not in _BETWEEN:
                _raise_over(thread)
                said.append(monotonic())
                wait = _AGAIN
        leaving.release()


def _raise_over(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_Over))


def _await_over(here: int) -> NoReturn:
    """Have `_Over` raised now, so that none comes later.

    The one that may wait in this thread is replaced: to take it back would leave CPython 3.11 looking for it for ever.
    """
    while True:
        _raise_over(here)
        for _ in range(_TURNS):
            pass
