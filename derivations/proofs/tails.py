"""What expressions do for all w >= T at once: asymptotic expansions whose remainders are balls.

A tail is a sum of terms c g(w), its coefficients c exact, plus a rest that is some function of w in a ball times a
growth. A growth g is a product of powers of w, of its iterated logarithms, and of exponentials of what grows. The
quotient of two growths falls for all w >= T if its logarithmic derivative is negative there, which is again the sign of
a tail; so values at T bound the whole of it. A sine of what grows is a coefficient anywhere between -1 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cmp_to_key, reduce
from operator import add
from typing import Any

from flint import arb, ctx, fmpq

from derivations.language.activation import v
from derivations.language.pieces import Unproven
from derivations.proofs import elementary, exact, identities
from derivations.proofs.exact import ONE, Product, Sum, ball, kernel, rational
from derivations.proofs.jets import BALLS, EXACT, Jet, Jets, Ring

W = kernel("w", 0)
_BITS = 256
_WAVES = ("sin", "cos")
_LONG = 6  # terms of a coefficient
_FEW = 24  # growths of one tail: smaller ones go to the rest


@cache
def parts(product: Product) -> tuple[Product, Product]:
    """The growth of a product, and its coefficient: constants, sines and cosines."""
    growth = frozenset(
        pair for pair in product if pair[0][0] not in _WAVES and not exact.is_constant_kernel(pair[0])
    )
    return growth, product - growth


def grouped(total: Sum) -> dict[Product, Sum]:
    """Growth -> coefficient."""
    found: dict[Product, dict[Product, fmpq]] = {}
    for product, c in total.terms.items():
        growth, coefficient = parts(product)
        found.setdefault(growth, {})[coefficient] = c
    sums = {growth: Sum(terms) for growth, terms in found.items()}
    return {growth: c for growth, c in sums.items() if not _vanishes(c)}


@cache
def _vanishes(c: Sum) -> bool:
    """Whether a coefficient of several terms is zero."""
    return len(c.terms) > 1 and c.is_constant and ball(c, _BITS).contains(0) and identities.is_zero(c)


def _with_names(total: Sum) -> Sum:
    """The sum with long constant coefficients as kernels of their own, which are multiplied out when it matters."""
    if len(total.terms) <= _LONG:
        return total
    found = rational(0)
    for growth, c in grouped(total).items():
        found = found + (c.named() if len(c.terms) > _LONG and c.is_constant else c) * as_sum(growth)
    return found


def as_sum(growth: Product) -> Sum:
    """A product as a sum of one term."""
    return Sum({growth: fmpq(1)})


@cache
def over(one: Product, other: Product) -> Product:
    """The quotient of two growths."""
    (found,) = (as_sum(one) * as_sum(other) ** fmpq(-1)).terms
    return found


@cache
def trend(growth: Product) -> int:
    """1 where it tends to infinity, 0 where it is constant, -1 where it tends to zero."""
    if not growth:
        return 0
    if all(name == "w" for (name, _), _ in growth):
        return 1 if min((k, p) for (_, k), p in growth)[1] > 0 else -1
    logarithm = grouped(elementary.log(as_sum(growth)))
    if not logarithm:  # of what is 1, written in another way
        return 0
    return identities.sign(logarithm[leading(logarithm)])


def leading(growths: dict[Product, Sum]) -> Product:
    """The fastest; raises `Unproven` where there is none."""
    if not growths:
        raise Unproven("the terms of an expansion cancel")
    best, *others = growths
    for other in others:
        if trend(over(other, best)) > 0:
            best = other
    return best


def _logarithm(times: int, start: fmpq) -> arb:
    """The iterated logarithm of w = start."""
    return reduce(lambda x, _: x.log(), range(times), arb(start))


def _at(growth: Product, start: fmpq) -> arb:
    """Its value at w = start."""
    found = arb(1)
    for (name, argument), power in growth:
        if name == "w":
            value = _logarithm(argument, start)
            if not value > 0:
                return arb.nan()
        elif name == "exp":
            inner, constant = parts(argument)
            value = (_at(inner, start) * ball(as_sum(constant), _BITS)).exp()
        else:
            return arb.nan()
        found = found * (value ** int(power.p) if power.q == 1 else value ** arb(power))
    return found


def _slope_of_logarithm(growth: Product) -> Sum:
    """w g'(w) / g(w)."""
    found = rational(0)
    for (name, argument), power in growth:
        if name == "w":
            inner = reduce(lambda total, k: total / kernel("w", k), range(1, argument + 1), rational(1))
        else:
            inner = as_sum(argument) * _slope_of_logarithm(parts(argument)[0])
        found = found + rational(power) * inner
    return found


