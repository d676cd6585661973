"""Where numbers, claims, figures and tables come from: opened in the page, and in an appendix of the PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from report.authoring import Claim, claims_table
from report.typesetting.plain import in_plain_text
from report.weaving.computed import Computed
from report.weaving.evident import SPAN, span
from report.weaving.weave import Woven

_EVIDENCE = "# The claims and their evidence {.unnumbered #sec:evidence}"
_ORIGINS = "# Where numbers, claims, figures and tables come from {.unnumbered #sec:origins}"
_FLOAT = re.compile(r"(^::: \{#(fig:[\w-]+)\}\n.*\n\n.*)|(^: .*)(?= \{#(tbl:[\w-]+))", re.MULTILINE)


def for_the_page(woven: Woven) -> str:
    """The Markdown with a table of all claims at its end, and after each claim a link to its evidence there."""
    marked = _with_marks(woven, lambda claim: f"(#{claim.id}){{.evidence tabindex=-1 aria-hidden=true}}")
    if not woven.claims or "{#tbl:claims" in marked:
        return marked
    return "\n".join([marked, _EVIDENCE, "", str(claims_table(woven.claims)), ""])


def as_json(computed: Mapping[str, Computed]) -> str:
    """Id -> what the page says of it, as a script element may have it."""
    names = {
        text for what in computed.values() for text in (*what.values, *next(iter(what.values.values()), ()))
    }
    with_tex = sorted(text for text in names if "$" in text)
    plain = dict(zip(with_tex, in_plain_text(with_tex), strict=True))
    said = {id: _said(what, plain) for id, what in computed.items()}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _said(what: Computed, plain: Mapping[str, str]) -> dict[str, Any]:
    values = {
        plain.get(name, name): [plain.get(value, value) for value in values]
        for name, values in what.values.items()
    }
    entry = {
        "at": [what.source.file.name, what.source.line],
        "of": what.expression,
        "defined": what.defined,
        "values": values,
    }
    return {key: value for key, value in entry.items() if value}


def with_appendix(woven: Woven) -> str:
    """The Markdown in which each number, claim, figure and table leads to its entry of an appendix, and back."""
    text = _with_marks(woven, lambda claim: f"(#from-{claim.id})]{{#at-{claim.id}}}", "[")
    text = SPAN.sub(lambda found: found[0].replace('class="computed"', 'class="leads"'), text)
    text = _FLOAT.sub(lambda found: _with_link(found, woven.computed), text)
    shown = {span(int(found["number"])): found["text"] for found in SPAN.finditer(woven.markdown)}
    shown |= {claim.id: claim.sentence for claim in woven.claims}
    lines = [text, _ORIGINS, "", "```{=typst}", "#[#set text(8.5pt); #set par(justify: false)", "```", ""]
    for chapter, entries in groupby(woven.computed.items(), lambda entry: entry[1].source.file.name):
        lines += [f"## {chapter} {{.unnumbered}}", ""]
        for id, what in sorted(entries, key=lambda entry: entry[1].source.line):
            lines += [_entry(id, what, shown), ""]
    return "\n".join([*lines, "```{=typst}", "]", "```", ""])


def _with_link(found: re.Match[str], computed: Mapping[str, Computed]) -> str:
    """A figure or the caption of a table, with a link to its entry where there is one."""
    id = found[2] or found[4]
    return f"{found[1] or found[3]} [Origin](#from-{id})" if id in computed else found[0]


def _entry(id: str, what: Computed, shown: Mapping[str, str]) -> str:
    """A paragraph: what is printed, and at which line, a link to there; then the code and the values."""
    place = id if ":" in id else f"at-{id}"
    head = f"[**{f'@{id}' if ':' in id else shown.get(id, '')}**]{{#from-{id}}} ([line {what.source.line}](#{place}))"
    code = [f"`` {' '.join(text.split())} ``" for text in (what.expression, *what.defined) if text]
    values = [f"{f'{name}: ' if name else ''}{', '.join(values)}" for name, values in what.values.items()]
    return "\\\n".join([head, *code, *values])


def _with_marks(woven: Woven, leads: Callable[[Claim], str], opens: str = "") -> str:
    """The Markdown with a mark after each claim that leads on."""
    lines = woven.markdown.split("\n")
    for claim in woven.claims:
        link = f"{opens}[{'✓' if claim.holds else '?'}]{leads(claim)}"
        said = next((n for n, line in enumerate(lines) if claim.sentence in line and line[0] != "|"), None)
        if said is not None:
            lines[said] = lines[said].replace(claim.sentence, claim.sentence + link, 1)
    return "\n".join(lines)
