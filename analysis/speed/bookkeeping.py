"""What stored runs cost the process that keeps them and reads them all: time, memory and disk of each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from analysis.results.gathered import stored_results
from analysis.results.store import Store
from analysis.speed.machine import held
from analysis.speed.recorded import Bookkeeping
from analysis.studies.beside import all_studies
from analysis.studies.run import HISTORY, PROBES, RunResult
from analysis.studies.study import Study


def bookkeeping(study: Study, runs: int) -> Bookkeeping:
    """Measure the storing and reading of made-up results: at least `runs` networks like the study's."""
    seeds = ceil(runs / len(study.activations) / len(study.depths))
    many = study.model_copy(update={"seeds": seeds, "beside": ()})
    with TemporaryDirectory() as folder:
        store, results = Store(Path(folder)), list(_made_up(many))
        start = perf_counter()
        for result in results:
            store.put(result)
        stored = perf_counter() - start
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.json"))
        read, held = _in_a_new_process(many, folder)
        again, _ = _in_a_new_process(many, folder)  # by then there is a table
    return Bookkeeping(
        runs=len(results),
        ms_to_store_a_run=1e3 * stored / len(results),
        ms_to_read_a_run=1e3 * read / len(results),
        ms_to_read_a_run_again=1e3 * again / len(results),
        kilobytes_stored_per_run=size / len(results) / 1e3,
        kilobytes_held_per_run=1e6 * held / len(results),
    )


def _made_up(study: Study) -> Iterator[RunResult]:
    random = Random(0)
    for run in (run for each in all_studies(study) for run in each.runs):
        history = {measure: [random.random() for _ in range(run.epochs)] for measure in HISTORY}
        probes = {
            epoch: {measure: [random.random() for _ in range(run.depth)] for measure in PROBES}
            for epoch in run.probe_epochs
        }
        yield RunResult(run, history, probes, None)


def _in_a_new_process(study: Study, folder: str) -> tuple[float, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_read, (study, folder))


def _read(study: Study, folder: str) -> tuple[float, float]:
    """Seconds to read all results, and the gigabytes that this took at most."""
    before, start = held(), perf_counter()
    results = stored_results(study, Store(Path(folder)), "cpu")
    assert results is not None
    assert len(results.history) == len(study.runs) * study.epochs
    assert len(results.probes)
    return perf_counter() - start, held() - before
