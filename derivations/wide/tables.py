"""Rows of a table about initial weights, in Markdown: the critical ones of activations, and their gains."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sympy import Expr

from derivations.derivation import Derivation
from derivations.language.pieces import Unproven
from derivations.printing.notation import tex
from derivations.printing.tables import NONE, UNKNOWN, Row
from derivations.wide.critical import Criticality, Kind, criticality
from derivations.wide.expectations import q
from derivations.wide.gains import Gain, gain
from derivations.wide.propagation import FixedPoint

#: the columns of the table, and how they are headed in Markdown
INITIAL = {
    "name": "Activation",
    "class": "Class",
    "q": "$q$",
    "weights": r"$\sigma_w^2$",
    "biases": r"$\sigma_b^2$",
    "gain": "Gain",
    "chi": r"$\chi_\perp$",
    "centred": "1/s.d.",
    "torch": r"torch: gain, $\chi_\perp$",
}
_DECIMALS = 4
_WHOLE = 1e-12  # relative difference from a whole number that is rounding
_LONG_GAIN = 8  # characters of one in closed form that is shown as a decimal

_CLASSES = {Kind.every_variance: "every $q$", Kind.zero: "$q = 0$", Kind.limit: "limit"}


def initial_row(derivation: Derivation) -> Row:
    """The class of an activation, its critical point and its gains; where every q is critical, the one at q = 1."""
    name = {"name": derivation.activation.title}
    try:
        found, of_one = criticality(derivation), gain(derivation)
    except Unproven:
        return name | dict.fromkeys(list(INITIAL)[1:], UNKNOWN)
    return (
        name
        | _critical(found)
        | (_gains(of_one) if of_one else dict.fromkeys(("gain", "chi", "centred", "torch"), NONE))
    )


def _critical(found: Criticality) -> Row:
    kind = {"class": _CLASSES.get(found.kind, str(found.kind))}
    if not found.points:
        return kind | dict.fromkeys(("q", "weights", "biases"), NONE)
    point = found.points[0]
    at = {Kind.scale_invariant: "any", Kind.every_variance: "1"}.get(found.kind, _number(point.q))
    return kind | {"q": at, "weights": _number(point.weight_variance), "biases": _number(point.bias_variance)}


def _gains(found: Gain) -> Row:
    return {
        "gain": _number(found.gain),
        "chi": _number(found.chi),
        "centred": _number(found.centred_gain),
        "torch": NONE if found.torch is None else _torch(found.torch, found.torch_points),
    }


def _torch(constant: Expr, points: Sequence[FixedPoint]) -> str:
    """The gain of torch, and chi_perp where it leads to."""
    root = f"${tex(constant)}$" if len(str(constant)) < _LONG_GAIN else _number(constant)
    shown = str(constant) if constant.is_Rational else root
    return ", ".join([shown, *(_number(point.chi) for point in points if point.stable)])


def _number(value: Expr | float) -> str:
    """A number, or an expression in q at 1, to some decimals; a whole number without any."""
    at_one = float(value.subs(q, 1)) if isinstance(value, Expr) else float(value)
    whole = math.isclose(at_one, round(at_one), rel_tol=_WHOLE)
    return f"{at_one:.0f}" if whole else f"{at_one:.{_DECIMALS}f}"
