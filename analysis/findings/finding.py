"""A finding: whether results support a statement, and the numbers that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

LEARNED = 0.5  # a network has learned that answers more than this part of the test set rightly


@dataclass(frozen=True)
class Finding:
    """Whether results support a statement about all networks that it speaks of, and the numbers that say so.

    holds        whether all of them bear it out
    numbers      name -> one value for each network; printed in `unit`, from the least to the greatest
    unit         percent for fractions; number for all else
    margin       of a statement that compares: by how much it holds, one value for each seed. Then it has to
                 hold on average too: Student's interval of these values has to leave out zero
    margin_unit  what the margin is measured in
    remark       what else there is to say, in words
    """

    holds: bool
    numbers: Mapping[str, Sequence[float]]
    unit: Literal["percent", "number"] = "percent"
    margin: Sequence[float] | None = None
    margin_unit: str = "percentage points"
    remark: str = ""