@cache
def falling(growth: Product, start: fmpq) -> arb:
    """A ball with its values for all w >= start, where it falls towards zero or is constant; else not finite."""
    if not growth:
        return arb(1)
    if trend(growth) >= 0 or sign_of(_slope_of_logarithm(growth), start) != -1:
        return arb.nan()
    return arb(0).union(_at(growth, start))


def sign_of(total: Sum, start: fmpq) -> int:
    """The sign of a sum for all w >= start; 0 where it is not known."""
    if not total.terms:
        return 0
    around = scaled(total, start)[1]
    return 1 if around > 0 else -1 if around < 0 else 0


def scaled(total: Sum, start: fmpq) -> tuple[Product, arb]:
    """The leading growth of a sum, and a ball around the sum divided by it, for all w >= start."""
    growths = grouped(total)
    lead = leading(growths)
    return lead, reduce(
        add, (_coefficient(c) * falling(over(growth, lead), start) for growth, c in growths.items())
    )


def _coefficient(c: Sum) -> arb:
    """A ball around a coefficient; sines and cosines are anywhere between -1 and 1."""
    found = arb(0)
    for product, number in c.terms.items():
        constant = frozenset(pair for pair in product if exact.is_constant_kernel(pair[0]))
        waves = arb(1) if constant == product else arb(0, 1)
        found += ball(Sum({constant: number}), _BITS) * waves
    return found


