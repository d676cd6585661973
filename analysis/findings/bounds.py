"""What measured gradients say of the bounds that proven ranges set."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.findings.finding import Finding
from analysis.results.frames import Results
from analysis.verification.bounds import allowed, checked


def never_exceeded(results: Results, cache: Path) -> Finding | None:
    """No delta of any network, of the study or beside it, exceeds its bound by more than single precision rounds.

    None where no activation has a proven range with a bound, or no delta was finite.
    """
    used = checked(results, cache)
    if used.is_empty():
        return None
    most = used.group_by("activation", "depth", "seed", maintain_order=True).agg(pl.col("used").max())
    holds = max(most["used"]) < min(allowed(part.study) for part in results.all)
    return Finding(holds, {"the most of the bound that a network reaches": most["used"].to_list()})
