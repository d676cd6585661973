"""The structure tree of a PDF: what a screen reader is told."""

from __future__ import annotations

from pathlib import Path

from page import validate_pdf
from pypdf import PdfReader


def alternatives(pdf: PdfReader, role: str) -> list[str | None]:
    """The alternative text of every element of this role in the PDF's structure tree."""
    found: list[str | None] = []
    stack: list[object] = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        node = stack.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            if node.get("/S") == role:
                found.append(node.get("/Alt"))
            stack.append(node.get("/K"))
    return found


def broken_rules(file: Path) -> list[str]:
    """The rules of PDF/UA-1 that a PDF breaks, each with what breaks it, by a validator that is not ours."""
    return [f"{broken.rule_id}: {broken.message}" for broken in validate_pdf(file, profile="ua1").failures]
