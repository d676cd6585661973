"""What a report is: title page, chapters in order, bibliography, studies and templates, as its report.toml says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.studies.reading import StudyError, changed, read
from analysis.studies.study import Study
from analysis.studies.told import Key, below, complaint, mistakes, near, place, shown, unknown_key

FILE = Path(__file__).parent / "report.toml"
BUILT_IN = "builtin:"


class ProjectError(ValueError):
    """A report.toml that can't be used; the message says what is wrong, where, and what would be right."""


def _checked_orcid(orcid: str) -> str:
    """The digits of an ORCID iD, of which the last checks the others (ISO 7064, MOD 11-2)."""
    if not re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", orcid):
        raise ValueError("an ORCID iD has four groups of four digits, such as 0000-0002-1825-0097")
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    if "0123456789X"[(12 - total % 11) % 11] != orcid[-1]:
        raise ValueError("its last digit does not fit the others: one of them is mistyped")
    return orcid


Text = Annotated[str, Field(min_length=1, max_length=1000)]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Author(BaseModel):
    """One of those who wrote it; `affiliations` are keys of the report's."""

    model_config = _STRICT

    name: Text
    orcid: Annotated[str, AfterValidator(_checked_orcid)] | None = None
    affiliations: Texts = ()
    email: Text | None = None
    corresponding: bool = False
    equal_contribution: bool = False

    @model_validator(mode="after")
    def _can_be_reached(self) -> Author:
        if self.corresponding and not self.email:
            raise ValueError("a corresponding author needs an email")
        return self


class Project(BaseModel):
    """A report. Title, subtitle and abstract are prose of chapters: Markdown, with Jinja."""

    model_config = _STRICT

    file: Path
    title: Text
    subtitle: str = ""
    authors: Annotated[tuple[Author, ...], Field(strict=False)] = ()
    affiliations: dict[str, Text] = Field(default_factory=dict)
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en-GB"
    abstract: str = ""
    keywords: Texts = ()
    chapters: Annotated[tuple[Text, ...], Field(strict=False, min_length=1)]
    bibliography: Annotated[tuple[Annotated[str, Field(pattern=r"\.bib$")], ...], Field(strict=False)] = ()
    csl: Text | None = None
    study: Text = "standard"
    studies: dict[str, Any] = Field(default_factory=dict)
    template: Annotated[str, Field(pattern=r"\.typ$")] | None = None
    templates: dict[Literal["pdf", "tex", "html"], Text] = Field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.file.parent

    @property
    def is_built_in(self) -> bool:
        """Whether it is the report that comes with the project."""
        return self.file == FILE

    @property
    def chapter_files(self) -> tuple[Path, ...]:
        """The files of its chapters, in the order in which they are read."""
        return tuple(_chapter(name, self.folder) for name in self.chapters)

    def read_study(self, asked: str | None = None) -> Study:
        """The study that is asked for, else its own, with those it names beside it; raises `StudyError`."""
        study = read(asked or self._own(self.study))
        named = [self._beside(name, what) for name, what in self.studies.items()]
        return study.model_copy(update={"beside": (*study.beside, *named)}) if named else study

    def _beside(self, name: str, what: Any) -> Study:
        """A study of a name: that of a file, or the report's own with some keys changed; raises `StudyError`."""
        if isinstance(what, str):
            return read(self._own(what)).model_copy(update={"name": name})
        if not isinstance(what, dict):
            raise StudyError(
                "give a file, a built-in study, or what differs from the report's own: { width = 8 }"
            )
        return changed(self._own(self.study), name, what)

    def _own(self, study: str) -> str:
        """The file in its folder that a study's name stands for, else the name."""
        return str(self.folder / study) if (self.folder / study).is_file() else study


def built_in() -> Project:
    """The report that comes with the project."""
    return read_project(FILE)


