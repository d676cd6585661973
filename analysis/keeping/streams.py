"""What is printed is UTF-8 everywhere: on Windows a file or pipe would otherwise have no letter for delta."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def print_in_utf8() -> None:
    """Have standard output and errors written as UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
