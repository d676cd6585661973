"""What tests of the report share: a chapter, written to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def chapter(tmp_path: Path) -> Write:
    """Writes a chapter and returns its path."""

    def write(text: str, name: str = "01_first.py") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write
