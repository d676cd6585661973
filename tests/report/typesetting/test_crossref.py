"""Numbers and references in the three languages, and what is refused, each at its line."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from report.mistakes import Source, TypesetError
from report.typesetting.metadata import Metadata
from report.typesetting.pandoc import Language, convert
from report.weaving.weave import Woven

METADATA = Metadata("T", "S", date(2026, 3, 1))
CHAPTER = r"""# First {#sec:first}

## Inner {#sec:inner}

# Second {#sec:second}

See @eq:two, [@fig:line; @tbl:scores; @sec:second], @sec:inner and @glorot2010.

$$a = b$$ {#eq:one}

Then
$$
c = \frac{1}{d}
$$ {#eq:two}, where $d \ne 0$.

$$\text{without a number}$$

::: {#fig:line}
![](figures/line.svg){width=50% alt="A line that \"falls\"."}

A *line* of $(0, 1]$, [0, 1) or (0, 1].
:::

| name | score |
|:-----|------:|
| tanh |  0.96 |

: Scores. {#tbl:scores widths="0.3,0.7"}

<span class="unsupported"><span class="verdict">Not supported:</span> It is (0, 1].</span>
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


def woven(markdown: str) -> Woven:
    """Markdown as if each of its lines came from the same line of a chapter."""
    sources = tuple(Source(Path("03_x.py"), line) for line in range(1, markdown.count("\n") + 2))
    return Woven(markdown, sources, {"line.svg": SVG}, ())


def body(to: Language, folder: Path, markdown: str = CHAPTER) -> str:
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "line.svg").write_bytes(SVG)
    return convert(woven(markdown), to, METADATA, folder)["body"]


def problems(markdown: str, folder: Path, to: Language = "typst") -> str:
    with pytest.raises(TypesetError) as caught:
        body(to, folder, markdown)
    return str(caught.value)


def test_typst_has_labels_and_references_of_its_own(tmp_path: Path) -> None:
    typst = body("typst", tmp_path)
    for label in ("eq:one", "eq:two", "fig:line", "tbl:scores", "sec:first"):
        assert f"<{label}>" in typst
    assert "#ref(<eq:two>);" in typst
    assert "#ref(<fig:line>);, #ref(<tbl:scores>); and #ref(<sec:second>);" in typst
    assert typst.count('numbering: "(1)"') == 2
    assert "columns: (30%, 70%)" in typst
    assert "#unsupported[#verdict[Not supported:]; It is (0, 1\\].];" in typst


def test_typst_has_alternative_text_for_every_formula_and_figure(tmp_path: Path) -> None:
    typst = body("typst", tmp_path)
    assert typst.count("#math.equation(") == typst.count('alt: "') - 1 == 5
    assert r'alt: "A line that \"falls\"."' in typst
    assert 'alt: "d is not 0"' in typst
    assert 'alt: "Equation 2: c equals 1 over d"' in typst


def test_a_figure_has_its_caption_whatever_brackets_are_in_it(tmp_path: Path) -> None:
    typst = body("typst", tmp_path)
    assert "caption: [A #emph[line] of" in typst
    assert typst.index("or (0, 1\\]") < typst.index("]) <fig:line>")


def test_latex_has_labels_and_references_of_its_own(tmp_path: Path) -> None:
    latex = body("latex", tmp_path)
    assert "\\begin{equation}\\label{eq:two}\nc = \\frac{1}{d}\n\\end{equation}, where" in latex
    assert r"\Cref{fig:line}, \Cref{tbl:scores} and \Cref{sec:second}" in latex
    for label in ("sec:inner", "fig:line", "tbl:scores"):
        assert rf"\label{{{label}}}" in latex
    assert "{figures/line.pdf}" in latex
    assert r"\unsupported{\verdict{Not supported:} It is (0, 1{]}.}" in latex


def test_html_has_the_numbers_and_links_to_them(tmp_path: Path) -> None:
    html = body("html", tmp_path).replace("\N{NO-BREAK SPACE}", " ")
    for id, shown in {
        "eq:two": "Equation (2)",
        "fig:line": "Figure 1",
        "tbl:scores": "Table 1",
        "sec:second": "Section 2",
        "sec:inner": "Section 1.1",
    }.items():
        assert f'<a href="#{id}">{shown}</a>' in html
        assert f'id="{id}"' in html
    assert "<math" in html
    assert "figures/line.svg" not in html  # the page holds its figures


def test_html_has_every_formula_in_words_and_a_numbered_one_by_its_number(tmp_path: Path) -> None:
    html = body("html", tmp_path)
    assert 'role="group" tabindex="0" aria-label="Equation 2: c equals 1 over d"' in html
    assert 'role="group" tabindex="0" aria-label="Formula: without a number"' in html
    assert '<math aria-label="d is not 0" display="inline"' in html


def test_the_caption_of_a_table_does_not_scroll_with_it(tmp_path: Path) -> None:
    html = body("html", tmp_path)
    assert html.index("</figcaption>") < html.index('<div class="scroll"') < html.index("<table")
    assert '<table aria-labelledby="tbl:scores-caption"' in html
    assert '<figcaption id="tbl:scores-caption">' in html


@pytest.mark.parametrize("to", ["typst", "html"])
def test_alternative_text_has_its_formulas_in_words(tmp_path: Path, to: Language) -> None:
    text = body(to, tmp_path, CHAPTER.replace('alt="A line', r'alt="From $2 \\times \\xi$, a line'))
    assert "From 2 times xi, a line" in text


@pytest.mark.parametrize(("to", "space"), [("typst", "~"), ("latex", "~"), ("html", "\N{NO-BREAK SPACE}")])
def test_a_number_and_its_spread_stay_on_one_line(tmp_path: Path, to: Language, space: str) -> None:
    assert f"96.7{space}±{space}0.1" in body(to, tmp_path, CHAPTER + "\nIt is 96.7 ± 0.1 here.\n")


def test_curves_are_named_in_words(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    curves = '<metadata id="curves">[{"id": "c", "label": "edge, $\\\\chi = 1$"}]</metadata>'
    (tmp_path / "figures" / "line.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{curves}</svg>')
    html = unescape(convert(woven(CHAPTER), "html", METADATA, tmp_path)["body"])
    assert '<metadata id="line-curves">[{"id": "c", "label": "edge, chi equals 1"}]' in html


def test_mathml_is_spaced_as_tex_spaces_it(tmp_path: Path) -> None:
    html = body("html", tmp_path, CHAPTER + r" Here $v \tanh{\left(v \right)}$, $\ln x$, $\tanh^2(v)$, $f'$.")
    assert '<mi>v</mi><mrow><mi mathvariant="normal">\u2009tanh</mi>' in html
    assert "ln\u2009</mi>" in html
    assert '<msup><mrow><mi mathvariant="normal">tanh</mi></mrow><mn>2</mn></msup>' in html
    assert 'stretchy="true"' not in html
    assert "<msup><mi>f</mi>" not in html


def test_parentheses_stretch_around_what_is_tall(tmp_path: Path) -> None:
    html = body("html", tmp_path, CHAPTER + r" Here $\left(\frac{a}{\left[b \right]}\right)$.")
    assert html.count('stretchy="true"') == 2
    assert '<mo stretchy="true" form="prefix">(</mo><mfrac>' in html


def test_citations_are_of_the_bibliography_in_every_language(tmp_path: Path) -> None:
    for to in ("typst", "latex", "html"):
        assert "Understanding the Difficulty of Training Deep" in body(to, tmp_path).replace("{", "").replace(
            "}", ""
        )


def test_all_references_to_nothing_are_named_with_their_lines(tmp_path: Path) -> None:
    text = problems("One @eq:lost.\n\nTwo @fig:gone and @eq:lost, [@tbl:a; @sec:b].\n", tmp_path)
    assert [line.split(" refers")[0] for line in text.splitlines() if "refers" in line] == [
        "03_x.py:1: @eq:lost",
        "03_x.py:3: @eq:lost",
        "03_x.py:3: @fig:gone",
        "03_x.py:3: @tbl:a",
        "03_x.py:3: @sec:b",
    ]


@pytest.mark.parametrize("to", ["typst", "latex", "html"])
def test_a_missing_citation_is_named_with_its_line(tmp_path: Path, to: Language) -> None:
    assert "03_x.py:3: the citation @nobody1999 is not" in problems("A\n\nB @nobody1999\n", tmp_path, to)


def test_an_id_given_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    text = problems("$$a$$ {#eq:a}\n\n$$b$$ {#eq:a}\n", tmp_path)
    assert "03_x.py:1: the id eq:a is given twice" in text
    assert "03_x.py:3: the id eq:a is given twice" in text


def test_tex_that_pandoc_cannot_read_is_named_with_its_line(tmp_path: Path) -> None:
    text = problems("A\n\n$$\n\\frac{1}{\\wrong\n$$\n\nand $\\nosuch{x}$\n", tmp_path)
    assert "03_x.py:4" in text
    assert "03_x.py:7" in text


@pytest.mark.parametrize("to", ["typst", "html"])
def test_of_a_formula_with_cases_its_line_is_told_and_nothing_else(tmp_path: Path, to: Language) -> None:
    text = problems("A\n\n$$\\begin{cases} 0, & v < 0 \\nosuch \\end{cases}$$\n", tmp_path, to)
    assert text.count("Pandoc cannot read") == text.count("03_x.py:3: ") == 1


@pytest.mark.parametrize("to", ["typst", "latex", "html"])
def test_words_about_a_reference_stay(tmp_path: Path, to: Language) -> None:
    said = "\nSo [see @eq:one; and @fig:line, above], as @eq:one [from here] says.\n"
    text = body(to, tmp_path, CHAPTER + said)
    assert re.search(r"So see .*; and .*, above, as .* from here says\.", text, re.DOTALL)


def test_a_figure_without_alternative_text_is_refused(tmp_path: Path) -> None:
    text = problems("A\n\n::: {#fig:line}\n![](figures/line.svg)\n\nCaption.\n:::\n", tmp_path)
    assert "03_x.py:4: the figure figures/line.svg has no alternative text" in text


def test_the_abstract_leaves_the_body(tmp_path: Path) -> None:
    parts = convert(woven("::: {.abstract}\nIn *short*.\n:::\n\nBody.\n"), "typst", METADATA, tmp_path)
    assert parts["abstract"] == "In #emph[short]."
    assert parts["body"] == "Body."


def test_what_is_in_front_leaves_the_body_with_the_numbers_of_its_figures(tmp_path: Path) -> None:
    front = '::: {.front}\n::: {#fig:key}\n![](figures/line.svg){alt="A line."}\n\nThe key.\n:::\n:::\n'
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "line.svg").write_bytes(SVG)
    for to, reference in (
        ("typst", "#ref(<fig:key>)"),
        ("latex", r"\Cref{fig:key}"),
        ("html", '#fig:key">Figure\N{NO-BREAK SPACE}1</a>'),
    ):
        parts = convert(woven(f"{front}\nBy @fig:key.\n"), to, METADATA, tmp_path)
        assert "The key" in parts["front"]
        assert "The key" not in parts["body"]
        assert reference in parts["body"]


@pytest.mark.parametrize("to", ["typst", "latex", "html"])
def test_an_optional_sentence_stays_only_where_it_leads_to_something(tmp_path, to):
    kept = body(
        to, tmp_path, CHAPTER + "\nSo. [@sec:first says _why_, and [@glorot2010] too.]{.optional} Then.\n"
    )
    assert "says" in kept
    dropped = body(
        to, tmp_path, CHAPTER + "\nSo. [@sec:absent says _why_, as [@sec:first] does.]{.optional} Then.\n"
    )
    assert "says" not in dropped
    assert "Then." in dropped


def test_a_report_that_begins_inside_a_chapter_has_it_as_its_own(tmp_path):
    body = convert(
        woven("## In {#sec:in}\n\n### Deep\n\n## Next\n\n# Out\n\n## Inner\n"), "typst", METADATA, tmp_path
    )["body"]
    headings = [line for line in body.splitlines() if line.startswith("=")]
    assert headings == ["= In", "== Deep", "= Next", "= Out", "== Inner"]


@pytest.mark.parametrize("to", ["typst", "latex", "html"])
@pytest.mark.parametrize(
    ("prose", "said"),
    [
        (
            r"A $\frac{N(N+1){2}$.",
            r"cannot read this TeX: \frac{N(N+1){2}; is each brace closed, and each command known?",
        ),
        (
            r"A $\frac{a}{b}}$.",
            r"cannot read this TeX: \frac{a}{b}}; is each brace closed, and each command known?",
        ),
        (
            r"\begin{aligned} a \end{aligned}",
            r"between dollar signs, and \begin{aligned} a \end{aligned} stands in",
        ),
        (r"An \alpha in the text.", r"between dollar signs, and \alpha stands in the text"),
        (r"A \frac{a}{b} in the text.", r"between dollar signs, and \frac{a}{b} stands in the text"),
    ],
)
def test_tex_that_no_formula_has_is_told_at_its_line(tmp_path, to, prose, said):
    if (to == "latex" and "frac{a}{b}}" in prose) or (to == "latex" and "N(N" in prose):
        pytest.skip("LaTeX itself reads formulas, and tells")
    with pytest.raises(TypesetError) as raised:
        convert(woven(f"One.\n\n{prose}\n"), to, METADATA, tmp_path)
    assert said in str(raised.value)
    assert "traceback" not in str(raised.value)
