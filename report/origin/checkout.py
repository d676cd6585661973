"""The checkout that the program runs in: its commit, its changes, its date."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, date, datetime

from analysis.keeping.files import IS_CHECKOUT, ROOT

#: the packages of the program
PARTS = ("derivations", "analysis", "report")


def commit() -> str:
    """The commit, or nothing where this is no checkout."""
    return _git("rev-parse", "HEAD")


def changed_since_commit() -> bool:
    """Whether files differ from the commit's, or the program has others; what else lies beside them is none of it."""
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return bool(changed or _git("ls-files", "--others", "--exclude-standard", *PARTS))


def build_date() -> date:
    """The date of the report: SOURCE_DATE_EPOCH, else that of the last commit, else today."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or _git("show", "-s", "--format=%ct", "HEAD")
    moment = datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)
    return moment.date()


def _git(*words: str) -> str:
    """What git answers, or nothing where this is no checkout or git is not installed."""
    if not IS_CHECKOUT:
        return ""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
