"""Exact real numbers, and functions of v or of a tail's w: sums over Q of products of kernels.

A kernel is a real number or function that is not simplified further: a prime, pi, exp of one product, the logarithm
of a sum, ... ; the power of a kernel is rational. Every rule below is an identity of real numbers wherever both
sides are defined, so two sums whose difference comes out empty are equal. `ball` encloses a sum that is a constant.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import mul
from typing import Any

from flint import arb, ctx, fmpq, fmpz

from derivations.language.pieces import Unproven

Kernel = tuple[str, Any]  # its name and argument
Product = frozenset[tuple[Kernel, fmpq]]  # kernels with their powers, none of them zero

ONE: Product = frozenset()
PRECISIONS = (128, 512, 2048)  # bits, tried one after the other
_POSITIVE = ("prime", "pi", "exp", "w")
ZERO = fmpq(0)
MOST_FACTORED = 100  # bits of a number to be factored
_MOST_TERMS, _MOST_BITS = 4000, 4000  # of a product, of a number


class Sum:
    """The sum of `terms`, product -> rational coefficient, none of them zero."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: dict[Product, fmpq]) -> None:
        self.terms = terms
        self._hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and self.terms == other.terms

    def __str__(self) -> str:
        return " + ".join(sorted(f"{c}*{named(product)}" for product, c in self.terms.items())) or "0"

    __repr__ = __str__

    def __add__(self, other: Sum) -> Sum:
        terms = dict(self.terms)
        for product, c in other.terms.items():
            total = terms.get(product, ZERO) + c
            if total == 0:
                del terms[product]
            else:
                terms[product] = total
        return Sum(terms)

    def __neg__(self) -> Sum:
        return Sum({product: -c for product, c in self.terms.items()})

    def __sub__(self, other: Sum) -> Sum:
        return self + -other

    def __mul__(self, other: Sum) -> Sum:
        if len(self.terms) * len(other.terms) > _MOST_TERMS:
            raise Unproven("an exact expression grows too long")
        found: dict[Product, fmpq] = {}
        for left, c in self.terms.items():
            for right, d in other.terms.items():
                product, factor = _times(left, right)
                total = found.get(product, ZERO) + c * d * factor
                found[product] = total
        return Sum({product: c for product, c in found.items() if c != 0})

    def __truediv__(self, other: Sum) -> Sum:
        return self * other ** fmpq(-1)

    def __pow__(self, q: fmpq) -> Sum:
        if q.q == 1 and 0 <= q <= 64 and (len(self.terms) > 1 or not self.terms):
            return reduce(mul, [self] * int(q.p), rational(1))
        if not self.terms:
            if q > 0:
                return self
            raise Unproven("zero to a power that is not positive")
        if len(self.terms) == 1:
            ((product, c),) = self.terms.items()
            if q.q == 1 or (c > 0 and all(map(is_positive, (kernel for kernel, _ in product)))):
                powers = rational_power(c, q)
                return reduce(mul, [powers, *(_power_of(k, p * q) for k, p in product)])
        return self.named(q)

    def named(self, q: fmpq = fmpq(1)) -> Sum:  # noqa: B008 - a number
        """A power of the sum as a kernel of its own, but for a rational factor."""
        content = self._content()
        primitive = Sum({product: c / content for product, c in self.terms.items()})
        return rational_power(content, q) * Sum({frozenset({(("sum", primitive), q)}): fmpq(1)})

    def _content(self) -> fmpq:
        """The positive rational that leaves coprime whole coefficients when it is divided out."""
        above, below = fmpz(0), fmpz(1)
        for c in self.terms.values():
            above, below = above.gcd(c.p), below.lcm(c.q)
        return fmpq(above, below)

    @property
    def is_constant(self) -> bool:
        """Whether neither v nor w is in it."""
        return all(is_constant_kernel(kernel) for product in self.terms for kernel, _ in product)

    def as_rational(self) -> fmpq | None:
        """Its value where it is written as a rational number."""
        if not self.terms:
            return ZERO
        return self.terms.get(ONE) if len(self.terms) == 1 else None


