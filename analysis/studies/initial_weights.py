"""How weights are drawn before training: W of a layer, (units, units below), from fan-in and fan-out."""

from __future__ import annotations

import math

import numpy as np

#: Variance of a weight by fan-in and fan-out.
VARIANCES = {
    "glorot": lambda below, here: 2 / (below + here),  # Glorot and Bengio (2010), equation 12
    "he": lambda below, here: 2 / below,  # He et al. (2015), equation 10
    "lecun": lambda below, here: 1 / below,  # LeCun et al. (1998), Efficient BackProp, section 4.6
}
INITIALIZERS = (*(f"{scale}_{shape}" for scale in VARIANCES for shape in ("uniform", "normal")), "orthogonal")


def weight_variance(name: str, below: int, here: int) -> float:
    """The variance of a weight in a layer of `here` units upon `below`."""
    if name == "orthogonal":
        return 1 / max(below, here)
    return float(VARIANCES[name.partition("_")[0]](below, here))


def initial_weights(name: str, random: np.random.Generator, below: int, here: int) -> np.ndarray:
    """The weights of a layer of `here` units upon `below`, in double precision, by one of `INITIALIZERS`."""
    if name == "orthogonal":
        return _orthogonal(random, below, here)
    deviation = math.sqrt(weight_variance(name, below, here))
    if name.endswith("_normal"):
        return random.normal(0, deviation, (here, below))
    limit = math.sqrt(3) * deviation
    return random.uniform(-limit, limit, (here, below))


def _orthogonal(random: np.random.Generator, below: int, here: int) -> np.ndarray:
    """Rows or columns that are orthonormal, uniformly distributed (Saxe, McClelland and Ganguli 2014)."""
    Q, R = np.linalg.qr(random.normal(size=(max(below, here), min(below, here))))
    Q *= np.sign(np.diag(R))  # QR is unique, and Q uniform, with a positive diagonal
    return Q if here >= below else Q.T
