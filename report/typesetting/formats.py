"""The formats that a report can be written in."""

from __future__ import annotations

from typing import Literal

Format = Literal["pdf", "html", "tex", "docx", "ipynb"]
FORMATS: dict[str, tuple[Format, ...]] = {
    "pdf": ("pdf",),
    "html": ("html",),
    "tex": ("tex",),
    "docx": ("docx",),
    "ipynb": ("ipynb",),
    "all": ("pdf", "html", "tex", "docx", "ipynb"),
}
