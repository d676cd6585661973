"""Chapters to Markdown: run the code cells, render the prose cells with Jinja, keep every line's source."""

from __future__ import annotations

import ast
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from analysis.keeping.files import digest
from analysis.keeping.memo import last, not_while_asking, read
from report import authoring
from report.authoring import Absent, Block, Claim
from report.authoring.blocks import drawn, tabulated
from report.authoring.claims import registered
from report.mistakes import ChapterError, Mistake, Source, where_raised
from report.project import FILE
from report.weaving.cells import Cell, read_cells, text_of
from report.weaving.computed import Code, Computed, Values
from report.weaving.escapes import eaten_in_code
from report.weaving.evident import renumbered, span, spans_in
from report.weaving.front import Front
from report.weaving.lint import lint
from report.weaving.paragraphs import Line, marked, without_absent
from report.weaving.prose import Prose, opening


@dataclass(frozen=True)
class Woven:
    """The report in Pandoc's Markdown, its figures and its claims, and where each line comes from.

    `computed` says of the numbers, claims, figures and tables what they were computed from: id -> that. `tables` has
    their columns, the numbers in full.
    """

    markdown: str
    sources: tuple[Source, ...]
    figures: Mapping[str, bytes]
    claims: tuple[Claim, ...]
    lint: tuple[Mistake, ...] = ()
    computed: Mapping[str, Computed] = field(default_factory=dict)
    tables: Mapping[str, Values] = field(default_factory=dict)

    def find(self, pattern: str) -> list[Source]:
        """The chapter lines at which matches of a regular expression begin."""
        starts = (
            self.markdown.count("\n", 0, match.start()) for match in re.finditer(pattern, self.markdown)
        )
        return list(dict.fromkeys(self.sources[index] for index in starts))

    def complaints(self) -> list[Mistake]:
        """What lint found in the chapters, and the figures and tables that the text never speaks of."""
        return sorted([*self.lint, *self._never_referred_to()], key=lambda mistake: mistake.source)

    def _never_referred_to(self) -> list[Mistake]:
        shown = dict.fromkeys(re.findall(r"\{#((?:fig|tbl):[\w-]+)", self.markdown))
        return [
            Mistake(source, f"nothing refers to @{id}")
            for id in shown
            if not re.search(rf"@{id}(?![\w-])", self.markdown)
            for source in self.find(rf"\{{#{id}(?![\w-])")
        ]


def weave(
    chapters: Sequence[Path],
    folder: Path | None = None,
    inputs: Mapping[str, Any] = MappingProxyType({}),
    said: Front | None = None,
) -> Woven:
    """Run and render the chapters in order; raises `ChapterError` with the mistakes of all of them.

    The abstract of what is `said` in front stands before the chapters. With a folder, what a chapter gave is kept
    there. A chapter is run again if its text has changed, or its `inputs`, which stand for all else that chapters look
    at: word -> what a chapter can't look at unless its text has this word; of the empty word, what every one may.
    """
    mistakes: list[Mistake] = []
    lines: list[Line] = []
    found: list[Mistake] = []
    computed: dict[str, Computed] = {}
    tables: dict[str, Values] = {}
    if said:
        lines, computed = _numbered(said.abstract, said.computed, 0)
    with drawn() as figures, registered() as claims:
        prose = Prose()
        for chapter in chapters:
            before = len(claims)
            try:
                if folder is None:
                    part = _part(chapter, prose, figures, claims)
                else:
                    part = kept(chapter, folder, inputs, prose, figures, claims)
            except ChapterError as error:
                mistakes += error.mistakes
                continue
            own = {id: Computed.from_json(chapter, entry) for id, entry in part["computed"].items()}
            there = [Line(text, Source(chapter, number)) for number, text in part["lines"]]
            there, own = _numbered(there, own, len(computed))
            lines += there
            computed |= own
            tables |= part["tables"]
            found += [Mistake(Source(chapter, number), text) for number, text in part["lint"]]
            figures |= {name: svg.encode() for name, svg in part["figures"].items()}
            claims[before:] = map(Claim.from_json, part["claims"])
    if mistakes:
        raise ChapterError(mistakes)
    markdown = "".join(f"{line.text}\n" for line in lines)
    sources = tuple(line.source for line in lines)
    return Woven(markdown, sources, dict(figures), tuple(claims), tuple(found), computed, tables)


