"""By what networks are trained here: the compiled step, or calls of torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from analysis.code.compiled.compiler import CompileError, why_not
from analysis.studies.patterns import Data
from analysis.studies.run import Run
from analysis.training.compiled import CompiledNetworks, step_library
from analysis.training.networks import Networks


def networks_of(runs: Sequence[Run], data: Data, precision: type, device: str, folder: Path) -> Networks:
    """The networks of runs with their initial weights; what is compiled is kept in the folder."""
    if why_by_torch(device, folder) is None:
        return CompiledNetworks(runs, data, precision, folder)
    from analysis.training.by_torch import TorchNetworks

    return TorchNetworks(runs, data, precision, device)


@cache
def why_by_torch(device: str, folder: Path) -> str | None:
    """Why networks are trained by calls of torch, in words; None where they are by the compiled step."""
    if device != "cpu":
        return f"the device is {device}"
    if reason := why_not():
        return reason
    try:
        step_library(False, folder)
    except CompileError as error:
        return str(error)
    return None
