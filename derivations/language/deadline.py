"""A time limit for computations, one inside another: by an alarm where there is one, and by asking (`check`)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from derivations.language.pieces import Unproven

_ends: list[
    tuple[float, float]
] = []  # of the limits in force, innermost last: when, and how many seconds it was


class _Over(BaseException):
    """The time is over: no `except Exception` on the way is to take it for a finding of its own."""


@contextmanager
def time_limit(seconds: float | None, sought: str = "proof") -> Iterator[None]:
    """Raise `Unproven` inside the block when the time is over, before what was sought is there; limits may be nested.

    Without an alarm signal (in a thread other than the first, or on Windows) only `check` notices.
    """
    if seconds is None:
        yield
        return
    mine = (monotonic() + seconds, seconds)
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, _alarm) if usable else None
    _ends.append(mine)
    try:
        if usable:
            _arm()
        yield
    except _Over:
        if any(other[0] <= monotonic() for other in _ends if other is not mine):
            raise  # an outer limit's
        raise Unproven(f"no {sought} was found within {seconds:g} s: more time may help") from None
    finally:
        _ends.remove(mine)
        if usable:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if _ends:
                _arm()


def check() -> None:
    """End the innermost limit that is over, if one is."""
    if _ends and min(_ends)[0] <= monotonic():
        raise _Over


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise _Over


def _arm() -> None:
    signal.setitimer(signal.ITIMER_REAL, max(1e-6, min(_ends)[0] - monotonic()), 0.05)
