"""What a report is: its title and its chapters in order, as report.toml says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

HERE = Path(__file__).parent
FILE = HERE / "report.toml"


class ProjectError(ValueError):
    """A report.toml that can't be used; the message says what is wrong and what would be right."""


@dataclass(frozen=True)
class Project:
    """A report: what its title page says, and its chapters in the order in which they are read."""

    title: str
    subtitle: str
    chapters: tuple[Path, ...]


def built_in(file: Path = FILE) -> Project:
    """The report that comes with the project, as its file is now; raises `ProjectError`."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        title, subtitle, names = (said[key] for key in ("title", "subtitle", "chapters"))
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file} can't be read: {error}") from None
    except KeyError as error:
        raise ProjectError(f"{file}: the key {error} is missing") from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ProjectError(f'{file}: chapters is to be a list of names, such as ["introduction", "depth"]')
    folder = file.parent / "chapters"
    found = (path.relative_to(folder) for path in folder.rglob("*.py") if path.stem != "__init__")
    known = [path.with_suffix("").as_posix() for path in found]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(known))}."
            raise ProjectError(f"{file}: there is no chapter {name!r} in {folder}; {hint}")
    return Project(str(title), str(subtitle), tuple(folder / f"{name}.py" for name in names))
