"""Symbolic derivations: activations, their derivatives, gradient ranges and backpropagation equations."""

from derivations.activations import Activation, UnknownActivation, activations, find_activation, v, y
from derivations.differentiation import Differentiation, differentiate

__all__ = [
    "Activation",
    "Differentiation",
    "UnknownActivation",
    "activations",
    "differentiate",
    "find_activation",
    "v",
    "y",
]
