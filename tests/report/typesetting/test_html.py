"""The HTML report in a browser: at every width, by mouse and by keyboard, and for assistive technology."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from browser import Open, browsing, needs_chromium, violations

from report.typesetting.metadata import Metadata
from report.typesetting.typeset import typeset
from report.weaving.weave import weave

pytestmark = [pytest.mark.slow, needs_chromium]

CHAPTER = """\
# %%
from matplotlib.figure import Figure

from analysis.figures.style import THIN
from analysis.findings.finding import Finding
from report.authoring import claim, figure, table

rains = claim("It rains, and $x > 0$.", Finding(True, {"drops | days": [3, 12]}, "number"))
shines = claim("The sun shines.", Finding(False, {"hours": [0]}, "number"))
drawing = Figure(figsize=(5, 3))
axes = drawing.subplots()
axes.plot([1, 2, 3], [10.0, 20.0, 30.0], label="rising")
axes.plot([1, 2, 3], [30.0, 20.0, 10.0], label="falling")
axes.plot([1, 2, 3], [9.0, 21.0, 31.0], linewidth=THIN, color=axes.lines[0].get_color())
axes.set_title("panel")
height = 12.3456789
wide = {f"column {n}": 1000 * n for n in range(30)}

# %% [markdown]
# # First {#sec:first}
#
# {{ rains }} {{ shines }} It is {{ height | number(3) }} m high.
#
# See @eq:one, @fig:curves, @tbl:wide, @tbl:small and @sec:first, after @glorot2010.
#
# $$v = \\sum_{j=1}^{n} w_{1j} y_j + w_{2j} y_j + w_{3j} y_j + w_{4j} y_j + w_{5j} y_j$$ {#eq:one}
#

# %%
figure(drawing, id="fig:curves", caption="Two curves.", alt="One rises from 10 to 30, one falls.")

# %%
table([wide], id="tbl:wide", caption="A wide table.", columns={name: name for name in wide})

# %% [markdown]
# | nothing |        |
# |:--------|-------:|
# | least   | −0.5 ± 0.1 |
#
# : A table whose caption is on every screen, however long it is. {#tbl:small}
#
# ```python
# code = "that is too wide for a telephone by far, and so has to scroll by itself, not with the page"
# ```
"""


@pytest.fixture(scope="module")
def page_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Opens the report at a width."""
    folder = tmp_path_factory.mktemp("html")
    (folder / "01.py").write_text(CHAPTER)
    typeset(weave([folder / "01.py"]), folder / "out", ["html"], Metadata("T", "S", date(2026, 3, 1)))
    with browsing(folder / "out" / "report.html") as open_page:
        yield open_page


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_the_page_asks_for_nothing_and_does_not_scroll_sideways(page_at, width):
    page = page_at(width)
    assert [text for text in page.complaints if not text.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 800, 1400])
def test_axe_finds_no_violation(page_at, width, scheme):
    assert violations(page_at(width, scheme)) == []


def test_every_reference_leads_somewhere(page_at):
    page = page_at()
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(link => link.hash.slice(1))")
    assert {"eq:one", "fig:curves", "tbl:wide", "sec:first", "ref-glorot2010"} <= set(targets)
    for target in targets:
        assert page.evaluate("id => document.getElementById(id) !== null", target), target


def test_the_value_under_the_pointer_is_given(page_at):
    page = page_at()
    drawing = page.locator("figure svg")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.15 * box["height"])
    assert page.locator(".values").inner_text() == "rising, panel, x = 3, y = 30"


def test_curves_are_followed_by_keyboard(page_at):
    page = page_at()
    page.locator("figure svg").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    assert page.locator(".values").inner_text() == "falling, panel, x = 3, y = 10"


def test_a_curve_can_be_switched_off_and_on(page_at):
    page = page_at()
    curve = page.locator("g[id$='curve-0-0']")
    page.get_by_label("rising").uncheck()
    assert not curve.is_visible()
    page.get_by_label("rising").check()
    assert curve.is_visible()


def test_without_script_the_figure_and_its_description_are_there(page_at):
    page = page_at(script=False)
    drawing = page.locator("figure svg")
    assert drawing.get_attribute("aria-label") == "One rises from 10 to 30, one falls."
    assert drawing.locator("g[id$='curve-0-0']").count() == 1
    assert page.locator("fieldset").count() == 0


