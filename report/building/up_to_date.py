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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.keeping.files import digest
from analysis.keeping.memo import read, stamps, write
from report.origin.checkout import PARTS, ROOT, build_date, changed_since_commit, commit
from report.typesetting.formats import FORMATS, Format

BUILT_IN = ROOT / "report" / "report.toml"
CHAPTERS = BUILT_IN.parent / "chapters"
#: of the files in a report's folder, what may go into the report
KINDS = {".toml", ".py", ".bib", ".csl", ".j2", ".typ", ".tex", ".cls", ".sty", ".css"}
KINDS |= {".png", ".jpg", ".jpeg", ".svg", ".pdf"}  # such as the logo beside a template


@dataclass(frozen=True)
class Options:
    """What a build is asked for, as the command line has it; without a study it is the report's own.

    `format` is a name of `FORMATS`, or several, parted by commas.
    """

    study: str | None
    output: Path
    format: str = "pdf"
    device: str = "auto"
    jobs: int = 2
    scheduler: str | None = None
    strict: bool = False
    retrain: bool = False
    accept_stored: bool = False
    report: Path = BUILT_IN
    watch: bool = False
    provenance: bool = False

    @property
    def shown_study(self) -> str:
        """The name or file of the study."""
        if self.study:
            return self.study
        name = str(_keys(self.report).get("study", "standard"))
        own = self.report.parent / name
        return str(own) if own.is_file() else name

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats to be written, one by one; the page is, too, while it is watched."""
        wanted = {each for name in self.format.split(",") for each in FORMATS[name]}
        if self.watch:
            wanted.add("html")
        return tuple(each for each in FORMATS["all"] if each in wanted)


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


def ingredients(options: Options) -> dict[str, Any]:
    """All that decides what a build writes, but for the results."""
    study, output = options.shown_study, options.output
    return {
        **program(),
        "chapters": files_of(options.report),
        "study": [str(Path(study).resolve()) if Path(study).is_file() else study, sums(_files(Path(study)))],
        "data": _own_data(Path(study)),
        "benchmark": sums([output / "benchmark.json"]),
        "options": {
            "formats": list(options.formats),
            "provenance": options.provenance,
            "device": options.device,
            "accept_stored": options.accept_stored,
            "output": str(output.resolve()),
            "report": str(options.report.resolve()),
            "path": os.environ.get("PATH"),
        },
    }


def files_of(report: Path) -> dict[str, str]:
    """The files of a report and their sums: of the built-in one its chapters, as all else is of the program.

    Without what is made of it: a folder with a provenance.json is an output.
    """
    folder = report.resolve().parent
    if folder == BUILT_IN.parent:
        return sums(CHAPTERS.rglob("*.py"))
    made = {path.parent for path in folder.rglob("provenance.json")}
    found = (path for kind in KINDS for path in folder.rglob(f"*{kind}") if made.isdisjoint(path.parents))
    return sums(path for path in found if not _is_hidden(path.relative_to(folder)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _files(study: Path) -> list[Path]:
    """A study's file, and those of the studies beside it that it names."""
    beside = _keys(study).get("beside")
    names = beside if isinstance(beside, list) else []
    return [study, *(study.parent / name for name in names if isinstance(name, str))]


def _own_data(study: Path) -> dict[str, str]:
    """The files in the folders that these files of studies name as their data, and their sums."""
    found: dict[str, str] = {}
    for file in _files(study):
        named = _keys(file).get("dataset")
        with suppress(OSError):  # no such folder, which is told when the study is read
            found |= sums((file.parent / named).iterdir()) if isinstance(named, str) else {}
    return found


def _keys(study: Path) -> dict[str, Any]:
    """What a study's file says; nothing where it can't be read, which is told when it is."""
    try:
        return tomllib.loads(study.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def written_before(found: Mapping[str, Any], cache: Path) -> dict[str, Any] | None:
    """What the last build from the same ingredients wrote, if all of it, and its results, are as they were.

    `files` are the files and their sums; `claims` and `complaints` are what it said.
    """
    entry = _read(_place(found, cache), digest(found))
    if not entry or stamps(map(Path, entry["made"]["results"])) != entry["made"]["results"]:
        return None
    made: dict[str, Any] = entry["made"]
    return made if sums(map(Path, made["files"])) == made["files"] else None


def remember(found: Mapping[str, Any], made: Mapping[str, Any], cache: Path) -> None:
    """Keep what a build from these ingredients made: files, results, claims, complaints, seconds."""
    content = json.dumps({"ingredients": found, "made": made}).encode()
    write(_place(found, cache), content, digest(found))


def last_build(found: Mapping[str, Any], cache: Path) -> dict[str, Any] | None:
    """The ingredients of the last such build and what it made, or None where there was none."""
    entry = _read(_place(found, cache), None)
    return {"ingredients": entry["ingredients"], **entry["made"]} if entry else None


def _read(path: Path, key: str | None) -> dict[str, Any] | None:
    content = read(path, key)
    return json.loads(content) if content else None


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