def read_project(file: Path) -> Project:
    """The report of a file as it is now; raises `ProjectError` with all that is wrong."""
    try:
        text = file.read_text(encoding="utf-8")
        said = tomllib.loads(text)
    except FileNotFoundError:
        raise ProjectError(f"there is no file {file}; `python build.py new FOLDER` makes a report") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ProjectError(f"{file} can't be read: {error}") from None

    def where(loc: Key) -> str:
        return place(file, text, loc)

    keys = [key for key in Project.model_fields if key != "file"]
    complaints = [unknown_key(where(("file",)), "file", keys)] if "file" in said else []
    for table in ("affiliations", "studies", "templates"):
        names = said[table] if isinstance(said.get(table), dict) else {}
        complaints += below(table, names, keys, where)
    if complaints:
        raise ProjectError("\n".join(complaints))
    try:
        project = Project.model_validate({**said, "file": file.resolve()})
    except ValidationError as error:
        complaints += [complaint(mistake, where, _keys(mistake["loc"], keys)) for mistake in mistakes(error)]
        raise ProjectError("\n".join(complaints)) from None
    complaints += _amiss(project, where)
    if complaints:
        raise ProjectError("\n".join(complaints))
    return project


def _keys(loc: Key, top: list[str]) -> list[str]:
    """The keys that there may be where a key stands."""
    return list(Author.model_fields) if loc[0] == "authors" else top


def _amiss(project: Project, where: Callable[[Key], str]) -> Iterator[str]:
    """What can't be used of a report whose keys are right: chapters, affiliations, files, studies."""
    yield from _chapters_amiss(project, where(("chapters",)))
    for index, author in enumerate(project.authors):
        for key in author.affiliations:
            if key not in project.affiliations:
                known = near(key, project.affiliations, "[affiliations] has")
                at = where(("authors", index, "affiliations"))
                yield f"{at}: there is no affiliation {shown(key)}; {known}"
    files: list[tuple[Key, str]] = [(("bibliography",), name) for name in project.bibliography]
    files += [((key,), name) for key in ("csl", "template") if (name := getattr(project, key))]
    files += [(("templates", format), name) for format, name in project.templates.items()]
    for loc, name in files:
        if reason := _unusable(project.folder / name, project.folder):
            yield f"{where(loc)}: {loc[-1]} = {shown(name)}: {reason}"
    studies: list[tuple[Key, Any]] = [(("study",), project.study)]
    studies += [(("studies", key), what) for key, what in project.studies.items()]
    for loc, what in studies:
        try:
            own = project.folder / what if isinstance(what, str) else None
            if own and own.is_file() and (reason := _unusable(own, project.folder)):
                raise StudyError(reason)
            project._beside(str(loc[-1]), what)
        except StudyError as error:
            yield f"{where(loc)}: {loc[-1]} = {shown(what)}: {error}"


def _chapters_amiss(project: Project, where: str) -> Iterator[str]:
    known = [*_names(project.folder), *(f"{BUILT_IN}{name}" for name in _names(FILE.parent))]
    for name in project.chapters:
        if name not in known:
            place = project.folder / "chapters"
            yield f"{where}: there is no chapter {shown(name)} in {place}; {near(name, known)}"
    stems = [Path(name.removeprefix(BUILT_IN)).name for name in project.chapters]
    for stem in dict.fromkeys(stem for stem in stems if stems.count(stem) > 1):
        yield f"{where}: more than one chapter is called {stem}: leave one out, or give it another name"


def _names(folder: Path) -> list[str]:
    """The names of the chapters in a report's folder."""
    chapters = folder / "chapters"
    found = (path.relative_to(chapters) for path in chapters.rglob("*.py") if path.stem != "__init__")
    return sorted(path.with_suffix("").as_posix() for path in found)


def _chapter(name: str, folder: Path) -> Path:
    own = not name.startswith(BUILT_IN)
    return (folder if own else FILE.parent) / "chapters" / f"{name.removeprefix(BUILT_IN)}.py"


def _unusable(file: Path, folder: Path) -> str | None:
    """Why a file of a report can't be used; None where it can."""
    if not file.resolve().is_relative_to(folder):
        return f"a file of a report lies in its folder, {folder}"
    return None if file.is_file() else f"there is no file {file}"
