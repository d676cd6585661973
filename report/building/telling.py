"""What a build says: what was written, and what is amiss."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

FAILED = 1  # the exit status


def complain(messages: Sequence[str], strict: bool) -> None:
    """Say what is amiss; with `strict` that is the end."""
    for message in messages:
        print(message, file=sys.stderr)
    if messages and strict:
        raise SystemExit(FAILED)


def tell(files: Iterable[Path], output: Path, what: str) -> None:
    """Name the documents."""
    documents = sorted(str(file) for file in files if file.parent == output and file.suffix != ".json")
    notebooks = [str(file.parent) for file in files if file.suffix == ".ipynb"]
    print(f"{', '.join([*documents, *dict.fromkeys(notebooks)])} {what}", flush=True)


def tell_remembered(last: Mapping[str, Any], output: Path, start: float) -> None:
    """Say that the documents of the last build are as they should be."""
    print(last["claims"])
    tell(
        list(map(Path, last["files"])),
        output,
        f"as it was: nothing has changed, {perf_counter() - start:.1f} s.",
    )
