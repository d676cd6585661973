"""Symbolic derivations: activations, their derivatives, gradient ranges and backpropagation equations."""

from importlib.metadata import PackageNotFoundError, version

from derivations.calculus.backpropagation import Equation, backpropagation, softmax_sum
from derivations.calculus.differentiation import Differentiation
from derivations.calculus.ranges import GradientRange, gradient_range
from derivations.derivation import Derivation, derive, differentiate
from derivations.language.activation import Activation, v, y
from derivations.language.literature import literature
from derivations.language.parsing import ParseError
from derivations.language.pieces import NotReal, Unproven
from derivations.language.registry import UnknownActivation, activations, find_activation, registered
from derivations.printing import displays as displays
from derivations.proofs.certificate import Certificate, CertificateError
from derivations.proofs.domain import parse
from derivations.proofs.verifier import verify
from derivations.wide.critical import NoCriticalPoint, critical_variances, criticality
from derivations.wide.gains import gain
from derivations.wide.propagation import FixedPoint, Propagation

try:
    __version__ = version("activation-gradients")
except PackageNotFoundError:  # a folder that was not installed
    __version__ = "unknown"

__all__ = [
    "Activation",
    "Certificate",
    "CertificateError",
    "Derivation",
    "Differentiation",
    "Equation",
    "FixedPoint",
    "GradientRange",
    "NoCriticalPoint",
    "NotReal",
    "ParseError",
    "Propagation",
    "UnknownActivation",
    "Unproven",
    "__version__",
    "activations",
    "backpropagation",
    "critical_variances",
    "criticality",
    "derive",
    "differentiate",
    "find_activation",
    "gain",
    "gradient_range",
    "literature",
    "parse",
    "registered",
    "softmax_sum",
    "v",
    "verify",
    "y",
]
