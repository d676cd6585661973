"""Results that no network gave: plausible ones, of which a test says what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from analysis.results.frames import Results
from analysis.studies.run import PROBES, Run, RunResult
from analysis.studies.study import Study

#: (activation, depth, seed, epoch) -> measures after an epoch that are not the usual ones
History = Callable[[str, int, int, int], dict[str, float]]
#: (activation, depth, seed, epoch, layer) -> the same of a layer
Probes = Callable[[str, int, int, int, int], dict[str, float]]

ACTIVATIONS = ("relu", "tanh", "sigmoid", "lecun")


def study_of(seeds: int = 3, depths: Sequence[int] = (5, 20), epochs: int = 4, **study: Any) -> Study:
    """A study, by default of the report's four activations."""
    shape = {
        "name": "made up",
        "activations": ACTIVATIONS,
        "seeds": seeds,
        "depths": depths,
        "epochs": epochs,
    }
    return Study(**{**shape, **study})


def made_up(study: Study, history: History | None = None, probes: Probes | None = None) -> Results:
    """Results of a study; the functions change what they are about, and leave the rest."""
    return Results.of(study, [_result(run, history, probes) for run in study.runs])


def _result(run: Run, history: History | None, probes: Probes | None) -> RunResult:
    who = run.activation, run.depth, run.seed
    epochs = [
        {**_learning(epoch, run.epochs), **(history(*who, epoch) if history else {})}
        for epoch in range(1, run.epochs + 1)
    ]
    layers = {
        epoch: [
            {**dict.fromkeys(PROBES, 1.0), **(probes(*who, epoch, layer) if probes else {})}
            for layer in range(1, run.depth + 1)
        ]
        for epoch in run.probe_epochs
    }
    return RunResult(
        run,
        history={measure: [measures[measure] for measures in epochs] for measure in epochs[0]},
        probes={
            epoch: {measure: [measures[measure] for measures in found] for measure in PROBES}
            for epoch, found in layers.items()
        },
        diverged_at=None,
    )


def _learning(epoch: int, epochs: int) -> dict[str, float]:
    """The measures after an epoch of a network that learns, from chance to nine in ten."""
    accuracy = 0.1 + 0.8 * epoch / epochs
    return {
        "train_loss": 2.3 * (1 - accuracy),
        "train_accuracy": accuracy,
        "test_loss": 2.3 * (1 - accuracy),
        "test_accuracy": accuracy,
    }
