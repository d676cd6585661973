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

from analysis.studies.initial_weights import weight_variance
from analysis.theory.spread import Deviation, Deviations, Networks, Outputs, relative
from derivations import Propagation

_SMALLEST, _LARGEST = 1e-100, 1e100  # variances of v
_SATURATED = 50.0  # variance from which softmax outputs near 0 or 1 as its square root grows
_LOGARITHMS = np.linspace(-40.0, 12.0, 1041)  # of t, over which E[p^2] is integrated; exact to 1e-9


@dataclass(frozen=True)
class Prediction:
    """Of each layer r = 1..R, in networks of infinite width but for the spreads and shifts.

    q         variance of v
    chi       ratio of the mean squared delta to that of the layer above; nan in the last layer
    delta     root mean square of delta
    gradient  root mean square of dE/dW
    delta_spread, gradient_spread
              standard deviations of ln(delta) and of ln(gradient) over networks of this width
    delta_shift, gradient_shift
              by how much the means of both over these networks exceed ln(delta) and ln(gradient) from above
    """

    q: np.ndarray
    chi: np.ndarray
    delta: np.ndarray
    gradient: np.ndarray
    delta_spread: np.ndarray
    gradient_spread: np.ndarray
    delta_shift: np.ndarray
    gradient_shift: np.ndarray


@np.errstate(all="ignore")  # nan where nothing passes
def predict(
    network: Propagation, units: Sequence[int], initializer: str, images: np.ndarray, labels: np.ndarray
) -> Prediction:
    """The prediction for a mini-batch: images (patterns, units[0]) as fractions, labels (patterns,).

    `units` are those of every layer, from the input on. Biases are zero. It is nan where v vanishes or grows
    beyond what double precision can square.
    """
    variances = [weight_variance(initializer, below, here) for below, here in pairwise(units)]
    layers, patterns = len(variances), len(images)
    squares = images @ images.T
    y, slopes = [squares / units[0]], []  # E[y_mu y_nu] from the input on, E[f'_mu f'_nu] of hidden layers
    of_y = [Deviation(0.0, 0.0)]  # ln(y^2) over networks
    steepness = []  # how much the squared slopes of units differ
    deviations = Deviations(squares.diagonal())
    q, rho = [variances[0] * np.trace(squares) / patterns], _correlations(squares)
    for r in range(1, layers):
        if not _SMALLEST < q[-1] < _LARGEST:
            return Prediction(*(np.full(layers, math.nan) for _ in fields(Prediction)))
        y.append(network.mean_square.correlated(q[-1])(rho))
        slopes.append(network.mean_square_slope.correlated(q[-1])(rho))
        of_fourth = relative(network.mean_fourth.correlated(q[-1])(rho), y[-1])
        passed = of_y[-1].through(network.mean_square.response(q[-1]))
        of_y.append(passed.times_random(math.log1p((of_fourth - 1) / units[r])))
        steepness.append(relative(network.mean_fourth_slope.correlated(q[-1])(rho), slopes[-1]))
        deviations.ascend(network, q[-1], units[r])
        rho = _correlations(y[-1])
        q.append(variances[r] * units[r] * float(y[-1].diagonal().mean()))
    outputs = Outputs.of(rho, softmax_square(q[-1], units[-1]), labels, units[-1])
    delta, chi = [outputs.products / patterns**2], [math.nan]  # of each layer, E[delta_mu delta_nu], and chi
    for r in range(layers - 1, 0, -1):
        factor = variances[r] * units[r + 1] * slopes[r - 1]
        chi.insert(0, float(factor.diagonal().mean()))
        delta.insert(0, delta[0] * factor)
    networks = Networks(delta, slopes, steepness, units[1:], outputs)
    of_delta = np.array([networks.variance(np.eye(patterns), r) for r in range(layers)])
    of_sum = np.array([networks.variance(y[r], r) for r in range(layers)])
    shift = deviations.of_delta()
    return Prediction(
        q=np.array(q),
        chi=np.array(chi),
        delta=np.array([math.sqrt(part.diagonal().mean()) for part in delta]),
        gradient=np.array([math.sqrt((part * below).sum()) for part, below in zip(delta, y, strict=True)]),
        delta_spread=np.sqrt(of_delta) / 2,
        gradient_spread=np.sqrt(of_sum + [deviation.variance for deviation in of_y]) / 2,
        delta_shift=shift - of_delta / 4,
        gradient_shift=shift - of_sum / 4 + np.array([deviation.mean for deviation in of_y]) / 2,
    )


def log_change(network: Propagation, units: Sequence[int], initializer: str, square: float) -> float:
    """By how much ln of the squared delta changes down through the hidden layers: the sum of ln(chi).

    `square` is the mean square of an input. -inf where v vanishes or nothing passes, inf where v overflows.
    """
    variances = [weight_variance(initializer, below, here) for below, here in pairwise(units)]
    q, total = variances[0] * units[0] * square, 0.0
    for r in range(1, len(variances) - 1):
        if not _SMALLEST < q < _LARGEST:
            return -math.inf if q <= _SMALLEST else math.inf
        chi = network.chi(q, variances[r] * units[r + 1])
        if chi == 0:
            return -math.inf
        total += math.log(chi)
        q = network.next(q, variances[r] * units[r])
    return total


def _correlations(products: np.ndarray) -> np.ndarray:
    norms = np.sqrt(products.diagonal())
    norms = np.where(norms > 0, norms, 1)
    return np.clip(products / np.outer(norms, norms), -1, 1)


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
