"""Stores of a test's own, which share what is worked out of the equations alone with that of the project."""

from __future__ import annotations

from pathlib import Path

from analysis.keeping.files import CACHE

#: proofs, what theory says, compiled code: each used only where it was made by the same source
SHARED = ("derivations", "theory", "initial", "critical", "bands", "checks", "compiled")


def share_theory(store: Path) -> None:
    """Let a store have the project's proofs and predictions, which take most of the time of a first build."""
    store.mkdir(parents=True, exist_ok=True)
    for folder in SHARED:
        (CACHE / folder).mkdir(parents=True, exist_ok=True)
        (store / folder).symlink_to(CACHE / folder)
