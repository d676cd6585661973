"""Citations in words, as in the typeset report, for Markdown that knows none, and the entries that they lead to.

Pandoc is called once for all citations of a report, and not at all if there are none.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypandoc

from report.mistakes import TypesetError

BIBLIOGRAPHY = Path(__file__).parents[1] / "references.bib"
_OPTIONS = ("--from=markdown", "--to=commonmark+tex_math_dollars", "--citeproc", "--wrap=none")


def sources(bibliography: Sequence[Path] = (), csl: Path | None = None) -> list[str]:
    """Pandoc's options for citations: the built-in bibliography and a report's own, and the style of its entries."""
    style = [f"--csl={csl}"] if csl else []
    return [*(f"--bibliography={file}" for file in (BIBLIOGRAPHY, *bibliography)), *style]


def unreadable(bibliography: Sequence[Path], csl: Path | None) -> list[str]:
    """What is wrong with a report's own bibliography and citation style, a line each, by Pandoc's readers."""
    found = []
    for file in bibliography:
        try:
            lines = file.read_text(encoding="utf-8").count("\n") + 1
        except UnicodeDecodeError as error:
            found.append(f"{file}: it is no text in UTF-8: {error.reason} at byte {error.start}")
            continue
        if said := _refused(["--from=bibtex", "--to=csljson", str(file)]):
            place = re.search(r"\(line (\d+)", said)
            line = f", line {min(int(place[1]), lines)}" if place else ""  # Pandoc adds some at the end
            found.append(f"{file}{line}: it can't be read as BibTeX: {said.strip().splitlines()[-1]}")
    if csl and (said := _refused(["--from=markdown", "--to=plain", "--citeproc", f"--csl={csl}"])):
        found.append(f"{csl}: it is no citation style (CSL): {said.strip().splitlines()[0]}")
    return found


def _refused(options: Sequence[str]) -> str:
    """What Pandoc says where it can't do this; nothing where it can."""
    command = [pypandoc.get_pandoc_path(), *options]
    done = subprocess.run(command, input="", capture_output=True, encoding="utf-8", check=False)
    return done.stderr if done.returncode else ""


@dataclass(frozen=True)
class Cited:
    """What citations read as, by citation, and the entries they lead to, by key and in the bibliography's order."""

    words: Mapping[str, str]
    entries: Mapping[str, str]
    missing: tuple[str, ...] = ()  # keys that the bibliography lacks

    def reading(self, markdown: str) -> str:
        """The Markdown with its citations in words."""
        return _CITATION.sub(lambda found: self.words[_flat(found)] if found["cites"] else found[0], markdown)

    def references(self, texts: Iterable[str]) -> list[str]:
        """The entries that pieces of Markdown cite."""
        keys = {key for text in texts for citation in _citations(text) for key in _keys(citation)}
        return [entry for key, entry in self.entries.items() if key in keys]


def cited(texts: Iterable[str], bibliography: Sequence[Path] = (), csl: Path | None = None) -> Cited:
    """All citations in pieces of Markdown; authors and years are told apart over all pieces, as in one document.

    `bibliography` and `csl` are those of a report of one's own.

    Raises `TypesetError` if Pandoc can't read them or the bibliography.
    """
    citations = list(dict.fromkeys(citation for text in texts for citation in _citations(text)))
    if not citations:
        return Cited({}, {})
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *_OPTIONS, *sources(bibliography, csl)],
        input="\n\n".join(citations),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise TypesetError([f"Pandoc: {done.stderr.strip()}"])
    shown = re.sub(r"</?span[^>]*>", "", done.stdout)
    words = shown.split("\n\n")[: len(citations)]
    entries = dict(_ENTRY.findall(shown))
    keys = dict.fromkeys(key for citation in citations for key in _keys(citation))
    missing = tuple(key for key in keys if key not in entries)
    return Cited(dict(zip(citations, words, strict=True)), entries, missing)


_KEY = r"(?<![\w@])@((?!(?:fig|tbl|eq|sec):)\w+(?:-\w+)*)"
_NO_LINK = r"(?![({])"
_CITATION = re.compile(  # after what is none: code, formulas and tags
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|<[^<>]*>"
    rf"|(?P<cites>\[(?=[^\[\]]*{_KEY})[^\[\]]*\]{_NO_LINK}|{_KEY}(?: \[[^\[\]]*\]{_NO_LINK})?)",
    re.DOTALL,
)
_ENTRY = re.compile(r'<div id="ref-([\w-]+)" class="csl-entry">\n\n(.*?)\n\n</div>', re.DOTALL)


def _citations(markdown: str) -> Iterator[str]:
    return (_flat(found) for found in _CITATION.finditer(markdown) if found["cites"])


def _keys(citation: str) -> list[str]:
    return re.findall(_KEY, citation)


def _flat(found: re.Match[str]) -> str:
    """A citation on one line."""
    return " ".join(found[0].split())
