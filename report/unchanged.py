"""Whether a build has anything to do: all that goes into a report, and what was written, by their digests.

Imports little, for a build that has nothing to do should end at once.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.entries import read_entry, write_entry
from analysis.files import digest
from report.checkout import ROOT, build_date, changed_since_commit, commit

PARTS = ("derivations", "analysis", "report")
CHAPTERS = ROOT / "report" / "chapters"


def program() -> dict[str, Any]:
    """All that chapters may look at beside their text and the results: code, libraries, machine, date."""
    return {
        "code": {
            name: total
            for name, total in sums(path for part in PARTS for path in (ROOT / part).rglob("*")).items()
            if CHAPTERS not in Path(name).parents
        },
        "packages": sorted(
            path.name for folder in map(Path, sys.path) if folder.is_dir() for path in folder.glob("*-info")
        ),
        "python": sys.version,
        "machine": [platform.platform(), os.cpu_count()],
        "date": build_date().isoformat(),
        "commit": [commit(), changed_since_commit()],
    }


def sums(paths: Iterable[Path]) -> dict[str, str]:
    """File -> the SHA-256 sum of its content; folders and compiled Python are left out."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
        if path.is_file() and path.suffix != ".pyc"
    }


def store_state(cache: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of each run stored: an entry that was touched is to be read again."""
    runs = sorted(os.scandir(cache / "runs"), key=lambda entry: entry.name) if cache.is_dir() else []
    return [(run.name, (found := run.stat()).st_size, found.st_mtime_ns) for run in runs]


def ingredients(study: str, output: Path, cache: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """All that decides what a build writes under the output folder."""
    return {
        **program(),
        "chapters": sums(CHAPTERS.glob("*.py")),
        "study": [study, sums([Path(study)])],
        "benchmark": sums([output / "benchmark.json"]),
        "store": store_state(cache),
        "options": {**options, "output": str(output.resolve()), "path": os.environ.get("PATH")},
    }


def written_before(found: Mapping[str, Any], cache: Path) -> dict[str, Any] | None:
    """What the last build from the same ingredients wrote, if all of it is still as it was.

    `files` are the files and their sums, `claims` the number of claims, all of which hold.
    """
    entry = read_entry(_place(found, cache), digest(found))
    return entry if entry and sums(map(Path, entry["files"])) == entry["files"] else None


def remember(
    before: Mapping[str, Any], after: Mapping[str, Any], files: Iterable[Path], claims: int, cache: Path
) -> None:
    """Keep what a build wrote, unless something but the store was changed while it ran."""
    if {**before, "store": None} == {**after, "store": None}:
        write_entry(_place(after, cache), digest(after), {"files": sums(files), "claims": claims})


def _place(found: Mapping[str, Any], cache: Path) -> Path:
    return cache / "builds" / f"{digest([found['study'][0], found['options']])}.json"
