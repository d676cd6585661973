"""Rows of a table of critical initial weights and gains, kept in the store: they cost a third of a second each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from derivations import Derivation
from derivations.language.trees import tree
from derivations.wide.tables import initial_row

_MAKER = "derivations.wide.tables"


def initial_rows(derived: Iterable[Derivation], cache: Path) -> list[dict[str, str]]:
    """Class, critical point and gains of each activation, as `derivations.wide.tables` has them."""
    return [_row(derivation, cache) for derivation in derived]


def _row(derivation: Derivation, cache: Path) -> dict[str, str]:
    what = [derivation.activation.title, tree(derivation.activation.expression)]
    kept = made_with(_MAKER, "numpy", "sympy", "python-flint", "mpmath")
    row: dict[str, str] = memo(cache / "initial", what, kept, lambda: initial_row(derivation))
    return row