class Tail:
    """A sum of w, and a rest: a growth, and a ball that holds its coefficient for all w >= start."""

    def __init__(self, ring: Tails, total: Sum, rest: tuple[Product, arb] | None = None) -> None:
        self.ring, self.total, self.rest = ring, _with_names(total), rest
        if rest is not None or len(total.terms) > _FEW:
            self._shorten()

    def _shorten(self) -> None:
        """Put what grows no faster than the rest into it."""
        growths, start = grouped(self.total), self.ring.start
        if len(growths) > _FEW:
            fastest_first = sorted(growths, key=cmp_to_key(lambda one, other: trend(over(other, one))))
            self._absorb(fastest_first[_FEW], arb(0))
        if self.rest is None:
            return
        slow, around = self.rest
        small = {growth: c for growth, c in growths.items() if trend(over(growth, slow)) <= 0}
        for growth, c in small.items():
            around = around + _coefficient(c) * falling(over(growth, slow), start)
            self.total = self.total - c * as_sum(growth)
        self.rest = (slow, around)

    def _absorb(self, growth: Product, around: arb) -> None:
        self.rest = _joined(self.rest, (growth, around), self.ring.start)

    def __add__(self, other: Tail) -> Tail:
        return Tail(self.ring, self.total + other.total, _joined(self.rest, other.rest, self.ring.start))

    def __neg__(self) -> Tail:
        return Tail(self.ring, -self.total, None if self.rest is None else (self.rest[0], -self.rest[1]))

    def __sub__(self, other: Tail) -> Tail:
        return self + -other

    def __mul__(self, other: Tail) -> Tail:
        start, rest = self.ring.start, None
        for one, two in ((self, other), (other, self)):
            if one.rest is not None and two.total.terms:
                lead, around = scaled(two.total, start)
                rest = _joined(rest, (_product(one.rest[0], lead), one.rest[1] * around), start)
        if self.rest is not None and other.rest is not None:
            both = (_product(self.rest[0], other.rest[0]), self.rest[1] * other.rest[1])
            rest = _joined(rest, both, start)
        return Tail(self.ring, self.total * other.total, rest)

    def __truediv__(self, other: Tail) -> Tail:
        return self * self.ring.power(other, fmpq(-1))

    def lead(self) -> tuple[Product, Sum]:
        """The leading growth and its coefficient; raises `Unproven` where the rest may be as large."""
        growths = grouped(self.total)
        if not growths or (self.rest is not None and trend(over(leading(growths), self.rest[0])) <= 0):
            raise Unproven("the leading terms of an expansion cancel")
        return leading(growths), growths[leading(growths)]

    @property
    def is_zero(self) -> bool:
        """Whether it is exactly zero."""
        return not self.total.terms and self.rest is None

    def sign(self) -> int:
        """Its sign for all w >= start; 0 where it is zero; raises `Unproven`."""
        if self.is_zero:
            return 0
        growth, _ = self.lead()
        around = scaled(self.total, self.ring.start)[1]
        if self.rest is not None:
            around = around + self.rest[1] * falling(over(self.rest[0], growth), self.ring.start)
        if around > 0 or around < 0:
            return 1 if around > 0 else -1
        raise Unproven(
            f"the sign towards the end is not that of the leading term, from w = {self.ring.start}"
        )

    def limit(self) -> Sum | int:
        """The limit: exact, or 1 and -1 for the infinities; raises `Unproven` where there is none."""
        if self.total.terms or self.rest is None:
            if not self.total.terms:
                return rational(0)
            if self.rest is None or trend(self.rest[0]) >= 0:
                growth, c = self.lead()
            else:
                growths = grouped(self.total)
                growth = leading(growths)
                c = growths[growth]
            if trend(growth) < 0:
                return rational(0)
            if not c.is_constant:
                raise Unproven("it swings for ever")
            return c if trend(growth) == 0 else identities.sign(c)
        if trend(self.rest[0]) < 0:
            return rational(0)
        raise Unproven("its limit is not known")

    def around(self) -> arb:
        """A ball with all values for w >= start; not finite where there is none."""
        found = arb(0)
        if self.total.terms:
            lead, around = scaled(self.total, self.ring.start)
            found = around * falling(lead, self.ring.start)
        if self.rest is not None:
            found = found + self.rest[1] * falling(self.rest[0], self.ring.start)
        return found


@cache
def _product(one: Product, other: Product) -> Product:
    (found,) = (as_sum(one) * as_sum(other)).terms
    return found


def _joined(
    one: tuple[Product, arb] | None, other: tuple[Product, arb] | None, start: fmpq
) -> tuple[Product, arb] | None:
    """The sum of two rests."""
    if one is None or other is None:
        return one or other
    if trend(over(one[0], other[0])) < 0:
        one, other = other, one
    return one[0], one[1] + other[1] * falling(over(other[0], one[0]), start)


