"""What comes before a build: a report of one's own that builds at once, and a look at what it is to be made of."""

from __future__ import annotations

import shutil
from pathlib import Path

from report.mistakes import TypesetError
from report.project import Project, ProjectError, read_project
from report.typesetting.foreign import foreign
from report.weaving.citations import unreadable

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


def read_readable(file: Path) -> Project:
    """The report of a file, whose bibliography, style and template can be read; raises `ProjectError`."""
    project = read_project(file)
    folder = project.folder
    csl = folder / project.csl if project.csl else None
    if said := unreadable([folder / name for name in project.bibliography], csl):
        raise ProjectError("\n".join(said))
    if project.template:
        try:
            foreign(folder / project.template)
        except TypesetError as error:
            raise ProjectError(str(error)) from None
    return project
