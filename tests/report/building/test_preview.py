"""The page while it is written: at this machine alone, anew by itself, with what is wrong."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from browser import CHROMIUM, needs_chromium

from report.building.preview import PORT, Preview

PAGE = "<!DOCTYPE html><html lang=en><title>T</title><main>{}<div style='height: 5000px'></div></main></html>"


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv(PORT, "0")
    file = tmp_path / "report.html"
    file.write_text(PAGE.format("First."))
    return file


def read(address):
    with build_opener(ProxyHandler({})).open(address) as answer:  # whatever proxies a machine or a test has
        return answer.read().decode()


def test_it_is_served_to_this_machine_alone_and_nothing_else_is(page):
    (page.parent / "secret.txt").write_text("secret")
    with Preview(page) as preview:
        assert preview.address.startswith("http://127.0.0.1:")
        assert "First." in read(preview.address)
        for path in ("/secret.txt", "/../secret.txt", "/report.html"):
            with pytest.raises(HTTPError):
                read(preview.address + path)


def test_a_mistake_leaves_the_last_good_page(page):
    with Preview(page) as preview:
        preview.tell()
        good = json.loads(read(f"{preview.address}/state"))
        preview.tell("a.py:3: it is wrong")
        bad = json.loads(read(f"{preview.address}/state"))
    assert good == {"version": 1, "mistake": ""}
    assert bad == {"version": 1, "mistake": "a.py:3: it is wrong"}


def test_a_program_that_starts_anew_has_its_port_again(page):
    with Preview(page) as preview:
        before = preview.address
    with Preview(page) as preview:
        assert preview.address == before
        with Preview(page) as another:
            assert another.address != before


@needs_chromium
@pytest.mark.slow
def test_the_page_reloads_itself_keeps_its_place_and_shows_mistakes(page):
    playwright = pytest.importorskip("playwright.sync_api")
    with Preview(page) as preview, playwright.sync_playwright() as program:
        browser = program.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(preview.address)
        shown.evaluate("scrollTo(0, 1000)")
        preview.tell("a.py:3: it is <wrong>")
        shown.wait_for_selector("#mistake:not([hidden])")
        assert shown.inner_text("#mistake") == "a.py:3: it is <wrong>"
        page.write_text(PAGE.format("Second."))
        preview.tell()
        shown.wait_for_selector("text=Second.")
        assert not shown.is_visible("#mistake")
        shown.wait_for_function("scrollY === 1000")
        browser.close()
