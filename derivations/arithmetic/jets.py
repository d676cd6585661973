"""The first Taylor coefficients of an expression, f(v + x) = f_0 + f_1 x + f_2 x^2 + ..., by rules of their own.

The rules are the same for coefficients of each kind: balls (every value on an interval), exact numbers (at a point),
and tails (from some v on, up to infinity). So one table differentiates for all of the proofs.
"""

from __future__ import annotations

from typing import Any, Protocol

from flint import arb, fmpq
from sympy import Add, Basic, Expr, Mul, Pow, Rational, pi
from sympy.core.numbers import Exp1

from derivations.arithmetic import elementary
from derivations.arithmetic.exact import Sum, kernel, rational
from derivations.arithmetic.identities import reduced
from derivations.language.activation import v
from derivations.language.pieces import Unproven

Jet = list[Any]


class Ring(Protocol):
    """Coefficients: + - * / are the objects' own."""

    def rational(self, number: fmpq) -> Any:
        """A rational number."""

    def pi(self) -> Any:
        """The number pi."""

    def times(self, x: Any, y: Any) -> Any:
        """x y."""

    def function(self, name: str, x: Any) -> Any:
        """exp, log, erf, erfc, atan, asin, asinh, acosh, atanh, tanh, sin, cos, sinh or cosh."""

    def power(self, x: Any, q: fmpq) -> Any:
        """x ** q."""


_RISING = ("exp", "log", "erf", "atan", "asinh", "sinh", "tanh")
_KNOWN = (
    *_RISING, "erfc", "asin", "acos", "acosh", "atanh", "sin", "cos", "cosh", "tan", "cot", "coth", "sec", "csc",
    "sech", "csch",
)  # fmt: skip
_WIDE = arb("0.01")


class Balls:
    """Arb's balls, at the working precision."""

    def rational(self, number: fmpq) -> arb:
        """A ball around a rational number."""
        return arb(number)

    def pi(self) -> arb:
        """A ball around pi."""
        return arb.pi()

    def times(self, x: arb, y: arb) -> arb:
        """x y; it holds 0 only if x or y does."""
        product = x * y
        if not product.contains(0) or x.contains(0) or y.contains(0):
            return product
        ends = [a * b for a in map(arb, (x.lower(), x.upper())) for b in map(arb, (y.lower(), y.upper()))]
        return ends[0].union(ends[1]).union(ends[2]).union(ends[3])

    def function(self, name: str, x: arb) -> arb:
        """The function; of a wide ball, one that rises between its values at both ends."""
        if name in _RISING and x.rad() > _WIDE and x.is_finite():  # closer than Arb's own on a wide ball
            low, high = (getattr(arb(end), name)() for end in (x.lower(), x.upper()))
            return low.union(high)
        return getattr(x, name)()

    def power(self, x: arb, q: fmpq) -> arb:
        """x ** q; of a wide ball without zero, between its values at both ends."""
        if x.rad() > _WIDE * abs(x.mid()) and not x.contains(0):
            return self._power(arb(x.lower()), q).union(self._power(arb(x.upper()), q))
        return self._power(x, q)

    def _power(self, x: arb, q: fmpq) -> arb:
        if q.q != 1:
            return (x.sqrt() if q.q == 2 else x.root(int(q.q))) ** int(q.p) if x > 0 else arb.nan()
        if q < 0:
            return 1 / self.power(x, -q)
        if int(q.p) % 2 == 0 and x.contains(0):
            return arb(0).union(_whole(arb(x.abs_upper()), int(q.p)))
        return _whole(x, int(q.p))


