"""--watch: the report made anew after each save."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import watchfiles

from report.building.making import MISTAKES
from report.building.preview import Preview
from report.building.up_to_date import CHAPTERS, PARTS, ROOT
from report.project import ProjectError


def watch(again: Callable[[], None], folder: Path, page: Path) -> None:
    """Make the report now and after each save, until Ctrl-C; a mistake is told, the last good report kept.

    The page is served meanwhile, and shows either. A change of the program itself, or of a module beside the chapters
    in the report's folder, starts it anew.
    """
    watched = dict.fromkeys([*(ROOT / part for part in PARTS), folder.resolve()])
    chapters = {CHAPTERS, folder.resolve() / "chapters"}
    with Preview(page) as preview:
        print(f"Watching {folder}, until Ctrl-C. The page: {preview.address}", flush=True)
        for changed in chain([set()], _saves(watched)):
            if any(
                Path(path).suffix == ".py" and chapters.isdisjoint(Path(path).parents) for _, path in changed
            ):
                os.execv(sys.executable, sys.orig_argv)
            if changed and all(_is_made(Path(path), page.parent) for _, path in changed):
                continue
            preview.tell(_mistake(again))


def _saves(watched: Iterable[Path]) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    """Which files are changed at once, until Ctrl-C."""
    try:
        yield from watchfiles.watch(*watched, step=20)
    except KeyboardInterrupt:
        print("No longer watching; the report is as it was made last.")


def _mistake(again: Callable[[], None]) -> str:
    """Make the report; what went wrong is said, and returned."""
    try:
        again()
    except (*MISTAKES, ProjectError) as error:
        print(error, file=sys.stderr, flush=True)
        return str(error)
    except SystemExit:  # of --strict, which has said why
        print("The report is as it was.", file=sys.stderr, flush=True)
        return "The report is as it was: the terminal says why."
    return ""


def _is_made(path: Path, output: Path) -> bool:
    """Whether a file is made by a build: an output, and the folder beside it, may lie in the report's folder."""
    return output.resolve() in path.parents or any(part.startswith(f".{output.name}-") for part in path.parts)
