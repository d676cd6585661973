"""Kinds of networks to choose from and look at, by a script of the page; of its tables, other formats have figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isinf
from statistics import fmean
from typing import Any

from analysis.figures.outofsample import SHOWN
from analysis.results.statistics import LEVEL
from analysis.theory.predictions import TRAINABLE
from derivations.language.registry import title
from report.authoring.absent import ABSENT, Absent
from report.authoring.blocks import Block
from report.authoring.numbers import MINUS, counted, flow, percent, sampled

_FORESEEN = {True: "it should learn", False: "it should not learn", None: "what follows theory leaves open"}
_CAPTION = f"""Lines: the mean square of δ in untrained networks, by layer, measured (one line for each seed) and
predicted (dashed); shaded, where they were drawn: {percent(LEVEL, 0)} of networks of this width. Dots: every kind of
network, its test accuracy after the first epochs, the mean over seeds; circled: the chosen one; grey: predicted to
learn. A click on a dot chooses it; dots beyond the scale are at its edge."""


def explorer(kinds: Sequence[Mapping[str, Any]]) -> Block | Absent:
    """A drawing of one kind of network, which the reader of the page chooses; `kinds` are rows of `explored`.

    The page says nothing by it that the report's figures and tables leave out, so that without its script, on paper
    and in other formats nothing is missing.
    """
    if not kinds:
        return ABSENT
    shown = list(map(_row, kinds))
    content = {
        "columns": [*shown[0]],
        "rows": [[*row.values()] for row in shown],
        "scale": SHOWN,
        "trainable": TRAINABLE,
        "caption": flow(_CAPTION),
    }
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Block(
        f'```{{=html}}\n<div class="explorer"><script type="application/json">{data}</script></div>\n```',
        "In the page, `report.html`, each kind of network can be chosen and looked at here.",
    )


def _row(kind: Mapping[str, Any]) -> dict[str, Any]:
    """A kind of network as the page has it: texts, and numbers of a few digits."""
    after = {kind["early"]: kind["accuracy"], kind["epochs"]: kind["ends"]}
    reached = [
        f"{sampled(scores)} % after {counted(epoch, 'epoch')}".replace(" ± ", "\xa0±\xa0").replace(
            " %", "\xa0%"
        )
        for epoch, scores in after.items()
    ]
    return {
        "activation": title(kind["activation"]),
        "depth": kind["depth"],
        "weights": kind["weights"].replace("$", "").replace("\\sigma_", "σ"),
        "place": round(min(max(kind["sum"], SHOWN[0]), SHOWN[1]), 1),
        "change": _signed(kind["sum"]),
        "foreseen": _FORESEEN[kind["trainable"]],
        "chi": ["0" if value is None else f"{value:.2g}" for value in kind["chi"]],
        "score": round(fmean(kind["accuracy"]), 3),
        "accuracy": f"{', '.join(reached)} ({counted(len(kind['accuracy']), 'seed')})",
        **{name: _rounded(kind[name]) for name in ("predicted", "low", "high")},
        "measured": list(map(_rounded, kind["measured"])),
    }


def _signed(change: float) -> str:
    text = "∞" if isinf(change) else f"{abs(change):.1f}"
    return f"{MINUS if change < 0 else '+'}{text}"


def _rounded(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 1) for value in values]