def test_a_formula_is_reached_by_keyboard_and_scrolls(page_at):
    page = page_at(400)
    formula = page.locator(".formula")
    formula.focus()
    assert formula.evaluate("it => it === document.activeElement && it.scrollWidth > it.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


@pytest.mark.parametrize("width", [400, 800, 1400])
def test_captions_are_as_wide_as_the_text_and_never_cut(page_at, width):
    for box in page_at(width).locator("figcaption").all():
        place = box.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width


def test_a_wide_table_is_wider_than_the_text_where_there_is_room(page_at):
    page = page_at(1400)
    text, table = (
        page.locator(where).first.bounding_box()["width"] for where in ("main > p", "figure.table")
    )
    assert table > 1.3 * text


def test_contents_are_beside_the_text_where_there_is_room(page_at):
    for width, beside in ((800, False), (1400, True)):
        page = page_at(width)
        contents, title = (page.locator(where).bounding_box() for where in ("nav", "h1.title"))
        assert (contents["x"] + contents["width"] <= title["x"]) == beside
        assert title["y"] < 100


def test_a_reference_shows_what_it_refers_to_until_escape(page_at):
    page = page_at()
    link, preview = page.locator("a[href='#tbl:small']"), page.get_by_role("tooltip")
    for show in (link.hover, link.focus):
        page.keyboard.press("Tab")  # from here on, focus is by keyboard
        show()
        assert "on every screen" in preview.inner_text()
        assert link.get_attribute("aria-describedby") == "preview"
        page.keyboard.press("Escape")
        assert not preview.is_visible()
        page.mouse.move(0, 0)


def asking(page):
    """The page, in which all that is computed can be reached by keyboard."""
    page.get_by_role("button", name="Show where numbers come from").click()
    return page


def test_a_claim_shows_its_evidence(page_at):
    page = asking(page_at())
    marks, preview = page.get_by_role("link", name="Evidence", exact=True), page.get_by_role("tooltip")
    assert marks.all_inner_texts() == ["✓", "?"]
    for mark, evidence in zip(marks.all(), ("drops | days: 3 to 12", "hours: 0"), strict=True):
        page.keyboard.press("Tab")
        mark.focus()
        assert preview.inner_text() == evidence
        page.keyboard.press("Escape")


ORIGINS = [
    ("12.3", "line 22", "height | number(3)", "12.3456789"),
    ("✓", "line 8", "Finding(True", "3, 12"),
    ("Figure 1", "line 30", "drawing", "falling"),
    ("Table 1", "line 33", "[wide]", "29000"),
]


@pytest.mark.parametrize(("text", "line", "expression", "values"), ORIGINS)
def test_a_click_opens_where_something_comes_from(page_at, text, line, expression, values):
    page = page_at()
    origin = page.get_by_role("dialog", name="Where it comes from")
    page.locator(".leads", has_text=text).first.click()
    told = origin.inner_text()
    assert f"01.py, {line}" in told
    assert expression in told
    assert values in told
    place = origin.bounding_box()
    assert 0 <= place["x"] <= 800 - place["width"]
    page.keyboard.press("Escape")
    assert not origin.is_visible()


def test_the_points_of_a_curve_and_of_its_seeds_can_be_read(page_at):
    page = page_at()
    page.locator("figcaption .label", has_text="Figure 1").click()
    page.locator("summary", has_text="rising").click()
    rows = page.get_by_role("dialog").get_by_role("row").all_inner_texts()
    assert [row.split() for row in rows[:2]] == [["x", "y", "seed", "1"], ["1", "10", "9"]]


def test_whoever_asks_reaches_all_of_it_by_keyboard_and_others_hear_nothing_of_it(page_at):
    page = page_at()
    reached = "them => them.filter(it => it.tabIndex >= 0).length"
    assert page.locator(".leads").count() == 5
    assert page.eval_on_selector_all(".leads", reached) == 0
    assert page.get_by_role("link", name="Evidence", exact=True).count() == 0
    asking(page)
    assert page.eval_on_selector_all(".leads", reached) == 5
    page.get_by_role("button", name="12.3").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "12.3"
    assert violations(page) == []
    asking(page)
    assert page.eval_on_selector_all(".leads", reached) == 0


def test_without_script_a_claim_leads_to_its_row_of_the_table_of_claims(page_at):
    page = page_at(script=False)
    page.locator("a.evidence").first.click()
    row = page.locator("tr", has=page.locator(":target"))
    assert row.get_by_role("cell").all_inner_texts()[1:3] == ["drops | days: 3 to 12", "holds"]


def test_every_preview_is_in_the_window_and_doubles_no_id(page_at):
    page = page_at(400)
    for link in page.locator("main > p a[href^='#']").all():
        link.hover()
        place = page.get_by_role("tooltip").bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 400
        page.keyboard.press("Escape")
    assert page.evaluate(
        "[...document.querySelectorAll('[id]')].length === new Set("
        "[...document.querySelectorAll('[id]')].map(it => it.id)).size"
    )
