"""What the study `gain` says: whether LeCun's activation is ahead of tanh by more than the size of the weights.

Its control is tanh with hidden weights as many times as large as the gain of 1.7159 tanh(2v/3). Test accuracies are
means over the epochs: that of one epoch jumps in deep networks. Each function answers for all networks that it names,
and returns None where there is no such study or depth.
"""

from __future__ import annotations

import polars as pl

from analysis.findings.finding import Finding
from analysis.results.frames import Results

STUDY, CONTROL = "gain", "control"


def ahead_of_tanh(gain: Results | None, depth: int) -> Finding | None:
    """With the control's weights every tanh network is ahead of that with the study's weights."""
    scores = _scores(gain, depth)
    if not scores:
        return None
    return _compared(scores, [c - t for t, c, _ in zip(*scores.values(), strict=True)])


def makes_up_for_most(gain: Results | None, depth: int) -> Finding | None:
    """LeCun's activation is ahead of tanh, and the control is closer to it: its weights make up for more than half.

    By its margin, or by that of LeCun's activation over tanh where that is less.
    """
    scores = _scores(gain, depth)
    if not scores:
        return None
    return _compared(
        scores, [min(lecun - t, (c - t) - (lecun - c)) for t, c, lecun in zip(*scores.values(), strict=True)]
    )


def compared(gain: Results | None) -> pl.DataFrame:
    """A row per depth: depth, and the test accuracies of `tanh`, `control` and `LeCun`, by seed."""
    depths = gain.study.depths if gain else ()
    return pl.DataFrame([{"depth": depth, **_scores(gain, depth)} for depth in depths])


def _compared(scores: dict[str, list[float]], by: list[float]) -> Finding:
    return Finding(min(by) > 0, scores, margin=[100 * difference for difference in by])


def _scores(gain: Results | None, depth: int) -> dict[str, list[float]]:
    """Mean test accuracies of tanh, the control and LeCun's activation, by seed; nothing where one is missing."""
    control = gain.get(CONTROL) if gain else None
    if gain is None or control is None:
        return {}
    found = {
        "tanh": _means(gain, "tanh", depth),
        "control": _means(control, "tanh", depth),
        "LeCun": _means(gain, "lecun", depth),
    }
    return found if all(found.values()) else {}


def _means(results: Results, activation: str, depth: int) -> list[float]:
    of_seed = results.history.filter(activation=activation, depth=depth).group_by("seed", maintain_order=True)
    return of_seed.agg(pl.col("test_accuracy").mean()).sort("seed")["test_accuracy"].to_list()
