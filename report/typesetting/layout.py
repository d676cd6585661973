"""Where a typeset document's figures and tables lie, and which have floated out of their sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Place = tuple[int, float]  # page, and points from its top


def strays(layout: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The labels of those that lie above their heading, or below the next one of a section.

    `layout` is what the document says of itself: the places of headings, of captions, and of the anchors, where
    figures and tables stand in the text.
    """
    headings = [(heading["level"], _place(heading)) for heading in layout["headings"]]
    captions = {(each["kind"], each["number"]): _place(each) for each in reversed(layout["captions"])}
    lies: dict[str, Place] = {}
    counts: dict[str, int] = {}
    for figure in layout["figures"]:
        kind = figure["kind"]
        counts[kind] = counts.get(kind, 0) + 1
        if (kind, counts[kind]) in captions:
            lies[figure["label"]] = captions[kind, counts[kind]]
    for anchor in layout["anchors"]:
        at = _place(anchor)
        begin = max((place for _, place in headings if place <= at), default=(0, 0.0))
        end = min((place for level, place in headings if place > at and level <= 2), default=(10**6, 0.0))
        if not begin <= lies.get(anchor["label"], at) <= end:
            yield anchor["label"]


def _place(entry: dict[str, Any]) -> Place:
    page, y = entry["at"]
    return page, y
