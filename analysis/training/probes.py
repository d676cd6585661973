"""Probes: gradients measured in every layer, on one fixed mini-batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.studies.run import COUNTED, PROBES
from analysis.training.networks import Gradients, Networks

UNDERFLOW = 1e-30  # below it, products in single precision begin to be lost


def probe(networks: Networks, count: int) -> list[dict[str, list[float]]]:
    """What every network does in each layer with one fixed mini-batch, the first of `count` training images.

    Outputs are counted of more of them, of the first `COUNTED`. For each network: measure -> its value in the
    layers 1..R, as `studies.run.PROBES` names them.
    """
    patterns = min(networks.runs[0].batch_size, count)
    with np.errstate(all="ignore"):  # of a network that has diverged
        outputs = networks.distinct(min(COUNTED, count))
        return [
            dict(zip(PROBES, map(list, (*_measured(found), distinct)), strict=True))
            for found, distinct in zip(networks.gradients(patterns), outputs.tolist(), strict=True)
        ]


def _measured(at: Gradients) -> list[list[float]]:
    """The measures of a network but for the last, each by layer."""
    layers = range(len(at.W))
    gradient, delta = gradients(at.delta, at.y), _double(at.delta)
    norms = [_norm(weights) for weights in _double(at.W)]
    return [
        [_greatest(part) for part in gradient],
        [root_mean_square(part) for part in gradient],
        [_greatest(part) for part in delta],
        [root_mean_square(part) for part in delta],
        [_greatest(part) for part in gradients(at.of_sum, at.y)],
        norms,
        [*(_transfer(delta[r], delta[r + 1], norms[r + 1]) for r in layers[:-1]), 0.0],
        [*(float((slope == 0).all(1).mean()) for slope in at.slope), 0.0],
        [float(decorrelation(v)) for v in _double(at.v)],
    ]


def gradients(delta: Sequence[np.ndarray], y: Sequence[np.ndarray]) -> list[np.ndarray]:
    """dE/dW of each layer, (units, units below), from delta and from what the layer is given."""
    return [above @ below.T for above, below in zip(_double(delta), _double(y), strict=True)]


def decorrelation(v: np.ndarray) -> np.ndarray:
    """1 - rho, rho the cosine of v of two patterns, in the mean over pairs; v (..., units, patterns) in doubles.

    It is the variance of their directions, in which nothing cancels where patterns are nearly parallel. A pattern
    whose v is zero has no direction, and is left out; NaN where fewer than two have one.
    """
    norms = np.linalg.norm(v, axis=-2, keepdims=True)
    known = norms != 0
    directions = v / np.where(known, norms, 1)
    patterns = known.sum(axis=-1, keepdims=True)
    apart = (directions - directions.sum(axis=-1, keepdims=True) / np.maximum(patterns, 1)) * known
    found = np.square(apart).sum(axis=(-2, -1)) / np.maximum(patterns[..., 0, 0] - 1, 1)
    return np.where(patterns[..., 0, 0] < 2, np.nan, found)


def _double(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.asarray(values, np.float64) for values in arrays]


def _greatest(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def root_mean_square(values: np.ndarray) -> float:
    """Of all numbers of an array, summed in double precision."""
    return float(np.sqrt(np.square(values, dtype=np.float64).mean()))


def _norm(W: np.ndarray) -> float:
    """The spectral norm, NaN of what is not finite: the root of the largest eigenvalue of W W^T."""
    small = W @ W.T if len(W) <= W.shape[1] else W.T @ W
    return float(np.sqrt(np.linalg.eigvalsh(small)[-1])) if np.isfinite(small).all() else np.nan


def _transfer(delta: np.ndarray, above: np.ndarray, norm: float) -> float:
    """Of any pattern the greatest |delta| / (norm of W above * |delta above|), which sup |f'| bounds.

    A product of norms below `UNDERFLOW` counts as that, because it may be but what underflow has left.
    """
    allowed = np.maximum(norm * np.linalg.norm(above, axis=0), UNDERFLOW)
    return float((np.linalg.norm(delta, axis=0) / allowed).max())
