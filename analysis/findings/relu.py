"""What the ReLU networks of a study say: of Glorot's weights against He's, and of units that pass nothing.

A unit is dead that has the slope zero for all images of the fixed mini-batch. Each function answers for all
networks that it names, and returns None where the study has none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import polars as pl

from analysis.findings.finding import LEARNED, Finding
from analysis.results.frames import Results
from analysis.results.tables import dead_by_run
from analysis.studies.protocol import named_after
from analysis.theory.predictions import predictions

SAME = 1e-9  # predictions that differ by less count as equal


def keeps_delta_with_he(results: Results, cache: Path) -> Finding | None:
    """With He's weights the squared delta should be the same in all hidden layers of the deepest ReLU networks."""
    he = results.get("he")
    if he is None:
        return None
    hidden = predictions(he.study, cache).filter(pl.col("layer") < pl.col("depth")).drop_nulls("delta")
    squares = [delta**2 for delta in hidden["delta"]]
    if not squares:
        return None
    ratio = max(squares) / min(squares) if min(squares) > 0 else float("inf")
    return Finding(abs(ratio - 1) < SAME, {"greatest / least $\\delta^2$ of a layer": [ratio]}, unit="number")


def learns_with_he_only(results: Results) -> Finding | None:
    """After as many epochs all of the deepest ReLU networks have learned with He's weights, none with Glorot's."""
    found = results.get("he")
    if found is None:
        return None
    [depth] = found.study.depths
    he, glorot = found.accuracy("relu", depth), results.accuracy("relu", depth, found.study.epochs)
    margin = [100 * (a - b) for a, b in zip(he, glorot, strict=True)]
    return Finding(min(he) > LEARNED >= max(glorot), {"He": he, "Glorot": glorot}, margin=margin)


def as_many_dead_with_he(results: Results) -> Finding | None:
    """Before training as many units of each layer are dead with He's weights as in the network of the same seed."""
    he = results.get("he")
    if he is None:
        return None
    layers = [
        found.probes.filter(
            pl.col("layer") < pl.col("depth"), activation="relu", depth=he.study.depths[0], epoch=0
        )
        .sort("seed", "layer")["dead_units"]
        .to_list()
        for found in (he, results)
    ]
    shares = [[sum(dead) / len(dead)] for dead in layers]
    return Finding(layers[0] == layers[1], {"of all hidden units, He": shares[0], "Glorot": shares[1]})


def with_dead_layer(results: Results, epoch: int) -> pl.DataFrame:
    """The ReLU networks that have a layer in which every unit is dead: depth and seed, a row each."""
    return dead_by_run(results.probes).filter(epoch=epoch, most=1).select("depth", "seed")


def no_dead_layer(results: Results, epoch: int) -> Finding | None:
    """No ReLU network has a layer in which every unit is dead; None where one has, of which others speak."""
    runs = dead_by_run(results.probes).filter(epoch=epoch)
    if runs.is_empty() or with_dead_layer(results, epoch).height:
        return None
    return Finding(True, {"dead in the layer with the most": runs["most"].to_list()})


def nothing_arrives_below_dead_layers(results: Results, epoch: int) -> Finding | None:
    """Where every unit of a layer is dead, delta is exactly zero there and in all layers below."""
    runs = with_dead_layer(results, epoch)
    if runs.is_empty():
        return None
    layers = results.probes.filter(activation="relu", epoch=epoch).join(
        runs, on=("depth", "seed"), maintain_order="left"
    )
    dead = (pl.col("layer") < pl.col("depth")) & (pl.col("dead_units") == 1)
    highest = pl.col("layer").filter(dead).max().over("depth", "seed")
    below = layers.filter(pl.col("layer") <= highest)["delta_max"].to_list()
    remark = f"{runs.height:,} of {_networks(results):,} networks"
    return Finding(not any(below), {"largest $|\\delta|$ there": below}, unit="number", remark=remark)


def never_learns_with_dead_layer(results: Results, epoch: int, chance: float) -> Finding | None:
    """Every ReLU network that has a dead layer after an epoch ends no better than chance.

    None where training ends there.
    """
    runs = with_dead_layer(results, epoch)
    if runs.is_empty() or epoch >= results.study.epochs:
        return None
    scores = (
        results.summary.filter(activation="relu")
        .join(runs, on=("depth", "seed"), maintain_order="left")["test_accuracy"]
        .to_list()
    )
    remark = f"{runs.height:,} of {_networks(results):,} networks"
    return Finding(max(scores) <= chance, {"in the end": scores}, remark=remark)


@dataclass(frozen=True)
class Revived:
    """ReLU networks of one kind that all have fewer dead units in the end than after an earlier epoch.

    `before` and `after` are the shares of their hidden units, by seed.
    """

    weights: str
    depth: int
    epochs: tuple[int, int]
    before: Sequence[float]
    after: Sequence[float]

    def __str__(self) -> str:
        """From what mean share to what it falls, in words."""
        before, after = (
            f"{100 * fmean(shares):.0f}\N{NO-BREAK SPACE}%" for shares in (self.before, self.after)
        )
        early, last = self.epochs
        since = f"{early} epoch{'' if early == 1 else 's'}"
        return (
            f"from {before} after {since} to {after} after {last} "
            f"with {self.depth} layers and {self.weights}’s weights"
        )


def revived(results: Results, epoch: int) -> list[Revived]:
    """The kinds of ReLU networks, also of the studies beside, with fewer dead units in the end than after an epoch."""
    kinds = []
    for found in filter(None, (results, results.get("he"))):
        study, runs = found.study, dead_by_run(found.probes).sort("seed")
        for depth in study.depths:
            ends = (epoch, study.epochs)
            before, after = (runs.filter(depth=depth, epoch=at)["mean"].to_list() for at in ends)
            diverged = min(len(before), len(after)) < study.seeds
            if not diverged and all(a > b for a, b in zip(before, after, strict=True)):
                kinds.append(Revived(named_after(study.initializer), depth, ends, before, after))
    return kinds


def units_come_back(kinds: Sequence[Revived]) -> Finding | None:
    """The mean share of dead units has fallen in every network of these kinds, those that are `revived`.

    It is descriptive: the kinds were chosen because it has.
    """
    if not kinds:
        return None
    falls = [[100 * (a - b) for a, b in zip(kind.before, kind.after, strict=True)] for kind in kinds]
    margin = [min(of_seed) for of_seed in zip(*falls, strict=True)]
    numbers = {f"{kind.weights}, {kind.depth} layers, in the end": kind.after for kind in kinds}
    return Finding(min(margin) > 0, numbers, margin=margin)


def _networks(results: Results) -> int:
    return results.study.seeds * len(results.study.depths)
