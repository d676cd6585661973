"""Untrained networks like a study's, drawn by the hundred: how much those of one width differ from each other.

They have other seeds than the study's networks. Network n has the same weights for every activation. Its delta is
kept near one from layer to layer, and what it was divided by in a logarithm, so that none underflows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.code.generate import generate
from analysis.code.instructions import DELTA, SLOPE, V, Y
from analysis.code.interpreter import run
from analysis.studies.initial_weights import Initializer
from analysis.training.probes import decorrelation
from derivations import Activation

_STREAM = 2**40  # of seeds, none of which a study has
_WEIGHTS_AT_ONCE = 4_000_000  # of the networks that are worked out together


@dataclass(frozen=True)
class Sample:
    """What was measured of each network and layer: natural logarithms, -inf where nothing arrives, but for the last.

    delta          root mean square of delta, (networks, layers)
    gradient       root mean square of dE/dW, (networks, layers)
    alone          the norm of delta of each pattern by itself, (networks, layers, patterns)
    decorrelation  1 - rho of v, as the probes have it, (networks, layers)
    """

    delta: np.ndarray
    gradient: np.ndarray
    alone: np.ndarray
    decorrelation: np.ndarray


def sample(
    function: Activation,
    units: Sequence[int],
    initial: Initializer,
    images: np.ndarray,
    labels: np.ndarray,
    networks: int,
) -> Sample:
    """So many networks on a mini-batch.

    Images are (patterns, units[0]), as fractions, labels (patterns,). `units` are those of every layer, from the
    input on.
    """
    weights = sum(below * here for below, here in pairwise(units))
    together = max(1, min(networks, _WEIGHTS_AT_ONCE // weights))
    found = [
        _some(function, units, initial, images, labels, range(first, min(first + together, networks)))
        for first in range(0, networks, together)
    ]
    return Sample(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def weights_of(
    initial: Initializer, units: Sequence[int], network: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The weights (units, units below) and the biases (units,) of each layer of a network."""
    random = np.random.default_rng([_STREAM, len(units) - 1, network])
    return [initial.draw(random, below, here) for below, here in pairwise(units)]


@np.errstate(all="ignore")
def _some(
    function: Activation,
    units: Sequence[int],
    initial: Initializer,
    images: np.ndarray,
    labels: np.ndarray,
    which: range,
) -> tuple[np.ndarray, ...]:
    """The parts of a `Sample`, of these networks."""
    layers, patterns = len(units) - 1, len(labels)
    drawn = list(zip(*(weights_of(initial, units, n) for n in which), strict=True))
    W = [
        np.stack([W for W, _ in layer]).astype(np.float32) for layer in drawn
    ]  # (networks, units, units below)
    b = [np.stack([b for _, b in layer]).astype(np.float32)[:, :, None] for layer in drawn]
    y, slopes, unlike = [images.T.astype(np.float32)], [], []
    for r in range(layers):
        v = W[r] @ y[-1] + b[r]
        unlike.append(decorrelation(v.astype(np.float64)))
        if r < layers - 1:
            f, times_slope = _activate(function, v)
            y.append(f)
            slopes.append(times_slope)
    delta = _output_delta(v, labels)
    of_delta, gradient = np.zeros((2, len(which), layers))
    alone = np.empty((len(which), layers, patterns))
    scale = np.zeros(len(which))
    for r in range(layers - 1, -1, -1):
        if r < layers - 1:
            delta = slopes[r](W[r + 1].swapaxes(1, 2) @ delta)
        size = _root_mean_square(delta)
        scale += size
        delta = delta / np.exp(np.where(np.isfinite(size), size, 0)).astype(np.float32)[:, None, None]
        of_delta[:, r] = scale
        gradient[:, r] = scale + _root_mean_square(delta @ y[r].swapaxes(-1, -2))
        alone[:, r] = scale[:, None] + np.log(np.square(delta, dtype=np.float64).sum(axis=1)) / 2
    return of_delta, gradient, alone, np.array(unlike).T


def _activate(function: Activation, v: np.ndarray) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """f(v), and what multiplies by f'(v); by the code that is generated for training, run by NumPy."""
    code = generate(function)
    made = run(code.forward_program, {V: v})
    kept = {Y: made[V]} | ({SLOPE: made[SLOPE]} if code.keeps_slope else {})
    return np.broadcast_to(made[V], v.shape), lambda delta: run(code.backward_program, {DELTA: delta} | kept)[
        DELTA
    ]


def _output_delta(v: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(p - t) / patterns."""
    p = np.exp(v - v.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    patterns = np.arange(len(labels))
    p[:, labels, patterns] -= 1
    return np.asarray(p / np.float32(len(labels)))


def _root_mean_square(arrays: np.ndarray) -> np.ndarray:
    """The natural logarithm of that of each network's array; squares are taken in double precision."""
    return np.asarray(np.log(np.square(arrays, dtype=np.float64).mean(axis=(1, 2))) / 2)
