"""Woven Markdown to the body of a Typst, LaTeX or HTML document, by one call of Pandoc.

Whatever Pandoc warns of (TeX that it can't read, a citation that isn't in the bibliography) is an error here.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Literal

import pypandoc

from report.authoring.numbers import NO_BREAK_SPACE, as_text
from report.mistakes import Mistake, TypesetError
from report.typesetting.metadata import Metadata
from report.typesetting.origins import for_the_page, with_appendix
from report.weaving.citations import sources
from report.weaving.weave import Woven

Language = Literal["typst", "latex", "html", "docx"]
PARTS = ("title", "subtitle", "authors", "abstract", "front", "contents", "body")

_HERE = Path(__file__).parent
_OPTIONS = (
    "--from=markdown",
    f"--lua-filter={_HERE / 'crossref.lua'}",
    "--citeproc",
    "--metadata=link-citations:true",
    "--metadata=reference-section-title:References",
    # The output keeps the lines of the Markdown, so that its errors can be found there; and no table is so
    # wide that Pandoc gives its columns relative widths of its own accord.
    "--wrap=preserve",
    "--columns=10000",
    "--fail-if-warnings",
)
_OPTIONS_OF: dict[Language, tuple[str, ...]] = {
    "typst": ("--syntax-highlighting=idiomatic",),
    "latex": ("--syntax-highlighting=none", f"--lua-filter={_HERE / 'latex_tables.lua'}"),
    "html": ("--syntax-highlighting=none", "--mathml", "--number-sections", "--toc"),
    "docx": ("--syntax-highlighting=none", "--number-sections"),
}
# What the page has to take in; the figures of a report are part of it anyhow, and to look for more takes a second.
_EMBEDDED = re.compile(r"!\[[^\]]*\]\((?!figures/)|<\w+ [^>]*\b(src|href|data|poster)=")
_PARTS = f"--template={_HERE / 'templates' / 'parts.pandoc'}"


def convert(woven: Woven, to: Language, metadata: Metadata, folder: Path) -> dict[str, str]:
    """The parts of the document in the language of the output; figures are looked for in `folder`."""
    embed = ["--embed-resources"] if to == "html" and _EMBEDDED.search(woven.markdown) else []
    written = _run(woven, to, metadata, folder, _PARTS, *embed)
    texts = (part.strip() for part in (_tidied(written) if to == "html" else written).split("<!-- part -->"))
    return dict(zip(PARTS, texts, strict=True))


def write_docx(woven: Woven, metadata: Metadata, folder: Path, target: Path) -> None:
    """Write the document for Word; its figures are looked for in `folder`."""
    said = {
        "date": as_text(metadata.date),
        "lang": metadata.language,
        "keywords": ", ".join(metadata.keywords),
    }
    options = [f"--metadata={key}:{value}" for key, value in said.items()]
    _run(woven, "docx", metadata, folder, *options, f"--output={target.resolve()}")


def _run(woven: Woven, to: Language, metadata: Metadata, folder: Path, *options: str) -> str:
    """What Pandoc writes; raises `TypesetError`."""
    # Called as a program, not through pypandoc's functions: they change the working folder and mix
    # Pandoc's messages with their own.
    fields = [f"--metadata=title:{metadata.title}", f"--metadata=subtitle:{metadata.subtitle}"]
    cites = sources(metadata.bibliography, metadata.csl)
    byline = f"\n::: {{.authors}}\n{metadata.byline}\n:::\n" if metadata.authors else ""
    midnight = datetime.combine(metadata.date, time(), UTC)
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), f"--to={to}", *_OPTIONS, *_OPTIONS_OF[to], *cites, *fields, *options],
        input=_with_spans(_read_by(to, woven, metadata)).replace(" ± ", _SPREAD) + byline,
        cwd=folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": f"{midnight.timestamp():.0f}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise TypesetError(_problems(done.stderr, woven))
    return done.stdout


_SPREAD = f"{NO_BREAK_SPACE}±{NO_BREAK_SPACE}"  # by which 96.7 ± 0.1 stays on one line


def _read_by(to: Language, woven: Woven, metadata: Metadata) -> str:
    """The Markdown for one language: of the page and, where that is asked for, of the PDF all leads to its origin."""
    if to == "html":
        return for_the_page(woven)
    return with_appendix(woven) if to == "typst" and metadata.origins else woven.markdown


def _tidied(html: str) -> str:
    """Pandoc's HTML as validators want it: no slash in <br>, and an empty corner of a table is no heading."""
    html = re.sub(r"<(br|col|hr|img|input)\b([^<>]*?) ?/>", r"<\1\2>", html)
    return re.sub(r"<th\b([^>]*)></th>", r"<td\1></td>", html)


_EQUATION = re.compile(  # after what is none: code
    r"```.*?```|`[^`\n]*`|(?P<math>\$\$(?:(?!\$\$).)+\$\$)[ \t]*\n?[ \t]*\{#(?P<label>eq:[\w-]+)\}", re.DOTALL
)


def _with_spans(markdown: str) -> str:
    """The Markdown with labelled equations as spans with an id, which the filter finds without looking at each word."""
    return _EQUATION.sub(
        lambda found: f'<span id="{found["label"]}">{found["math"]}</span>' if found["math"] else found[0],
        markdown,
    )


_UNREADABLE = "TeX that Pandoc cannot read"
_TEX = "Pandoc cannot read this TeX: {0}; is each brace closed, and each command known?"
# What Pandoc and the filter say of a culprit, what we say of it, and the pattern by which to find its lines.
_COMPLAINTS = [
    (
        r"unresolved reference: (\S+)",
        "@{0} refers to nothing: no equation, figure, table or section has this id",
        r"@{0}(?![\w-])",
    ),
    (r"label given twice: (\S+)", "the id {0} is given twice", r"#{0}(?![\w-])"),
    (r"Citeproc: citation (\S+) not found", "the citation @{0} is not in the bibliography", r"@{0}(?![\w-])"),
    (rf"{_UNREADABLE}: (.+)", _TEX, "{0}"),
    (r"Could not convert TeX math (.+), rendering as TeX:", _TEX, "{0}"),
    (
        r"TeX outside of a formula: (.+)",
        "TeX stands in formulas, between dollar signs, and {0} stands in the text",
        "{0}",
    ),
    (r"figure without alternative text: (\S+)", "the figure {0} has no alternative text", "{0}"),
]


def _problems(stderr: str, woven: Woven) -> list[str | Mistake]:
    """What Pandoc complains of, each at its line of a chapter; Pandoc's own words where there is none."""
    problems: list[str | Mistake] = []
    if _UNREADABLE in stderr:  # then the filter says so of the formula as its author wrote it
        stderr = stderr.replace("Could not convert TeX math", "")
    for complaint, message, pattern in _COMPLAINTS:
        for culprit in dict.fromkeys(re.findall(complaint, stderr)):
            text = message.format(culprit)
            places = woven.find(pattern.format(_loosely(culprit)))
            problems += [Mistake(place, text) for place in places] or [text]
    return problems or [f"Pandoc: {stderr.strip()}"]


def _loosely(text: str) -> str:
    """A pattern for the text whatever its white space."""
    return r"\s+".join(map(re.escape, text.split()))
