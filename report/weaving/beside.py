"""A second process that weaves the chapters from the last to the first, while the build weaves them from the first on.

What it has woven, the build finds kept. It tells no mistakes: the build comes to them itself.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from report.authoring.blocks import drawn
from report.authoring.claims import registered
from report.mistakes import ChapterError
from report.weaving.prose import Prose
from report.weaving.weave import LISTS_CLAIMS, is_kept, kept, text_of

FEWEST = 4  # chapters to be woven, for which a process is started: that takes a second


@contextmanager
def from_the_last(
    chapters: Sequence[Path], folder: Path, inputs: Mapping[str, Any], begin: Callable[[], None]
) -> Iterator[None]:
    """While the block runs, weave `chapters` into `folder`, as `weave` does; `begin` tells them what they report on."""
    missing = [chapter for chapter in chapters if not is_kept(chapter, folder, inputs)]
    if len(missing) < FEWEST:
        yield
        return
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_weave, args=(missing, folder, inputs, begin), daemon=True)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited: Ctrl-C is for the build, which ends it
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield
    finally:
        process.kill()
        process.join()


def _weave(
    chapters: Sequence[Path], folder: Path, inputs: Mapping[str, Any], begin: Callable[[], None]
) -> None:
    begin()
    prose = Prose()
    for chapter in reversed(chapters):
        with suppress(ChapterError), drawn() as figures, registered() as claims:
            if LISTS_CLAIMS not in text_of(chapter):
                kept(chapter, folder, inputs, prose, figures, claims)
