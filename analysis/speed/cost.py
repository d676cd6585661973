"""What a larger study would cost, by what the benchmark has measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from analysis.speed.recorded import Benchmark
from analysis.studies.study import Study
from analysis.workers.tasks import Task


@dataclass(frozen=True)
class Cost:
    """The cost of training, in seconds of one core that trains one stack; of the store; and of bookkeeping.

    Bookkeeping is done by the process that keeps results and makes the report: the seconds it takes to put them into
    the store, to read all entries the first time, and the table that it then keeps; the bytes that it holds.
    """

    networks: int
    core_seconds: float
    stored_bytes: float
    put_seconds: float
    read_seconds: float
    again_seconds: float
    held_bytes: float


def cost(study: Study, times: float, measured: Benchmark) -> Cost:
    """The cost of a study with so many times as many networks of the same shapes."""
    kept = measured.bookkeeping
    networks = round(len(study.runs) * times)
    return Cost(
        networks=networks,
        core_seconds=times * pace(measured) * sum(Task((run,)).cost for run in study.runs) / 1e3,
        stored_bytes=networks * kept.kilobytes_stored_per_run * 1e3,
        put_seconds=networks * kept.ms_to_store_a_run / 1e3,
        read_seconds=networks * kept.ms_to_read_a_run / 1e3,
        again_seconds=networks * kept.ms_to_read_a_run_again / 1e3,
        held_bytes=networks * kept.kilobytes_held_per_run * 1e3,
    )


def pace(measured: Benchmark) -> float:
    """Milliseconds of one core for each unit of `Task.cost`, the median over the depths that were measured."""
    return median(
        rate.ms_per_model_epoch * (1 + rate.overhead) / Task.cost_of(depth, measured.width)
        for depth, rate in measured.depths.items()
    )


def cost_rows(plans: Mapping[str, Cost]) -> list[dict[str, str]]:
    """What plans cost, printed: a row per `quantity`, a column per plan."""
    shown = (
        ("Networks", "networks", "{:,}".format),
        ("Training, on one core", "core_seconds", duration),
        ("The store", "stored_bytes", size),
        ("The driver: storing", "put_seconds", duration),
        ("The driver: first reading", "read_seconds", duration),
        ("The driver: reading again", "again_seconds", duration),
        ("The driver: memory, at most", "held_bytes", size),
    )
    return [
        {"quantity": quantity, **{plan: show(getattr(costs, name)) for plan, costs in plans.items()}}
        for quantity, name, show in shown
    ]


def duration(seconds: float) -> str:
    """In the unit that suits, to two digits.

    >>> duration(0.0123), duration(250), duration(86400), duration(3.6e7)
    ('12 ms', '4.2 min', '24 h', '10,000 h')
    """
    return _in_units(seconds, {"ms": 1e-3, "s": 1, "min": 60, "h": 3600})


def size(count: float) -> str:
    """So many bytes in the unit that suits, to two digits.

    >>> size(16711), size(2.5e9), size(1e13)
    ('17 kB', '2.5 GB', '10 TB')
    """
    return _in_units(count, {"kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12})


def _in_units(value: float, units: dict[str, float]) -> str:
    unit = next((unit for unit in reversed(units) if value >= units[unit]), next(iter(units)))
    number = float(f"{value / units[unit]:.1e}")
    return f"{number:,.{0 if number >= 10 else 1}f} {unit}"
