"""A report in Chromium, where that is installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
Open = Callable[..., Any]


@contextmanager
def browsing(report: Path) -> Iterator[Open]:
    """Opens the page at a width; what it says on its console or asks of the network is kept as its complaints."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as program:
        browser = program.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def open_page(width: int = 800, scheme: str = "light", script: bool = True) -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
            )
            page = context.new_page()
            page.complaints = []
            page.on("console", lambda message: page.complaints.append(message.text))
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            page.on("request", lambda request: page.complaints.append(request.url))
            page.goto(report.as_uri())
            return page

        yield open_page
        browser.close()


def violations(page: Any, rules: list[str] | None = None) -> list[tuple[str, str]]:
    """What axe finds, of some of its rules or of all: rule, and the first element that breaks it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    options: dict[str, Any] = {"resultTypes": ["violations"]}  # the way to what passes is not looked for
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = axe.Axe().run(page, options=options).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in found]
