"""Woven Markdown to PDF, LaTeX and HTML: Pandoc converts, Jinja lays out, Typst and LaTeX compile.

Everything is made in a folder beside the output and moved into place only when all of it has succeeded.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)

from analysis.figures.style import TEXT_WIDTH
from analysis.keeping.files import is_old
from analysis.keeping.memo import read, write
from report.authoring.numbers import as_text
from report.mistakes import TypesetError, where_raised
from report.typesetting.compilers import compile_latex, compile_typst, converted_figures, prepare
from report.typesetting.foreign import foreign as foreign_template
from report.typesetting.foreign import lying_in
from report.typesetting.formats import Format
from report.typesetting.letters import LETTERS
from report.typesetting.metadata import Metadata
from report.typesetting.origins import as_json
from report.typesetting.overlooked import overlooked
from report.typesetting.pandoc import Language, convert, write_docx
from report.weaving.weave import Woven


@dataclass(frozen=True)
class Typeset:
    """The files that were written, the documents first, and what the compilers warned of."""

    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def typeset(
    woven: Woven,
    out: Path,
    formats: Collection[Format],
    metadata: Metadata,
    attached: Mapping[str, bytes] = MappingProxyType({}),
    last: Path | None = None,
) -> Typeset:
    """Write the report in each format, its figures, and its tables as CSV, under `out`: all or, on an error, nothing.

    `attached` are files, by name, that the PDF carries. `last` is where the PDF's source is kept, by which the next
    one takes less time. Raises `TypesetError`, which names the chapter's
    line where that is known.
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        return _typeset(woven, out, formats, metadata, attached, last)
    except OSError as error:
        raise OSError(f"the report can't be written to {out}: {error.strerror or error}") from error


def _typeset(
    woven: Woven,
    out: Path,
    formats: Collection[Format],
    metadata: Metadata,
    attached: Mapping[str, bytes],
    last: Path | None,
) -> Typeset:
    warnings: list[str] = []
    if mistakes := overlooked(woven):
        raise TypesetError(mistakes)
    with _staging(out) as staging:
        _write_figures(woven, staging)
        _write_tables(woven, staging)
        if "ipynb" in formats:
            _write_notebooks(woven, metadata, staging)
        if "docx" in formats:
            _write_docx(woven, metadata, staging)
        with ThreadPoolExecutor(1) as beside:
            page = beside.submit(_lay_out, woven, "html", metadata, staging) if "html" in formats else None
            if "pdf" in formats:
                with _lying_in(staging, attached), lying_in(staging, metadata.template):
                    warnings += _pdf(woven, metadata, staging, attached, last)
            if "tex" in formats:
                warnings += _latex(woven, metadata, staging)
            if page:
                (staging / "report.html").write_text(page.result(), encoding="utf-8", newline="\n")
        return Typeset(_move(staging, out), tuple(warnings))


def _pdf(
    woven: Woven, metadata: Metadata, staging: Path, attached: Collection[str], last: Path | None
) -> list[str]:
    """Write the PDF; returns the compiler's warnings. While Pandoc works, the compiler reads the last document."""
    before = read(last) if last else None
    with ThreadPoolExecutor(1) as beside:
        if before:
            beside.submit(prepare, before.decode(), staging)
        document = _lay_out(woven, "pdf", metadata, staging, attached)
    target, foreign = staging / "report.pdf", metadata.template is not None
    warnings = compile_typst(document, target, woven, metadata.date, staging, foreign)
    if last:
        write(last, document.encode())
    return warnings


def _latex(woven: Woven, metadata: Metadata, staging: Path) -> list[str]:
    """Write the LaTeX document and what it needs, and its PDF where LaTeX is installed; returns what is amiss."""
    source = staging / "report.tex"
    source.write_text(_lay_out(woven, "tex", metadata, staging), encoding="utf-8", newline="\n")
    converted_figures(woven.figures, metadata.date, staging, "pdf")
    _copy_classes(metadata.templates.get("tex"), staging)
    return compile_latex(source, staging / "report-latex.pdf", woven, metadata.date)


_LANGUAGES: dict[Format, Language] = {"pdf": "typst", "tex": "latex", "html": "html"}
_SHELLS: dict[Format, str] = {"pdf": "report.typ.j2", "tex": "report.tex.j2", "html": "report.html.j2"}
_HERE = Path(__file__).parent / "templates"


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    """A folder beside the output; its name is constant within a process, because Typst's compiler caches by folder."""
    folder = out.parent / f".{out.name}-{os.getpid()}"
    for left in filter(is_old, out.parent.glob(f".{out.name}-[0-9]*")):  # by a kill
        shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _lying_in(staging: Path, attached: Mapping[str, bytes]) -> Iterator[None]:
    """Put the files to be attached where the compiler finds them, and take them away afterwards."""
    for name, content in attached.items():
        (staging / name).write_bytes(content)
    yield
    for name in attached:
        (staging / name).unlink()


