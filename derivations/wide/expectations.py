"""E[g(v)] for a normal v of mean zero and variance q, in closed form where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sympy import (
    Add,
    Expr,
    Integer,
    Mul,
    Poly,
    S,
    Symbol,
    asin,
    erf,
    erfc,
    exp,
    expand,
    factor_terms,
    oo,
    pi,
    simplify,
    sqrt,
)

from derivations.language.activation import v
from derivations.language.pieces import Piece

q = Symbol("q", positive=True)


def closed_form(pieces: Sequence[Piece]) -> Expr | None:
    """The mean of g, given by its smooth pieces, as an expression in q; None where none is known.

    It is known where every piece is a sum of terms v^n exp(a v^2 + b v), which are moments of another normal
    distribution, or, on the whole line, v^n exp(a v^2) erf(c v)^m with m up to 2 (Williams 1997 for n = 0).

    >>> from sympy import Interval
    >>> closed_form([Piece(Interval.open(0, oo), v**2)])
    q/2
    """
    total = as_found(pieces)
    if total is None:
        return None
    roots = total.replace(
        lambda part: part.is_Pow and part.exp.is_Rational, lambda part: expand(part.base) ** part.exp
    )
    return factor_terms(simplify(roots))


def as_found(pieces: Sequence[Piece]) -> Expr | None:
    """The closed form before it is simplified, which takes most of the time: for numbers it need not be."""
    total: Expr = S.Zero
    for piece in pieces:
        start, end = piece.interval.start, piece.interval.end
        for term in Add.make_args(expand(piece.expression)):
            mean = _term(term, start, end)
            if mean is None:
                return None
            total += mean
    return total


def _term(term: Expr, start: Expr, end: Expr) -> Expr | None:
    """The mean of one term on the interval from start to end."""
    factor, power, exponent, errors = S.One, 0, S.Zero, 0
    slope: Expr = S.One
    for part in Mul.make_args(term):
        base, index = part.as_base_exp() if part.func is not exp else (part, S.One)
        if not part.has(v):
            factor *= part
        elif base == v and index.is_Integer and index > 0:
            power += int(index)
        elif base.func is exp:
            exponent += index * base.args[0]
        elif base.func is erf and index in (1, 2) and not errors and not (base.args[0] / v).has(v):
            slope, errors = base.args[0] / v, int(index)
        else:
            return None
    if not exponent.is_polynomial(v) or Poly(exponent, v).degree() > 2:
        return None
    square, linear, constant = (exponent.coeff(v, n) if n else exponent.subs(v, 0) for n in (2, 1, 0))
    if square.is_positive or (errors and (linear != 0 or (start, end) != (-oo, oo))):
        return None
    variance = q / (1 - 2 * square * q)  # that of the normal distribution which the exponential makes of it
    mean = linear * variance
    weight = factor * exp(constant + mean * linear / 2) / sqrt(1 - 2 * square * q)
    if errors:
        return weight * _with_errors(power, errors, slope).subs(q, variance)
    return weight * _moment(power, mean, variance, start, end)


@cache
def _with_errors(power: int, errors: int, slope: Expr) -> Expr:
    """E[v^power erf(slope v)^errors], by E[v^2 g] = q E[g] + 2 q^2 dE[g]/dq and integration by parts."""
    if (power + errors) % 2:
        return S.Zero
    if power >= 2:
        below = _with_errors(power - 2, errors, slope)
        return q * below + 2 * q**2 * below.diff(q)
    if errors == 1:
        return 2 * slope * q / sqrt(pi * (1 + 2 * slope**2 * q))
    return 2 / pi * asin(2 * slope**2 * q / (1 + 2 * slope**2 * q))


def _moment(power: int, mean: Expr, variance: Expr, start: Expr, end: Expr) -> Expr:
    """E[v^power; start < v < end] of a normal v, by integration by parts."""

    def density(at: Expr, times: Expr) -> Expr:
        if at in (-oo, oo):
            return S.Zero
        return times * exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)

    low, high = (S.Zero if at in (-oo, oo) else (at - mean) / sqrt(2 * variance) for at in (start, end))
    if start == -oo:
        inside = S.One if end == oo else erfc(-high) / 2
    else:
        inside = erfc(low) / 2 if end == oo else (erf(high) - erf(low)) / 2
    moments = [inside]
    for n in range(1, power + 1):
        edges = density(end, end ** (n - 1)) - density(start, start ** (n - 1))
        before = (n - 1) * moments[n - 2] if n > 1 else Integer(0)
        moments.append(mean * moments[n - 1] + variance * (before - edges))
    return moments[power]
