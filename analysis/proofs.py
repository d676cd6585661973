"""Derivations kept in the store: a build with nothing changed proves nothing again."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.entries import kept
from analysis.sources import source_digests
from derivations import Activation, Derivation
from derivations.serial import range_from_json, range_to_json, slopes_from_json, slopes_to_json, tree

PROVER = "derivations.derivation"


def derived(activation: Activation, cache: Path) -> Derivation:
    """The activation's derivation, from the store where it is there; raises `Unproven`."""
    inputs = {
        "expression": tree(activation.expression),
        "sources": source_digests(PROVER),
        "versions": {name: version(name) for name in ("sympy", "python-flint", "mpmath")},
    }
    derivation = Derivation(activation)

    def prove() -> dict[str, Any]:
        return {
            "slopes": slopes_to_json(derivation.slopes),
            "range": range_to_json(derivation.gradient_range),
        }

    stored = kept(cache / "derivations", inputs, prove)
    derivation.recall(slopes_from_json(stored["slopes"]), range_from_json(stored["range"]))
    return derivation
