"""What a report is: its title and its chapters in order, as report.toml says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Project:
    """A report: what its title page says, and its chapters in the order in which they are read."""

    title: str
    subtitle: str
    chapters: tuple[Path, ...]


@cache
def built_in() -> Project:
    """The report that comes with the project."""
    said = tomllib.loads((HERE / "report.toml").read_text(encoding="utf-8"))
    chapters = (HERE / "chapters" / f"{name}.py" for name in said["chapters"])
    return Project(said["title"], said["subtitle"], tuple(chapters))