def rational(number: int | fmpq) -> Sum:
    """A rational number."""
    return Sum({ONE: fmpq(number)} if number != 0 else {})


def kernel(name: str, argument: Any = None) -> Sum:
    """A kernel by itself: `kernel("v")`, or `kernel("w", k)`, the k-th logarithm of w."""
    return kernel_power((name, argument), fmpq(1))


def kernel_power(kernel: Kernel, power: fmpq) -> Sum:
    """A power of a kernel."""
    return Sum({frozenset({(kernel, power)}): fmpq(1)}) if power != 0 else rational(1)


def _power_of(kernel: Kernel, power: fmpq) -> Sum:
    """The same, a prime's whole powers multiplied out."""
    return rational_power(fmpq(kernel[1]), power) if kernel[0] == "prime" else kernel_power(kernel, power)


def _times(left: Product, right: Product) -> tuple[Product, fmpq]:
    """The product, and the rational that whole powers of primes give."""
    if not left or not right:
        return left or right, fmpq(1)
    powers, factor = dict(left), fmpq(1)
    for kernel, power in right:
        total = powers.pop(kernel, ZERO) + power
        if kernel[0] == "prime":
            whole = total.floor()
            factor *= fmpq(kernel[1]) ** int(whole)
            total -= whole
        if total != 0:
            powers[kernel] = total
    return frozenset(powers.items()), factor


def rational_power(c: fmpq, q: fmpq) -> Sum:
    """c ** q for a rational c, positive where q is not whole: a product of powers of primes."""
    if q.q == 1:
        if abs(q) * max(c.p.bit_length(), c.q.bit_length()) > _MOST_BITS:
            raise Unproven(f"a power of {c} is too long a number")
        return rational(c ** int(q.p))
    found = rational(1)
    for number, sign in ((c.p, 1), (c.q, -1)):
        if number.bit_length() > MOST_FACTORED:
            raise Unproven(f"a root of {c}")
        for prime, count in number.factor():
            power = q * sign * count
            whole = power.floor()
            found = (
                found
                * rational(fmpq(prime) ** int(whole))
                * kernel_power(("prime", int(prime)), power - whole)
            )
    return found


@cache
def is_constant_kernel(kernel: Kernel) -> bool:
    """Whether neither v nor w is in it."""
    name, argument = kernel
    if name in ("v", "w"):
        return False
    if isinstance(argument, Sum):
        return argument.is_constant
    return (
        all(is_constant_kernel(inner) for inner, _ in argument) if isinstance(argument, frozenset) else True
    )


@cache
def is_positive(kernel: Kernel) -> bool:
    """Whether a kernel is known to be positive."""
    if kernel[0] in _POSITIVE:
        return True
    return is_constant_kernel(kernel) and bool(_ball_of(kernel, PRECISIONS[0]) > 0)


@cache
def named(product: Product) -> str:
    """A name of the product, the same in every process."""
    return "*".join(sorted(f"{name}({_argument(a)})^{p}" for (name, a), p in product)) or "1"


def _argument(argument: Any) -> str:
    return named(argument) if isinstance(argument, frozenset) else str(argument)


def ball(total: Sum, bits: int) -> arb:
    """A ball around a constant."""
    with ctx.workprec(bits):
        return sum((_around(product, bits) * arb(c) for product, c in total.terms.items()), arb(0))


def _around(product: Product, bits: int) -> arb:
    return reduce(mul, (_power(_ball_of(kernel, bits), power) for kernel, power in product), arb(1))


def _power(base: arb, q: fmpq) -> arb:
    return base ** int(q.p) if q.q == 1 else base ** arb(q)


@cache
def _ball_of(kernel: Kernel, bits: int) -> arb:
    name, argument = kernel
    with ctx.workprec(bits):
        if name == "pi":
            return arb.pi()
        if name == "prime":
            return arb(argument)
        if name == "exp":
            return _around(argument, bits).exp()
        if name in ("v", "w"):
            return arb.nan()
        inner = ball(argument, bits)
        return inner if name == "sum" else getattr(inner, name)()
