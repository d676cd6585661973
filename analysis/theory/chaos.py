"""The map of chi by sigma_w and sigma_b: where the edge of chaos runs, and where initial weights lie."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from analysis.studies.initial_weights import Initializer
from analysis.studies.protocol import named_after
from analysis.studies.study import Study
from analysis.theory.predictions import compared_initializers, reached
from derivations import Propagation

VARIANCES = np.geomspace(1e-8, 1e5, 200).tolist()  # q, for which the map is worked out


def least_on_edge(network: Propagation) -> float:
    """The least sigma_w on the edge of chaos, zero where there is none."""
    for mean in (network.mean_square, network.mean_square_slope):
        mean.work_out(VARIANCES)
    squares = [network.edge_of_chaos(q) for q in VARIANCES]
    inside = [of_weights for of_weights, of_biases in squares if 0 < of_weights < np.inf and of_biases >= 0]
    return float(np.sqrt(min(inside, default=0)))


def weight_scales(study: Study) -> dict[str, float]:
    """sigma_w between layers of a study's width, by whom the initial distribution is named after.

    Distributions that have the same share a name, such as "Glorot, LeCun".
    """
    names: dict[float, list[str]] = {}
    for initializer in compared_initializers(study):
        of_weights, _ = Initializer(initializer).variances(study.width, study.width)
        scale = sqrt(of_weights * study.width)
        names.setdefault(scale, []).append(named_after(initializer))
    return {", ".join(sharing): scale for scale, sharing in names.items()}


def chi_by_weights(network: Propagation, study: Study) -> dict[str, float]:
    """chi in very deep networks of a study's width, for each of `weight_scales`."""
    return {whose: chi_reached(network, sigma_w) for whose, sigma_w in weight_scales(study).items()}


def chi_reached(network: Propagation, sigma_w: float) -> float:
    """chi in very deep networks without biases, from the variance 1 on; infinite where the variance is."""
    point = reached(network, 1.0, sigma_w**2)
    return point.chi if point else inf
