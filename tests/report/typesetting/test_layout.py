"""Which figures and tables lie outside their sections, by what a document says of its places."""

from __future__ import annotations

import pytest

from report.typesetting.layout import strays

HEADINGS = [
    {"level": 1, "at": [1, 100.0]},
    {"level": 2, "at": [2, 300.0]},
    {"level": 3, "at": [2, 500.0]},
    {"level": 2, "at": [3, 400.0]},
]


def layout(anchor, *lies):
    """Of one table, after another that stays where it is."""
    captions = [{"kind": "table", "number": 1, "at": [1, 120.0]}, *lies]
    figures = [{"kind": "table", "label": "tbl:first"}, {"kind": "table", "label": "tbl:mine"}]
    anchors = [{"label": "tbl:mine", "at": anchor}]
    return {"headings": HEADINGS, "anchors": anchors, "figures": figures, "captions": captions}


def table(*at):
    return {"kind": "table", "number": 2, "at": list(at)}


@pytest.mark.parametrize("lies", [(2, 310.0), (2, 700.0), (3, 50.0), (3, 390.0)])
def test_what_lies_between_its_heading_and_the_next_of_a_section_is_none(lies):
    assert list(strays(layout([2, 400.0], table(*lies)))) == []


@pytest.mark.parametrize("lies", [(2, 50.0), (1, 600.0), (3, 500.0), (4, 50.0)])
def test_what_lies_above_its_heading_or_in_the_next_section_is_one(lies):
    assert list(strays(layout([2, 400.0], table(*lies)))) == ["tbl:mine"]


def test_the_heading_of_a_subsection_ends_no_section_but_begins_one():
    assert list(strays(layout([2, 400.0], table(2, 700.0)))) == []
    assert list(strays(layout([2, 600.0], table(2, 400.0)))) == ["tbl:mine"]


def test_the_caption_of_a_table_that_goes_on_is_where_it_begins():
    assert list(strays(layout([2, 400.0], table(3, 50.0), table(4, 50.0)))) == []


def test_a_caption_that_is_not_there_is_no_stray():
    assert list(strays(layout([2, 400.0]))) == []
