"""Replay: stored runs trained again from nothing, and each number of theirs compared with the old one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from pathlib import Path
from random import Random
from statistics import fmean, variance
from tempfile import TemporaryDirectory
from typing import Literal

from analysis.results.frames import Results
from analysis.results.statistics import quantile
from analysis.studies.run import Run, RunResult

Verdict = Literal["bit-equal", "within the spread", "outside the spread", "of unknown spread"]
FALSE_ALARMS = 0.01  # chance that any number of an honest replay lies outside


@dataclass(frozen=True)
class Replayed:
    """A number of a run, as stored and as trained again."""

    run: Run
    name: str
    stored: float
    again: float
    verdict: Verdict

    def __str__(self) -> str:
        run = self.run
        return (
            f"{run.activation}, {run.depth} layers, seed {run.seed}: {self.name}: "
            f"{self.stored:.9g} -> {self.again:.9g}, {self.verdict}"
        )


def sample(runs: Sequence[Run], fraction: float, seed: int | None) -> list[Run]:
    """A random part of the runs, at least one, in their order."""
    chosen = set(Random(seed).sample(range(len(runs)), max(1, round(fraction * len(runs)))))
    return [run for n, run in enumerate(runs) if n in chosen]


def replay(
    results: Results,
    runs: Sequence[Run],
    cache: Path,
    train: Callable[[Sequence[Run], Path], list[RunResult]],
) -> list[Replayed]:
    """Train the runs again, in a cache folder of data alone, and compare every number of theirs."""
    with TemporaryDirectory() as folder:
        for data in cache.glob("*/decoded"):  # what is compared is the training, not the decoding
            (Path(folder) / data.parent.name).symlink_to(data.parent.resolve())
        again = train(runs, Path(folder))
    measured = {result.run: numbers(result) for result in results.runs}
    count = sum(len(measured[run]) for run in runs)
    return [
        Replayed(new.run, name, stored, value, _verdict(stored, value, spread))
        for new in again
        for name, value in numbers(new).items()
        for stored in [measured[new.run][name]]
        for spread in [_spread(measured, new.run, name, FALSE_ALARMS / count)]
    ]


def _spread(measured: Mapping[Run, Mapping[str, float]], run: Run, name: str, alarms: float) -> float | None:
    """The difference between two seeds that is exceeded with probability `alarms`; None if unknown.

    Three seeds can't tell that for themselves. The relative variance is that of all activations at this depth
    together, and the value at stake is left out of it, as it would hide itself in a spread of its own making.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for other, values in measured.items():
        if other.depth == run.depth and other != run and isfinite(values[name]):
            groups[other.activation].append(values[name])
    known = {activation: values for activation, values in groups.items() if len(values) > 1 and fmean(values)}
    if run.activation not in groups or not known:
        return None
    freedom = sum(len(values) - 1 for values in known.values())
    squares = sum((len(values) - 1) * variance(values) / fmean(values) ** 2 for values in known.values())
    return quantile(freedom, alarms) * sqrt(2 * squares / freedom) * fmean(groups[run.activation])


def numbers(result: RunResult) -> dict[str, float]:
    """The numbers of a run that a report prints or draws, by name."""
    last = {f"{measure.replace('_', ' ')} at the end": each[-1] for measure, each in result.history.items()}
    highest = {"highest test accuracy": max(result.history["test_accuracy"])}
    probed = {
        f"{measure.replace('_', ' ')} of layer {r} after epoch {epoch}": value
        for epoch, measures in result.probes.items()
        for measure, values in measures.items()
        for r, value in enumerate(values, 1)
    }
    return {**last, **highest, **probed}


def _verdict(stored: float, again: float, spread: float | None) -> Verdict:
    if again == stored or (again != again and stored != stored):  # NaN is equal to NaN here
        return "bit-equal"
    if spread is None:
        return "of unknown spread"
    return "within the spread" if abs(again - stored) <= spread else "outside the spread"


def counted(found: Sequence[Replayed]) -> str:
    """How many numbers came out how."""
    verdicts = Counter(each.verdict for each in found)
    return ", ".join(f"{count:,} {verdict}" for verdict, count in verdicts.most_common())
