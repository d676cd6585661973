"""Builds of before: the study that was reported on last."""

from __future__ import annotations

import json
from pathlib import Path


def last_study(cache: Path) -> str | None:
    """The name or file of the study that was built last; None where none is remembered."""
    builds = cache / "builds"
    for path in sorted(builds.glob("*.json"), key=lambda path: -path.stat().st_mtime):
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["ingredients"]["study"][0])
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            continue
    return None
