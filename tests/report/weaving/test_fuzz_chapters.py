"""A chapter with one mistake becomes a document that lacks none of its words, or the mistake is told at its line.

`PYTHONPATH=. python tests/report/weaving/test_fuzz_chapters.py 500 SEED` tries so many, and prints those that are not.
"""

from __future__ import annotations

import difflib
import random
import re
import sys
import tempfile
from collections import Counter
from datetime import date
from html import unescape
from pathlib import Path

import pytest

import report
from report.mistakes import ChapterError, Mistake, TypesetError
from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import Woven, weave

GOOD = r"""# %% [markdown]
# # Slopes and their products {#sec:slopes}
#
# An error that comes from above is multiplied by $f'(v)$ once in each layer, which is at
# most $\frac{1}{4}$ of a sigmoid [@lecun1998efficient]. Whether that *matters* is seen
# in @fig:line, @tbl:scores and @eq:product.[^note]

# %%
from matplotlib.figure import Figure

from analysis.findings.finding import Finding
from report.authoring import claim, figure, table

slopes = {"tanh": 0.875, "sigmoid": 0.25}
rows = [{"name": name, "slope": slope, "range": "$(0, 1]$"} for name, slope in slopes.items()]
largest = max(slopes.values())
drawing = Figure(figsize=(2, 1))
drawing.subplots().plot([0, 1], [0, largest])

# %% [markdown]
# ## Of one layer
#
# The largest has {{ largest | number(2) }}, the sum {{ slopes.values() | sum | number(3) }}:
#
# $$ \delta_i = f'(v_i) \sum_{k=1}^{n} w_{ki} \delta_k, \qquad
#    \left( \begin{matrix} a & b \\ c & d \end{matrix} \right) $$ {#eq:product}
#
# {% if slopes %}
# Each factor is **smaller** than one; `slopes` holds them:
#
# - of {{ slopes | listing }}, none vanishes;
# - those of $n$ layers are $\prod_{l=1}^{n} f'(v_l)$.
#
# {% endif %}
# [^note]: Derivatives, that is, with respect to the input; see [the products](#sec:slopes).

# %% tags=["show"]
bound = largest**3

# %%
figure(
    drawing,
    id="fig:line",
    caption="A line of slope $a$, drawn once.",
    alt="A line that rises from the left to the right.",
)

# %%
falls = claim(
    f"Three layers leave less than {bound:.2f} of an error.",
    Finding(bound < 1, {"bound": [bound]}),
)

# %% [markdown]
# {{ falls }} See the table.
#
# ::: {.front}
# A frame around a few words.
# :::
#
# | Function | Remark        |
# |:---------|:--------------|
# | tanh     | odd, bounded  |
# | sigmoid  | positive      |
#
# : What is known of both. {#tbl:known}
#
# As @tbl:known says, "nothing" is lost (or so we hope); compare @sec:slopes and its
# [glossary](https://example.org/words).
#
# ```python
# print("as it stands")
# ```

# %%
table(
    rows,
    id="tbl:scores",
    caption="Slopes at most.",
    columns={"name": "Function", "slope": "Largest slope", "range": "Range"},
)
"""
COUNT, IN_THE_SUITE = 100, 12  # mistakes, and those of them that the suite makes
GOOD_ENDS = ("document", "lint", "told")
LETTERS = "{}[]()$\\#%@|\"'`:*_~^<>&!-=.,;/ \n\tae1"


def mutated(draw: random.Random) -> str:
    """The chapter with one mistake of somebody's hand: at a character, a word, or a line."""
    text, lines = GOOD, GOOD.splitlines(keepends=True)
    place, row = draw.randrange(len(text)), draw.randrange(len(lines))
    kind = draw.choice(["delete", "double", "swap", "insert", "insert", "replace", "word", "line", "cut"])
    if kind == "delete":
        return text[:place] + text[place + 1 :]
    if kind == "double":
        return text[:place] + text[place] + text[place:]
    if kind == "swap":
        return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
    if kind == "insert":
        return text[:place] + draw.choice(LETTERS) + text[place:]
    if kind == "replace":
        return text[:place] + draw.choice(LETTERS) + text[place + 1 :]
    if kind == "cut":
        return text[:place]
    if kind == "word":
        words = list(re.finditer(r"\S+", text))
        out, into = draw.choice(words), draw.choice(words)
        return text[: out.start()] + into[0] + text[out.end() :]
    what = draw.choice(["deleted", "doubled", "indented", "swapped", "joined"])
    line = lines[row]
    if what == "indented":
        sign = "# " if line.startswith("# ") else ""
        line = f"{sign}    {line.removeprefix(sign)}"
    new = {"deleted": [], "doubled": [line, line], "joined": [line.rstrip("\n")]}.get(what, [line])
    if what == "swapped":
        new, lines[row + 1 : row + 2] = [*lines[row + 1 : row + 2], line], []
    return "".join([*lines[:row], *new, *lines[row + 1 :]])


