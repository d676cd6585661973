"""Critical initial weights and biases of activations, kept in the store: to find them takes up to half a second."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

from analysis.keeping.files import CACHE
from analysis.keeping.fingerprints import made_with
from analysis.keeping.memo import memo
from derivations import Activation, NoCriticalPoint, NotReal, Unproven, critical_variances, derive
from derivations.language.deadline import time_limit
from derivations.language.trees import tree

_FINDER = "derivations.wide.critical"
_PATIENCE = 20.0  # seconds


@cache
def critical_sigmas(activation: Activation) -> tuple[float, float]:
    """sigma_w and sigma_b at the critical point of an activation; raises `NoCriticalPoint` with the reason.

    >>> from derivations import activations
    >>> critical_sigmas(activations["tanh"])
    (1.0, 0.0)
    """
    kept = made_with(_FINDER, "numpy", "sympy", "python-flint", "mpmath")
    what = [activation.title, tree(activation.expression)]
    try:
        found = memo(CACHE / "critical", what, kept, lambda: _find(activation))
    except (NotReal, Unproven) as error:  # which more time may mend: it is not kept
        raise NoCriticalPoint(f"the critical point of {activation.title} is not known: {error}") from None
    if "reason" in found:
        raise NoCriticalPoint(found["reason"])
    weights, biases = found["variances"]
    return sqrt(weights), sqrt(biases)


def _find(activation: Activation) -> dict[str, Any]:
    """The variances, or the reason why there are none; raises `NotReal` or `Unproven`."""
    try:
        with time_limit(_PATIENCE, "critical point"):
            return {"variances": critical_variances(derive(activation))}
    except NoCriticalPoint as error:
        return {"reason": str(error)}
