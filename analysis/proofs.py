"""Derivations kept in the store: a build with nothing changed proves nothing again."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.data import replacing
from analysis.sources import source_digests
from analysis.store import digest
from derivations import Activation, Derivation
from derivations.serial import range_from_json, range_to_json, slopes_from_json, slopes_to_json, tree

PROVER = "derivations.derivation"


def derived(activation: Activation, cache: Path) -> Derivation:
    """The activation's derivation, from the store where it is there; raises `Unproven`."""
    key = digest(
        {
            "expression": tree(activation.expression),
            "sources": source_digests(PROVER),
            "versions": {name: version(name) for name in ("sympy", "python-flint", "mpmath")},
        }
    )
    path = cache / "derivations" / f"{key}.json"
    derivation = Derivation(activation)
    stored = _read(path)
    if stored is None:
        content = {
            "slopes": slopes_to_json(derivation.slopes),
            "range": range_to_json(derivation.gradient_range),
        }
        _write(path, content)
    else:
        derivation.recall(slopes_from_json(stored["slopes"]), range_from_json(stored["range"]))
    return derivation


def _read(path: Path) -> dict[str, Any] | None:
    """The entry, or None where there is none or it is not as it was written."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return entry["content"] if entry["checksum"] == digest(entry["content"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps({"checksum": digest(content), "content": content}), encoding="utf-8")