def _lay_out(
    woven: Woven, format: Format, metadata: Metadata, staging: Path, attached: Collection[str] = ()
) -> str:
    """The whole document in one language: Pandoc's parts in Jinja's shell."""
    parts = convert(woven, _LANGUAGES[format], metadata, staging)
    own = metadata.templates.get(format)
    theirs = foreign_template(metadata.template) if metadata.template and format == "pdf" else None
    shell = own.name if own else "foreign.typ.j2" if theirs else _SHELLS[format]
    shells = Environment(
        loader=FileSystemLoader([own.parent, _HERE] if own else _HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Jinja's own {# is common in LaTeX, as in {#1}.
        comment_start_string="{##",
        comment_end_string="##}",
    )
    shells.filters |= {"latex": _in_latex, "typst": _in_typst}
    shells.globals["LETTERS"] = LETTERS
    try:
        return shells.get_template(shell).render(
            parts,
            foreign=theirs,
            authors_said=metadata.said,
            names=[author.name for author in metadata.authors],
            language=metadata.language,
            keywords=metadata.keywords,
            marks=metadata.marks,
            attached=list(attached),
            date=metadata.date,
            date_text=as_text(metadata.date),
            computed=as_json(woven.computed) if format == "html" else "",
            text_width_mm=round(TEXT_WIDTH * 25.4, 1),
        )
    except TemplateError as error:
        raise TypesetError([_told(error, own or _HERE / shell)]) from error


def _told(error: TemplateError, template: Path) -> str:
    """What is wrong in a template, and at which line."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or template}:{error.lineno}: {error.message}"
    if isinstance(error, TemplateNotFound):
        return f"{template}: there is no template {error.name} in its folder, nor a built-in one"
    return f"{where_raised(error, template, 1)}: {error}"


def _in_typst(value: str | Sequence[str]) -> str:
    """A text or a list of texts as Typst's code has it.

    >>> _in_typst(["a", 'b"'])
    '("a", "b\\\\"",)'
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"({' '.join(f'{_in_typst(each)},' for each in value)})"


def _in_latex(text: str) -> str:
    """A text of report.toml as LaTeX prints it.

    >>> _in_latex("R&D_1")
    'R\\\\&D\\\\_1'
    """
    return re.sub(r"([#$%&_{}])", r"\\\1", re.sub(r"[\\^~]", " ", text))


def _write_figures(woven: Woven, staging: Path) -> None:
    (staging / "figures").mkdir()
    for name, svg in woven.figures.items():
        (staging / "figures" / name).write_bytes(svg)


def _write_tables(woven: Woven, staging: Path) -> None:
    (staging / "tables").mkdir()
    for id, columns in woven.tables.items():
        path = staging / "tables" / f"{id.removeprefix('tbl:')}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write_rows = csv.writer(file).writerows
            write_rows([list(columns), *zip(*columns.values(), strict=True)])


def _write_docx(woven: Woven, metadata: Metadata, staging: Path) -> None:
    converted_figures(woven.figures, metadata.date, staging, "png")
    write_docx(woven, metadata, staging, staging / "report.docx")
    for picture in (staging / "figures").glob("*.png"):  # the document has them
        picture.unlink()


def _copy_classes(template: Path | None, staging: Path) -> None:
    """What a LaTeX document finds beside it: the output folder is all that it needs, on Overleaf, too."""
    files = template.parent.iterdir() if template else ()
    for file in files:
        if file.suffix in {".cls", ".clo", ".sty"}:
            shutil.copy(file, staging)


def _write_notebooks(woven: Woven, metadata: Metadata, staging: Path) -> None:
    from report.weaving.notebook import notebooks  # nbformat takes a while to import

    (staging / "notebooks").mkdir()
    for name, text in notebooks(woven, metadata.bibliography, metadata.csl).items():
        (staging / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8", newline="\n")


def _move(staging: Path, out: Path) -> tuple[Path, ...]:
    """Put what was made in its place, the documents after the figures they show; what was there in its folders goes."""
    made = sorted(path.relative_to(staging) for path in staging.rglob("*") if path.is_file())
    made.sort(key=lambda path: -len(path.parts))
    folders = [path.relative_to(staging) for path in staging.iterdir() if path.is_dir()]
    for folder in folders:
        (out / folder).mkdir(exist_ok=True)
    for path in made:
        (staging / path).replace(out / path)
    for folder in folders:
        for old in (out / folder).iterdir():
            if old.relative_to(out) not in made:
                old.unlink()
    return tuple(out / path for path in reversed(made))
