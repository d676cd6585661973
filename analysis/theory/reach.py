"""How many layers networks of given weights and biases may have and still be trained: six depth scales.

The depth scale is that of the correlation of two images, xi_c of Schoenholz et al. (2017).
"""

from __future__ import annotations

from analysis.theory.predictions import TRAINABLE, reached
from derivations import Propagation
from derivations.wide.correlations import at_fixed_point

_START = 1.0  # a variance


def reach(network: Propagation, weight_variance: float, bias_variance: float) -> float | None:
    """`TRAINABLE` depth scales, in layers; infinite on the edge of chaos, None where the variance has no limit.

    >>> from derivations import activations, derive
    >>> round(reach(Propagation(derive(activations["tanh"])), 1.0, 0.05), 2)
    21.76
    """
    point = reached(network, _START, weight_variance, bias_variance)
    layer = at_fixed_point(network, point, weight_variance, bias_variance) if point else None
    return TRAINABLE * layer.depth_scale if layer else None
