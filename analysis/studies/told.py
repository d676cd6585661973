"""What is wrong in a TOML file that a person wrote: its file, line, key and value, and what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.studies.synonyms import meant

Key = tuple[str | int, ...]  # "epochs"; "authors", 0, "name"; "affiliations", "nkua"
_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def mistakes(error: ValidationError) -> list[Any]:
    """Those that pydantic found, but that a list is too short because of items that are refused themselves."""
    return [
        mistake
        for mistake in error.errors()
        if not (mistake["type"] == "too_short" and len(mistake["input"]) > mistake["ctx"]["actual_length"])
    ]


def complaint(mistake: Any, where: Callable[[Key], str], keys: Collection[str]) -> str:
    """A mistake that pydantic found, in one line; `keys` are those that there may be at the top."""
    loc: Key = mistake["loc"]
    key = ".".join(str(part) for part in loc if not isinstance(part, int))
    if mistake["type"] == "missing":
        return f"{where(loc)}: the key {key!r} is missing"
    if mistake["type"] == "extra_forbidden":
        return unknown_key(where(loc), str(loc[-1]), keys)
    said = mistake["msg"].removeprefix("Value error, ").replace(" after validation", "")
    for python, toml in _IN_TOML.items():
        said = said.replace(python, toml)
    return f"{where(loc)}: {key} = {shown(mistake['input'])}: {said}{_remedy(mistake)}"


def _remedy(mistake: Any) -> str:
    """What to write in place of a value, where that is clear."""
    value = mistake["input"]
    if mistake["type"] == "tuple_type" and isinstance(value, str | int | float):
        return f", such as [{json.dumps(value)}]"
    allowed = re.findall(r"'(\w+)'", mistake.get("ctx", {}).get("expected", ""))
    if mistake["type"] == "literal_error" and isinstance(value, str) and (same := meant(value, allowed)):
        return f'; "{same}" means the same'
    return ""


_IN_TOML = {
    "a valid tuple": "a list",
    "a valid dictionary": "a table",
    "Tuple": "The list",
    "Dictionary": "The table",
}


def typed(text: str, error: str) -> str:
    """A hint at what a word processor or another language puts into TOML; `error` is tomllib's, with its line.

    >>> typed("rate = 0,01", "Expected newline (at line 1, column 9)")
    '; a number has a point, as in 0.01'
    """
    found = re.search(r"at line (\d+)", error)
    line = text.split("\n")[int(found[1]) - 1] if found else ""
    if re.search("[“”„‘’«»]", line):
        return '; quotes are to be straight, as in "relu"'
    if number := re.search(r"=\s*([+-]?\d+),(\d+)\s*(#|$)", line):
        return f"; a number has a point, as in {number[1]}.{number[2]}"
    return ""


def unknown_key(where: str, key: str, keys: Collection[str]) -> str:
    """That a key is none of those that there may be."""
    return f"{where}: unknown key {shown(key)}; {near(key, keys, 'keys are')}"


def below(table: str, names: Iterable[str], keys: Collection[str], where: Callable[[Key], str]) -> list[str]:
    """That keys of the file stand below the head of a table, and so in it."""
    return [
        f"{where((table, name))}: {name} stands below [{table}], and so in it: put it above"
        for name in names
        if name in keys
    ]


def near(name: str, known: Collection[str], there_are: str = "there are") -> str:
    """A hint: the name that means the same, or those that are like this one, else all.

    >>> near("epoch", ["epochs", "depths"])
    'did you mean epochs?'
    >>> near("lr", ["learning_rate"])
    'it is called learning_rate here.'
    """
    if same := meant(name, known):
        return f"it is called {same} here."
    alike = get_close_matches(name, known, n=2)
    return f"did you mean {' or '.join(alike)}?" if alike else f"{there_are} {', '.join(known)}."


def place(path: Path, text: str, loc: Key) -> str:
    """The file, and the line that gives a key its value, or is the head of its table."""
    line = line_of(text, loc)
    return f"{path}, line {line}" if line else f"{path}"


def line_of(text: str, loc: Key) -> int | None:
    """The line of a key, counted from 1; None where the text has not even the head of its table."""
    begin, end = 0, len(text)
    found = None
    for index, key in enumerate(loc):
        if isinstance(key, int):
            continue
        nth = loc[index + 1] if index + 1 < len(loc) and isinstance(loc[index + 1], int) else 0
        name = rf"[\"']?{re.escape(key)}[\"']?\s*"
        lines = list(re.finditer(rf"^\s*(\[+\s*{name}\]+|{name}=)", text[begin:end], re.MULTILINE))
        if not lines:
            break
        is_head = lines[0][0].lstrip().startswith("[")
        begin = found = begin + lines[min(int(nth), len(lines) - 1) if is_head else 0].end()
        if is_head and (following := _TABLE.search(text, begin)):
            end = following.start()
    return None if found is None else text.count("\n", 0, found) + 1


def shown(value: Any, most: int = 60) -> str:
    """A value as a message quotes it, cut where it is long."""
    printed = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return printed if len(printed) <= most else f"{printed[: most - 3]}..."
