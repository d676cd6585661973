"""What theory says of an untrained network: the root mean square of delta and of dE/dW in each layer.

`derivations.wide.propagation`, at finite depth: from the images of the fixed mini-batch on, with each layer's
own fan-in and fan-out. Patterns are taken to have one norm, that of their mean square, and the correlations that
they have; weights above a layer are taken to be independent of those below (Schoenholz et al. 2017).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from analysis.studies.initial_weights import Initializer
from analysis.theory.one_pattern import Layer, Output, deviations
from derivations import Propagation

_SMALLEST, _LARGEST = 1e-100, 1e100  # variances of v
_SATURATED = 50.0  # variance from which softmax outputs near 0 or 1 as its square root grows
_LOGARITHMS = np.linspace(-40.0, 12.0, 1041)  # of t, over which E[p^2] is integrated; exact to 1e-9


@dataclass(frozen=True)
class Prediction:
    """Of each layer r = 1..R, in networks of infinite width but for `alone`.

    q         variance of v
    chi       ratio of the mean squared delta to that of the layer above; nan in the last layer
    delta     root mean square of delta
    gradient  root mean square of dE/dW
    alone     standard deviation of ln|delta| of one pattern over networks of this width, to first order; nan with
              orthogonal weights, which are not independent, and with biases
    """

    q: np.ndarray
    chi: np.ndarray
    delta: np.ndarray
    gradient: np.ndarray
    alone: np.ndarray


@np.errstate(all="ignore")  # nan where nothing passes
def predict(
    network: Propagation, units: Sequence[int], initial: Initializer, images: np.ndarray, labels: np.ndarray
) -> Prediction:
    """The prediction for a mini-batch: images (patterns, units[0]) as fractions, labels (patterns,).

    `units` are those of every layer, from the input on. It is nan where v vanishes or grows
    beyond what double precision can square.
    """
    variances, biases = _variances(initial, units)
    layers, patterns = len(variances), len(images)
    squares = images @ images.T
    y, slopes = [squares / units[0]], []  # E[y_mu y_nu] from the input on, E[f'_mu f'_nu] of hidden layers
    hidden = []
    products = variances[0] * squares + biases[0]  # E[v_mu v_nu]
    q, rho = [np.trace(products) / patterns], _correlations(products)
    for r in range(1, layers):
        if not _SMALLEST < q[-1] < _LARGEST:
            return Prediction(*(np.full(layers, math.nan) for _ in fields(Prediction)))
        y.append(network.mean_square.correlated(q[-1])(rho))
        slopes.append(network.mean_square_slope.correlated(q[-1])(rho))
        hidden.append(Layer.of(network, q[-1], units[r]))
        products = variances[r] * units[r] * y[-1] + biases[r]
        rho = _correlations(products)
        q.append(float(products.diagonal().mean()))
    delta = [_products(rho, softmax_square(q[-1], units[-1]), labels, units[-1]) / patterns**2]
    chi = [math.nan]
    for r in range(layers - 1, 0, -1):  # of each layer, E[delta_mu delta_nu], and chi
        factor = variances[r] * units[r + 1] * slopes[r - 1]
        chi.insert(0, float(factor.diagonal().mean()))
        delta.insert(0, delta[0] * factor)
    alone = deviations(hidden, Output.of(q[-1], units[-1]))
    return Prediction(
        q=np.array(q),
        chi=np.array(chi),
        delta=np.array([math.sqrt(part.diagonal().mean()) for part in delta]),
        gradient=np.array([math.sqrt((part * below).sum()) for part, below in zip(delta, y, strict=True)]),
        alone=np.full(layers, math.nan) if initial.name == "orthogonal" or any(biases) else alone,
    )


@np.errstate(all="ignore")
def log_deltas(
    network: Propagation, units: Sequence[int], initial: Initializer, square: float, patterns: int
) -> np.ndarray:
    """ln of the mean squared delta of each layer, as `predict` has it, of patterns with this mean square of an input.

    It takes no pair of patterns together. nan where v vanishes or overflows, -inf where nothing passes.
    """
    variances, biases = _variances(initial, units)
    q, log_chi = variances[0] * units[0] * square + biases[0], []
    for r in range(1, len(variances)):
        if not _SMALLEST < q < _LARGEST:
            return np.full(len(variances), math.nan)
        log_chi.append(np.log(network.chi(q, variances[r] * units[r + 1])))
        q = network.next(q, variances[r] * units[r], biases[r])
    any_label = np.zeros(1)
    [[of_output]] = _products(np.ones((1, 1)), softmax_square(q, units[-1]), any_label, units[-1])
    return np.cumsum([math.log(of_output / patterns**2), *reversed(log_chi)])[::-1]


def log_change(network: Propagation, units: Sequence[int], initial: Initializer, square: float) -> float:
    """By how much ln of the squared delta changes down through the hidden layers: the sum of ln(chi).

    `square` is the mean square of an input. -inf where v vanishes or nothing passes, inf where v overflows.
    """
    variances, biases = _variances(initial, units)
    q, total = variances[0] * units[0] * square + biases[0], 0.0
    for r in range(1, len(variances) - 1):
        if not _SMALLEST < q < _LARGEST:
            return -math.inf if q <= _SMALLEST else math.inf
        chi = network.chi(q, variances[r] * units[r + 1])
        if chi == 0:
            return -math.inf
        total += math.log(chi)
        q = network.next(q, variances[r] * units[r], biases[r])
    return total


def _variances(initial: Initializer, units: Sequence[int]) -> tuple[list[float], list[float]]:
    """Those of a weight and of a bias in each layer."""
    of_weights, of_biases = zip(*(initial.variances(*pair) for pair in pairwise(units)), strict=True)
    return list(of_weights), list(of_biases)


def _correlations(products: np.ndarray) -> np.ndarray:
    norms = np.sqrt(products.diagonal())
    norms = np.where(norms > 0, norms, 1)
    return np.clip(products / np.outer(norms, norms), -1, 1)


def _products(rho: np.ndarray, square: float, labels: np.ndarray, classes: int) -> np.ndarray:
    """E[(p - t)_mu (p - t)_nu] per class, from the correlations of patterns, E[p^2] and labels (patterns,).

    E[p_mu p_nu] is taken to be linear in the correlation, as it is to first order in the variance of v.
    """
    fixed = 1 / classes - (np.arange(classes)[:, None] == labels)
    return np.asarray((square - 1 / classes**2) * rho + fixed.T @ fixed / classes)


def softmax_square(q: float, classes: int) -> float:
    """E[p_1^2] of softmax outputs p of independent normal v of variance q.

    1 / S^2 is the integral of t exp(-t S) over t, and the exponentials of different units are independent.
    To two thousandths: beyond a variance of 50 by the next term of its expansion for large ones.
    """
    if q > _SATURATED:
        return 1 / classes - (1 / classes - softmax_square(_SATURATED, classes)) * math.sqrt(_SATURATED / q)
    z, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    t, e = np.exp(_LOGARITHMS)[:, None], np.exp(math.sqrt(q) * z)[None, :]
    damped = np.exp(-t * e)
    integrand = (t**2)[:, 0] * ((e**2 * damped) @ weights) * (damped @ weights) ** (classes - 1)
    return float(integrand.sum() * (_LOGARITHMS[1] - _LOGARITHMS[0]))
