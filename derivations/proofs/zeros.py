"""The zeros of a smooth formula on an interval, isolated: part of the search, and proven again when it is verified.

A cell of which a ball shows that the formula has no zero there is done; one on which its derivative has none holds one
zero at most. What is left is halved. A zero is given in closed form where one of a few kinds of number is it.
"""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
from flint import arb, fmpq
from sympy import Add, Expr, Float, Function, Mul, Pow, Rational, S, atan, log, pi

from derivations.arithmetic import identities
from derivations.arithmetic.numbers import DIGITS, algebraic
from derivations.arithmetic.points import End, Point, Smooth, precise
from derivations.arithmetic.signs import is_constant, near, sign_of_ball
from derivations.language.activation import v
from derivations.language.pieces import Unproven

_CELLS = 6000
SPLIT = fmpq(487, 1000)  # not in the middle, where zeros like to be
_NARROW = 2.0**-30  # where a zero is looked for by its digits alone


@precise
def zeros(what: Smooth, start: End, end: End, most: int = _CELLS) -> list[Point]:
    """Every zero strictly between, ascending; none where it is identically zero; raises `Unproven`."""
    if not what.formula.has(v) or is_constant(what):
        return []
    (_, low), (_, high) = near(what, start, 1), near(what, end, -1)
    found: list[Point] = []
    waiting = [(low, high)] if low < high else []
    seen = 0
    while waiting:
        left, right = waiting.pop()
        seen += 1
        if seen > most:
            raise Unproven(f"the zeros of {what.formula} between {left.str(6, radius=False)} and "
                           f"{right.str(6, radius=False)} could not be told apart")  # fmt: skip
        if (known := at_most_one(what, left, right)) is not None:
            found += known
            continue
        if worth_a_try(what, left, right) and (point := multiple(what, left, right)):
            found.append(point)
            around = [near(what, point, side)[1] for side in (-1, 1)]
            waiting = list(without([*waiting, (left, right)], *around))
            continue
        middle = arb((left + (right - left) * arb(SPLIT)).mid())
        if not left < middle < right:
            raise Unproven(f"a zero near v = {left.str(6, radius=False)} could not be isolated")
        waiting += [(left, middle), (middle, right)]
    return sorted(found, key=lambda point: float(point.ball.mid()))


def at_most_one(what: Smooth, left: arb, right: arb) -> list[Point] | None:
    """The zeros in a cell where a ball shows that there is none, or its derivative that there is one at most."""
    value, slope = what.on(left.union(right), 1)
    if sign_of_ball(value):
        return []
    if not sign_of_ball(slope):
        return None
    below, above = what.on(left)[0], what.on(right)[0]
    if below.contains(0) or above.contains(0):
        return None
    return [refined(what, left, right)] if below * above < 0 else []


def worth_a_try(what: Smooth, left: arb, right: arb) -> bool:
    """Whether a cell is so narrow, and the values in it so small, that a zero of higher order is looked for."""
    size = float(right - left)
    if not (size < 0.1 and int(-mpmath.log(size, 2)) % 6 == 4):
        return False
    return bool(abs(what.on(arb(((left + right) / 2).mid()))[0]) < 10 * arb(size) ** 2)


def without(cells: list[tuple[arb, arb]], low: arb, high: arb) -> Iterator[tuple[arb, arb]]:
    """The cells without what lies between."""
    for left, right in cells:
        if right <= low or left >= high:
            yield left, right
            continue
        if left < low:
            yield left, low
        if right > high:
            yield high, right


@precise
def refined(what: Smooth, left: arb, right: arb) -> Point:
    """The one zero between, where the formula has both signs: by bisection, then in closed form if it has one."""
    rising = bool(what.on(right)[0] > 0)
    for _ in range(400):
        middle = arb(((left + right) / 2).mid())
        value = what.on(middle)[0]
        if value.contains(0) or not left < middle < right or (right - left) < arb(fmpq(1, 2**150)):
            break
        left, right = (left, middle) if (value > 0) == rising else (middle, right)
    width = max(arb(right - left), arb(fmpq(1, 2**140)))
    centre = rational_near(arb(((left + right) / 2).mid()))
    if (closed := closed_form(what, centre)) is not None:
        return Point(closed)
    reach = rational_near(width * 2, up=True)
    return Point(_decimal(centre), what, centre - reach, centre + reach)


@precise
def multiple(what: Smooth, left: arb, right: arb) -> Point | None:
    """A zero in closed form, where derivatives vanish too and no change of sign shows it."""
    order = 1
    centre = (left + right) / 2
    while order < 7:
        derivative = Smooth(what.formula, what.order + order)
        _, slope = derivative.on(left.union(right), 1)
        if sign_of_ball(slope):
            below, above = derivative.on(left)[0], derivative.on(right)[0]
            if below * above < 0:
                point = refined(derivative, left, right)
                if point.zero_of is None and identities.sign(what.at(point.exact)[0]) == 0:
                    return point
            return None
        order += 1
    if (
        float(right - left) < _NARROW
        and (closed := closed_form(what, rational_near(centre), digits=9)) is not None
    ):
        return Point(closed)
    return None


def rational_near(number: arb, up: bool = False) -> Rational:
    """A ball's middle as a fraction of a power of two; `up`, a little more."""
    mantissa, exponent = number.mid().man_exp()
    found = Rational(int(mantissa)) * Rational(2) ** int(exponent)
    scale = Rational(2) ** 170
    return Rational(int(found * scale) + (1 if up else 0), scale)


def _decimal(number: Rational) -> Expr:
    return Float(str(number.evalf(30)), 30)  # as it is read back


def closed_form(what: Smooth, near_: Rational, digits: int = 34) -> Expr | None:
    """A closed form of the zero: algebraic of degree 2 at most, a logarithm of such, or a multiple of pi.

    Not only v itself may be of this kind, but every k v + c that a function is taken of.
    """
    with mpmath.workdps(DIGITS + 8):
        for k, c in lines(what.formula):
            scaled = k * near_ + c
            value = mpmath.mpf(str(scaled.evalf(DIGITS + 8)))
            for candidate in _guesses(value, digits):
                at = (candidate - c) / k
                try:
                    if identities.sign(what.at(Point(at).exact)[0]) == 0:
                        return at
                except (Unproven, ZeroDivisionError):
                    continue
    return None


def lines(formula: Expr) -> list[tuple[Expr, Expr]]:
    """(1, 0), and k and c of every k v + c that stands in a function or under a root."""
    found = {(S.One, S.Zero): None}
    for part in formula.atoms(Function, Pow, Add, Mul):
        for inner in part.args if isinstance(part, (Function, Pow)) else (part,):
            k = inner.coeff(v, 1)
            if k != 0 and k.is_number and not (c := (inner - k * v).expand()).has(v):
                found[k, c] = None
    return list(found)


def _guesses(value: mpmath.mpf, digits: int) -> Iterator[Expr]:
    """Numbers that agree with the value to so many digits."""
    tolerance = mpmath.mpf(10) ** -digits
    yield from algebraic(value, tolerance)
    for part in algebraic(value / mpmath.pi, tolerance, roots=False):
        yield part * pi
    if abs(value) < 60:
        for number in algebraic(mpmath.exp(value), tolerance * mpmath.exp(value)):
            if number.is_positive:
                yield log(number)
        for number in algebraic(mpmath.exp(2 * value), tolerance * mpmath.exp(2 * value)):
            if number.is_positive:
                yield log(number) / 2
    if abs(value) < 3:
        for number in algebraic(mpmath.tan(value), tolerance):
            yield atan(number)
            yield atan(number) + (pi if value > 0 else -pi)
