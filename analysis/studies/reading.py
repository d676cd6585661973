"""A study read from TOML; what is wrong is said with its file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.studies.data import DATASETS
from analysis.studies.study import Study
from analysis.studies.told import Key, below, complaint, mistakes, place, shown, typed, unknown_key
from derivations import activations, literature, parse, registered, v

STUDIES = Path(__file__).parent / "builtin"
BESIDE = "a list of studies: the names of others, or tables of what they change in this one"
KEYS = tuple(key for key in Study.model_fields if key != "expressions")
NAME = r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*"


class StudyError(ValueError):
    """A study that can't be used; the message says what was wrong, where, and what would be right."""


def built_in() -> tuple[str, ...]:
    """The names of the studies that come with the project, smallest first."""

    def size(name: str) -> int:
        study = read(name)
        return sum(study.depths) * len(study.activations) * study.seeds * study.epochs * study.width**2

    return tuple(sorted((path.stem for path in STUDIES.glob("*.toml")), key=size))


def read(name_or_path: str, named_by: Path | None = None) -> Study:
    """The built-in study of that name, or the study in that TOML file; raises `StudyError`.

    A file that names it gives its path relative to itself.

    >>> read("quick").epochs
    3
    """
    path, text, table = _table(name_or_path, named_by)
    beside = table.pop("beside", [])
    study = _study({"name": path.stem, **table}, path, lambda loc: place(path, text, loc))
    where = place(path, text, ("beside",))
    if not isinstance(beside, list):
        raise StudyError(f"{where}: beside = {shown(beside)}: {BESIDE}")
    others = [_beside(entry, table, path, f"{where}, in place {n}") for n, entry in enumerate(beside, 1)]
    if named_by and any(isinstance(entry, str) for entry in beside):
        raise StudyError(
            f"{where}: a study that is named by another ({named_by.name}) can't name others itself"
        )
    try:
        return Study.model_validate({**dict(study), "beside": others})
    except ValidationError as error:
        complaints = [complaint(mistake, lambda _: where, KEYS) for mistake in mistakes(error)]
        raise StudyError("\n".join(complaints)) from None


def changed(name_or_path: str, name: str, changes: Mapping[str, Any]) -> Study:
    """The study of that name or file, alone, with some keys changed, under a name of its own; raises `StudyError`."""
    path, _, table = _table(name_or_path)
    table.pop("beside", None)
    return _study({**table, **changes, "name": name}, path, lambda _: name)


def _table(name_or_path: str, named_by: Path | None = None) -> tuple[Path, str, dict[str, Any]]:
    """The file of a study, its text, and what that says; raises `StudyError`."""
    path = STUDIES / f"{name_or_path}.toml"
    try:
        if not path.is_file():
            path = named_by.parent / name_or_path if named_by else Path(name_or_path)
            _refuse_missing(name_or_path, path)
        text = path.read_text(encoding="utf-8-sig")  # Windows' editor begins a file with a mark
        table = tomllib.loads(text)
    except StudyError:
        raise
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not a readable TOML file: {error}{typed(text, str(error))}") from None
    except UnicodeError:
        raise StudyError(f"{path}: not a text in UTF-8: save it in that encoding") from None
    except (ValueError, OSError, RecursionError) as error:
        raise StudyError(f"{path}: not a readable TOML file: {error}") from None
    return path, text, table


def _beside(entry: Any, table: Mapping[str, Any], path: Path, where: str) -> Study:
    """A study beside that of a table: one that is named, or the same with some keys changed."""
    if isinstance(entry, str):
        return read(entry, named_by=path)
    if not isinstance(entry, dict) or "beside" in entry:
        raise StudyError(f"{where}: {shown(entry)}: {BESIDE}")
    name = ", ".join(str(value) for value in entry.values())[:60]
    return _study({**table, "name": name, **entry}, path, lambda _: where)


def _study(table: dict[str, Any], path: Path, where: Callable[[Key], str]) -> Study:
    """The study of a table, without those beside it; `where` says the place of a key. Raises `StudyError`."""
    complaints = [unknown_key(where((key,)), key, KEYS) for key in ("expressions",) if key in table]
    own = table.get("activations")
    if isinstance(own, dict):
        names, expressions = _own(own, where, complaints)
        known = names or list(activations)[: len(complaints)]  # so that the rest is still checked
        table = {**table, "activations": known, "expressions": expressions}
    if isinstance(folder := table.get("dataset"), str) and folder not in DATASETS:
        table = {**table, "dataset": _folder(folder, path, where(("dataset",)), complaints)}
    try:
        study = Study.model_validate(table)
    except ValidationError as error:
        complaints += [complaint(mistake, where, KEYS) for mistake in mistakes(error)]
    if complaints:
        raise StudyError("\n".join(complaints))
    return study