def _whole(x: arb, count: int) -> arb:
    """x multiplied with itself; Arb's own power is not finite for a ball around zero."""
    half = _whole(x, count // 2) if count > 1 else arb(1)
    return half * half * x if count % 2 else half * half


class Exact:
    """Exact numbers, and functions of v as they are."""

    def rational(self, number: fmpq) -> Sum:
        """A rational number."""
        return rational(number)

    def pi(self) -> Sum:
        """The number pi."""
        return kernel("pi")

    def times(self, x: Sum, y: Sum) -> Sum:
        """x y."""
        return x * y

    def function(self, name: str, x: Sum) -> Sum:
        """The function, by those of `elementary`."""
        one = rational(1)
        if name in ("exp", "log", "erf", "atan", "asin", "sin", "cos"):
            return getattr(elementary, name)(x)
        if name == "erfc":
            return one - elementary.erf(x)
        if name in ("sinh", "cosh"):
            up, down = elementary.exp(x), elementary.exp(-x)
            return (up + down if name == "cosh" else up - down) / rational(2)
        if name == "tanh":
            return elementary.tanh(x)
        if name == "atanh":
            return (elementary.log(one + x) - elementary.log(one - x)) / rational(2)
        square = x * x + (one if name == "asinh" else -one)
        return elementary.log(x + elementary.power_of(square, fmpq(1, 2)))

    def power(self, x: Sum, q: fmpq) -> Sum:
        """x ** q, the square of a root in a sum multiplied out."""
        return elementary.power_of(reduced(x) if len(x.terms) > 1 else x, q)


BALLS, EXACT = Balls(), Exact()


class Jets:
    """Evaluates expressions in v on jets, v + x being v itself; `order` is that of the last coefficient."""

    def __init__(self, ring: Ring, at: Any, order: int) -> None:
        self.ring, self.at, self.order = ring, at, order
        self.zero, self.one = ring.rational(fmpq(0)), ring.rational(fmpq(1))
        self._known: dict[Basic, Jet] = {v: [at, self.one, *[self.zero] * (order - 1)][: order + 1]}

    def __call__(self, expression: Basic) -> Jet:
        """The coefficients f_0, ..., f_order."""
        if expression not in self._known:
            self._known[expression] = self._value(expression)
        return self._known[expression]

    def _value(self, part: Basic) -> Jet:
        if isinstance(part, Rational):
            return self._constant(self.ring.rational(as_fmpq(part)))
        if part is pi:
            return self._constant(self.ring.pi())
        if isinstance(part, Exp1):
            return self._constant(self.ring.function("exp", self.one))
        if self.order and not part.has(v):  # no derivative of its functions need exist
            return self._constant(Jets(self.ring, self.at, 0)(part)[0])
        if not part.args:
            raise Unproven(f"{part} is not v, and no number")
        if isinstance(part, Add):
            return [_total(column) for column in zip(*map(self, part.args), strict=True)]
        if isinstance(part, Mul):
            first, *others = map(self, part.args)
            for factor in others:
                first = self._times(first, factor)
            return first
        if isinstance(part, Pow):
            return self._power(part.base, part.exp)
        return self._function(part.func.__name__, part)

    def _constant(self, value: Any) -> Jet:
        return [value, *[self.zero] * self.order]

    def _times(self, a: Jet, b: Jet) -> Jet:
        times = self.ring.times
        return [_total([times(a[k], b[n - k]) for k in range(n + 1)]) for n in range(len(a))]

    def _power(self, base: Expr, exponent: Expr) -> Jet:
        if not isinstance(exponent, Rational):
            product = self._times(self(exponent), self.named("log", self(base)))
            return self.named("exp", product)
        return self.rational_power(self(base), as_fmpq(exponent))

    def rational_power(self, u: Jet, q: fmpq) -> Jet:
        """y = u^q from u y' = q u' y; a small whole power by multiplying, as u may be zero."""
        if q.q == 1 and 0 < q <= 64:
            found = [self.ring.power(u[0], q)]
            if len(u) > 1:
                found = self._primitive(found[0], u, self._scaled(self.rational_power(u[:-1], q - 1), q))
            return found
        if q == 0:
            return [self.one, *[self.zero] * (len(u) - 1)]
        inverse, found = self.ring.power(u[0], fmpq(-1)), [self.ring.power(u[0], q)]
        for n in range(1, len(u)):
            products = [self.ring.times(u[k], found[n - k]) for k in range(1, n + 1)]
            terms = [self._scaled([p], (q * k - (n - k)) / n)[0] for k, p in enumerate(products, 1)]
            found.append(self.ring.times(_total(terms), inverse))
        return found

    def _scaled(self, u: Jet, number: fmpq) -> Jet:
        if number == 1:
            return u
        factor = self.ring.rational(fmpq(number))
        return [factor * part for part in u]

    def _function(self, name: str, part: Basic) -> Jet:
        if len(part.args) != 1 or name not in _KNOWN:
            raise Unproven(f"the proofs know no rule for {part}")
        u = self(part.args[0])
        quotients = {"tan": ("sin", "cos"), "cot": ("cos", "sin"), "coth": ("cosh", "sinh")}
        inverses = {"sec": "cos", "csc": "sin", "sech": "cosh", "csch": "sinh"}
        if name in quotients:
            above, below = (self.named(each, u) for each in quotients[name])
            return self._times(above, self.rational_power(below, fmpq(-1)))
        if name in inverses:
            return self.rational_power(self.named(inverses[name], u), fmpq(-1))
        return self.named(name, u)

    def named(self, name: str, u: Jet) -> Jet:
        """F(u), from F(u_0) and the jet of F'(u), one shorter."""
        if name == "acos":
            asin = self.named("asin", u)
            return [self.ring.pi() / self.ring.rational(fmpq(2)) - asin[0], *(-part for part in asin[1:])]
        value, shorter = self.ring.function(name, u[0]), u[:-1]
        return self._primitive(value, u, self._slope(name, shorter)) if shorter else [value]

    def _primitive(self, value: Any, u: Jet, slope: Jet) -> Jet:
        """The jet that begins with the value and has the derivative slope u'."""
        found = [value]
        for n in range(1, len(u)):
            found.append(self._term(u, slope, n))
        return found

    def _term(self, u: Jet, slope: Jet, n: int) -> Any:
        """The coefficient n of the function with the derivative slope u'."""
        products = [self.ring.times(u[k], slope[n - k]) for k in range(1, n + 1)]
        return _total([self._scaled([p], fmpq(k, n))[0] for k, p in enumerate(products, 1)])

    def _slope(self, name: str, u: Jet) -> Jet:
        """F'(u)."""
        if name in ("exp", "sin", "cosh", "sinh"):
            return self.named({"exp": "exp", "sin": "cos", "cosh": "sinh", "sinh": "cosh"}[name], u)
        if name == "cos":
            return [-part for part in self.named("sin", u)]
        if name == "log":
            return self.rational_power(u, fmpq(-1))
        if name == "tanh" and self.ring is BALLS:
            return self._squared_sech(u)
        square = self._times(u, u)
        if name == "tanh":
            tanh = self.named("tanh", u)
            return [
                (self.one if n == 0 else self.zero) - part for n, part in enumerate(self._times(tanh, tanh))
            ]
        if name in ("erf", "erfc"):
            two = self.ring.rational(fmpq(2 if name == "erf" else -2))
            factor = two * self.ring.power(self.ring.pi(), fmpq(-1, 2))
            return [factor * part for part in self.named("exp", [-part for part in square])]
        side, shift, power = {
            "atan": (1, 1, fmpq(-1)), "atanh": (-1, 1, fmpq(-1)), "asin": (-1, 1, fmpq(-1, 2)),
            "asinh": (1, 1, fmpq(-1, 2)), "acosh": (1, -1, fmpq(-1, 2)),
        }[name]  # fmt: skip
        inner = square if side == 1 else [-part for part in square]
        return self.rational_power([inner[0] + self.ring.rational(fmpq(shift)), *inner[1:]], power)

    def _squared_sech(self, u: Jet) -> Jet:
        """s = 1/cosh(u)^2 with t = tanh(u), from t' = s u' and s' = -2 t s u': no digit is lost far out."""
        t, s = (
            [self.ring.function("tanh", u[0])],
            [self.ring.power(self.ring.function("cosh", u[0]), fmpq(-2))],
        )
        for n in range(1, len(u)):
            falls = self._scaled(self._times(t, s), fmpq(-2))
            t, s = [*t, self._term(u, s, n)], [*s, self._term(u, falls, n)]
        return s


def as_fmpq(number: Rational) -> fmpq:
    """A rational number of SymPy's as one of Flint's."""
    return fmpq(int(number.p), int(number.q))


def _total(terms: Any) -> Any:
    first, *others = terms
    for term in others:
        first = first + term
    return first
