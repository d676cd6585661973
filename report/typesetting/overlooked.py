"""What Pandoc would overlook in the woven Markdown, print as it stands or blame on its own output, by an author's line.

A mistake is told before anything is typeset, and alike in all formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from report.authoring.blocks import FORMULA
from report.mistakes import Mistake
from report.weaving.weave import Woven

_KINDS = {
    "fig": "fig", "figure": "fig", "tbl": "tbl", "tab": "tbl", "table": "tbl",
    "eq": "eq", "eqn": "eq", "equation": "eq", "sec": "sec", "section": "sec",
}  # fmt: skip
_LABEL = r"(?:fig|tbl|eq|sec):[\w-]+"
#: what is no prose: code, and comments
_CODE = re.compile(
    r"^(`{3,}|~{3,})[^\n]*\n.*?^\1`*~*[ \t]*$|<!--.*?-->|(`+)(?!`).+?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
_DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
#: tags that all formats know; others would be lost but in HTML
_TAGS = {"span", "br"}


def overlooked(woven: Woven) -> list[Mistake]:
    """All such mistakes of the chapters."""
    text = _CODE.sub(_blank, woven.markdown)
    formulas = [*_DISPLAYED.finditer(text), *FORMULA.finditer(_DISPLAYED.sub(_blank, text))]
    prose = FORMULA.sub(_blank, _DISPLAYED.sub(_blank, text))
    found = [
        *((match.start(), said) for match in formulas if (said := _wrong_tex(match[0]))),
        *_footnotes(prose),
        *_labels(text, prose),
        *_references(prose, woven.markdown),
        *_headings(text),
        *_unclosed(text, prose),
        *_tags(prose),
        *_rows(text, prose),
    ]
    return [
        Mistake(woven.sources[woven.markdown.count("\n", 0, place)], said)
        for place, said in dict.fromkeys(sorted(found))
    ]


def _blank(found: re.Match[str]) -> str:
    """As many characters and lines, of which none means anything."""
    return re.sub(r"[^\n]", "\x06", found[0])


#: commands whose last argument can't be empty
_EMPTY = re.compile(
    r"\\([dt]?frac|binom)\s*(?:\{[^{}]*\}|\w)\s*\{\s*\}"
    r"|\\(sqrt|math(?:bf|rm|it|sf|cal|bb|frak)|boldsymbol|overline|underline)\s*(?:\[[^\]]*\])?\s*\{\s*\}"
)


def _wrong_tex(formula: str) -> str | None:
    """What is wrong with a formula that the formats would take differently."""
    bare = re.sub(r"\\\\|\\[{}]", "", formula)
    depth = 0
    for brace in re.findall(r"[{}]", bare):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return f"a brace is closed that was not opened: {_short(formula)}"
    if depth:
        return f"a brace is not closed: {_short(formula)}"
    if empty := _EMPTY.search(bare):
        return f"\\{empty[1] or empty[2]} is of nothing: {_short(formula)}"
    if "\\label" in bare:
        return f"the number of an equation has its label outside, $$ ... $$ {{#eq:name}}: {_short(formula)}"
    for one, other in (("\\left", "\\right"), ("\\begin", "\\end")):
        first, second = (len(re.findall(rf"\\{word[1:]}(?![a-zA-Z])", bare)) for word in (one, other))
        if first != second:
            return f"{one} and {other} do not match: {_short(formula)}"
    return None


def _short(formula: str) -> str:
    return " ".join(formula.split())[:80]


Found = Iterator[tuple[int, str]]


def _footnotes(prose: str) -> Found:
    defined: dict[str, int] = {}
    for match in re.finditer(r"^\[\^([^\]\s]+)\]:", prose, re.MULTILINE):
        if match[1] in defined:
            yield match.start(), f"the footnote [^{match[1]}] is defined twice"
        defined[match[1]] = match.start()
    uses = list(re.finditer(r"\[\^([^\]\s]+)\](?!:)", prose))
    for match in uses:
        if match[1] not in defined:
            yield (
                match.start(),
                f"the footnote [^{match[1]}] is not defined: [^{match[1]}]: ..., after a blank line",
            )
    for name in defined.keys() - {match[1] for match in uses}:
        yield defined[name], f"the footnote [^{name}] is never used"


def _labels(text: str, prose: str) -> Found:
    """Labels that are none, or stand where none belongs."""
    for match in re.finditer(r"\{#(?!" + _LABEL + r"[\s}])((?:fig|tbl|eq|sec):[^}\n]*)\}", prose):
        yield match.start(), f"{{#{match[1]}}} is no label: one has no spaces, as in {{#fig:name}}"
    for match in re.finditer(r"\{#(" + _LABEL + r")\}", prose):
        before = prose[: match.start()].rstrip(" \t\n")
        paragraph = prose[prose.rfind("\n\n", 0, match.start()) + 1 : match.start()].lstrip("\n")
        last = paragraph.rpartition("\n")[2]
        if match[1].startswith("eq:") and before.endswith("\x06") and not text[: len(before)].endswith("$$"):
            yield match.start(), f"a formula in a line has no number: write $$ ... $$ {{#{match[1]}}}"
        elif last.startswith("#") and not match[1].startswith("sec:"):
            yield match.start(), f"{{#{match[1]}}} stands at a heading, whose label is {{#sec:name}}"
        elif not (
            before.endswith(("]", ")", "\x06")) or last.startswith(("#", ":")) or paragraph[:2] == ": "
        ):
            yield (
                match.start(),
                f"{{#{match[1]}}} stands in the text: a label ends a heading, a caption or an equation",
            )


def _references(prose: str, markdown: str) -> Found:
    """References by names of kinds that are not ours, and links to what is not there."""
    for match in re.finditer(r"(?<![\w@])@([A-Za-z]+):([\w-]+)", prose):
        kind = _KINDS.get(match[1].lower())
        if kind and kind != match[1]:
            yield match.start(), f"@{match[1]}:{match[2]} is no reference: write @{kind}:{match[2]}"
    for match in re.finditer(r"\]\(#((?:fig|tbl|eq|sec):[^()]*)\)", prose):
        if not re.search(rf"#{re.escape(match[1])}(?![\w-])[^)]", markdown):
            yield match.start(), f"the link leads to nothing: nothing has the id {match[1]}"


def _headings(text: str) -> Found:
    """Headings without words, and those a level of which is left out; a report may begin with ##."""
    level, begun = 0, False
    for match in re.finditer(r"^(#{1,6})(?: (.*))?$", text, re.MULTILINE):
        begun = begun or len(match[1]) == 1
        deep = len(match[1]) - (not begun)
        words = re.sub(r"\{[^}]*\}|\[\s*\]\([^)]*\)", "", match[2] or "")
        if not words.strip(" #"):
            yield match.start(), "a heading needs words"
        if deep > level + 1:
            yield (
                match.start(),
                f"a level is left out: after a heading of level {level} comes {'#' * (level + 1)}",
            )
        level = deep


