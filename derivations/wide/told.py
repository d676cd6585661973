"""What wide random networks make of an activation, for `python -m derivations`: as steps and for other programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sympy import Basic, Equality, Expr, Float, Integer, Rational, Symbol

from derivations.derivation import Derivation
from derivations.language.deadline import time_limit
from derivations.language.pieces import Unproven
from derivations.language.registry import activations
from derivations.printing.digits import LONGEST_DENOMINATOR
from derivations.printing.sentences import Sentence, Step
from derivations.wide.critical import (
    SCANNED,
    Criticality,
    CriticalPoint,
    EdgePoint,
    Kind,
    criticality,
    edge,
    proven_none,
)
from derivations.wide.expectations import q
from derivations.wide.gains import Gain, gain, selu_constants
from derivations.wide.propagation import FixedPoint, wide_networks

SIGMA_B = 0.2  # the standard deviation of the biases for which an edge of chaos is shown
_PATIENCE = 10.0  # seconds
_DIGITS = 10  # of a number for other programs
_CRITICAL = 1e-9  # relative difference from one of a chi that is taken to be one

sigma_w, sigma_b = Symbol("sigma_w"), Symbol("sigma_b")
perp, parallel = Symbol("chi_perp"), Symbol("chi_parallel")


def wide_steps(derivation: Derivation, biases: float = SIGMA_B) -> list[Step]:
    """Critical initial weights, the edge of chaos with biases of that standard deviation, gains; or why not."""
    try:
        with time_limit(_PATIENCE, "answer"):
            network, jumps = wide_networks(derivation), "jump" in derivation.slopes.joints
            critical = tuple(_critical(criticality(derivation), _proof(derivation), jumps))
            on_edge, gains = tuple(_edge(edge(network, biases), biases)), tuple(_gains(derivation))
    except Unproven as error:
        return [Step("Wide random networks", ((f"They were not worked out: {error}.",),))]
    return [
        Step("Critical initial weights and biases", critical),
        Step("Edge of chaos", on_edge),
        Step("Gains", gains),
    ]


def _critical(found: Criticality, proof: str | None, jumps: bool) -> Iterator[Sentence]:
    yield (
        "In a wide random network the squared delta changes by ", perp, " from layer to layer, and a small change of "
        "the variance ", q, " of v by ", parallel, ".",
    )  # fmt: skip
    if jumps:
        yield (
            "The function jumps: what it makes of the difference between two patterns, ",
            perp,
            " does not say.",
        )
    if found.points:
        point = found.points[0]
        is_one = ("Both are one ", *_WHERE[found.kind](point.q), ", with ", *_weights(point))
        yield (*is_one, *_CLASS[found.kind](point), ".")
        for other in found.points[1:]:
            sides = "which repels" if not (other.attracts_below or other.attracts_above) else _sides(other)
            yield ("They are so at ", _equal(q, other.q), " too, with ", *_weights(other), ", ", sides, ".")
    else:
        yield (f"No critical point was found: {found.reason}.",)
    if proof:
        yield (f"That there is none is proven: {proof}, and f(0) is not zero.",)
    elif found.searched and not (found.points and found.points[0].q == q):
        low, high = (f"{end:.3g}" for end in found.searched)
        yield (
            f"They were compared at variances from {low} to {high}, {_per_decade()} to a decade, and at zero;"
            " that there is no other point is not proven.",
        )


def _per_decade() -> int:
    return round((len(SCANNED) - 1) / math.log10(SCANNED[-1] / SCANNED[0]))


def _proof(derivation: Derivation) -> str | None:
    """Why there is no critical point, where that is proven."""
    none = criticality(derivation).kind is Kind.none and not derivation.unproven
    return proven_none(derivation) if none else None


_WHERE = {
    Kind.scale_invariant: lambda at: ("at every ", q),
    Kind.every_variance: lambda at: (
        ("at every ", q) if at == q else ("at every ", q, ", as at ", _equal(q, at))
    ),
    Kind.limit: lambda at: ("only in the limit of ", q, " to zero"),
} | dict.fromkeys((Kind.zero, Kind.half_stable, Kind.unstable), lambda at: ("at ", *_number(q, at)))

_CLASS = {
    Kind.scale_invariant: lambda point: (": the function is scale-invariant, as ReLU",),
    Kind.every_variance: lambda point: (": each variance has weights and biases of its own",),
    Kind.zero: lambda point: (", which attracts: the class of tanh",),
    Kind.limit: lambda point: (", which attracts: the function has no second derivative at zero, as ELU",),
    Kind.half_stable: lambda point: (f", {_sides(point)}: it is half-stable, as GELU",),
    Kind.unstable: lambda point: (", which repels",),
}


def _sides(point: CriticalPoint) -> str:
    side = "smaller" if point.attracts_below else "greater"
    return f"to which {side} variances come back"


def _weights(point: CriticalPoint) -> Sentence:
    return (
        _equal(sigma_w**2, _shown(point.weight_variance)),
        " and ",
        _equal(sigma_b**2, _shown(point.bias_variance)),
    )


def _edge(points: tuple[EdgePoint, ...], biases: float) -> Iterator[Sentence]:
    with_biases = ("With ", _equal(sigma_b, Rational(str(biases))))
    if not points:
        yield (*with_biases, " no fixed point of the variance was found at which ", perp, " is one.")
    for point in points:
        stable = {True: "stable", False: "not stable", None: "critical"}[_stable(point)]
        yield (
            *with_biases, ", ", perp, " is one for ", _equal(sigma_w, _float(point.sigma_w)), ", at the fixed point ",
            _equal(q, _float(point.q)), ", where ", _equal(parallel, _float(point.chi_parallel)), f": it is {stable}.",
        )  # fmt: skip


def _stable(point: EdgePoint) -> bool | None:
    """Whether the fixed point attracts variances from both sides; None where chi_parallel, too, is one."""
    close = math.isclose(abs(point.chi_parallel), 1, rel_tol=_CRITICAL)
    return None if close else abs(point.chi_parallel) < 1


def _gains(derivation: Derivation) -> Iterator[Sentence]:
    found = gain(derivation)
    if found is None:
        yield (
            "There is no gain: at ",
            _equal(q, Integer(1)),
            " the means do not exist, or f is zero.",
        )
        return
    yield (
        "At ", _equal(q, Integer(1)), " the function has the mean ", _float(found.mean), " and the variance ",
        _float(found.variance), ". The variance of v stays one with ", _equal(sigma_w, _float(found.gain)),
        ", one over the root of the mean square; there ", _equal(perp, _float(found.chi)), " and ",
        _equal(parallel, _float(found.chi_parallel)), ".",
    )  # fmt: skip
    if found.centred_gain is not None:
        yield ("One over the standard deviation about the mean is ", _float(found.centred_gain), ".")
    if found.torch is not None:
        yield from _torch(found.torch, found.torch_points)
    if derivation.activation.expression == activations["selu"].expression:
        alpha, scale = selu_constants()
        yield ("SELU's constants follow from mean 0 and variance 1 at ", _equal(q, Integer(1)), ": alpha is ", alpha,
               ", and the scale ", scale, ".")  # fmt: skip


def _torch(constant: Expr, points: tuple[FixedPoint, ...]) -> Iterator[Sentence]:
    yield ("torch.nn.init.calculate_gain has ", _equal(sigma_w, constant), ".")
    for point in points:
        if point.stable:
            kept = ("every variance is kept",)
            where = kept if point.q is None else ("the variance goes to ", _equal(q, _float(point.q)))
            yield ("With it, without biases, ", *where, ", and ", _equal(perp, _float(point.chi)), ".")


def _float(number: float) -> Expr:
    rounded = _digits(number)
    return Integer(rounded) if rounded.is_integer() else Float(rounded, _DIGITS)


def _number(name: Symbol, value: Expr) -> Sentence:
    """name = value, with the digits of what has a closed form."""
    plain = value.is_Rational or value.is_Float
    return (_equal(name, value),) if plain else (_equal(name, value), " = ", value.evalf(_DIGITS))


def _equal(left: Expr, right: Expr) -> Basic:
    return Equality(left, right, evaluate=False)


def _shown(value: Expr) -> Expr:
    return value.evalf(_DIGITS) if value.is_Rational and value.q > LONGEST_DENOMINATOR else value


def wide_dict(derivation: Derivation, biases: float = SIGMA_B) -> dict[str, Any]:
    """The keys `critical`, `edge_of_chaos` and `gain` of `--format json`; null where `wide_unknown` says why."""
    try:
        with time_limit(_PATIENCE, "answer"):
            found, network = criticality(derivation), wide_networks(derivation)
            points, of_one = edge(network, biases), gain(derivation)
            proof = _proof(derivation)
    except Unproven as error:
        return {"critical": None, "edge_of_chaos": None, "gain": None, "wide_unknown": str(error)}
    return {
        "critical": {
            "class": found.kind.value,
            "points": [_point_dict(point) for point in found.points],
            "searched": found.searched,
            "reason": found.reason or None,
            "proof": proof,
        },
        "edge_of_chaos": {
            "sigma_b": biases,
            "points": [
                {
                    "q": _digits(point.q),
                    "sigma_w": _digits(point.sigma_w),
                    "chi_parallel": _digits(point.chi_parallel),
                    "stable": _stable(point),
                }
                for point in points
            ],
        },
        "gain": of_one and _gain_dict(of_one),
        "wide_unknown": None,
    }


def _point_dict(point: CriticalPoint) -> dict[str, Any]:
    sides = [side for side, so in (("below", point.attracts_below), ("above", point.attracts_above)) if so]
    named = {"q": point.q, "weight_variance": point.weight_variance, "bias_variance": point.bias_variance}
    numbers = {key: None if value == q else _digits(float(value.subs(q, 1))) for key, value in named.items()}
    exact = {f"exact_{key}": None if value.is_Float else str(value) for key, value in named.items()}
    return {**numbers, **exact, "attracts": sides}


def _gain_dict(found: Gain) -> dict[str, Any]:
    names = ("gain", "mean", "variance", "centred_gain", "chi", "chi_parallel")
    torch = found.torch is not None and {
        "gain": _digits(float(found.torch)),
        "exact_gain": str(found.torch),
        "points": [
            {"q": point.q, "chi": _digits(point.chi), "stable": point.stable} for point in found.torch_points
        ],
    }
    numbers = {name: getattr(found, name) for name in names}
    return {name: None if number is None else _digits(number) for name, number in numbers.items()} | {
        "torch": torch or None
    }


def _digits(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
