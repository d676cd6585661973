"""The jobs of a build: proofs, checks of the equations, predictions, and stacks of networks to train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.code.accuracy import Inaccurate
from analysis.keeping.files import digest
from analysis.results.store import Store
from analysis.studies.beside import all_studies, studies_beside
from analysis.studies.data import DataError, load
from analysis.studies.derived import all_activations, derived
from analysis.studies.run import Run, RunResult
from analysis.studies.study import Study
from analysis.theory import correlations
from analysis.theory import predictions as theory
from analysis.theory.bands import bands
from analysis.theory.initial import initial_rows
from analysis.theory.predictions import MAPPED, compared_initializers, trainability
from analysis.theory.wide_networks import widened
from analysis.verification import checks
from analysis.workers.jobs import Job
from derivations import Activation, Unproven

EXPECTED = (Unproven, Inaccurate, DataError, OSError)  # errors of jobs whose message is enough for the user


@dataclass(frozen=True)
class Proof:
    """A job: derive an activation; the derivation is left in the store."""

    activation: Activation

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Derive it."""
        derived(self.activation, cache)

    def __str__(self) -> str:
        return f"the derivation of {self.activation.name}"


@dataclass(frozen=True)
class Checks:
    """A job: check the displayed equations; the checks are left in the store."""

    study: Study

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Check them."""
        checks.equation_checks(self.study, cache)

    def __str__(self) -> str:
        return "the check of the displayed equations"


@dataclass(frozen=True)
class Forecast:
    """A job: predict networks like the study's with one activation; the predictions are left in the store."""

    function: Activation
    study: Study

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Predict."""
        initial_rows([derived(self.function, cache)], cache)
        trainability([self.function], self.study, [MAPPED], compared_initializers(self.study), cache)
        for study in all_studies(self.study):
            if self.function in study.functions:
                trainability([self.function], study, study.depths, [study.initializer], cache)
        for probed in (self.study, studies_beside(self.study).get("he"), widened(self.study)):
            if probed and self.function in probed.functions:
                alone = _alone(probed, self.function)
                theory.predictions(alone, cache)
                theory.limits(alone, cache)
                correlations.correlations(alone, cache)
                correlations.ends(alone, cache)

    def __str__(self) -> str:
        return f"what theory says of {self.function.name}"


@dataclass(frozen=True)
class Drawn:
    """A job: draw untrained networks like a study's with one activation; their bands are left in the store."""

    function: Activation
    study: Study

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Draw them."""
        bands(_alone(self.study, self.function), cache)

    def __str__(self) -> str:
        return f"drawing networks of {self.study.width} units with {self.function.name}"


def _alone(study: Study, function: Activation) -> Study:
    """A study with one of its activations."""
    return study.model_copy(update={"activations": (function.name,)})


def derivations(study: Study) -> list[Job]:
    """Proofs of the activations of a study, and of the others that its report has in its atlas."""
    return [Proof(activation) for activation in all_activations(_functions(study))]


def equation_checks(study: Study) -> list[Job]:
    """The checks of the equations that the study's report displays."""
    return [Checks(study)]


def predictions(study: Study) -> list[Job]:
    """What theory says of the study's networks, the longest first."""
    widths = [each for each in (widened(study), study) if each]
    return [
        *(Drawn(function, each) for each in widths for function in study.functions),
        *(Forecast(function, study) for function in all_activations(_functions(study))),
    ]


def _functions(study: Study) -> list[Activation]:
    """The activations of a study, then those of the studies beside it."""
    return list({function: None for each in all_studies(study) for function in each.functions})


@dataclass(frozen=True)
class Task:
    """Runs of one depth, to be trained as one stack: a job."""

    runs: tuple[Run, ...]

    @property
    def cost(self) -> float:
        """About the milliseconds of its training on one core; only ratios matter."""
        run = self.runs[0]
        return len(self.runs) * run.epochs * self.cost_of(run.depth, run.width)

    @staticmethod
    def cost_of(depth: int, width: int) -> float:
        """The cost of an epoch of one network.

        Fitted to what `python -m analysis benchmark` measured of the compiled step at depths from 5 to 40 and widths
        from 16 to 256. The first layer's share grows with the width; that of another layer with its square, but for
        what there is to do about its products.
        """
        wide = width / 32
        return 26 * wide + (0.8 + 1.6 * wide**2) * depth

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> list[RunResult]:
        """Train the stack; tells each epoch that is finished."""
        from analysis.training.epochs import train_stack

        data = load(self.runs[0].dataset, cache)
        checkpoint = self.checkpoint(cache, device)
        return train_stack(self.runs, data, device=device, progress=tell, checkpoint=checkpoint, cache=cache)

    def checkpoint(self, cache: Path, device: str) -> Path:
        """Where the state of its training is kept."""
        store = Store(cache)
        return cache / "checkpoints" / f"{digest([store.path(run, device).name for run in self.runs])}.npz"

    def forget(self, cache: Path, device: str) -> None:
        """Throw its checkpoint away."""
        self.checkpoint(cache, device).unlink(missing_ok=True)

    def __str__(self) -> str:
        names = ", ".join(dict.fromkeys(run.activation for run in self.runs))
        return f"{self.runs[0].depth} layers, {self.runs[0].initializer}: {names} ({len(self.runs)} networks)"
