"""--watch: the report made anew after each save."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import watchfiles

from report.building.making import MISTAKES
from report.building.up_to_date import CHAPTERS, PARTS, ROOT
from report.project import ProjectError


def watch(again: Callable[[], None], folder: Path) -> None:
    """Make the report now and after each save, until Ctrl-C; a mistake is told, the last good report kept.

    A change of the program itself, or of a module beside the chapters in the report's folder, starts it anew.
    """
    watched = dict.fromkeys([*(ROOT / part for part in PARTS), folder.resolve()])
    chapters = {CHAPTERS, folder.resolve() / "chapters"}
    for changed in chain([set()], watchfiles.watch(*watched, raise_interrupt=False, step=20)):
        if any(Path(path).suffix == ".py" and chapters.isdisjoint(Path(path).parents) for _, path in changed):
            os.execv(sys.executable, sys.orig_argv)
        try:
            again()
        except (*MISTAKES, ProjectError) as error:
            print(error, file=sys.stderr, flush=True)
        except SystemExit:  # of --strict, which has said why
            print("The report is as it was.", file=sys.stderr, flush=True)
