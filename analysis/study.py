"""What is to be trained: a validated, frozen Study read from TOML, and its runs."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from analysis.initializers import INITIALIZERS
from derivations import find_activation

STUDIES = Path(__file__).parent / "studies"
DATASETS = ("MNIST", "FashionMNIST", "KMNIST")
PROBED_EARLY = 3  # the epoch of task C


class StudyError(ValueError):
    """A study that can't be used; the message says what was wrong, where, and what would be right."""


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    repeated = sorted({str(value) for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)} is listed more than once")
    return values


class Protocol(BaseModel):
    """What the runs of a study share. Defaults are those of the published coursework."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    epochs: Annotated[int, Field(ge=1, le=100_000)]
    width: Annotated[int, Field(ge=1, le=8192)] = 32
    batch_size: Annotated[int, Field(ge=1, le=60_000)] = 64
    learning_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 0.01
    initializer: Literal[INITIALIZERS] = "glorot_uniform"  # type: ignore[valid-type]
    dataset: Literal["MNIST", "FashionMNIST", "KMNIST"] = "MNIST"


class Run(Protocol):
    """One network: an activation, a depth in weight layers, a seed, and the protocol."""

    activation: str
    depth: int
    seed: int

    @property
    def probe_epochs(self) -> tuple[int, ...]:
        """The epochs after which gradients are probed: untrained, early, last."""
        return tuple(sorted({0, min(PROBED_EARLY, self.epochs), self.epochs}))


class Study(Protocol):
    """All runs of a report: every activation at every depth with every seed."""

    name: str
    activations: Annotated[tuple[str, ...], Field(min_length=1, strict=False), AfterValidator(_distinct)]
    depths: Annotated[
        tuple[Annotated[int, Field(ge=2, le=1000)], ...],
        Field(min_length=1, strict=False),
        AfterValidator(_distinct),
    ]
    seeds: Annotated[int, Field(ge=1, le=10_000)]

    @field_validator("activations")
    @classmethod
    def _registered(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(find_activation(name).name for name in names)

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run, by activation, then depth, then seed."""
        shared = {key: getattr(self, key) for key in Protocol.model_fields}
        return tuple(
            Run(activation=activation, depth=depth, seed=seed, **shared)
            for activation, depth, seed in product(self.activations, self.depths, range(self.seeds))
        )

    @property
    def probe_epochs(self) -> tuple[int, ...]:
        """The epochs after which gradients are probed."""
        return self.runs[0].probe_epochs


def built_in() -> tuple[str, ...]:
    """The names of the studies that come with the project, smallest first."""
    return tuple(sorted((path.stem for path in STUDIES.glob("*.toml")), key=lambda name: read(name).seeds))


def read(name_or_path: str) -> Study:
    """The built-in study of that name, or the study in that TOML file; raises `StudyError`.

    >>> read("quick").epochs
    3
    """
    path = STUDIES / f"{name_or_path}.toml"
    if not path.is_file():
        path = Path(name_or_path)
        _refuse_missing(name_or_path, path)
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (UnicodeDecodeError, OSError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{path}: not a readable TOML file: {error}") from None
    try:
        return Study.model_validate({"name": path.stem, **table})
    except ValidationError as error:
        raise StudyError("\n".join(_complaint(path, text, mistake) for mistake in error.errors())) from None


def _refuse_missing(name: str, path: Path) -> None:
    if path.is_file():
        return
    known = sorted(study.stem for study in STUDIES.glob("*.toml"))
    near = get_close_matches(name, known, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"built-in studies are {', '.join(known)}."
    kind = "there is no file" if path.suffix else "there is no study"
    raise StudyError(f"{kind} {name!r}; {hint}")


def _complaint(path: Path, text: str, mistake: Any) -> str:
    """One line: file, line, key, value, what is allowed."""
    key = str(mistake["loc"][0]) if mistake["loc"] else ""
    found = re.search(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", text, re.MULTILINE) if key else None
    where = f"{path}, line {text.count(chr(10), 0, found.end()) + 1}" if found else f"{path}"
    if mistake["type"] == "missing":
        return f"{where}: the key {key!r} is missing"
    if mistake["type"] == "extra_forbidden":
        near = get_close_matches(key, Study.model_fields, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"keys are {', '.join(Study.model_fields)}."
        return f"{where}: unknown key {key!r}; {hint}"
    return f"{where}: {key} = {_shown(mistake['input'])}: {_allowed(key, mistake)}"


def _shown(value: Any) -> str:
    printed = repr(value)
    return printed if len(printed) <= 60 else f"{printed[:57]}..."


def _allowed(key: str, mistake: Any) -> str:
    message = mistake["msg"].removeprefix("Value error, ")
    if key == "dataset" and isinstance(mistake["input"], str):
        near = get_close_matches(mistake["input"].casefold(), [name.casefold() for name in DATASETS], n=1)
        hints = [name for name in DATASETS if name.casefold() in near]
        hint = f"did you mean {hints[0]}? " if hints else ""
        return f"unknown data set; {hint}known are {', '.join(DATASETS)}."
    return message
