"""Whether a build has anything to do: all that goes into a report, and what was written, by their digests.

Imports little, for a build that has nothing to do should end at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.keeping.files import digest
from analysis.keeping.memo import read_entry, stamps, write_entry
from report.origin.checkout import ROOT, build_date, changed_since_commit, commit
from report.project import built_in

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


def ingredients(study: str, output: Path, options: Mapping[str, Any]) -> dict[str, Any]:
    """All that decides what a build writes under the output folder, but for the results."""
    return {
        **program(),
        "chapters": sums(built_in().chapters),
        "study": [study, sums([Path(study)])],
        "data": _own_data(Path(study)),
        "benchmark": sums([output / "benchmark.json"]),
        "options": {**options, "output": str(output.resolve()), "path": os.environ.get("PATH")},
    }


def _own_data(study: Path) -> dict[str, str]:
    """The files in the folder that a study's file names as its data, and their sums."""
    try:
        named = tomllib.loads(study.read_text(encoding="utf-8")).get("dataset")
        return sums((study.parent / named).iterdir()) if isinstance(named, str) else {}
    except (OSError, ValueError, RecursionError):  # no such folder or study, which is told when it is read
        return {}


def written_before(found: Mapping[str, Any], cache: Path) -> dict[str, Any] | None:
    """What the last build from the same ingredients wrote, if all of it, and its results, are as they were.

    `files` are the files and their sums; `claims` and `complaints` are what it said.
    """
    entry = read_entry(_place(found, cache), digest(found))
    if not entry or stamps(map(Path, entry["results"])) != entry["results"]:
        return None
    return entry if sums(map(Path, entry["files"])) == entry["files"] else None


def remember(found: Mapping[str, Any], made: Mapping[str, Any], cache: Path) -> None:
    """Keep what a build from these ingredients made: files, results, claims, complaints, seconds."""
    write_entry(_place(found, cache), made, {"key": digest(found), "ingredients": found})


def last_build(found: Mapping[str, Any], cache: Path) -> dict[str, Any] | None:
    """The ingredients of the last such build and what it made, or None where there was none."""
    try:
        entry: dict[str, Any] = json.loads(_place(found, cache).read_text(encoding="utf-8"))
        return {"ingredients": entry["ingredients"], **entry["content"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """In words, which ingredients differ between two builds."""
    found: list[str] = []
    for part in ("code", "chapters", "benchmark", "data"):
        names = sorted({*old[part], *new[part]})
        found += [f"{_shown(name)} changed" for name in names if old[part].get(name) != new[part].get(name)]
    libraries = sorted({*old["packages"]} ^ {*new["packages"]})
    found += [f"package {name} came or went" for name in libraries]
    for part, words in _WORDS.items():
        if old[part] != new[part]:
            found.append(words.format(old=old[part], new=new[part]))
    return found


_WORDS = {
    "study": "the study changed",
    "options": "other options",
    "python": "Python {old} is now {new}",
    "machine": "another machine",
    "date": "the date {old} is now {new}",
    "commit": "the commit {old[0]:.8} is now {new[0]:.8}, or the files beside it",
}


def _shown(name: str) -> str:
    path = Path(name)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else name


def _place(found: Mapping[str, Any], cache: Path) -> Path:
    return cache / "builds" / f"{digest([found['study'][0], found['options']])}.json"
