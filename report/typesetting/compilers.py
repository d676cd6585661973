"""The compilers: Typst, which comes with the project, and LaTeX, where it is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst

from report.mistakes import Mistake, TypesetError
from report.typesetting.layout import strays
from report.typesetting.overfull import overfull
from report.weaving.weave import Woven

LATEX = "latexmk"
_DOTS = 200  # an inch, of figures in pixels
TO_INSTALL = "Debian: texlive-latex-extra, texlive-science, latexmk"


def compile_typst(
    document: str, target: Path, woven: Woven, day: date, folder: Path, foreign: bool = False
) -> list[str]:
    """Write the PDF of a Typst document, accessible (PDF/UA-1); returns the compiler's warnings.

    That a `foreign` template breaks a rule of PDF/UA-1 is a warning, too.
    """
    broken: list[str] = []
    try:
        try:
            pdf, warnings = _written(document, folder, day, "ua-1")
        except typst.TypstError as error:
            if not (foreign and "PDF/UA-1" in error.diagnostic):
                raise
            broken = [f"the template keeps not all rules of PDF/UA-1, so that the PDF is not: {error}"]
            pdf, warnings = _written(document, folder, day, None)
    except typst.TypstError as error:
        if lacking := re.findall(r'the text `"(.+?)"` could not be displayed with font', error.diagnostic):
            raise TypesetError(_without_glyph(lacking, _NO_FONT, woven)) from error
        if (dead := re.search(r'label `(?:label\("|<)(.+?)(?:"\)|>)` does not exist', error.diagnostic)) and (
            places := woven.find(rf"\]\(#{re.escape(dead[1])}\)")
        ):
            said = f"the link leads to nothing: nothing has the id {dead[1]}"
            raise TypesetError([Mistake(place, said) for place in places]) from error
        message = "\n".join([f"Typst: {error.diagnostic}".strip(), *error.hints])
        place = re.search(r"error: .*\n *┌─ [^\n]*report\.typ:(\d+):\d+", error.diagnostic)
        line = int(place[1]) if place else 0
        raise TypesetError([_at_cell(message, document, line, "//", woven)]) from error
    finally:
        for name in (_SOURCE, _STANDING):
            (folder / name).unlink()
    target.write_bytes(pdf)
    return [*broken, *(warning.diagnostic for warning in warnings)]


def _written(
    document: str, folder: Path, day: date, standard: Literal["ua-1"] | None
) -> tuple[bytes, list[typst.TypstWarning]]:
    """The PDF, and the compiler's warnings."""
    prepare(document, folder)
    pdf, warnings = _compiler(folder).compile_with_warnings(
        format="pdf", pdf_standards=standard, timestamp=_midnight(day)
    )
    assert isinstance(pdf, bytes)
    return pdf, warnings


def prepare(document: str, folder: Path) -> None:
    """Write the document into the folder, so that no figure or table of it floats out of its section.

    The compiler keeps what is laid out on the way: a document that is like this one then takes less time.
    """
    standing: set[str] = set()
    (folder / _SOURCE).write_text(document, encoding="utf-8", newline="\n")
    while True:
        (folder / _STANDING).write_text(json.dumps(sorted(standing)), encoding="utf-8")
        found = set()
        with suppress(RuntimeError):  # of a mistake in the document, which compiling it tells in full
            found = set(strays(json.loads(_compiler(folder).query(_LAYOUT, "value", True))))
        if found <= standing:
            return
        standing |= found


# What stands is in a file of its own: a change in the document would have more of it laid out anew.
_SOURCE, _STANDING, _LAYOUT = "report.typ", "standing.json", "<layout>"


@lru_cache(maxsize=1)
def _compiler(folder: Path) -> typst.Compiler:
    """A compiler for a document in a folder; it caches pages, so that a changed document takes less time."""
    # Only the compiler's own fonts: the same page on every machine.
    return typst.Compiler(str(folder / _SOURCE), root=folder, ignore_system_fonts=True)


