"""Runs: one network each, and the result of each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from analysis.studies.initial_weights import INITIALIZERS, Initializer
from derivations.language.activation import Activation
from derivations.language.trees import expression, tree

PROBED_EARLY = 3  # the epoch of task C
COUNTED = 1000  # training images, of which it is counted how many different outputs they give
HISTORY = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
PROBES = (
    *("gradient_max", "gradient_rms", "delta_max", "delta_rms", "softmax_sum_max"),
    *("spectral_norm", "delta_transfer", "dead_units", "decorrelation", "distinct_outputs"),
)


OPTIMIZER_KEYS = ("optimizer", "momentum", "beta1", "beta2", "adam_eps", "weight_decay")


class Protocol(BaseModel):
    """What the runs of a study share. Defaults are those of the published coursework."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    width: Annotated[int, Field(ge=1, le=8192)] = 32
    batch_size: Annotated[int, Field(ge=1, le=60_000)] = 64
    learning_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 0.01
    optimizer: Literal["sgd", "momentum", "adam"] = "sgd"
    momentum: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.9
    beta1: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.9
    beta2: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.999
    adam_eps: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1e-8
    weight_decay: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    initializer: Literal[INITIALIZERS] = "glorot_uniform"  # type: ignore[valid-type]
    sigma_w: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0
    sigma_b: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0.0
    dataset: str = "MNIST"

    @field_validator("momentum", "beta1", "beta2", "adam_eps")
    @classmethod
    def _of_the_optimizer(cls, value: float, info: ValidationInfo) -> float:
        """A constant that its optimizer does not have would be a setting without an effect."""
        name = str(info.field_name)
        owner = "momentum" if name == "momentum" else "adam"
        if value != cls.model_fields[name].default and info.data.get("optimizer", owner) != owner:
            raise ValueError(f'{name} counts with optimizer = "{owner}" only')
        return value

    @property
    def probe_epochs(self) -> tuple[int, ...]:
        """The epochs after which gradients are probed: untrained, early, last."""
        return tuple(sorted({0, self.early, self.epochs}))

    @property
    def early(self) -> int:
        """The epoch of task C, or the last where there are fewer."""
        return min(PROBED_EARLY, self.epochs)


class Run(Protocol):
    """One network: an activation, a depth in weight layers, a seed, and the protocol.

    `expression` is the activation's, as `derivations.language.trees` writes it, in JSON; with critical initial weights
    `sigma_w` and `sigma_b` are those of its critical point.
    """

    activation: str
    expression: str
    depth: int
    seed: int

    @property
    def initial(self) -> Initializer:
        """How weights and biases are drawn."""
        return Initializer(self.initializer, self.sigma_w, self.sigma_b)

    @property
    def function(self) -> Activation:
        """The activation."""
        return Activation(self.activation, expression(json.loads(self.expression)), self.activation)


def written(activation: Activation) -> str:
    """An activation's expression as a run has it."""
    return json.dumps(tree(activation.expression))


@dataclass(frozen=True)
class RunResult:
    """The result of one run.

    history      measure -> its value after each epoch 1, 2, ...; losses in nats, accuracies as fractions;
                 training measures are means over the epoch's mini-batches while the weights change
    probes       epoch -> measure -> its value in each layer r = 1..R
    diverged_at  the first epoch with a non-finite loss, or None
    device       where it was trained
    seconds      the run's share of its stack's training time: no part of the result, and not compared
    """

    run: Run
    history: dict[str, list[float]]
    probes: dict[int, dict[str, list[float]]]
    diverged_at: int | None
    device: str = "cpu"
    seconds: float = field(default=0.0, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The result, the same wherever and however often it was trained; NaN is written as Python has it."""
        return {
            "run": self.run.model_dump(),
            "history": self.history,
            "probes": {str(epoch): measures for epoch, measures in self.probes.items()},
            "diverged_at": self.diverged_at,
            "device": self.device,
        }

    @classmethod
    def from_json(cls, entry: dict[str, Any], seconds: float = 0.0) -> RunResult:
        """The inverse of `as_json`."""
        return cls(
            Run.model_validate(entry["run"]),
            entry["history"],
            {int(epoch): measures for epoch, measures in entry["probes"].items()},
            entry["diverged_at"],
            entry["device"],
            seconds,
        )
