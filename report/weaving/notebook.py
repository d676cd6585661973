"""Chapters as notebooks: prose as it reads in the report, code as it stands, and what each cell shows below it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from report.mistakes import Mistake, TypesetError
from report.weaving.cells import Cell, read_cells
from report.weaving.citations import Cited, cited
from report.weaving.evident import without_spans
from report.weaving.paragraphs import OPTIONAL, Line
from report.weaving.weave import Woven

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
_KINDS = {"fig": "Figure", "tbl": "Table", "eq": "Equation", "sec": "Section"}


def notebooks(woven: Woven, bibliography: Sequence[Path] = (), csl: Path | None = None) -> dict[str, str]:
    """Name of each chapter -> its notebook, as JSON; the same for the same report.

    `bibliography` and `csl` are those of a report of one's own. Raises `TypesetError` with the citations that
    are not in the bibliography.
    """
    references = _references(woven.markdown)
    lines: dict[Path, list[Line]] = {}
    for text, source in zip(woven.markdown.splitlines(), woven.sources, strict=True):
        if source.file.suffix == ".py":  # the abstract of a report.toml is of no chapter
            lines.setdefault(source.file, []).append(Line(text, source))
    chapters = {
        chapter: [
            (cell, _readable(_without_code(shown, cell), woven.figures, references))
            for cell, shown in _shown(read_cells(chapter), part)
        ]
        for chapter, part in lines.items()
    }
    shown = [markdown for parts in chapters.values() for _, markdown in parts]
    found = cited(shown, bibliography, csl)
    if found.missing:
        raise TypesetError(
            [
                Mistake(place, f"the citation @{key} is not in the bibliography")
                for key in found.missing
                for place in woven.find(rf"@{key}(?![\w-])")
            ]
        )
    return {
        chapter.stem: nbformat.writes(_notebook(chapter.stem, parts, found)) + "\n"
        for chapter, parts in chapters.items()
    }


def _shown(cells: Sequence[Cell], lines: Sequence[Line]) -> Iterator[tuple[Cell, str]]:
    """Each cell and the Markdown that it shows."""
    starts = [*(cell.line for cell in cells), float("inf")]
    for cell, (start, end) in zip(cells, pairwise(starts), strict=True):
        yield cell, "\n".join(line.text for line in lines if start <= line.source.line < end)


def _notebook(chapter: str, parts: Sequence[tuple[Cell, str]], bibliography: Cited) -> NotebookNode:
    made = []
    for cell, markdown in parts:
        shown, name = bibliography.reading(markdown), f"{chapter}-{cell.line}"
        if cell.is_prose:
            made += [new_markdown_cell(shown, id=name, metadata={"source": cell.text})] if shown else []
        else:
            outputs = [new_output("display_data", data={"text/markdown": shown})] if shown else []
            made.append(new_code_cell(cell.text, id=name, outputs=outputs))
    entries = bibliography.references(markdown for _, markdown in parts)
    if entries:
        text = "\n\n".join(["## References", *entries])
        made.append(new_markdown_cell(text, id=f"{chapter}-references"))
    return new_notebook(cells=made, metadata={"kernelspec": KERNEL})


def _without_code(markdown: str, cell: Cell) -> str:
    """Without the comments that lead back to cells, and the code that the report shows: it is the cell's own."""
    markdown = re.sub(r"^<!-- cell .* -->$", "", markdown, flags=re.MULTILINE)
    fenced = f"```python\n{cell.text}\n```"
    return markdown.replace(fenced, "") if "show" in cell.tags else markdown


def _readable(markdown: str, figures: Mapping[str, bytes], references: Mapping[str, str]) -> str:
    """Markdown as notebooks know it: images within it, captions below, numbers in place of references."""

    def image(match: re.Match[str]) -> str:
        content = base64.b64encode(figures[match["name"]]).decode()
        caption = _numbered(match["id"], references)
        said = match["alt"].replace('\\"', "&quot;").replace("\\\\", "\\")
        return f'<img src="data:image/svg+xml;base64,{content}" alt="{said}">\n\n**{caption}.** {match["caption"]}'

    markdown = _FIGURE.sub(image, markdown)
    markdown = _ABSTRACT.sub(r"**Abstract**\n\n\1", markdown)
    markdown = _RAW.sub("", _FRONT.sub(r"\1", without_spans(markdown)))
    markdown = re.sub(
        r"^: (.*) \{#(tbl:[\w-]+)[^}]*\}$",
        lambda found: f"**{_numbered(found[2], references)}.** {found[1]}",
        markdown,
        flags=re.MULTILINE,
    )
    markdown = re.sub(r"\$\$ \{#(eq:[\w-]+)\}", r"$$", markdown)
    markdown = re.sub(r"^(#+ .*?) \{#sec:[\w-]+\}$", r"\1", markdown, flags=re.MULTILINE)
    while OPTIONAL.search(markdown):
        markdown = OPTIONAL.sub(lambda found: found[1] if _all_known(found[1], references) else "", markdown)
    markdown = re.sub(
        r"@((?:fig|tbl|eq|sec):[\w-]+)", lambda found: _numbered(found[1], references), markdown
    )
    return re.sub(r"\n{3,}", "\n\n", markdown).strip()


_FIGURE = re.compile(
    r'^::: \{#(?P<id>fig:[\w-]+)\}\n!\[\]\(figures/(?P<name>[^)]+)\)\{width=\d+% alt="(?P<alt>(?:[^"\\]|\\.)*)"\}\n\n'
    r"(?P<caption>.*)\n:::$",
    re.MULTILINE,
)
_ABSTRACT = re.compile(r"^::: \{\.abstract\}\n(.*?)\n:::$", re.MULTILINE | re.DOTALL)
_FRONT = re.compile(r"^::: \{\.front\}\n(.*?)\n:::$", re.MULTILINE | re.DOTALL)
_RAW = re.compile(r"^```\{=\w+\}\n.*?\n```$", re.MULTILINE | re.DOTALL)  # for one typesetter only


def _all_known(text: str, references: Mapping[str, str]) -> bool:
    return all(label in references for label in re.findall(r"@((?:fig|tbl|eq|sec):[\w-]+)", text))


def _numbered(label: str, references: Mapping[str, str]) -> str:
    return f"{_KINDS[label.partition(':')[0]]} {references.get(label, '')}".strip()


def _references(markdown: str) -> dict[str, str]:
    """Label -> number, as the report counts them: figures, tables and equations each through, sections by level."""
    found: dict[str, str] = {}
    counts = dict.fromkeys(_KINDS, 0)
    section: list[int] = []
    for heading, label in _labels(markdown):
        if heading:
            section = [*section[:heading], *[0] * (heading - len(section))]
            section[heading - 1] += 1
            number = ".".join(map(str, section))
        else:
            counts[label.partition(":")[0]] += 1
            number = str(counts[label.partition(":")[0]])
        if label:
            found[label] = number
    return found


def _labels(markdown: str) -> Iterator[tuple[int, str]]:
    """The level of each heading, 0 of all else, and the label, which headings may lack."""
    for match in re.finditer(
        r"^(#+) .*?(?:\{#([\w:-]+)\})?$|\{#((?:fig|tbl|eq):[\w-]+)", markdown, re.MULTILINE
    ):
        yield len(match[1] or ""), match[2] or match[3] or ""
