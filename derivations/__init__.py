"""Symbolic derivations: activations, their derivatives, gradient ranges and backpropagation equations."""

from derivations.calculus.backpropagation import Equation, backpropagation, softmax_sum
from derivations.calculus.differentiation import Differentiation, differentiate
from derivations.derivation import Derivation, derive
from derivations.language.activation import Activation, v, y
from derivations.language.literature import literature
from derivations.language.parsing import ParseError, parse
from derivations.language.pieces import Unproven
from derivations.language.registry import UnknownActivation, activations, find_activation, registered
from derivations.proofs.certificate import Certificate, CertificateError, verify
from derivations.proofs.search import GradientRange, gradient_range
from derivations.wide.propagation import FixedPoint, Propagation

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
    "literature",
    "parse",
    "registered",
    "softmax_sum",
    "v",
    "verify",
    "y",
]
