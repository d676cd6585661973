"""A finding: whether results support a statement, and the numbers that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.results.statistics import LEARNED as LEARNED
from derivations.language.registry import title


@dataclass(frozen=True)
class Finding:
    """Whether results support a statement about all networks that it speaks of, and the numbers that say so.

    holds        whether all of them bear it out
    numbers      name -> one value for each network; printed in `unit`, from the least to the greatest
    unit         percent for fractions; number for all else
    margin       for comparisons only: the difference for each seed. The claim then holds only if Student's interval
                 of these differences lies above zero, too
    margin_unit  what the margin is measured in
    remark       what else there is to say, in words
    """

    holds: bool
    numbers: Mapping[str, Sequence[float]]
    unit: Literal["percent", "number"] = "percent"
    margin: Sequence[float] | None = None
    margin_unit: str = "percentage points"
    remark: str = ""


def by_title(scores: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Scores by activation, under its name in print."""
    return {title(name): values for name, values in scores.items()}
