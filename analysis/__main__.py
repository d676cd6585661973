"""python -m analysis: list the studies, train one, export its tables, measure the training's speed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from analysis.code.accuracy import Inaccurate
from analysis.keeping.files import CACHE, refuse_unwritable, replacing
from analysis.keeping.streams import print_in_utf8
from analysis.results.export import write_tables
from analysis.results.frames import Results
from analysis.results.store import Store, StoreError
from analysis.studies.data import DataError
from analysis.studies.reading import StudyError, built_in, read, schema
from analysis.training.device import resolve_device
from analysis.workers.jobs import TrainingError
from analysis.workers.progress import Display
from analysis.workers.schedule import train
from analysis.workers.workers import Workers

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130


class Device(StrEnum):
    """Where networks are trained."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


StudyOption = Annotated[
    str, typer.Option("--study", help="quick, standard, rates or another built-in one, or a TOML file")
]
JobsOption = Annotated[int, typer.Option("--jobs", min=1, help="worker processes")]
DeviceOption = Annotated[Device, typer.Option("--device", help="where to train")]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="train on the workers of this Dask scheduler"),
]
StoreOption = Annotated[Path, typer.Option("--store", help="the folder that keeps results and data")]
OutputOption = Annotated[Path, typer.Option("--output", help="the folder for what is written")]

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
)


@app.command("list")
def show(
    study: Annotated[list[str] | None, typer.Option("--study", help="another study, a TOML file")] = None,
    device: DeviceOption = Device.auto,
    store: StoreOption = CACHE,
) -> None:
    """The studies, how many of their networks are stored, how large, and why others would be trained."""
    kept, where = Store(store), resolve_device(device.value)
    table = Table("study", "activations", "depths", "seeds", "epochs", "networks", "stored")
    why = []
    for name in (*built_in(), *(study or ())):
        chosen = read(name)
        sizes = {run: kept.size(run, where) for run in chosen.runs}
        missing = [kept.other(run, where) for run, size in sizes.items() if not size]
        reasons = Counter(", ".join(other.changed) if other else "not trained before" for other in missing)
        why += [f"{chosen.name}: {count} to be trained: {reason}" for reason, count in reasons.items()]
        stored = f"{len(sizes) - len(missing)} ({sum(sizes.values()) / 1e6:.1f} MB)"
        counts = [str(number) for number in (chosen.seeds, chosen.epochs, len(sizes))]
        depths = ", ".join(map(str, chosen.depths))
        table.add_row(chosen.name, ", ".join(chosen.activations), depths, *counts, stored)
    Console().print(table)
    print("\n".join(why))


@app.command("schema")
def print_schema() -> None:
    """The JSON schema of a study's file, for editors."""
    print(json.dumps(schema(), indent=2))


@app.command("train")
def train_study(
    study: StudyOption = "standard",
    jobs: JobsOption = 2,
    device: DeviceOption = Device.auto,
    scheduler: SchedulerOption = None,
    retrain: Annotated[bool, typer.Option("--retrain", help="train again what is stored")] = False,
    store: StoreOption = CACHE,
) -> None:
    """Train what is missing of a study, and show the test accuracies."""
    with Workers(store, jobs, device.value, scheduler) as workers:
        results = train(read(study), workers, retrain=retrain, watcher=Display())
    Console().print(_accuracies(results))


@app.command()
def export(
    study: StudyOption = "standard",
    jobs: JobsOption = 2,
    device: DeviceOption = Device.auto,
    output: OutputOption = Path("out"),
    store: StoreOption = CACHE,
) -> None:
    """Write every table of a study as CSV and Parquet, with a dictionary; trains what is missing."""
    chosen, folder = read(study), output / "tables"
    refuse_unwritable(folder)
    with Workers(store, jobs, device.value) as workers:
        results = train(chosen, workers, watcher=Display())
    for path in write_tables(results, folder):
        print(path)


@app.command("benchmark")
def measure(
    study: StudyOption = "standard", output: OutputOption = Path("out"), store: StoreOption = CACHE
) -> None:
    """Measure how fast the study's networks train on one thread, beside the fastest matrix product and autograd.

    Writes benchmark.json and figures/benchmark.svg; the report takes it from there.
    """
    from analysis.figures.roofline import roofline
    from analysis.figures.style import svg
    from analysis.speed.benchmark import benchmark  # imports torch
    from analysis.speed.recorded import FORMATS, by_rate, of_the_environment, tables

    chosen = read(study)
    figure = output / "figures" / "benchmark.svg"
    refuse_unwritable(figure.parent)
    Console(stderr=True).print("Measuring; this takes about two minutes, and wants an idle machine.")
    measured = benchmark(chosen, store)
    if warning := of_the_environment(measured):
        print(f"Warning: {warning}", file=sys.stderr)
    with replacing(output / "benchmark.json") as temporary:
        temporary.write_text(measured.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    with replacing(figure) as temporary:
        temporary.write_bytes(svg(roofline(measured).figure()))
    print("Matrix products on one thread, in GFLOP/s, the peak first:")
    for name, rate in by_rate(measured):
        print(f"{rate:7.0f}  {name}")
    title = f"{measured.models_per_stack} networks on one thread, by {measured.trained_by}"
    for varied, columns, rows in tables(measured):
        table = Table(varied, *columns.values(), title=title)
        for value, row in rows.items():
            table.add_row(str(value), *(f"{getattr(row, name):{FORMATS[name]}}" for name in columns))
        Console().print(table)
        title = f"at {measured.varied_at_depth} layers"


def _accuracies(results: Results) -> Table:
    """Test accuracy after the last epoch: a row per activation and depth, a column per seed."""
    study = results.study
    table = Table("activation", "layers", *(f"seed {seed}" for seed in range(study.seeds)))
    for (activation, depth), rows in results.summary.group_by("activation", "depth", maintain_order=True):
        table.add_row(str(activation), str(depth), *(f"{score:.2%}" for score in rows["test_accuracy"]))
    return table


def main() -> None:
    """Run the command line; what went wrong is one message, without a traceback."""
    print_in_utf8()
    try:
        app()
    except (StudyError, Inaccurate, DataError, StoreError, OSError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(BAD_INPUT) from None
    except TrainingError as error:
        print(error, file=sys.stderr)
        raise SystemExit(FAILED) from None
    except KeyboardInterrupt:
        print("Interrupted; what was finished is stored.", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
