"""A time limit for a computation that can't be asked to stop, such as a long simplification."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from derivations.language.pieces import Unproven


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `Unproven` inside the block when the time is over.

    By an alarm signal: without one (in a thread other than the first, or on Windows) there is no limit.
    """
    usable = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if seconds is None or not usable:
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Unproven(f"no proof was found within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
