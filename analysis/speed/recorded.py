"""What `python -m analysis benchmark` has measured: as a file and as tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, PositiveFloat, PositiveInt, ValidationError

RECORDED = Path(__file__).parent / "benchmark.json"


class BenchmarkError(ValueError):
    """A file that holds no benchmark; the message names it."""


class _Measured(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rate(_Measured):
    """How fast networks train, on one thread.

    fraction_of_peak is the arithmetic that training needs, done at the peak, by the time it took;
    flop_per_byte that arithmetic by the bytes that have to be moved if no layer stays in the cache.
    """

    ms_per_model_epoch: PositiveFloat
    gflops: PositiveFloat
    fraction_of_peak: PositiveFloat
    flop_per_byte: PositiveFloat


class RateAtDepth(Rate):
    """Also other ways to train, and evaluation and probes by the training's time.

    The other ways are the calls of torch that train where nothing can be compiled, and a tanh network of torch.nn in a
    Python loop, with automatic differentiation.
    """

    torch_ms_per_model_epoch: PositiveFloat
    autograd_ms_per_model_epoch: PositiveFloat
    overhead: PositiveFloat


class RateOfActivation(Rate):
    """Also the time by that of ReLU."""

    times_relu: PositiveFloat


class RateOfWorkers(_Measured):
    """Networks trained by so many processes at once: the time of each, of all, and what the largest holds."""

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
    """The study's networks of each depth; at `varied_at_depth`, other widths, batch sizes, activations and workers.

    products      whose matrix product -> the GFLOP/s that it reaches, free of variables that hold libraries back
    peak_by       whose product is the fastest, the peak
    held_back     library -> the part of its speed that it has with the variables `held_back_by` of the environment
    trained_by    the compiled step, or where nothing can be compiled, calls of torch
    machine, day  on what processor, and when
    """

    peak_gflops: PositiveFloat
    peak_by: str
    products: dict[str, PositiveFloat]
    held_back: dict[str, PositiveFloat]
    held_back_by: list[str]
    copy_gigabytes_per_second: PositiveFloat
    trained_by: Literal["the compiled step", "calls of torch"]
    depths: dict[int, RateAtDepth]
    widths: dict[int, Rate]
    batches: dict[int, Rate]
    activations: dict[str, RateOfActivation]
    workers: dict[int, RateOfWorkers]
    bookkeeping: Bookkeeping
    study: str
    machine: str
    day: date
    width: PositiveInt
    batch_size: PositiveInt
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


def comes_with_the_project(measured: Benchmark) -> bool:
    """Whether it was recorded with the project rather than measured for a report."""
    return measured == read_benchmark(RECORDED)


def of_the_environment(measured: Benchmark) -> str:
    """What the environment makes of libraries, in a sentence; empty where it holds none back."""
    if not measured.held_back:
        return ""
    parts = " and ".join(
        f"{name} to {100 * part:.0f}\N{NO-BREAK SPACE}% of its speed"
        for name, part in measured.held_back.items()
    )
    return f"{' and '.join(measured.held_back_by)} held {parts}; the peak was measured without."


Columns = dict[str, str]
RATE: Columns = {
    "ms_per_model_epoch": "ms per model and epoch",
    "gflops": "GFLOP/s",
    "fraction_of_peak": "of the peak",
}
AT_DEPTH: Columns = {
    **RATE,
    "torch_ms_per_model_epoch": "by calls of torch, ms",
    "autograd_ms_per_model_epoch": "by autograd, ms",
    "overhead": "tests and probes",
}
OF_ACTIVATIONS: Columns = {
    "ms_per_model_epoch": "ms per model and epoch",
    "times_relu": "times ReLU's",
    "fraction_of_peak": "of the peak",
}
OF_WORKERS: Columns = {
    "ms_per_model_epoch": "ms per model and epoch, each",
    "ms_per_model_epoch_of_all": "all together",
    "gigabytes_resident": "GB resident, at most",
}
FORMATS = {
    "ms_per_model_epoch": ".0f",
    "ms_per_model_epoch_of_all": ".0f",
    "torch_ms_per_model_epoch": ".0f",
    "autograd_ms_per_model_epoch": ".0f",
    "gflops": ".1f",
    "fraction_of_peak": ".0%",
    "times_relu": ".2f",
    "overhead": ".1%",
    "gigabytes_resident": ".2f",
}


def tables(measured: Benchmark) -> list[tuple[str, Columns, dict[Any, Any]]]:
    """What varies, the columns beside it, and the rows: activations from the fastest on."""
    return [
        ("layers", AT_DEPTH, dict(measured.depths)),
        ("width", RATE, dict(measured.widths)),
        ("mini-batch", RATE, dict(measured.batches)),
        ("workers", OF_WORKERS, dict(measured.workers)),
        ("activation", OF_ACTIVATIONS, dict(by_time(measured))),
    ]


def by_rate(measured: Benchmark) -> list[tuple[str, float]]:
    """Whose matrix products, and their GFLOP/s: from the fastest on, the peak."""
    return sorted(measured.products.items(), key=lambda item: -item[1])


def by_time(measured: Benchmark) -> list[tuple[str, RateOfActivation]]:
    """The activations, from the fastest on."""
    return sorted(measured.activations.items(), key=lambda item: item[1].ms_per_model_epoch)


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
