"""Chapters as jobs: workers weave them into a folder, in which the build finds them kept.

They tell no mistakes: the build comes to them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.workers.jobs import Job
from report.authoring.blocks import drawn
from report.authoring.claims import registered
from report.mistakes import ChapterError
from report.weaving.cells import text_of
from report.weaving.prose import Prose
from report.weaving.weave import LISTS_CLAIMS, is_kept, kept

FEWEST = 4  # chapters to be woven, for which processes may have to be started: that takes a second


@dataclass(frozen=True)
class Weaving:
    """A job: weave a chapter as `weave` does; `begin` tells it what it reports on."""

    chapter: Path
    folder: Path
    inputs: Mapping[str, Any]
    begin: Callable[[], None]

    def do(self, cache: Path, device: str, tell: Callable[[int], None]) -> None:
        """Weave it, and leave what it gives in the folder."""
        self.begin()
        with suppress(ChapterError), drawn() as figures, registered() as claims:
            kept(self.chapter, self.folder, self.inputs, Prose(), figures, claims)

    def __str__(self) -> str:
        return f"the chapter {self.chapter.stem}"


def to_weave(
    chapters: Sequence[Path], folder: Path, inputs: Mapping[str, Any], begin: Callable[[], None]
) -> list[Job]:
    """Jobs for the chapters that are not kept, unless they are few; the last first, which take longest.

    Without those that look at the claims of others, which are to be woven after them.
    """
    missing = [chapter for chapter in chapters if not is_kept(chapter, folder, inputs)]
    if len(missing) < FEWEST:
        return []
    alone = [chapter for chapter in reversed(missing) if LISTS_CLAIMS not in text_of(chapter)]
    return [Weaving(chapter, folder, inputs, begin) for chapter in alone]
