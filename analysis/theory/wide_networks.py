"""Untrained networks that are wider than a study's, where theory has to be closer to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from analysis.keeping.memo import memo
from analysis.results import store
from analysis.results.frames import Results
from analysis.studies.data import load, sums
from analysis.studies.study import Study
from analysis.theory.agreement import deviations
from analysis.theory.predictions import predictions

WIDER = 8  # times the width of a study, where agreement has to be closer
_SEEDS, _DEEPEST, _WIDEST = 3, 40, 512  # of the wide networks, which are not to fill a machine


def widened(study: Study) -> Study | None:
    """The untrained networks that are `WIDER`, at the greatest depth up to 40; None if they would be huge."""
    depths = [depth for depth in study.depths if depth <= _DEEPEST]
    if study.width * WIDER > _WIDEST or not depths:
        return None
    changed = {
        "width": study.width * WIDER,
        "depths": (max(depths),),
        "seeds": min(study.seeds, _SEEDS),
        "epochs": 1,
    }
    return study.model_copy(update=changed)


def untrained(study: Study, cache: Path) -> pl.DataFrame:
    """The root mean squares of delta and dE/dW in the untrained networks of a study, as `Results.probes`."""
    runs = study.runs

    def make() -> list[dict[str, object]]:
        from analysis.training.probes import gradients, root_mean_square
        from analysis.training.ways import networks_of

        data, rows = load(study.dataset, cache), []
        for depth in study.depths:
            alike = [run for run in runs if run.depth == depth]
            networks = networks_of(alike, data, np.float32, "cpu", cache)
            patterns = min(study.batch_size, len(data.train_labels))
            for run, at in zip(networks.runs, networks.gradients(patterns), strict=True):
                keys = {"activation": run.activation, "depth": depth, "seed": run.seed, "epoch": 0}
                each = zip(at.delta, gradients(at.delta, at.y), strict=True)
                for layer, (delta, gradient) in enumerate(each, start=1):
                    measured = {
                        "delta_rms": root_mean_square(delta),
                        "gradient_rms": root_mean_square(gradient),
                    }
                    rows.append({**keys, "layer": layer, **measured})
        return rows

    what = [[run.model_dump(mode="json") for run in runs], sums(study.dataset)]
    return pl.DataFrame(memo(cache / "untrained", what, store.trained_with(), make), infer_schema_length=None)


def beside_wider(results: Results, theory: pl.DataFrame, cache: Path) -> pl.DataFrame:
    """How far ln(delta) is from theory in the networks of a study, and in those that are wider.

    A row per activation, as `deviations` has it, of the study and, with the suffix `_wide`, of `widened`; `times`
    is how often the latter have what their width makes them stray. Empty where there is nothing to compare.
    """
    wide = widened(results.study)
    if wide is None:
        return pl.DataFrame()
    at = {"depth": wide.depths[0]}
    narrow = deviations(results.probes.filter(**at), theory.filter(**at))
    broad = deviations(untrained(wide, cache), predictions(wide, cache))
    if narrow.is_empty() or broad.is_empty():
        return pl.DataFrame()
    both = narrow.join(broad, on=["activation", "depth"], suffix="_wide", maintain_order="left")
    return both.with_columns(times=pl.col("measured_wide") / pl.col("predicted_wide"))
