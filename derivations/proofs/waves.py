"""What repeats itself, what swings, and what stays within bounds: stretches that are not monotone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

from flint import arb, ctx, fmpq
from sympy import Add, Basic, Expr, cos, cot, csc, oo, pi, sec, sin, tan

from derivations.arithmetic import elementary, exact, identities
from derivations.arithmetic.exact import Sum, kernel, rational
from derivations.arithmetic.jets import EXACT, Jets
from derivations.arithmetic.numbers import as_expression, exactly
from derivations.arithmetic.points import BITS, End, Point, Smooth, number
from derivations.arithmetic.tails import Tail
from derivations.language.activation import v
from derivations.language.pieces import Unproven
from derivations.proofs.certificate import PieceCertificate

_TURNING = (sin, cos, tan, cot, sec, csc)
PRECISIONS = (BITS, 768, 3072)  # tried one after the other
_V = frozenset({(("v", None), fmpq(1))})


def frequencies(part: Basic) -> frozenset[Sum] | None:
    """The k of every k v + c inside of a wave, if v is nowhere else; else None."""
    if not part.has(v):
        return frozenset()
    if isinstance(part, _TURNING) and (k := _slope_of_line(part.args[0])) is not None:
        return frozenset({k})
    found: frozenset[Sum] = frozenset()
    for argument in part.args:
        inside = frequencies(argument)
        if inside is None:
            return None
        found |= inside
    return found if part.args else None


def _slope_of_line(argument: Basic) -> Sum | None:
    """The k of k v + c; None for anything else."""
    try:
        inner = Jets(EXACT, kernel("v"), 0)(argument)[0]
    except Unproven:  # of case distinctions
        return None
    k = Sum({product - _V: c for product, c in inner.terms.items() if _V.issubset(product)})
    return k if (inner - k * kernel("v")).is_constant and k.is_constant and k.terms else None


def line_and_waves(expression: Expr) -> frozenset[Sum] | None:
    """The frequencies of an expression that is a multiple of v plus one that waves alone make."""
    terms = [term for term in Add.make_args(expression) if (term / v).has(v) or not term.has(v)]
    return (
        frequencies(Add(*terms)) if len(terms) < len(Add.make_args(expression)) else frequencies(expression)
    )


def check_period(expression: Expr, period: Expr, with_line: bool) -> None:
    """Whether every wave repeats after the period; raises `Unproven`."""
    found = line_and_waves(expression) if with_line else frequencies(expression)
    if not found:
        raise Unproven(f"{expression} does not depend on v by waves alone")
    if _repeats(expression, period, with_line):
        return
    for k in found:
        turns = (k * number(period) / (rational(2) * kernel("pi"))).as_rational()
        if turns is None or turns == 0 or turns.q != 1:
            raise Unproven(f"{expression} does not repeat after {period}")
    if identities.sign(number(period)) != 1:
        raise Unproven("a period is positive")


def check_repeats(what: Smooth, left: End, right: End, piece: PieceCertificate) -> None:
    """Whether the values beyond a mark are those of one period before it, inside of the piece."""
    side, mark = (1, left) if isinstance(left, Point) else (-1, right)
    other = piece.start if side == 1 else piece.end
    period = period_of(what.formula, with_line=what.order > 0)
    if not (isinstance(mark, Point) and isinstance(other, Point) and period is not None):
        raise Unproven(f"{what.formula} is not known to repeat itself")
    check_period(what.formula, period, with_line=what.order > 0)
    if other.zero_of is None and mark.zero_of is None:
        room = rational(side) * (mark.exact - other.exact) - number(period)
        enough = identities.sign(room) >= 0
    else:
        enough = bool(side * (mark.ball - other.ball) >= exact.ball(number(period), BITS))
    if not enough:
        raise Unproven(f"less than a period lies before v = {mark.value}")


def period_of(expression: Expr, with_line: bool) -> Expr | None:
    """The smallest period that waves of commensurable frequencies have together; None where there are no waves."""
    found = line_and_waves(expression) if with_line else frequencies(expression)
    if not found:
        return None
    first, *others = sorted(found, key=str)
    ratios = [fmpq(1)]
    for other in others:
        ratio = (other / first).as_rational()
        if ratio is None:  # no common period
            return None
        ratios.append(abs(ratio))
    # The period is 2 pi over the greatest common divisor of all frequencies.
    below = reduce(lcm, (int(ratio.q) for ratio in ratios), 1)
    above = reduce(gcd, (int(ratio.p) * (below // int(ratio.q)) for ratio in ratios), 0)
    period = abs(2 * pi / as_expression(first * rational(fmpq(above, below))))
    for part in (3, 2, 2):
        if _repeats(expression, period / part, with_line):
            period = period / part
    return period


def _repeats(expression: Expr, period: Expr, with_line: bool) -> bool:
    """Whether f(v + period) - f(v) is identically zero, or constant where a line is allowed."""
    here, there = (Jets(EXACT, kernel("v") + shift, 0) for shift in (rational(0), number(period)))
    try:
        gap = identities.reduced(there(expression)[0] - here(expression)[0])
    except Unproven:  # of case distinctions
        return False
    return identities.is_zero(gap) or (with_line and gap.is_constant)


@dataclass(frozen=True)
class Swing:
    """A tail C + A cos P + B sin P, P growing: C, and A^2 + B^2."""

    middle: Tail
    square: Tail


def _linear(total: Sum) -> Sum:
    """The sum with each product of two waves as a sum of waves."""
    found = rational(0)
    for product, c in total.terms.items():
        waves = [
            pair for pair in product if pair[0][0] in ("sin", "cos") and not exact.is_constant_kernel(pair[0])
        ]
        names = [
            kernel_ for kernel_, power in waves for _ in range(int(power.p)) if power.q == 1 and power > 0
        ]
        if len(names) < 2 or len(waves) != len({*names}):
            found = found + Sum({product: c})
            continue
        (one, x), (two, y), *others = names
        rest = Sum({product - frozenset(waves): c * fmpq(1, 2)})
        for name, argument in others:
            rest = rest * kernel(name, argument)
        if one == two:
            both = elementary.cos(x - y) + (elementary.cos(x + y) if one == "cos" else -elementary.cos(x + y))
        else:
            sine, cosine = (x, y) if one == "sin" else (y, x)
            both = elementary.sin(sine + cosine) + elementary.sin(sine - cosine)
        found = found + _linear(rest * both)
    return found


def _swing(tail: Tail) -> Swing:
    parts: dict[str, Sum] = {"": rational(0), "cos": rational(0), "sin": rational(0)}
    phases = set()
    for product, c in _linear(tail.total).terms.items():
        waves = [(kernel_, power) for kernel_, power in product if kernel_[0] in ("sin", "cos")]
        growing = [pair for pair in waves if not exact.is_constant_kernel(pair[0])]
        if len(growing) > 1 or any(power != 1 for _, power in growing):
            raise Unproven("waves of several frequencies, up to infinity")
        name = growing[0][0][0] if growing else ""
        phases |= {kernel_[1] for kernel_, _ in growing}
        parts[name] = parts[name] + Sum({product - frozenset(growing): c})
    if len(phases) > 1:
        raise Unproven("waves of several frequencies, up to infinity")
    ring = tail.ring
    cosine, sine = ring.of(parts["cos"]), ring.of(parts["sin"])
    return Swing(Tail(ring, parts[""], tail.rest), cosine * cosine + sine * sine)


def swing_bounds(what: Smooth, left: End, right: End) -> tuple[Sum | int | None, Sum | int | None]:
    """The limits below and above that a swinging tail comes near and does not reach; None where it may go beyond."""
    failed = Unproven("")
    for tail in tails(what, left, right):
        try:
            return _swing_bounds(tail)
        except Unproven as error:
            failed = error
    raise failed


def _swing_bounds(tail: Tail) -> tuple[Sum | int | None, Sum | int | None]:
    found = _swing(tail)
    if found.square.is_zero:
        raise Unproven("it does not swing")
    size, middle = found.square.limit(), found.middle.limit()
    if isinstance(size, int) or isinstance(middle, int):
        side = found.middle.sign() if isinstance(middle, int) else 0
        if side == 0 or (found.square - found.middle * found.middle).sign() > 0:
            share = rational(0) if side == 0 else (found.middle * found.middle / found.square).limit()
            if isinstance(share, Sum) and identities.sign(rational(1) - share) > 0:
                return -1, 1
            raise Unproven("a wave and what it swings around grow alike")
        share = (found.square / (found.middle * found.middle)).limit()
        if isinstance(share, Sum) and identities.sign(rational(1) - share) > 0:
            return (None, 1) if side > 0 else (-1, None)
        raise Unproven("a wave and what it swings around grow alike")
    size = identities.reduced(size)
    reach = elementary.power_of(size, fmpq(1, 2)) if size.terms else size
    return _approached(found, middle - reach, -1), _approached(found, middle + reach, 1)


def _approached(found: Swing, limit: Sum, side: int) -> Sum | None:
    """The limit, if side (limit - C) > sqrt(A^2 + B^2) on the whole tail."""
    gap = found.middle.ring.rational(fmpq(side)) * (found.middle.ring.of(limit) - found.middle)
    try:
        strict = gap.sign() > 0 and (gap * gap - found.square).sign() > 0
    except Unproven:
        return None
    return limit if strict else None


def tails(what: Smooth, left: End, right: End) -> Iterator[Tail]:
    """Expansions beyond a mark that is a rational number, up to infinity."""
    if isinstance(left, Point) and isinstance(right, Point):
        raise Unproven("a tail ends at infinity")
    side, mark = (1, left) if isinstance(left, Point) else (-1, right)
    start = mark.exact.as_rational() if isinstance(mark, Point) and mark.zero_of is None else None
    if start is None or side * start <= 0:
        raise Unproven("a tail begins at a rational number, on its own side of zero")
    for terms in (4, 8):
        try:
            yield what.towards(oo if side == 1 else -oo, 0, side * start, terms)
        except Unproven:
            continue


def check_within(what: Smooth, left: End, right: End, low: arb | None, high: arb | None) -> None:
    """Whether all values lie strictly between, where a bound is given; raises `Unproven`."""
    if isinstance(left, Point) and isinstance(right, Point):
        assert low is not None
        assert high is not None
        for bits in PRECISIONS:
            try:
                with ctx.workprec(bits):
                    _check_cells(what, left.ball, right.ball, low, high)
                return
            except Unproven:  # more digits may show it
                if bits == PRECISIONS[-1]:
                    raise
    for tail in tails(what, left, right):
        around = tail.around()
        if all(bound is None or _beyond(tail, around, bound, side) for bound, side in ((low, 1), (high, -1))):
            return
    raise Unproven("the values towards infinity may leave the range")


def _beyond(tail: Tail, around: arb, bound: arb, side: int) -> bool:
    """Whether the tail is above a bound (side 1) or below it."""
    if not bound.is_finite():
        return bool(side * bound < 0)
    if around.is_finite() and side * (around - bound) > 0:
        return True
    nearest = (exactly(arb((side * bound).upper())) + fmpq(1, 2**40)) * side
    try:
        return (tail - tail.ring.rational(nearest)).sign() == side
    except Unproven:
        return False


def _check_cells(what: Smooth, left: arb, right: arb, low: arb, high: arb) -> None:
    waiting, seen = [(left, right)], 0
    while waiting:
        start, end = waiting.pop()
        value = enclosure(what, start.union(end))
        if value.is_finite() and low < value < high:
            continue
        middle, seen = arb(((start + end) / 2).mid()), seen + 1
        if seen > 8000 or not start < middle < end:
            raise Unproven(f"the values near v = {start.str(6, radius=False)} may leave the range")
        waiting += [(start, middle), (middle, end)]


def enclosure(what: Smooth, cell: arb) -> arb:
    """A ball with the values on a cell, by the mean value theorem where that is closer."""
    value, slope = what.on(cell, 1)
    centre = arb(cell.mid())
    closer = what.on(centre)[0] + slope * (cell - centre)
    if not closer.is_finite():
        return value
    return closer if not value.is_finite() or closer.rad() < value.rad() else value
