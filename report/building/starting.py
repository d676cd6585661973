"""build.py new: a report of one's own that builds at once, to be changed into what one wants to say."""

from __future__ import annotations

import shutil
from pathlib import Path

from report.project import ProjectError

STARTER = Path(__file__).parent / "starter"
NEXT = """\
{folder}/ is a report:
    report.toml          title, authors, abstract, chapters in their order
    study.toml           which networks are trained
    chapters/slope.py    a chapter: prose, with the code that answers it
    references.bib       what it cites

Make it:
    python build.py --report {folder}/report.toml            writes out/report.pdf
    python build.py --report {folder}/report.toml --watch    makes it again after each save
    python build.py --report {folder}/report.toml --format all

How to write chapters: report/WRITING.md of the project."""


def start(folder: Path) -> None:
    """Make the folder, with a report in it, and say what comes next; raises `ProjectError` where something is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} is there already: a new report needs a folder that is empty, or new")
    shutil.copytree(STARTER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    print(NEXT.format(folder=folder))
