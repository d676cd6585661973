"""What does not apply to a study: a claim, figure or table that is absent, and takes its paragraph along."""

from __future__ import annotations

from typing import Final


class Absent:
    """Stands for a claim, a figure or a table that a study has nothing for; false."""

    fails = False  # as of a claim that holds

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return ""

    def _repr_markdown_(self) -> str:
        return ""


ABSENT: Final = Absent()
