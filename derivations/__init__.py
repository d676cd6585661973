"""Symbolic derivations: activations, their derivatives, gradient ranges and backpropagation equations."""

from derivations.activations import UnknownActivation, activations, find_activation
from derivations.backpropagation import Equation, backpropagation, softmax_sum
from derivations.certificates import Certificate, CertificateError, verify
from derivations.derivation import Derivation, derive
from derivations.differentiation import Differentiation, differentiate
from derivations.function import Activation, v, y
from derivations.parsing import ParseError, parse
from derivations.pieces import Unproven
from derivations.propagation import FixedPoint, Propagation
from derivations.ranges import GradientRange, gradient_range

__all__ = [
    "Activation",
    "Certificate",
    "CertificateError",
    "Derivation",
    "Differentiation",
    "Equation",
    "FixedPoint",
    "GradientRange",
    "ParseError",
    "Propagation",
    "UnknownActivation",
    "Unproven",
    "activations",
    "backpropagation",
    "derive",
    "differentiate",
    "find_activation",
    "gradient_range",
    "parse",
    "softmax_sum",
    "v",
    "verify",
    "y",
]
