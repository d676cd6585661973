"""Times of what is compared: medians over repetitions, in each of which everything takes its turn.

A machine that is busy with other work for a while slows all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from statistics import median
from time import perf_counter
from typing import TypeVar

REPETITIONS = 9
TURN = 0.1  # seconds that each takes in each repetition
Clock = Callable[[int], float]  # so many calls -> the seconds that one took
Key = TypeVar("Key", bound=Hashable)


def clock(one: Callable[[], object]) -> Clock:
    """Times calls of a function."""

    def seconds(count: int) -> float:
        start = perf_counter()
        for _ in range(count):
            one()
        return (perf_counter() - start) / count

    return seconds


def medians(clocks: Mapping[Key, Clock]) -> dict[Key, float]:
    """Seconds of one call of each."""
    for seconds in clocks.values():
        seconds(1)  # the first allocates
    counts = {name: max(1, round(TURN / seconds(1))) for name, seconds in clocks.items()}
    turns = [{name: seconds(counts[name]) for name, seconds in clocks.items()} for _ in range(REPETITIONS)]
    return {name: median(turn[name] for turn in turns) for name in clocks}