def _own(
    table: Mapping[str, Any], where: Callable[[Key], str], complaints: list[str]
) -> tuple[list[str], dict[str, str]]:
    """The names in a table of activations, and the text of those that are not registered."""
    names, expressions = [], {}
    if misplaced := below("activations", table, KEYS, where):
        raise StudyError("\n".join([*complaints, *misplaced]))
    spelled: dict[str, str] = {}
    for name, text in table.items():
        try:
            registered = _read_own(name, text)
            if (other := spelled.setdefault(name.casefold(), name)) != name:
                raise ValueError(f"differs from {other} in capitals only; choose another name")
        except ValueError as error:
            printable = name if name.isprintable() else ascii(name)
            complaints.append(f"{where((name,))}: {printable} = {shown(text)}: {error}")
            continue
        names.append(registered or name)
        if not registered:
            expressions[name] = text
    return names, expressions


def _read_own(name: str, text: Any) -> str | None:
    """The registered name of an entry, or None where it is an expression of its own."""
    if not isinstance(text, str):
        raise ValueError('write an expression in v as text, such as "v*sigmoid(v)", or a registered name')
    if not re.fullmatch(NAME, name) or len(name) > 40:
        raise ValueError("a name has at most 40 letters, digits and single _, the first a letter")
    if registered(text):
        if name != text:
            raise ValueError(f'{text} is registered, under this name: {text} = "{text}"')
        return name
    expression = parse(text)
    if not expression.has_free(v):
        raise ValueError("a constant is no activation: its derivative is zero everywhere")
    known = registered(name)
    if known and known.expression == expression:
        return name
    if name in activations:
        raise ValueError(f"{name} is registered as {activations[name].expression}; choose another name")
    return None


def _folder(name: str, path: Path, where: str, complaints: list[str]) -> str:
    """The folder or .npz file of a study's own data, which the study's file gives relative to itself."""
    folder = (path.parent / name).resolve()
    if not name.strip() or "\0" in name or not folder.exists():
        missing = f"; there is no {shown(str(folder), 300)}" if name.strip() else ""
        near = get_close_matches(name.casefold(), [known.casefold() for known in DATASETS], n=1)
        hints = [known for known in DATASETS if known.casefold() in near]
        hint = f"did you mean {hints[0]}? " if hints else ""
        complaints.append(
            f"{where}: dataset = {shown(name)}: {hint}"
            f"Known are {', '.join(DATASETS)}, and folders or .npz files of one's own data{missing}"
        )
        return DATASETS[0]
    return str(folder)


def schema() -> dict[str, Any]:
    """The JSON schema of a study's file, for editors."""
    found = Study.model_json_schema()["$defs"]["Study"]  # a study may have studies beside it
    del found["properties"]["expressions"]
    names = {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"enum": [*activations, *literature]},
    }
    own = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{NAME}$", "maxLength": 40},
        "additionalProperties": {
            "type": "string",
            "description": "an expression in v, or the registered name",
        },
    }
    found["properties"]["activations"] = {"title": "Activations", "anyOf": [names, own]}
    found["properties"]["depths"]["uniqueItems"] = True
    found["properties"]["dataset"]["description"] = (
        f"{', '.join(DATASETS)}, or a folder or .npz file of one's own data"
    )
    found["properties"]["name"]["description"] = "by default the name of the file"
    found["required"].remove("name")
    changed = {key: value for key, value in found["properties"].items() if key != "beside"}
    of_one = {"type": "object", "properties": changed, "additionalProperties": False}
    found["properties"]["beside"] = {
        "title": "Beside",
        "type": "array",
        "maxItems": 60,
        "items": {"anyOf": [{"type": "string"}, of_one]},
        "description": BESIDE,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "Study"}


def _refuse_missing(name: str, path: Path) -> None:
    if path.is_file():
        return
    known = sorted(study.stem for study in STUDIES.glob("*.toml"))
    near = get_close_matches(name, known, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"built-in studies are {', '.join(known)}."
    kind = "there is no file" if path.suffix else "there is no study"
    raise StudyError(f"{kind} {name!r}; {hint}")
