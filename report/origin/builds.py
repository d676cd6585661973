"""Builds of before: the study that was reported on last."""

from __future__ import annotations

import json
from pathlib import Path

from analysis.keeping.memo import read


def last_study(cache: Path) -> str | None:
    """The name or file of the study that was built last; None where none is remembered."""
    builds = cache / "builds"
    for path in sorted(builds.glob("*.json"), key=lambda path: -path.stat().st_mtime):
        if content := read(path, key=None):
            return str(json.loads(content)["ingredients"]["study"][0])
    return None
