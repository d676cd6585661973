"""The range of a sum of two waves that have no common period: f = G + H, with periods P and Q, P/Q irrational.

By Kronecker's theorem v comes as near as one likes to any phase of the one and any phase of the other at once. So the
range reaches from the sum of the two least values to that of the two greatest; and these are attained only where one v
is an extreme of both: where a + m P = b + n Q for whole m and n.
"""

from __future__ import annotations

from itertools import pairwise, product

from flint import fmpq
from sympy import Add, Expr

from derivations.arithmetic import identities
from derivations.arithmetic.exact import Sum
from derivations.arithmetic.numbers import as_expression
from derivations.arithmetic.points import Point, Smooth, number, symbolic
from derivations.arithmetic.values import value_at
from derivations.language.pieces import Unproven
from derivations.proofs.certificate import Certificate, Extreme, Part
from derivations.proofs.waves import frequencies


def summands(expression: Expr) -> tuple[Expr, Expr]:
    """The two waves of an expression, with a line, if there is one, beside the first; raises `Unproven`."""
    groups: list[tuple[Sum, list[Expr]]] = []
    lines = []
    for term in Add.make_args(expression):
        found = frequencies(term)
        if not found:
            lines.append(term)
            continue
        first = min(found, key=str)
        if any((other / first).as_rational() is None for other in found):
            raise Unproven(f"{term} is no wave with a period")
        for frequency, terms in groups:
            if (first / frequency).as_rational() is not None:
                terms.append(term)
                break
        else:
            groups.append((first, [term]))
    if len(groups) != 2:
        raise Unproven(f"the waves of {expression} have no common period")
    return Add(*lines, *groups[0][1]), Add(*groups[1][1])


def part_of_sum(expression: Expr, order: int, one: Certificate, two: Certificate) -> Part:
    """The range of the derivative of the sum, from those of the summands, which are established."""
    whole = symbolic(Smooth(expression, 0))
    if not identities.is_zero(
        whole - symbolic(Smooth(one.expression, 0)) - symbolic(Smooth(two.expression, 0))
    ):
        raise Unproven(f"{expression} is not the sum of {one.expression} and {two.expression}")
    for each in (one, two):
        smooth = all(joint == "smooth" for _, joint in each.joints) and len(each.claimed) == 1
        if each.period is None or each.order != order or order == 0 or not smooth:
            raise Unproven(f"{each.expression} is not known to be a smooth wave")
    if not _is_irrational(_period(one) / _period(two)):
        raise Unproven(f"the periods {one.period} and {two.period} are not known to have an irrational ratio")
    return Part(*(_end(one, two, side) for side in (-1, 1)))


def _period(wave: Certificate) -> Sum:
    assert wave.period is not None
    return number(wave.period)


def _is_irrational(ratio: Sum) -> bool:
    """Whether it is a rational times a root that is not whole, or times a power of pi, which is transcendental."""
    if len(ratio.terms) != 1:
        return False
    (factors,) = ratio.terms
    return bool(factors) and all(name in ("prime", "pi") for (name, _), _ in factors)


def _end(one: Certificate, two: Certificate, side: int) -> Extreme:
    ends = [part.lower if side < 0 else part.upper for part in (one.claimed[0], two.claimed[0])]
    if not all(end.exact for end in ends):
        raise Unproven("an extreme of a wave has no closed form")
    value = number(ends[0].value) + number(ends[1].value)
    places = [_places(wave, number(end.value)) for wave, end in zip((one, two), ends, strict=True)]
    attained = any(_meet(a - b, _period(one), _period(two)) for a, b in product(*places))
    return Extreme(as_expression(value), attained)


def _places(wave: Certificate, value: Sum) -> list[Sum]:
    """Every point of a period at which the wave's derivative has the value: one of its marks or joints."""
    found = []
    for piece in wave.pieces:
        if set(piece.stretches) != {"monotone"} or not all(
            isinstance(point, Point) and point.zero_of is None for point in piece.bounds
        ):
            raise Unproven("the extremes of a wave are not known in closed form")
        for point, _ in pairwise(piece.bounds):
            assert isinstance(point, Point)
            here = value_at(Smooth(piece.shown, 0), point)
            if isinstance(here, Sum) and identities.sign(here - value) == 0:
                found.append(point.exact)
    return found


def _meet(gap: Sum, one: Sum, two: Sum) -> bool:
    """Whether gap + m P = n Q for whole m and n: P and Q being independent, m and n can be read off."""
    ((first, p),), ((second, q),) = one.terms.items(), two.terms.items()
    if not gap.terms.keys() <= {first, second}:
        raise Unproven("it is not known whether both waves have an extreme at one v")
    m, n = -gap.terms.get(first, fmpq(0)) / p, gap.terms.get(second, fmpq(0)) / q
    return m.q == 1 and n.q == 1
