"""The structure tree of a PDF: what a screen reader is told."""

from __future__ import annotations

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
