"""The critical point of an activation: the initial weights and biases with which chi_perp = chi_parallel = 1.

chi_perp = sigma_w^2 E[f'^2] is the factor of the squared delta, and of a small difference of two patterns that is
orthogonal to them; chi_parallel = sigma_w^2 dE[f^2]/dq that of a small change of the variance q, a fixed point of
q -> sigma_w^2 E[f^2] + sigma_b^2. See Roberts, Yaida and Hanin, The Principles of Deep Learning Theory (2022),
chapter 5, for the classes. What is not said to be exact was found by scanning, as far as `SCANNED` reaches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import pairwise

import numpy as np
from sympy import Add, Expr, Float, Integer, exp, nsimplify, numer, simplify, solve, together
from sympy.functions.special.error_functions import erf, erfc

from derivations.derivation import Derivation, derive
from derivations.language.activation import v
from derivations.language.deadline import time_limit
from derivations.language.pieces import Piece, Unproven
from derivations.proofs.given import Given
from derivations.wide.expectations import closed_form, q
from derivations.wide.propagation import SCANNED as FINELY
from derivations.wide.propagation import Propagation, bisected, wide_networks
from derivations.wide.quadrature import Quadrature

SCANNED = FINELY[::2]  # variances, ten to a decade, between which critical ones are looked for
_RESOLVED = 1e-13  # relative difference of chi_parallel and chi_perp that is more than rounding
_NEAR = 1e-12  # of zero, where derivatives on both sides of it are compared
_SAME = 1e-6  # relative difference of second derivatives that are taken to be one
_BESIDE = 1.001  # a variance beside a critical one, by its ratio
_DIGITS = 17  # of a number without a closed form
_PATIENCE = 5.0  # seconds for a closed form, which takes half of one


class Kind(StrEnum):
    """The class of an activation, by its critical point."""

    scale_invariant = "scale-invariant"  # every q, with the same weights, as ReLU
    every_variance = "every variance"  # every q, each with weights and biases of its own
    zero = "zero"  # q = 0, which attracts, as tanh
    limit = "limit"  # the same, but f has no second derivative at zero, as ELU
    half_stable = "half-stable"  # q > 0, which attracts from one side only, as GELU
    unstable = "unstable"  # q = 0, which repels, and no other
    none = "none"  # as the sigmoid


class NoCriticalPoint(ValueError):  # noqa: N818 - reads as what is so
    """There is no critical point to initialise with; the message says why."""


@dataclass(frozen=True)
class CriticalPoint:
    """chi_perp = chi_parallel = 1: numbers in closed form or as Floats, or expressions in q where every q has one."""

    q: Expr
    weight_variance: Expr  # sigma_w^2
    bias_variance: Expr  # sigma_b^2
    attracts_below: bool  # whether somewhat smaller variances than q come back to it; at zero there are none
    attracts_above: bool


@dataclass(frozen=True)
class Criticality:
    """The class of an activation and the critical points that were found.

    The first point is the one that belongs to the class. `impossible` would need a negative sigma_b^2. `searched` are
    the least and the greatest variance that were looked at, None where no means exist.
    """

    kind: Kind
    points: tuple[CriticalPoint, ...] = ()
    impossible: tuple[CriticalPoint, ...] = ()
    searched: tuple[float, float] | None = None
    reason: str = ""  # why there is none


@dataclass(frozen=True)
class EdgePoint:
    """chi_perp = 1 at a fixed point q, which is stable where chi_parallel < 1."""

    q: float
    sigma_w: float
    chi_parallel: float


@cache
def criticality(given: Given | Derivation) -> Criticality:
    """The class of an activation, with its critical points; it is given as `derive` takes it.

    >>> criticality("relu").points[0].weight_variance
    2
    """
    network = wide_networks(derive(given))
    if not (usable := _usable(network)):
        return Criticality(Kind.none, reason=_no_means(network))
    searched = (usable[0], usable[-1])
    if everywhere := _everywhere(network, usable):
        return Criticality(*everywhere, searched=searched)
    found = [_point(network, root) for root in _crossings(lambda q: _difference(network, q), usable)]
    inside, outside = (
        [point for point in found if (point.bias_variance >= 0) == sign] for sign in (True, False)
    )
    zero = _at_zero(network, usable)
    if zero and zero.attracts_above:
        kind = Kind.zero if _twice_differentiable_at_zero(network) else Kind.limit
        return Criticality(kind, (zero, *inside), tuple(outside), searched)
    points = (*inside, zero) if zero else tuple(inside)
    kind = Kind.half_stable if inside else Kind.unstable if zero else Kind.none
    reason = "" if points else _none(network, found, usable)
    return Criticality(kind, points, tuple(outside), searched, reason)


def critical_variances(given: Given | Derivation) -> tuple[float, float]:
    """sigma_w^2 and sigma_b^2 at the critical point, at q = 1 where each q has its own; raises `NoCriticalPoint`.

    >>> critical_variances("tanh")
    (1.0, 0.0)
    """
    derivation = derive(given)
    found = criticality(derivation)
    title = derivation.activation.title
    if found.kind is Kind.none:
        raise NoCriticalPoint(f"{title} has no critical initial weights that were found: {found.reason}")
    if found.kind is Kind.unstable:
        raise NoCriticalPoint(f"the only critical point of {title} that was found, q = 0, repels")
    point = found.points[0]
    weights, biases = (float(each.subs(q, 1)) for each in (point.weight_variance, point.bias_variance))
    return weights, biases


def edge(network: Propagation, sigma_b: float) -> tuple[EdgePoint, ...]:
    """Where chi_perp is one with biases of this standard deviation, by q, as far as the scanned variances show it."""
    found = []
    if sigma_b == 0 and network.vanishes_at_zero and 0 < network.mean_square_slope(0.0).value < math.inf:
        found.append(EdgePoint(0.0, math.sqrt(network.edge_of_chaos(0.0)[0]), 1.0))

    def lacking(q: float) -> float:
        """By how much sigma_b^2 is too small, relative to what it is the difference of; zero for rounding."""
        weight_variance, bias_variance = network.edge_of_chaos(q)
        size = q + weight_variance * network.mean_square(q).value
        difference = (bias_variance - sigma_b**2) / size
        return difference if abs(difference) > _RESOLVED else 0.0

    for variance in _crossings(lacking, _usable(network)):
        weight_variance, _ = network.edge_of_chaos(variance)
        found.append(
            EdgePoint(variance, math.sqrt(weight_variance), network.chi_parallel(variance, weight_variance))
        )
    return tuple(found)


def _usable(network: Propagation) -> list[float]:
    """The scanned variances at which all means exist, and chi_perp can be one."""
    slopes, values = network.mean_square_slope, network.mean_square
    slopes.work_out(SCANNED)
    usable = [q for q in SCANNED if 0 < slopes(q).value < math.inf]
    values.work_out_rates(usable)
    return [q for q in usable if values(q).value < math.inf and math.isfinite(values.rate(q).value)]


def _no_means(network: Propagation) -> str:
    if all(network.mean_square_slope(q).value == 0 for q in SCANNED):
        return "f' is zero wherever it exists, and chi with it"
    return "the means of f^2 and f'^2 over normal variables do not exist"


def _difference(network: Propagation, q: float) -> float:
    """chi_parallel / chi_perp - 1, zero where it cannot be told from rounding."""
    slope, rate = network.mean_square_slope(q), network.mean_square.rate(q)
    difference, error = rate.value / slope.value - 1, (rate.error + slope.error) / slope.value
    return difference if abs(difference) > max(_RESOLVED, 4 * error) else 0.0


def _crossings(function: Callable[[float], float], usable: list[float]) -> Iterator[float]:
    """Where the function changes its sign between scanned variances, leaving out those where it is zero."""
    decided = [(variance, value) for variance in usable if (value := function(variance))]
    for (low, before), (high, after) in pairwise(decided):
        if (before > 0) != (after > 0):
            yield bisected(function, low, high)


def _everywhere(network: Propagation, usable: list[float]) -> tuple[Kind, tuple[CriticalPoint, ...]] | None:
    """The class of an activation for which every q is critical: exactly, by closed forms, or as far as was scanned."""
    if (
        any(_difference(network, q) for q in usable)
        or network.edge_of_chaos(usable[-1])[1] < -_RESOLVED * usable[-1]
    ):
        return None
    at_one = _point(network, 1.0)
    values, slopes = network.mean_square.form, network.mean_square_slope.form
    if values is None or slopes is None or simplify(values.diff(q) - slopes) != 0:
        return Kind.every_variance, (at_one,)
    weights, biases = simplify(1 / slopes), simplify(q - values / slopes)
    kind = Kind.every_variance if weights.has(q) else Kind.scale_invariant
    return kind, (replace(at_one, q=q, weight_variance=weights, bias_variance=biases),)


def _point(network: Propagation, root: float) -> CriticalPoint:
    at = _polished(network, root)
    root = float(at)
    weight_variance, bias_variance = network.edge_of_chaos(root)
    return CriticalPoint(
        at,
        Float(weight_variance, _DIGITS),
        Float(bias_variance, _DIGITS),
        network.chi_parallel(root / _BESIDE, weight_variance) < 1,
        network.chi_parallel(root * _BESIDE, weight_variance) < 1,
    )


def _polished(network: Propagation, root: float) -> Expr:
    """A critical variance to more digits, as the zero of E[f f''] where f is smooth; in closed form where found."""
    pieces = network.mean_square.pieces
    if len(pieces) > 1:
        return Float(root, _DIGITS)
    products = [Piece(each.interval, each.expression * each.expression.diff(v, 2)) for each in pieces]
    candidates: list[Expr] = []
    with suppress(Unproven, NotImplementedError), time_limit(_PATIENCE):
        difference = closed_form(products)
        if difference is not None and not difference.has(exp, erf, erfc):
            candidates = solve(numer(together(difference)), q)
    # Roots of a cubic that are real by way of complex numbers are no simpler than digits.
    real = (each for each in candidates if each.is_number and each.is_real)
    near = [each for each in real if math.isclose(each, root, rel_tol=_SAME)]
    if near:
        return near[0]
    mean, size = Quadrature(products).mean, network.mean_square(root).value
    low, high = root * (1 - _SAME), root * (1 + _SAME)
    same = (mean(low, size=size)[0] > 0) == (mean(high, size=size)[0] > 0)
    return Float(root if same else bisected(lambda at: mean(at, size=size)[0], low, high), _DIGITS)


def _at_zero(network: Propagation, usable: list[float]) -> CriticalPoint | None:
    """q = 0, where f(0) = 0: there both chi are one with the same weights, and no biases."""
    slope = network.mean_square_slope(0.0).value
    if not network.vanishes_at_zero or not 0 < slope < math.inf:
        return None
    growths = (network.mean_square(q).value / q / slope - 1 for q in usable)
    first = next((growth for growth in growths if abs(growth) > _RESOLVED), 0.0)
    return CriticalPoint(Integer(0), _weights_at_zero(network), Integer(0), first <= 0, first <= 0)


def _weights_at_zero(network: Propagation) -> Expr:
    """1 / E[f'^2] at q = 0, the mean of both sides' squares: in closed form where the formulas have a value there."""
    slopes = network.mean_square_slope
    exact = nsimplify(2 / Add(*[piece.expression.subs(v, 0) ** 2 for piece in slopes.pieces_at_zero]))
    beside = slopes.function.precisely(np.array([-_NEAR, _NEAR]))
    value = 1 / float(np.square(beside).mean())
    return exact if exact.is_finite and math.isclose(exact, value, rel_tol=_SAME) else Float(value, _DIGITS)


def _twice_differentiable_at_zero(network: Propagation) -> bool:
    """Whether f'' tends to one number at zero from both sides, and f' too, as far as numbers close to it show."""
    slopes = network.mean_square_slope
    curvatures = Quadrature([Piece(piece.interval, piece.expression.diff(v)) for piece in slopes.pieces])
    beside = np.array([-100 * _NEAR, -_NEAR, _NEAR, 100 * _NEAR])
    return all(np.ptp(each.precisely(beside)) < _SAME for each in (slopes.function, curvatures))


def _none(network: Propagation, found: list[CriticalPoint], usable: list[float]) -> str:
    """Why there is no critical point, as far as was scanned."""
    signs = {difference > 0 for q in usable if (difference := _difference(network, q))}
    if found:
        at = " and ".join(f"{float(point.q):.4g}" for point in found)
        said = f"chi_parallel and chi_perp are equal at q = {at}, where sigma_b^2 would be negative"
    elif signs:
        relation = "greater" if signs == {True} else "less"
        said = f"chi_parallel is {relation} than chi_perp wherever they differ by more than rounding"
    else:
        said = "chi_parallel and chi_perp are equal everywhere, but sigma_b^2 would be negative"
    at_zero = "chi_perp is zero or infinite there" if network.vanishes_at_zero else "f(0) is not zero"
    return f"{said}; q = 0 is none, as {at_zero}"


def proven_none(derivation: Derivation) -> str | None:
    """A proof, in words, that no q > 0 is critical: where chi_parallel - chi_perp = sigma_w^2 E[f f''] has one sign."""
    values, convex = derivation.facts.values, derivation.facts.convex
    if values is None or convex not in ("convex", "concave"):
        return None
    range_of_f = values.values
    if range_of_f.inf >= 0 and 0 not in range_of_f:
        sign, greater = "positive", convex == "convex"
    elif range_of_f.sup <= 0 and 0 not in range_of_f:
        sign, greater = "negative", convex == "concave"
    else:
        return None
    return (
        f"f is {sign} and {convex} (both proven), so that chi_parallel - chi_perp = sigma_w^2 E[f f''] is "
        f"{'positive' if greater else 'negative'} at every q at which it exists"
    )
