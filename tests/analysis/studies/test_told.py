"""Where in a TOML file something is wrong, whatever the form in which the file gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.studies.told import place, shown

TEXT = """\
title = "T"
"quoted" = 1
[affiliations]
a = "A"
b = "B"
[[authors]]
name = "One"
[[authors]]
name = "Two"
email = "two"
[[authors]]
name = "Three"
"""


@pytest.mark.parametrize(
    ("loc", "line"),
    [
        (("title",), 1),
        (("quoted",), 2),
        (("affiliations",), 3),
        (("affiliations", "b"), 5),
        (("authors", 0, "name"), 7),
        (("authors", 1, "name"), 9),
        (("authors", 1, "email"), 10),
        (("authors", 2, "email"), 11),  # not there: the head of its table
        (("authors", 2), 11),
    ],
)
def test_a_value_is_found_by_its_key_in_its_table(loc, line):
    assert place(Path("my.toml"), TEXT, loc) == f"my.toml, line {line}"


def test_of_a_key_that_is_not_there_the_file_is_told():
    assert place(Path("my.toml"), TEXT, ("language",)) == "my.toml"
    assert place(Path("my.toml"), TEXT, ()) == "my.toml"


def test_a_value_is_quoted_without_what_a_terminal_would_obey():
    assert shown("\x1b[31m") == "'\\x1b[31m'"
    assert shown("x" * 100).endswith("...")
