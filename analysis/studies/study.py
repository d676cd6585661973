"""What is to be trained: a validated, frozen Study read from TOML, and its runs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from analysis.studies.critical import critical_sigmas
from analysis.studies.initial_weights import CRITICAL, FREE, Initializer
from analysis.studies.run import Protocol, Run, written
from analysis.studies.told import shown
from derivations import Activation, NoCriticalPoint, find_activation, parse


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    repeated = sorted({shown(value).strip("'") for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated[:5])} is listed more than once")
    return values


def _printable(name: str) -> str:
    if not name.isprintable() or not name.strip():
        raise ValueError("a name is one line that can be printed")
    return name


DEEP = 20  # layers, from which on a network is called deep


class Study(Protocol):
    """All runs of a report: every activation at every depth with every seed.

    `activations` are names; `expressions` has the text of those that are not registered. `beside` are the studies
    that its report makes beside this one: each answers one question of its own.
    """

    name: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_printable)]
    expressions: dict[str, str] = Field(default_factory=dict)
    activations: Annotated[
        tuple[str, ...], Field(min_length=1, max_length=60, strict=False), AfterValidator(_distinct)
    ]
    depths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=1000)], ...],
        Field(min_length=1, strict=False),
        AfterValidator(_distinct),
    ]
    seeds: Annotated[int, Field(ge=1, le=10_000)]
    beside: Annotated[tuple[Study, ...], Field(max_length=60, strict=False)] = ()

    @field_validator("sigma_w", "sigma_b")
    @classmethod
    def _of_free_weights(cls, value: float, info: ValidationInfo) -> float:
        """Other distributions have variances of their own."""
        name = str(info.field_name)
        if value != cls.model_fields[name].default and info.data.get("initializer", FREE[0]) not in FREE:
            allowed = " or ".join(f'"{free}"' for free in FREE)
            raise ValueError(f"{name} counts with initializer = {allowed} only")
        return value

    @field_validator("beside")
    @classmethod
    def _of_different_names(cls, studies: tuple[Study, ...]) -> tuple[Study, ...]:
        _distinct(tuple(study.name for study in studies))
        return studies

    @field_validator("activations")
    @classmethod
    def _registered(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        own = info.data.get("expressions", {})
        return tuple(name if name in own else find_activation(name).name for name in names)

    @field_validator("activations")
    @classmethod
    def _critical(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """With critical initial weights each activation needs a critical point."""
        reasons = []
        if info.data.get("initializer") == CRITICAL:
            for function in _functions(names, info.data.get("expressions", {})):
                try:
                    critical_sigmas(function)
                except NoCriticalPoint as reason:
                    reasons.append(str(reason))
        if reasons:
            raise ValueError(f'initializer = "{CRITICAL}" needs a critical point: {"; ".join(reasons)}')
        return names

    @property
    def deep(self) -> tuple[int, ...]:
        """The depths of `DEEP` layers or more."""
        return tuple(depth for depth in self.depths if depth >= DEEP)

    def all_but(self, name: str) -> tuple[str, ...]:
        """The activations without one; all of them where there is no other."""
        return tuple(other for other in self.activations if other != name) or self.activations

    @property
    def functions(self) -> tuple[Activation, ...]:
        """The activations themselves."""
        return _functions(self.activations, self.expressions)

    def function(self, name: str) -> Activation:
        """The activation of that name, which is one of the study's."""
        return next(function for function in self.functions if function.name == name)

    def initial_of(self, function: Activation) -> Initializer:
        """How weights and biases of networks with this activation are drawn; raises `NoCriticalPoint`."""
        own = critical_sigmas(function) if self.initializer == CRITICAL else (self.sigma_w, self.sigma_b)
        return Initializer(self.initializer, *own)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run, by activation, then depth, then seed."""
        shared = {key: getattr(self, key) for key in Protocol.model_fields}
        return tuple(
            Run(**own, depth=depth, seed=seed)
            for own in [{**shared, **self._own(function)} for function in self.functions]
            for depth, seed in product(self.depths, range(self.seeds))
        )

    def _own(self, function: Activation) -> dict[str, Any]:
        """What the runs of one activation have of their own."""
        initial = self.initial_of(function)
        sigmas = {"sigma_w": initial.sigma_w, "sigma_b": initial.sigma_b}
        return {"activation": function.name, "expression": written(function), **sigmas}


def _functions(names: tuple[str, ...], expressions: Mapping[str, str]) -> tuple[Activation, ...]:
    return tuple(
        Activation(name, parse(expressions[name]), name) if name in expressions else find_activation(name)
        for name in names
    )
