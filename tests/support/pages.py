"""What the pages of a PDF say."""

from __future__ import annotations

from pathlib import Path

from pypdfium2 import PdfDocument


def pages_of(pdf: Path) -> list[str]:
    """The words of each page, on one line."""
    with PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def text_of(pdf: Path) -> str:
    """The words of all pages, on one line."""
    return " ".join(pages_of(pdf))
