"""--watch: the report made anew after each save."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import watchfiles

from report.building.making import BAD, MISTAKES
from report.building.preview import Preview
from report.building.up_to_date import CHAPTERS, PARTS, ROOT

_SOON = 100  # milliseconds


def watch(again: Callable[[], None], folder: Path, page: Path) -> None:
    """Make the report now and after each save, until Ctrl-C; a mistake is told, the last good report kept.

    The page is served meanwhile, and shows either. A change of the program itself, or of a module beside the chapters
    in the report's folder, starts it anew.
    """
    watched = list(dict.fromkeys([folder.resolve(), *(ROOT / part for part in PARTS)]))
    chapters = {CHAPTERS, folder.resolve() / "chapters"}
    with Preview(page) as preview, suppress(KeyboardInterrupt):
        print(
            f"Watching {', '.join(map(_shown, watched))}, until Ctrl-C. The page: {preview.address}",
            flush=True,
        )
        for changed in _saves(watched):
            paths = sorted({path for _, name in changed if not _is_made(path := Path(name), page.parent)})
            if any(path.suffix == ".py" and chapters.isdisjoint(path.parents) for path in paths):
                os.execv(sys.executable, sys.orig_argv)
            if changed and not paths:
                continue
            if paths:
                print(f"Saved: {', '.join(map(_shown, paths))}", flush=True)
            preview.tell(_mistake(again))


def _saves(watched: Sequence[Path]) -> Iterator[set[tuple[watchfiles.Change, str]]]:
    """What is saved at once, each time; at first nothing, as soon as nothing more is missed."""
    begun = False
    for changed in watchfiles.watch(*watched, step=20, rust_timeout=_SOON, yield_on_timeout=True):
        if changed or not begun:
            begun = True
            yield changed


def _shown(path: Path) -> str:
    """A path, from where the command was given if it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _mistake(again: Callable[[], None]) -> str:
    """Make the report; what went wrong is said, and returned."""
    try:
        again()
    except (*BAD, *MISTAKES) as error:
        print(error, file=sys.stderr, flush=True)
        return str(error)
    except SystemExit:  # of --strict, which has said why
        print("The report is as it was.", file=sys.stderr, flush=True)
        return "The report is as it was: the terminal says why."
    return ""


def _is_made(path: Path, output: Path) -> bool:
    """Whether a file is made by a build: an output, and the folder beside it, may lie in the report's folder."""
    return output.resolve() in path.parents or any(part.startswith(f".{output.name}-") for part in path.parts)
