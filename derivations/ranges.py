"""The gradient range of an activation, exact: the set of values that f' takes wherever f is differentiable.

On each smooth piece f' is written as a rational function G of one strictly monotone kernel u(v). Its values
are then an interval between the least and the greatest of its critical values and its limits at both ends:
G is continuous, so it misses nothing between them (intermediate value theorem), and between neighbouring
critical points it is monotone, so it reaches nothing beyond them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sympy import (
    Dummy,
    Expr,
    FiniteSet,
    Function,
    Interval,
    Poly,
    Set,
    Union,
    cancel,
    exp,
    fraction,
    limit,
    tanh,
)
from sympy import default_sort_key as structural_order

from derivations.activations import v
from derivations.differentiation import Differentiation
from derivations.pieces import Piece, Unproven

u = Dummy("u", real=True)


@dataclass(frozen=True)
class PieceRange:
    """The values of f' on one smooth piece, with all that proves them.

    piece            f' and the open interval of v
    kernel, image    u(v), strictly monotone, and the open interval of its values
    function         G, a rational function in `variable` with f'(v) = G(u(v))
    critical_values  the pairs (u, G(u)) with G'(u) = 0 inside the image: all of them
    limits           G at the lower and the upper end of the image; not attained there
    values           the set of values
    """

    piece: Piece
    kernel: Expr
    image: Interval
    function: Expr
    critical_values: tuple[tuple[Expr, Expr], ...]
    limits: tuple[Expr, Expr]
    values: Set
    variable: Expr = u


@dataclass(frozen=True)
class GradientRange:
    """The gradient range: `values` is the union over the pieces and over the joints where f is smooth."""

    values: Set
    certificate: str
    pieces: tuple[PieceRange, ...]
    joints: tuple[tuple[Expr, Expr], ...]


def gradient_range(slopes: Differentiation) -> GradientRange:
    """Prove the range of f'; raises `Unproven` where this method does not reach.

    >>> from derivations import activations, differentiate
    >>> gradient_range(differentiate(activations["sigmoid"].expression)).values
    Interval.Lopen(0, 1/4)
    """
    pieces = tuple(_piece_range(piece) for piece in slopes.pieces)
    joints = tuple(
        (left.interval.end, limit(left.expression, v, left.interval.end, "-"))
        for left, _ in pairwise(slopes.pieces)
        if left.interval.end not in slopes.not_differentiable_at
    )
    values = Union(*(piece.values for piece in pieces), FiniteSet(*(value for _, value in joints)))
    return GradientRange(values, "exact", pieces, joints)


def _piece_range(piece: Piece) -> PieceRange:
    kernel, function = _rational_in_kernel(piece.expression)
    ends = [
        limit(kernel, v, end, side) for end, side in ((piece.interval.start, "+"), (piece.interval.end, "-"))
    ]
    image = Interval.open(min(ends), max(ends))
    limits = (limit(function, u, image.start, "+"), limit(function, u, image.end, "-"))
    _refuse_poles(function, image)
    critical_values = tuple(
        (point, cancel(function.subs(u, point))) for point in _critical_points(function, image)
    )
    values = [value for _, value in critical_values]
    if not function.has(u):
        return PieceRange(piece, kernel, image, function, (), limits, FiniteSet(function))
    lower, upper = min(*values, *limits), max(*values, *limits)
    reached = Interval(lower, upper, lower not in values, upper not in values)
    return PieceRange(piece, kernel, image, function, critical_values, limits, reached)


def _rational_in_kernel(slope: Expr) -> tuple[Expr, Expr]:
    """A strictly monotone kernel u(v) and G with slope = G(u(v)), G rational."""
    for form in (slope, slope.rewrite(exp)):
        for kernel in [v, *sorted(form.atoms(Function), key=structural_order)]:
            function = cancel(form.subs(kernel, u))
            if not function.has(v) and function.is_rational_function(u) and _strictly_monotone(kernel):
                return kernel, function
    raise Unproven(f"f' = {slope} is not a rational function of one strictly monotone function of v")


def _strictly_monotone(kernel: Expr) -> bool:
    """Whether the kernel is v itself, or exp or tanh, which increase strictly, of a linear function of v."""
    if kernel == v:
        return True
    factor = kernel.args[0].diff(v)
    return kernel.func in (exp, tanh) and factor.is_number and bool(factor.is_nonzero)


def _refuse_poles(function: Expr, image: Interval) -> None:
    denominator = fraction(function)[1]
    if denominator.has(u) and any(root in image for root in Poly(denominator, u).real_roots(multiple=True)):
        raise Unproven(f"f' has a pole inside a piece: {denominator} = 0")


def _critical_points(function: Expr, image: Interval) -> list[Expr]:
    """All zeros of G' inside the image: SymPy isolates every real root of a polynomial, exactly."""
    numerator = fraction(cancel(function.diff(u)))[0]
    if not numerator.has(u):
        return []
    roots = dict.fromkeys(Poly(numerator, u).real_roots())
    return [root for root in roots if image.start < root < image.end]
