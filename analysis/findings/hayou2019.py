"""What the study `hayou2019` says: whether smooth activations learn before ReLU and its kin, as was published.

Beside it are the same networks with other activations, each on its own edge of chaos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import polars as pl

from analysis.findings.finding import LEARNED, Finding, by_title
from analysis.results.frames import Results
from derivations import Propagation
from derivations.wide.critical import edge

STUDY = "hayou2019"
SMOOTH, KINKED, OFF_EDGE = ("elu", "tanh"), ("leaky_relu", "relu"), ("softplus", "sigmoid")


@dataclass(frozen=True)
class Published:
    """Networks of a publication, and their test accuracies in per cent as it prints them, by activation."""

    depth: int
    learning_rate: float
    epochs: int
    accuracies: Mapping[str, str]


#: Hayou, Doucet and Rousseau (2019), table 1: width and depth 300, MNIST, after 10 epochs
TABLE_1 = Published(
    depth=300,
    learning_rate=1e-4,
    epochs=10,
    accuracies={
        "elu": "91.63 ± 2.21",
        "tanh": "91.16 ± 1.21",
        "leaky_relu": "48.10 ± 3.31",
        "relu": "46.53 ± 12.01",
        "softplus": "10.11 ± 0.09",
        "sigmoid": "9.85 ± 0.11",
    },
)


def compared(study: Results | None, networks: Mapping[str, Propagation]) -> pl.DataFrame:
    """A row per activation of `TABLE_1`: the paper's accuracy beside ours; none without the study.

    Columns: activation, sigma_w and sigma_b, of the initial weights; edge, the least sigma_w on the edge of chaos with
    these biases, null where there is none; paper, in per cent; here, on the test set in the end, by seed.
    """
    found = _by_activation(study)
    rows = [
        {
            "activation": name,
            **_weights(found[name], name, networks[name]),
            "paper": paper,
            "here": _scores(found[name], name),
        }
        for name, paper in TABLE_1.accuracies.items()
        if name in found
    ]
    return pl.DataFrame(rows, schema_overrides={"edge": pl.Float64} if rows else None)


def smooth_ahead(study: Results | None) -> Finding | None:
    """With every seed all smooth activations are ahead of ReLU and LeakyReLU."""
    return _all_ahead(study, SMOOTH, KINKED)


def kinked_ahead(study: Results | None) -> Finding | None:
    """With every seed ReLU and LeakyReLU are ahead of softplus and the sigmoid."""
    return _all_ahead(study, KINKED, OFF_EDGE)


def none_off_the_edge_learns(study: Results | None) -> Finding | None:
    """No network with softplus or the sigmoid learns."""
    scores = _all_scores(study, OFF_EDGE)
    return Finding(max(map(max, scores.values())) <= LEARNED, by_title(scores)) if scores else None


def _all_ahead(study: Results | None, ones: Sequence[str], others: Sequence[str]) -> Finding | None:
    """With every seed all of the ones are ahead of all others; None where an activation is missing."""
    scores = _all_scores(study, (*ones, *others))
    if not scores:
        return None
    by_seed = [dict(zip(scores, of_seed, strict=True)) for of_seed in zip(*scores.values(), strict=True)]
    margin = [100 * (min(of[name] for name in ones) - max(of[name] for name in others)) for of in by_seed]
    return Finding(min(margin) > 0, by_title(scores), margin=margin)


def _all_scores(study: Results | None, names: Sequence[str]) -> dict[str, list[float]]:
    """Test accuracies in the end by activation; nothing where one is missing."""
    found = _by_activation(study)
    return {name: _scores(found[name], name) for name in names} if set(names) <= set(found) else {}


def _by_activation(study: Results | None) -> dict[str, Results]:
    """The results, of the study or of one beside it, that have an activation."""
    return {name: part for part in (study.all if study else ()) for name in part.study.activations}


def _scores(part: Results, name: str) -> list[float]:
    return part.accuracy(name, max(part.study.depths))


def _weights(part: Results, name: str, network: Propagation) -> dict[str, Any]:
    """sigma_w and sigma_b of hidden layers, and the sigma_w on the edge of chaos with such biases."""
    study = part.study
    of_weights, of_biases = study.initial_of(study.function(name)).variances(study.width, study.width)
    sigma_b = sqrt(of_biases)
    on_edge = [point.sigma_w for point in edge(network, sigma_b)]
    return {"sigma_w": sqrt(of_weights * study.width), "sigma_b": sigma_b, "edge": min(on_edge, default=None)}
