"""Asymptotic expansions: the ring of tails, with Taylor's series of functions, and Lagrange's remainders as balls."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

from flint import arb, ctx, fmpq

from derivations.arithmetic import elementary, identities
from derivations.arithmetic.exact import ONE, Product, Sum, ball, kernel, rational
from derivations.arithmetic.growths import (
    BITS,
    WAVES,
    around_coefficient,
    as_sum,
    falling,
    grouped,
    iterated_logarithm,
    leading,
    over,
    product_of,
    trend,
    value_at_start,
)
from derivations.arithmetic.jets import BALLS, EXACT, Jet, Jets, Ring
from derivations.arithmetic.tails import Tail
from derivations.language.activation import v
from derivations.language.pieces import Unproven


class Tails:
    """Tails from w = start on as coefficients of jets; series are cut after so many terms."""

    def __init__(self, start: fmpq, terms: int = 4) -> None:
        self.start, self.terms = start, terms

    def of(self, total: Sum) -> Tail:
        """A sum of w, exactly."""
        return Tail(self, total)

    def rational(self, number: fmpq) -> Tail:
        """A rational number."""
        return self.of(rational(number))

    def pi(self) -> Tail:
        """The number pi."""
        return self.of(kernel("pi"))

    def times(self, x: Tail, y: Tail) -> Tail:
        """x y."""
        return x * y

    def power(self, x: Tail, q: fmpq) -> Tail:
        """x ** q, by the binomial series in s where x = c g (1 + s)."""
        if q.q == 1 and 0 < q <= 4:
            return reduce(lambda product, _: product * x, range(int(q.p) - 1), x)
        c, growth, small = self._normalised(x)
        if q.q != 1 and identities.sign(c) < 0:
            raise Unproven("a root of what is negative")
        series = self._series(lambda jets, u: jets.rational_power(u, q), rational(1), small)
        return self.of(elementary.power_of(c, q) * as_sum(growth) ** q) * series

    def function(self, name: str, x: Tail) -> Tail:
        """The function, by exp and log where those define it, else by its series."""
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
            return self._log(x)
        if name in ("exp", *WAVES):
            return self._of_growing(name, x)
        if side := self._side(x):
            return self._at_infinity(name, x, side)
        return self._regular(name, x)

    def _log(self, x: Tail) -> Tail:
        """log(c) + log(g) + log(1 + s)."""
        c, growth, small = self._normalised(x)
        if identities.sign(c) < 0:
            raise Unproven("a logarithm of what is negative")
        deepest = max((k for (kind, k), _ in growth if kind == "w"), default=-1) + 1
        if deepest > 0 and not value_at_start(frozenset({(("w", deepest), fmpq(1))}), self.start) > 0:
            raise Unproven(f"a logarithm is not positive from w = {self.start} on")
        series = self._series(lambda jets, u: jets.named("log", u), rational(1), small)
        logarithm = elementary.log(as_sum(growth))
        for (kind, times), _ in {pair for product in logarithm.terms for pair in product}:
            # Every growth is taken to be positive.
            if kind == "w" and not iterated_logarithm(times, self.start) > 0:
                raise Unproven(f"a logarithm is not positive from w = {self.start} on")
        return self.of(elementary.log(c) + logarithm) + series

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
        return self._series(lambda jets, u: jets.named(name, u), limit, x - self.of(limit))

    def _series(self, function: Callable[[Jets, Jet], Jet], limit: Sum, small: Tail) -> Tail:
        """Taylor's series around the limit, with Lagrange's remainder over all that x can be."""
        if small.is_zero:
            return self.of(_applied(function, EXACT, limit, 0)[0])
        with ctx.workprec(BITS):
            around = small.around()
            middle = ball(limit, BITS)
            reached = middle.union(middle + around)
            last = _applied(function, BALLS, reached, self.terms)[-1]
            if not (around.is_finite() and last.is_finite()):
                raise Unproven("a series of it does not converge")
            growth = leading(grouped(small.total)) if small.total.terms else None
            if growth is None or (small.rest and trend(over(small.rest[0], growth)) > 0):
                assert small.rest is not None
                growth = small.rest[0]
            size = self._over(small, growth)
            power = reduce(lambda product, _: product_of(product, growth), range(self.terms), ONE)
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
            found += around_coefficient(c) * falling(over(each, growth), self.start)
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
        """A function that has limits, of what tends to an infinity."""
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
