"""What theory says of a study, and what untrained wide networks do: jobs for workers, before they train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.studies.derived import of_atlas
from analysis.studies.study import Study
from analysis.theory.agreement import untrained, widened
from analysis.theory.predictions import MAPPED, compared_initializers, predictions, trainability
from derivations import Activation


@dataclass(frozen=True)
class Forecast:
    """A job: what theory says of networks as those of a study with one activation, left in the store."""

    function: Activation
    study: Study

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Work it out, in a worker."""
        trainability([self.function], self.study, [MAPPED], compared_initializers(self.study), cache)
        for study in (self.study, self.study.contrast, widened(self.study)):
            if study and self.function.name in study.activations:
                predictions(study.model_copy(update={"activations": (self.function.name,)}), cache)

    def __str__(self) -> str:
        return f"what theory says of {self.function.name}"


@dataclass(frozen=True)
class Wide:
    """A job: the probes of a study's networks at a greater width, left in the store."""

    study: Study

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Probe them, in a worker."""
        if wide := widened(self.study):
            untrained(wide, cache)

    def __str__(self) -> str:
        return "wide networks, untrained"


def forecasts(study: Study) -> list[Forecast | Wide]:
    """The jobs of a study, the longest first."""
    own = [Forecast(function, study) for function in study.functions]
    return [Wide(study), *own, *(Forecast(f, study) for f in of_atlas([]) if f.name not in study.activations)]