def _unclosed(text: str, prose: str) -> Found:
    """Blocks, code and formulas that are begun and not ended."""
    opened: list[int] = []
    for match in re.finditer(r"^:{3,}[ \t]*(.*)$", text, re.MULTILINE):
        if match[1].strip(": "):
            opened.append(match.start())
        elif opened:
            opened.pop()
        else:
            yield match.start(), "::: ends a block that was not begun"
    for place in opened:
        yield place, "the block that begins here is not ended: ::: is missing"
    for match in re.finditer(r"^(?:```|~~~)", text, re.MULTILINE):
        yield match.start(), "the code that begins here is not ended"
    for match in re.finditer(r"(?<![\\$\w])\$(?=[A-Za-z\\])|(?<!\\)\$\$", prose):
        yield match.start(), r"the formula that begins here is not ended; a dollar sign is written \$"


def _tags(prose: str) -> Found:
    for match in re.finditer(r"(?<!\\)</?([A-Za-z][\w-]*)(?:\s[^<>]*)?/?>", prose):
        if match[1].lower() not in _TAGS:
            said = " ".join(match[0].split())
            yield match.start(), f"{said} is read as a tag of HTML and would be lost: write \\<, or a formula"


def _rows(text: str, prose: str) -> Found:
    """Rows with more cells than their table has columns: the cells after them would be lost."""
    for match in re.finditer(r"^\|[ \t]*:?-+[-:| \t+]*\|?[ \t]*$", text, re.MULTILINE):
        columns = _cells(match[0])
        place = prose.rfind("\n", 0, max(match.start() - 1, 0)) + 1  # of the heads
        while (row := prose[place : prose.find("\n", place)]).startswith("|") or place < match.start():
            if _cells(row) > columns:
                yield (
                    place,
                    f"the row has {_cells(row)} cells, its table {columns} columns; a bar is written \\|",
                )
            place += len(row) + 1


def _cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row.strip().strip("|"))) + 1
