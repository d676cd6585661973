"""What `python -m analysis benchmark` has measured: as a file and as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt, ValidationError

RECORDED = Path(__file__).parent / "benchmark.json"


class BenchmarkError(ValueError):
    """A file that holds no benchmark; the message names it."""


class _Measured(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rate(_Measured):
    """How fast one stack trains, on one thread.

    fraction_of_peak is the arithmetic that training needs, done at the peak, by the time it took;
    flop_per_byte that arithmetic by the bytes that have to be moved if no layer stays in the cache.
    """

    ms_per_model_epoch: PositiveFloat
    gflops: PositiveFloat
    fraction_of_peak: PositiveFloat
    flop_per_byte: PositiveFloat


class RateAtDepth(Rate):
    """Also: a tanh network of torch.nn in a Python loop, and evaluation and probes by the training's time."""

    autograd_ms_per_model_epoch: PositiveFloat
    overhead: PositiveFloat


class RateOfWorkers(_Measured):
    """Stacks trained by so many processes at once: the time of each, of all, and what the largest holds."""

    ms_per_model_epoch: PositiveFloat
    ms_per_model_epoch_of_all: PositiveFloat
    gigabytes_resident: PositiveFloat


class Bookkeeping(_Measured):
    """What each of so many stored runs costs the process that keeps and reads them.

    It is read from an entry of its own the first time, from one table of all again; kilobytes_held is what
    reading the entries takes at most.
    """

    runs: PositiveInt
    ms_to_store_a_run: PositiveFloat
    ms_to_read_a_run: PositiveFloat
    ms_to_read_a_run_again: PositiveFloat
    kilobytes_stored_per_run: PositiveFloat
    kilobytes_held_per_run: PositiveFloat


class Benchmark(_Measured):
    """The study's stack of each depth; at `varied_at_depth`, other widths, stack sizes and workers."""

    peak_gflops: PositiveFloat
    copy_gigabytes_per_second: PositiveFloat
    depths: dict[int, RateAtDepth]
    widths: dict[int, Rate]
    models: dict[int, Rate]
    workers: dict[int, RateOfWorkers]
    bookkeeping: Bookkeeping
    study: str
    machine: str
    width: PositiveInt
    models_per_stack: PositiveInt
    varied_at_depth: PositiveInt
    threads: PositiveInt
    torch: str


def read_benchmark(path: Path) -> Benchmark:
    """The benchmark in that file, or where there is none, that which comes with the project.

    Raises `BenchmarkError`.
    """
    path = path if path.exists() else RECORDED
    try:
        return Benchmark.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise BenchmarkError(
            f"{path} holds no benchmark of this version ({str(error).splitlines()[0]}); "
            "delete it, or measure again with `python -m analysis benchmark`"
        ) from None


Columns = dict[str, str]
RATE: Columns = {
    "ms_per_model_epoch": "ms per model and epoch",
    "gflops": "GFLOP/s",
    "fraction_of_peak": "of the peak",
}
AT_DEPTH: Columns = {
    **RATE,
    "autograd_ms_per_model_epoch": "autograd, ms",
    "overhead": "evaluation and probes",
}
OF_WORKERS: Columns = {
    "ms_per_model_epoch": "ms per model and epoch, each",
    "ms_per_model_epoch_of_all": "all together",
    "gigabytes_resident": "GB resident, at most",
}
FORMATS = {
    "ms_per_model_epoch": ".0f",
    "ms_per_model_epoch_of_all": ".0f",
    "autograd_ms_per_model_epoch": ".0f",
    "gflops": ".1f",
    "fraction_of_peak": ".0%",
    "overhead": ".1%",
    "gigabytes_resident": ".2f",
}


def tables(measured: Benchmark) -> list[tuple[str, Columns, dict[int, Any]]]:
    """What varies, the columns beside it, and the rows."""
    return [
        ("layers", AT_DEPTH, dict(measured.depths)),
        ("width", RATE, dict(measured.widths)),
        ("networks in the stack", RATE, dict(measured.models)),
        ("workers", OF_WORKERS, dict(measured.workers)),
    ]


def printed(measured: Benchmark) -> dict[str, dict[str, Any]]:
    """The same as a report prints them: what varies -> rows, columns (name -> heading) and formats."""
    return {
        varied: {
            "rows": [{varied: value, **dict(row)} for value, row in rows.items()],
            "columns": {varied: varied.capitalize(), **columns},
            "formats": {name: FORMATS[name] for name in columns},
        }
        for varied, columns, rows in tables(measured)
    }