def _numbered(
    lines: Sequence[Line], computed: Mapping[str, Computed], first: int
) -> tuple[list[Line], dict[str, Computed]]:
    """The lines of a chapter, and what is computed in them, with the numbers counted on from `first`."""
    there = [number for line in lines for number in spans_in(line.text)]
    numbers = {number: first + index for index, number in enumerate(there)}
    renamed = {span(number): span(numbers[number]) for number in there}
    return (
        [Line(renumbered(line.text, numbers), line.source) for line in lines],
        {renamed.get(id, id): what for id, what in computed.items()},
    )


LISTS_CLAIMS = "claims"  # the word of a chapter that looks at the claims of those before it


def kept(
    chapter: Path,
    folder: Path,
    inputs: Mapping[str, Any],
    prose: Prose,
    figures: Mapping[str, bytes],
    claims: list[Claim],
) -> dict[str, Any]:
    """What a chapter gives, from the folder if it is there; `figures` and `claims` are of the chapters before."""
    make, there = partial(_part, chapter, prose, figures, claims), set(figures)
    part: dict[str, Any] = last(folder / f"{chapter.stem}.json", _key(chapter, inputs, claims), make)
    return part if there.isdisjoint(part["figures"]) else make()  # which tells what figure there is already


def is_kept(chapter: Path, folder: Path, inputs: Mapping[str, Any]) -> bool:
    """Whether what a chapter gives is in the folder; of one that lists claims it is not known."""
    return read(folder / f"{chapter.stem}.json", digest(_key(chapter, inputs, ()))) is not None


def _key(chapter: Path, inputs: Mapping[str, Any], claims: Sequence[Claim]) -> list[Any]:
    """All that decides what a chapter gives."""
    text = text_of(chapter)
    seen = {**inputs, LISTS_CLAIMS: [claim.as_json() for claim in claims]}
    return [str(chapter), text, [value for word, value in seen.items() if word in text]]


def _part(chapter: Path, prose: Prose, figures: Mapping[str, bytes], claims: list[Claim]) -> dict[str, Any]:
    """Weave a chapter; its lines, lint, figures and claims, as JSON can write them."""
    not_while_asking(str(chapter))
    before, count = set(figures), len(claims)
    prose.computed.clear()
    with tabulated() as tables:
        lines = _weave_chapter(chapter, prose)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")  # it would keep the figures of a chapter as long as this process lives
    text = "\n".join(line.text for line in lines)
    claims[count:] = [
        claim for claim in claims[count:] if claim.sentence in text
    ]  # others went with what is absent
    code = Code.of(text_of(chapter))
    computed = {span(number): code.printed(chapter, *prose.computed[number]) for number in spans_in(text)}
    computed |= code.blocks(lines, tables) | {made.id: code.claim(made) for made in claims[count:]}
    return {
        "lines": [(line.source.line, line.text) for line in lines],
        "lint": [
            *((mistake.source.line, mistake.message) for mistake in lint(chapter)),
            *(
                (line, _FOUND_NOTHING)
                for line in code.without_finding(claims[count:])
                if not _is_built_in(chapter)
            ),
        ],
        "figures": {name: svg.decode() for name, svg in figures.items() if name not in before},
        "claims": [claim.as_json() for claim in claims[count:]],
        "computed": {id: what.as_json() for id, what in computed.items()},
        "tables": {id: columns for id, columns in tables.items() if f"{{#{id}" in text},
    }


_FOUND_NOTHING = "nothing was found about this claim (None), so that its paragraph is left out"


def _is_built_in(chapter: Path) -> bool:
    """Whether a chapter comes with the project: it speaks of what many studies have, and some have not."""
    return chapter.resolve().is_relative_to(FILE.parent / "chapters")


