"""Expressions with the truth about them: where f is not real, or what f' takes and where it has none.

Each truth was worked out by hand, or as digits by `oracle.py`; test_corpus.py checks every row by sampling.
"""

from __future__ import annotations

import os

from corpus.not_real import NOT_REAL
from corpus.pieces import BY_VALUE, SWITCHED, UNBOUNDED_SLOPE
from corpus.reported import CASES, FALSE_THEOREMS, FORGED, LOST, NAMED, ORDINARY
from corpus.rows import Proven, Refused, Row
from corpus.smooth import COMPOSED, SCALED
from corpus.waves import WAVY

__all__ = ["EIGHTH", "GROUPS", "ROWS", "Proven", "Refused"]

GROUPS: dict[str, list[Row]] = {
    "false theorems": FALSE_THEOREMS,
    "forged": FORGED,
    "named": NAMED,
    "ordinary": ORDINARY,
    "lost": LOST,
    "cases": CASES,
    "scaled": SCALED,
    "composed": COMPOSED,
    "switched": SWITCHED,
    "wavy": WAVY,
    "unbounded slope": UNBOUNDED_SLOPE,
    "by value": BY_VALUE,
    "not real": NOT_REAL,
}
ROWS = list({row.text: row for group in GROUPS.values() for row in group}.values())
# Asking about all of them takes ten minutes: with THOROUGH=1 in the environment; else of those that are slow an eighth.
EIGHTH = 1 if os.environ.get("THOROUGH") else 8
