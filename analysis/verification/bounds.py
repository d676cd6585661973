"""The proven gradient ranges as bounds on measurements: |delta of r| <= sup|f'| |W of r+1| |delta of r+1|.

|W| is the spectral norm. The probe `delta_transfer` is the greatest ratio of any pattern of the first to the
product of the other two, so that sup|f'| has to exceed it, but for rounding.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from pathlib import Path

import polars as pl

from analysis.results.frames import Results
from analysis.studies.derived import derived
from analysis.studies.study import Study
from derivations import Activation, Derivation
from derivations.language.registry import title

_ROUNDING = 2.0**-23  # relative, of single precision


class BoundError(AssertionError):
    """A measurement that a proof excludes: one of the two is wrong, and no report is made."""


def steepest(derivation: Derivation) -> float | None:
    """sup |f'|, infinite where the slope is not bounded; None where the range is unproven."""
    if derivation.unproven:
        return None
    values = derivation.gradient_range.values
    return max(abs(float(values.inf)), abs(float(values.sup)))


def transfers(results: Results, cache: Path) -> pl.DataFrame:
    """How much of the bound each probe uses: a row per run, probed epoch and layer but the last.

    Columns: activation, depth, seed, epoch, layer, delta_transfer, bound (sup|f'|), used (their ratio, nan
    where no delta was finite). Activations without a proven range, or one without a bound, are left out.
    """
    bounds = {name: bound for name, bound in _bounds(results.study, cache).items() if bound is not None}
    schema = {"activation": pl.String, "bound": pl.Float64}
    known = pl.DataFrame(list(bounds.items()), schema=schema, orient="row")
    keys = ("activation", "depth", "seed", "epoch", "layer")
    probes = results.probes.filter(pl.col("layer") < pl.col("depth")).select(*keys, "delta_transfer")
    joined = probes.join(known, on="activation", how="inner", maintain_order="left")
    return joined.with_columns(used=pl.col("delta_transfer") / pl.col("bound"))


def unbounded(study: Study, cache: Path) -> list[str]:
    """The titles of the activations whose range is unproven or has no bound."""
    return [title(name) for name, bound in _bounds(study, cache).items() if bound is None]


def checked(results: Results, cache: Path) -> pl.DataFrame:
    """`transfers` of results and of those beside them, where a ratio is finite: each is an inequality per pattern."""
    return pl.concat([transfers(part, cache) for part in results.all]).filter(pl.col("used").is_finite())


def tightness(used: pl.DataFrame) -> pl.DataFrame:
    """How much of the bound the networks of `transfers` use: a row per activation and depth.

    Columns: activation, depth, bound, and the median and largest ratio over layers that delta reaches, seeds and
    epochs; null where it reaches none.
    """
    passing = pl.col("used").filter(pl.col("used") > 0)
    finite = used.filter(pl.col("used").is_finite())
    return finite.group_by("activation", "depth", maintain_order=True).agg(
        pl.col("bound").first(), median=passing.median(), largest=passing.max()
    )


def allowed(study: Study) -> float:
    """How much of the bound single precision may seem to use: it rounds f', and each product of a sum."""
    return 1 + 4 * _ROUNDING * float(study.width) ** 1.5


def check_bounds(results: Results, cache: Path) -> None:
    """Raise `BoundError` unless every probe keeps to the bound, within the rounding of single precision."""
    for part in results.all:
        used = pl.col("used")
        broken = transfers(part, cache).filter(used > allowed(part.study), used.is_finite())
        if broken.height:
            worst = broken.sort("used", descending=True).row(0, named=True)
            raise BoundError(
                f"{broken.height} measurements exceed what the proven range of f' allows, the worst by a "
                f"factor of {worst['used']:.6g}: {worst['activation']}, {worst['depth']} layers, seed "
                f"{worst['seed']}, epoch {worst['epoch']}, layer {worst['layer']}: delta grew by "
                f"{worst['delta_transfer']:.6g} times the norm of the weights, where sup |f'| = "
                f"{worst['bound']:.6g}. Either the proof or the training is wrong."
            )


def _bounds(study: Study, cache: Path) -> dict[str, float | None]:
    """sup |f'| by activation, None where it is unproven or infinite."""
    found = {function.name: _steepest(function, cache) for function in study.functions}
    return {name: bound if bound is not None and isfinite(bound) else None for name, bound in found.items()}


@lru_cache(maxsize=256)
def _steepest(function: Activation, cache: Path) -> float | None:
    """Of a function that many studies have it is read from the store once."""
    return steepest(derived(function, cache))