def _weave_chapter(chapter: Path, prose: Prose) -> list[Line]:
    """One chapter's Markdown; a mistake in prose lets the rest be read, one in code ends the chapter."""
    module = ModuleType(chapter.stem)
    module.__file__ = str(chapter)
    mistakes: list[Mistake] = []
    lines: list[Line] = []
    for cell in read_cells(chapter):
        try:
            if cell.is_prose:
                lines += prose.render(cell, chapter, vars(module))
            else:
                lines += _shown(cell, chapter)
                lines += _execute(cell, chapter, vars(module))
        except ChapterError as error:
            mistakes += error.mistakes
            if not cell.is_prose:
                break  # what follows would only miss what this cell should have defined
    if mistakes:
        raise ChapterError(mistakes)
    return without_absent(lines)


def _execute(cell: Cell, chapter: Path, namespace: dict[str, Any]) -> list[Line]:
    """Run a code cell; the lines of what it ends in, as a notebook shows it."""
    # Empty lines before the cell give tracebacks the line numbers of the file.
    padded = "\n" * (cell.line - 1) + cell.text
    try:
        tree = ast.parse(padded, str(chapter))
        if lost := [Mistake(Source(chapter, line), said) for line, said in eaten_in_code(tree)]:
            raise ChapterError(lost)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(chapter), "exec", dont_inherit=True), namespace)
        if not isinstance(last, ast.Expr):
            return []
        value = eval(compile(ast.Expression(last.value), str(chapter), "eval", dont_inherit=True), namespace)
    except ChapterError:
        raise
    except SyntaxError as error:
        line = error.lineno or cell.line
        magic = padded.splitlines()[line - 1].lstrip()[:1] in ("%", "!")
        said = "a command of Jupyter, in a chapter of Python" if magic else f"SyntaxError: {error.msg}"
        raise ChapterError([Mistake(Source(chapter, line), said)]) from error
    except SystemExit as error:
        said = "the chapter ends the program here: what follows would be lost"
        raise ChapterError([Mistake(where_raised(error, chapter, cell.line), said)]) from error
    except Exception as error:
        raise ChapterError([_failure(error, cell, chapter)]) from error
    source = Source(chapter, last.lineno)
    if not isinstance(value, Block | Claim | Absent):
        if shown := [name for name in _NOTEBOOK_ONLY if hasattr(value, name)]:
            kind = type(value).__name__
            message = (
                f"the cell ends in a {kind}, which a notebook shows ({shown[0]}) and the report does not"
            )
            raise ChapterError([Mistake(source, f"{message}: use figure(...) or table(...)")])
        return []
    return [*opening(source), *(Line(text, source) for text in [*marked(value).split("\n"), ""])]


#: by which a notebook shows what a cell ends in
_NOTEBOOK_ONLY = ("_repr_html_", "_repr_svg_", "_repr_png_", "_repr_markdown_", "savefig")


#: what Python says of arguments that are not there, to those who did not write the function
_LACKS = re.compile(r"^(\w+)\(\) missing \d+ required (?:keyword-only|positional) arguments?: (.*)$")


#: where a module lies that lacks a name
_FILE = r" \([^()\n]*\.(?:py|so|pyd)\)$"


_AUTHORING = Path(authoring.__file__).parent


def _failure(error: Exception, cell: Cell, chapter: Path) -> Mistake:
    """The chapter's line that failed, and the place where the exception came from if that is elsewhere."""
    if found := _LACKS.search(str(error)):
        return Mistake(where_raised(error, chapter, cell.line), f"{found[1]} needs {found[2]}")
    said = error.msg if isinstance(error, ImportError) else error
    message = f"{type(error).__name__}: {re.sub(_FILE, '', str(said))}"
    innermost = traceback.extract_tb(error.__traceback__)[-1]
    if Path(innermost.filename).parent == _AUTHORING and isinstance(error, ValueError | TypeError):
        message = str(error)  # which is said to authors
    elif innermost.filename not in (str(chapter), __file__):
        message += f" (raised in {Source(Path(innermost.filename), innermost.lineno or 0)})"
    return Mistake(where_raised(error, chapter, cell.line), message)


def _shown(cell: Cell, chapter: Path) -> list[Line]:
    """The lines of a code cell that the report shows, as a fenced block."""
    if "show" not in cell.tags:
        return []
    fenced = ["```python", *cell.text.splitlines(), "```", ""]
    return [Line(text, Source(chapter, max(cell.line, cell.line + i - 1))) for i, text in enumerate(fenced)]