def outcome(text: str, folder: Path) -> tuple[Woven | None, list[str | Mistake]]:
    """What is woven of a chapter with this text and typeset, or what is said of it."""
    chapter = folder / "fuzzed.py"
    chapter.write_text(text, encoding="utf-8")
    try:
        woven = weave([chapter])
        typeset(woven, folder / "out", ("html", "pdf"), Metadata("A report", "", date(2020, 1, 1)))
    except ChapterError as error:
        return None, [*error.mistakes]
    except TypesetError as error:
        return None, [*error.problems]
    return woven, []


# What no author should have to read: of Python, Lua, Haskell and Rust, and of this program's files.
INTERNAL = re.compile(
    r"Traceback|traceback|<[\w.]+ object at|0x[0-9a-f]{6}|\.lua\b|\.hs\b|HsLua|RUST|panicked|report\.typ\b|"
    rf"[\x00-\x08\x0e-\x1f]|jinja2\.|{re.escape(str(Path(report.__file__).parent))}"
)


def badly_told(problems: list[str | Mistake], text: str) -> list[str]:
    """Those of the messages that name no line, or more than an author wrote."""
    lines = max(1, len(text.splitlines()))
    return [
        str(problem)
        for problem in problems
        if not isinstance(problem, Mistake)
        or problem.source.file.name != "fuzzed.py"
        or not 1 <= problem.source.line <= lines
        or not problem.message.strip()
        or problem.message.count("\n") > 1
        or len(problem.message) > 500
        or INTERNAL.search(problem.message)
    ]


# Of Markdown, what shows no words, or not as they stand: formulas, code, comments, attributes, addresses, citations.
_MARKUP = re.compile(
    r"\{%.*?%\}|\$\$.*?\$\$|\$[^$\n]+\$|<!--.*?-->|(?<=\])\([^()\s]*\)|\{[^{}]*\}|^```[^\n]*|\[\^\w+\]:?|\[?@[\w:-]+\]?",
    re.DOTALL | re.MULTILINE,
)
_NO_TEXT = re.compile(r"<(style|script|svg|math|head)\b.*?</\1>|<[^>]*>", re.DOTALL)


def words(text: str) -> Counter[str]:
    """The words of three letters and more."""
    return Counter(re.findall(r"[a-z]{3,}", text.lower()))


def lost(text: str, folder: Path) -> Counter[str]:
    """Words of the chapter's prose that the page lacks."""
    page = unescape(_NO_TEXT.sub(" ", (folder / "out" / "report.html").read_text(encoding="utf-8")))
    prose = "\n".join(re.findall(r"^#(?! *%%) ?(.*)", text, re.MULTILINE))
    return words(_MARKUP.sub(" ", prose)) - words(page)


def verdict(text: str, folder: Path) -> tuple[str, str]:
    """How a chapter ends: as a document, told or told by the lint; or what is wrong with that, and what was said."""
    woven, problems = outcome(text, folder)
    if problems:
        bad = badly_told(problems, text)
        return ("badly told", "\n".join(bad)) if bad else ("told", "\n".join(map(str, problems)))
    assert woven is not None
    if complaints := woven.complaints():
        return "lint", "\n".join(map(str, complaints))
    gone = lost(text, folder)
    return ("lost", ", ".join(gone)) if gone else ("document", "")


def different(text: str) -> str:
    """The lines in which a chapter differs from the good one."""
    lines = difflib.unified_diff(GOOD.splitlines(), text.splitlines(), n=0, lineterm="")
    return "\n".join([*lines][2:12])


def test_the_chapter_that_the_others_are_made_from_is_a_document(tmp_path):
    assert verdict(GOOD, tmp_path) == ("document", "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=[pytest.mark.release] if seed >= IN_THE_SUITE else [])
        for seed in range(COUNT)
    ],
)
def test_a_mistake_is_told_at_its_line_or_loses_no_word(tmp_path, seed):
    text = mutated(random.Random(seed))
    kind, said = verdict(text, tmp_path)
    assert kind in GOOD_ENDS, f"{different(text)}\n{said}"


def main(count: int, seed: int) -> None:
    """Try so many, and tell."""
    kinds = Counter[str]()
    for number in range(count):
        text = mutated(random.Random(f"{seed} {number}"))
        with tempfile.TemporaryDirectory() as folder:
            try:
                kind, said = verdict(text, Path(folder))
            except Exception as error:
                kind, said = "raised", f"{type(error).__name__}: {error}"
        kinds[kind] += 1
        if kind not in GOOD_ENDS or "--all" in sys.argv:
            print(f"--- {kind}\n{different(text)}\n{said[:400]}", flush=True)
    print(dict(kinds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