class Tails:
    """Tails from w = start on as coefficients of jets; series are cut after so many terms."""

    def __init__(self, start: fmpq, terms: int = 4) -> None:
        self.start, self.terms = start, terms

    def of(self, total: Sum) -> Tail:
        """A sum of w, exactly."""
        return Tail(self, total)

    def rational(self, number: fmpq) -> Tail:
        return self.of(rational(number))

    def pi(self) -> Tail:
        return self.of(kernel("pi"))

    def times(self, x: Tail, y: Tail) -> Tail:
        return x * y

    def power(self, x: Tail, q: fmpq) -> Tail:
        if q.q == 1 and 0 < q <= 4:
            return reduce(lambda product, _: product * x, range(int(q.p) - 1), x)
        c, growth, small = self._normalised(x)
        if q.q != 1 and identities.sign(c) < 0:
            raise Unproven("a root of what is negative")
        series = self._series(lambda jets, u: jets._rational_power(u, q), rational(1), small)
        return self.of(elementary.power_of(c, q) * as_sum(growth) ** q) * series

    def function(self, name: str, x: Tail) -> Tail:
        if x.rest is None and x.total.is_constant:
            return self.of(EXACT.function(name, x.total))
        one = self.rational(fmpq(1))
        if name in ("sinh", "cosh"):
            up, down = self.function("exp", x), self.function("exp", -x)
            return (up + down if name == "cosh" else up - down) * self.rational(fmpq(1, 2))
        if name == "acosh" or (name == "asinh" and self._side(x)):
            sign = self.rational(fmpq(self._side(x) or 1))
            root = self.power(x * x + (one if name == "asinh" else -one), fmpq(1, 2))
            return sign * self.function("log", sign * x + root)
        if name == "atanh":
            return self.function("log", (one + x) / (one - x)) * self.rational(fmpq(1, 2))
        if name == "asin":
            return self.function("atan", x * self.power(one - x * x, fmpq(-1, 2)))
        if name == "log":
            c, growth, small = self._normalised(x)
            if identities.sign(c) < 0:
                raise Unproven("a logarithm of what is negative")
            deepest = max((k for (kind, k), _ in growth if kind == "w"), default=-1) + 1
            if deepest > 0 and not _at(frozenset({(("w", deepest), fmpq(1))}), self.start) > 0:
                raise Unproven(f"a logarithm is not positive from w = {self.start} on")
            series = self._series(lambda jets, u: jets._named("log", u), rational(1), small)
            logarithm = elementary.log(as_sum(growth))
            for (kind, times), _ in {pair for product in logarithm.terms for pair in product}:
                if kind == "w" and not _logarithm(times, self.start) > 0:  # as every growth is taken to be
                    raise Unproven(f"a logarithm is not positive from w = {self.start} on")
            return self.of(elementary.log(c) + logarithm) + series
        if name in ("exp", *_WAVES):
            return self._of_growing(name, x)
        if side := self._side(x):
            return self._at_infinity(name, x, side)
        return self._regular(name, x)

    def _side(self, x: Tail) -> int:
        """1 or -1 where x tends to an infinity, else 0."""
        if x.total.terms and trend(leading(grouped(x.total))) > 0:
            limit = x.limit()
            return limit if isinstance(limit, int) else 0
        return 0

    def _normalised(self, x: Tail) -> tuple[Sum, Product, Tail]:
        """c, g and s in x = c g (1 + s)."""
        growth, c = x.lead()
        if not c.is_constant:
            raise Unproven("a coefficient that swings")
        inverse = c ** fmpq(-1) * as_sum(growth) ** fmpq(-1)
        return c, growth, (x - self.of(c * as_sum(growth))) * self.of(inverse)

    def _regular(self, name: str, x: Tail) -> Tail:
        """F(x), where x has a finite limit or is at least bounded."""
        try:
            limit = x.limit()
        except Unproven:
            around = BALLS.function(name, x.around())
            if not around.is_finite():
                raise
            return Tail(self, rational(0), (ONE, around))
        if isinstance(limit, int):
            raise Unproven(f"{name} of what grows")
        return self._series(lambda jets, u: jets._named(name, u), limit, x - self.of(limit))

    def _series(self, function: Callable[[Jets, Jet], Jet], limit: Sum, small: Tail) -> Tail:
        """Taylor's series around the limit, with Lagrange's remainder over all that x can be."""
        if small.is_zero:
            return self.of(_applied(function, EXACT, limit, 0)[0])
        with ctx.workprec(_BITS):
            around = small.around()
            middle = ball(limit, _BITS)
            reached = middle.union(middle + around)
            last = _applied(function, BALLS, reached, self.terms)[-1]
            if not (around.is_finite() and last.is_finite()):
                raise Unproven(f"a series does not converge from w = {self.start} on")
            growth = leading(grouped(small.total)) if small.total.terms else None
            if growth is None or (small.rest and trend(over(small.rest[0], growth)) > 0):
                assert small.rest is not None
                growth = small.rest[0]
            size = self._over(small, growth)
            power = reduce(lambda product, _: _product(product, growth), range(self.terms), ONE)
            rest = Tail(self, rational(0), (power, last * BALLS.power(size, fmpq(self.terms))))
        coefficients = _applied(function, EXACT, limit, self.terms - 1)
        found, power_of_small = rest, self.rational(fmpq(1))
        for n, c in enumerate(coefficients):
            power_of_small = power_of_small * small if n else power_of_small
            found = found + self.of(c) * power_of_small
        return found

    def _over(self, x: Tail, growth: Product) -> arb:
        """A ball with x divided by the growth, which is none smaller, for all w >= start."""
        found = arb(0)
        for each, c in grouped(x.total).items():
            found += _coefficient(c) * falling(over(each, growth), self.start)
        return found + (x.rest[1] * falling(over(x.rest[0], growth), self.start) if x.rest else 0)

    def _of_growing(self, name: str, x: Tail) -> Tail:
        """exp, sin or cos of a growing part, which is exact, plus a rest that has a limit."""
        growths = grouped(x.total)
        growing = {growth: c for growth, c in growths.items() if trend(growth) > 0}
        if any(not c.is_constant for c in growing.values()) or (x.rest and trend(x.rest[0]) > 0):
            raise Unproven(f"{name} of what swings more and more")
        large = reduce(add, (c * as_sum(growth) for growth, c in growing.items()), rational(0))
        small = x - self.of(large)
        if not large.terms:
            return self._regular(name, small)
        if name == "exp":
            return self.of(elementary.exp(large)) * self._regular("exp", small)
        sine, cosine = self.of(elementary.sin(large)), self.of(elementary.cos(large))
        inner, outer = self._regular("sin", small), self._regular("cos", small)
        return sine * outer + cosine * inner if name == "sin" else cosine * outer - sine * inner

    def _at_infinity(self, name: str, x: Tail, side: int) -> Tail:
        one, sign = self.rational(fmpq(1)), self.rational(fmpq(side))
        if name == "tanh":
            small = self.function("exp", sign * x * self.rational(fmpq(-2)))
            return sign * (one - small) / (one + small)
        if name == "atan":
            half = self.of(rational(fmpq(side, 2)) * kernel("pi"))
            return half - self._regular("atan", self.power(x, fmpq(-1)))
        if name == "erf":
            return sign - sign * self._erfc(sign * x)
        if name == "erfc":
            return self._erfc(x) if side == 1 else self.rational(fmpq(2)) - self._erfc(-x)
        raise Unproven(f"{name} of what grows")

    def _erfc(self, x: Tail) -> Tail:
        """exp(-x^2)/(x sqrt(pi)) (1 - 1/(2 x^2) + 3/(2 x^2)^2 - ...); what is left out is less than its first
        term, and of its sign (Abramowitz and Stegun, 7.1.23 and 7.1.24)."""
        square = self.power(x, fmpq(-2)) * self.rational(fmpq(-1, 2))
        term = total = self.rational(fmpq(1))
        for n in range(1, self.terms):
            term = term * square * self.rational(fmpq(2 * n - 1))
            total = total + term
        left = term * square * self.rational(fmpq(2 * self.terms - 1))
        total = total + left * Tail(self, rational(0), (ONE, arb(0).union(arb(1))))
        front = self.function("exp", -(x * x)) * self.power(x, fmpq(-1))
        return front * self.of(kernel("pi") ** fmpq(-1, 2)) * total


def _applied(function: Callable[[Jets, Jet], Jet], ring: Ring, at: Any, order: int) -> Jet:
    """The Taylor coefficients of a function at a point."""
    jets = Jets(ring, at, order)
    return function(jets, jets(v))
