"""A Typst template of someone else's, such as a journal's: a function of title, authors, abstract and body."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from report.mistakes import TypesetError

FOLDER = "template"  # where it lies beside the document
_DEFINES = re.compile(r"^#let\s+([\w-]+)\(", re.MULTILINE)
_NAME = re.compile(r"\s*([a-z][\w-]*)\s*(?::|$)")
_ASKED = "#let paper(title: none, authors: (), abstract: none, body) = { ... }"


@dataclass(frozen=True)
class Foreign:
    """The file of a template, the function in it that lays out a paper, and what that takes."""

    file: Path
    function: str
    parameters: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the document finds it."""
        return f"{FOLDER}/{self.file.name}"


def foreign(file: Path) -> Foreign:
    """The first function of the file that takes a title and authors; raises `TypesetError` where there is none."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for found in _DEFINES.finditer(text):
        parameters = tuple(_parameters(text[found.end() :]))
        if "title" in parameters and "authors" in parameters:
            return Foreign(file, found[1], parameters)
    raise TypesetError([f"{file}: there is no function that takes a title and authors, such as {_ASKED}"])


def _parameters(text: str) -> Iterator[str]:
    """The names of a function's parameters; the text begins behind its opening bracket."""
    depth, start = 0, 0
    for place, letter in enumerate(re.sub(r'"(\\.|[^"\\])*"', lambda quoted: "_" * len(quoted[0]), text)):
        if depth == 0 and letter in ",)":
            if name := _NAME.match(text[start:place].rstrip()):
                yield name[1]
            if letter == ")":
                return
            start = place + 1
        depth += (letter in "([{") - (letter in ")]}")


@contextmanager
def lying_in(folder: Path, template: Path | None) -> Iterator[None]:
    """Put a template, with the files beside it, where the document finds it, and take it away afterwards."""
    if template is None:
        yield
        return
    place = folder / FOLDER
    place.mkdir()
    for file in template.parent.iterdir():
        if file.is_file():
            shutil.copy(file, place)
    yield
    shutil.rmtree(place)
