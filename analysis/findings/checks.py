"""What the checks of the displayed equations say."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.finding import Finding
from analysis.verification.compared import EquationCheck
from analysis.verification.displayed import said

TEN_DIGITS = 1e-10


def agree(checks: Sequence[EquationCheck], within: float = TEN_DIGITS) -> Finding | None:
    """No equation differs from the code that trains, or from automatic differentiation, by as much as this.

    A difference is relative to the largest number of its array; one that is no number is too large.
    """
    if not checks:
        return None
    errors = [check.largest_relative_error for check in checks]
    apart = [said(check) for check in checks if not check.largest_relative_error < within]  # NaN neither
    remark = f"{len(checks)} equations, {sum(check.points for check in checks):,} points"
    if apart:
        remark += f", not for {', '.join(apart)}"
    return Finding(not apart, {"relative error": errors}, unit="number", remark=remark)
