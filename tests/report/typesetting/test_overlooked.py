"""Mistakes of Markdown that would be lost, or printed as they stand: each at its line, the same in all formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.mistakes import Source
from report.typesetting.overlooked import overlooked
from report.weaving.weave import Woven


def told(*lines: str) -> list[tuple[int, str]]:
    """The line of each mistake, from 1, and what is said of it."""
    sources = tuple(Source(Path("a.py"), number) for number in range(1, len(lines) + 2))
    woven = Woven("".join(f"{line}\n" for line in lines), sources, {}, ())
    return [(mistake.source.line, mistake.message) for mistake in overlooked(woven)]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (r"$\frac{N(N+1){2}$", "a brace is not closed"),
        (r"$x^{$", "a brace is not closed"),
        (r"$\text{a$", "a brace is not closed"),
        (r"$\{ \sqrt{a \}$", "a brace is not closed"),
        (r"$a}$", "a brace is closed that was not opened"),
        (r"$\left( a$", r"\left and \right do not match"),
        (r"$$\begin{cases} a & b$$", r"\begin and \end do not match"),
        (r"$\frac{1}{}$", r"\frac is of nothing"),
        (r"$\sqrt[3]{ }$", r"\sqrt is of nothing"),
        (r"$\mathbf{}x$", r"\mathbf is of nothing"),
        (r"$a \label{eq:a}$", "the number of an equation has its label outside, $$ ... $$ {#eq:name}"),
    ],
)
def test_tex_that_the_formats_would_take_differently_is_told_with_the_formula(formula, said):
    assert told("# A", "", f"Here {formula} stands.") == [(3, f"{said}: {formula}")]


def test_a_formula_that_is_not_ended_is_told_and_a_price_is_none():
    assert told("Here $a = b stands.") == [
        (1, r"the formula that begins here is not ended; a dollar sign is written \$")
    ]
    assert told("Here", "", r"$$ \begin{aligned} a \end{aligned}", "stands.") == [
        (3, r"the formula that begins here is not ended; a dollar sign is written \$")
    ]
    assert told("It costs $5, or $6.", r"In \$A it is more.") == []


@pytest.mark.parametrize(
    ("lines", "place", "said"),
    [
        (["A.[^a]"], 1, "the footnote [^a] is not defined: [^a]: ..., after a blank line"),
        (["A.[^a]", "", "[^a]: One.", "", "[^a]: Two."], 5, "the footnote [^a] is defined twice"),
        (["A.", "", "[^a]: One."], 3, "the footnote [^a] is never used"),
        (["# A {#sec: x}"], 1, "{#sec: x} is no label: one has no spaces, as in {#fig:name}"),
        (["Here $a$ {#eq:a} stands."], 1, "a formula in a line has no number: write $$ ... $$ {#eq:a}"),
        (["A sentence. {#sec:a}"], 1, "{#sec:a} stands in the text: a label ends a heading, a caption or an equation"),
        (["# A $$a$$ {#eq:a}"], 1, "{#eq:a} stands at a heading, whose label is {#sec:name}"),
        (["See @Fig:a."], 1, "@Fig:a is no reference: write @fig:a"),
        (["See @table:a."], 1, "@table:a is no reference: write @tbl:a"),
        (["See [this](#sec:no)."], 1, "the link leads to nothing: nothing has the id sec:no"),
        (["# A {#sec:a}", "", "See [this](#sec:a,)."], 3, "the link leads to nothing: nothing has the id sec:a,"),
        (["# A {#sec:a}", "", "## [](#sec:a)"], 3, "a heading needs words"),
        (["# A", "", "##", "", "B."], 3, "a heading needs words"),
        (["# A", "", "## {#sec:b}"], 3, "a heading needs words"),
        (["# A", "", "### B"], 3, "a level is left out: after a heading of level 1 comes ##"),
        (["::: {.note}", "A."], 1, "the block that begins here is not ended: ::: is missing"),
        (["A.", "", ":::"], 3, "::: ends a block that was not begun"),
        (["A.", "", "```python", "a = 1"], 3, "the code that begins here is not ended"),
        (["Here a<b and c>d."], 1, "<b and c> is read as a tag of HTML and would be lost: write \\<, or a formula"),
        (["| a | b | c |", "|---|--:|"], 1, "the row has 3 cells, its table 2 columns; a bar is written \\|"),
        (
            ["| a | b |", "|---|--:|", "| $5 | $6 | c |"],
            3,
            "the row has 3 cells, its table 2 columns; a bar is written \\|",
        ),
    ],
)  # fmt: skip
def test_what_would_be_lost_is_told_at_its_line(lines, place, said):
    assert told(*lines) == [(place, said)]


def test_what_is_right_is_not_told():
    right = r"""
## A report may begin inside a chapter {#sec:a}

### With what is below it

# A heading [with a link](#sec:a), `code` and $x^{2}$ {#sec:b}

Here $\{a\}$ and $\left(\frac{a}{b}\right)$; see [this](#fig:line), @sec:a and [@eq:a; @tbl:t].[^1]
<span class="computed">1</span> is less<br>than <https://example.org> says, and \<b> is no tag.

[^1]: A footnote.

$$
a = \begin{cases} b & \text{if } c \\ d & \text{else} \end{cases}
$$ {#eq:a}

::: {#fig:line}
![](figures/line.svg){alt="A line."}

It falls, as `{#eq: x}` and `$a` do.
:::

| a | b |
|:--|--:|
| $|x|$ | `a|b` |
| $5 \| $6 | c |

: Words. {#tbl:t widths="0.5,0.5"}

```python
a = "$b"  # ### <c d>
[^2] ::: {
```
"""
    assert told(*right.splitlines()) == []
