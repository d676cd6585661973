"""How weights and biases are drawn before training, from a layer's fan-in and fan-out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

PUBLISHED = ("glorot", "he", "lecun")  # each of two shapes, without biases
FREE = ("uniform", "normal")  # whose variances a study gives
CRITICAL = "critical"  # normal, with the variances of each activation's critical point
INITIALIZERS = (
    *(f"{scale}_{shape}" for scale in PUBLISHED for shape in FREE),
    *("orthogonal", "torch_default", CRITICAL, *FREE),
)

#: Variances of a weight and of a bias by fan-in and fan-out.
VARIANCES: Mapping[str, Callable[[int, int], tuple[float, float]]] = {
    "glorot": lambda below, here: (2 / (below + here), 0.0),  # Glorot and Bengio (2010), equation 12
    "he": lambda below, here: (2 / below, 0.0),  # He et al. (2015), equation 10
    "lecun": lambda below, here: (1 / below, 0.0),  # LeCun et al. (1998), Efficient BackProp, section 4.6
    "orthogonal": lambda below, here: (1 / max(below, here), 0.0),  # Saxe, McClelland and Ganguli (2014)
    # torch.nn.Linear.reset_parameters: both are uniform between -1 / sqrt(fan-in) and 1 / sqrt(fan-in).
    "torch": lambda below, here: (1 / (3 * below), 1 / (3 * below)),
}


@dataclass(frozen=True)
class Initializer:
    """A distribution of weights and biases: one of `INITIALIZERS`; of free and critical ones, sigma_w and sigma_b.

    Those have weights of the variance sigma_w^2 / fan-in and biases of the variance sigma_b^2.
    """

    name: str
    sigma_w: float = 1.0
    sigma_b: float = 0.0

    @property
    def scale(self) -> str:
        """The key of `VARIANCES`, or what has none there."""
        return self.name.partition("_")[0]

    @property
    def shape(self) -> str:
        """How one weight is distributed, one of `FREE`."""
        return "normal" if self.name == CRITICAL or self.name.endswith("normal") else "uniform"

    def variances(self, below: int, here: int) -> tuple[float, float]:
        """Of a weight and of a bias in a layer of `here` units upon `below`."""
        if self.name in (*FREE, CRITICAL):
            return self.sigma_w**2 / below, self.sigma_b**2
        return VARIANCES[self.scale](below, here)

    def draw(self, random: np.random.Generator, below: int, here: int) -> tuple[np.ndarray, np.ndarray]:
        """The weights (here, below) and the biases (here,) of a layer, in double precision."""
        of_weights, of_biases = self.variances(below, here)
        if self.name == "orthogonal":
            return _orthogonal(random, below, here), np.zeros(here)
        W = self._sample(random, of_weights, (here, below))
        return W, self._sample(random, of_biases, (here,)) if of_biases else np.zeros(here)

    def _sample(self, random: np.random.Generator, variance: float, shape: tuple[int, ...]) -> np.ndarray:
        deviation = math.sqrt(variance)
        if self.shape == "normal":
            return random.normal(0, deviation, shape)
        limit = math.sqrt(3) * deviation
        return random.uniform(-limit, limit, shape)


def _orthogonal(random: np.random.Generator, below: int, here: int) -> np.ndarray:
    """Rows or columns that are orthonormal, uniformly distributed (Saxe, McClelland and Ganguli 2014)."""
    Q, R = np.linalg.qr(random.normal(size=(max(below, here), min(below, here))))
    Q *= np.sign(np.diag(R))  # QR is unique, and Q uniform, with a positive diagonal
    return Q if here >= below else Q.T