def compile_latex(source: Path, target: Path, woven: Woven, day: date) -> list[str]:
    """Write the PDF of a LaTeX document, or nothing where there is no latexmk; returns what is amiss in it."""
    program = shutil.which(LATEX)
    if program is None:
        return []
    work = source.parent / "latex"
    epoch = {"SOURCE_DATE_EPOCH": f"{_midnight(day).timestamp():.0f}", "FORCE_SOURCE_DATE": "1"}
    within = {"openin_any": "p", "openout_any": "p"}  # a template reads and writes no file outside the folder
    command = [program, "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error"]
    log = work / f"{source.stem}.log"
    for force in ([], ["-g"], ["-g"]):  # latexmk may stop one run too early
        done = subprocess.run(
            [*command, *force, f"-outdir={work.name}", source.name],
            cwd=source.parent,
            env={**os.environ, **epoch, **within, "max_print_line": "1000"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        said = (
            log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stdout + done.stderr
        )
        if done.returncode or "Rerun to get cross-references right" not in said:
            break
    document = source.read_text(encoding="utf-8")
    if done.returncode:
        place = re.search(rf"^(?:\./)?{re.escape(source.name)}:(\d+): (.*(?:\n.+)*)", said, re.MULTILINE)
        if lacking := re.search(r"Unicode character (\S+) \(U\+", said):
            raise TypesetError(_without_glyph([lacking[1]], _OTHER_ENGINE, woven))
        message = f"LaTeX: {place[2].splitlines()[0] if place else said[-2000:]}"
        raise TypesetError([_at_cell(message, document, int(place[1]) if place else 0, "%", woven)])
    (work / f"{source.stem}.pdf").replace(target)
    shutil.rmtree(work)
    # LaTeX gives labels of its own to what it tags; the heads that a long table repeats have the same ones.
    pattern = r"^LaTeX Warning: (?:Reference|Citation|Label `(?!mcid-)|There were undefined).*"
    unresolved = re.findall(pattern, said, re.MULTILINE)
    boxes = (_at_cell(str(box), document, box.line, "%", woven) for box in overfull(said))
    return [*unresolved, *map(str, boxes)]


def converted_figures(names: Iterable[str], day: date, folder: Path, kind: Literal["pdf", "png"]) -> None:
    """The figures as LaTeX or Word can include them, made by Typst: no further program is needed."""
    for name in names:
        page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("figures/{name}")'
        target = (folder / "figures" / name).with_suffix(f".{kind}")
        compiler = typst.Compiler(page.encode(), root=folder)
        if kind == "pdf":
            compiler.compile(output=target, format="pdf", timestamp=_midnight(day), pdf_tags=False)
        else:
            compiler.compile(output=target, format="png", ppi=_DOTS)


_OTHER_ENGINE = (
    "pdfLaTeX has no {0}: say it in words, or compile report.tex by LuaLaTeX, with a font that has it"
)
_NO_FONT = (
    "no font of the PDF has {0}, and those of the machine are left out: say it in words, or in a figure"
)


def _without_glyph(characters: Iterable[str], said: str, woven: Woven) -> list[str | Mistake]:
    """Of characters that can't be printed, the chapters' lines that have them."""
    found: list[str | Mistake] = []
    for character in dict.fromkeys(characters):
        message = said.format(character)
        found += [Mistake(place, message) for place in woven.find(re.escape(character))] or [message]
    return found


def _at_cell(message: str, document: str, line: int, comment: str, woven: Woven) -> str | Mistake:
    """A complaint of a line of the document, at the chapter's cell in which that line began."""
    before = document.splitlines()[:line]
    start = f"{comment} cell "
    cells = [text.removeprefix(f"{comment} ") for text in before if text.startswith(start)]
    sources = woven.find(re.escape(cells[-1])) if cells else []
    return Mistake(sources[0], message) if sources else message


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
