"""Exact real numbers, and functions of v or of a tail's w: sums over Q of products of kernels.

A kernel is a real number or function that is not simplified further: a prime, pi, exp of one product, the logarithm
of a sum, ... ; the power of a kernel is rational. Every rule below is an identity of real numbers wherever both
sides are defined, so two sums whose difference comes out empty are equal. Two that differ are known to be
different only where a ball says so (`sign`); else it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
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
_MOST_CLEARED = 400  # terms of a sum that is looked at
_MOST_TERMS, _MOST_BITS, _MOST_FACTORED = 4000, 4000, 100  # of a product, a number, a number to be factored


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
            total = terms.get(product, _ZERO) + c
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
                total = found.get(product, _ZERO) + c * d * factor
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
        return _root_of_cosine(self, q) or self.named(q)

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
            return _ZERO
        return self.terms.get(ONE) if len(self.terms) == 1 else None


_ZERO = fmpq(0)


def _root_of_cosine(total: Sum, q: fmpq) -> Sum | None:
    """(1 - sin(x)^2)^q = |cos(x)|^(2 q) for a constant x; None for anything else."""
    others = [product for product in total.terms if product != ONE]
    if len(others) != 1 or len(others[0]) != 1 or q.q != 2 or not total.is_constant:
        return None
    (((name, argument), power),) = others[0]
    if name != "sin" or power != 2 or total.terms.get(ONE) != 1 or total.terms[others[0]] != -1:
        return None
    cosine = cos(argument)
    return (cosine if sign(cosine) > 0 else -cosine) ** fmpq(q.p)


def rational(number: int | fmpq) -> Sum:
    """A rational number."""
    return Sum({ONE: fmpq(number)} if number != 0 else {})


def kernel(name: str, argument: Any = None) -> Sum:
    """A kernel by itself: `kernel("v")`, or `kernel("w", k)`, the k-th logarithm of w."""
    return _kernel((name, argument), fmpq(1))


def _kernel(kernel: Kernel, power: fmpq) -> Sum:
    return Sum({frozenset({(kernel, power)}): fmpq(1)}) if power != 0 else rational(1)


def _power_of(kernel: Kernel, power: fmpq) -> Sum:
    """The same, a prime's whole powers multiplied out."""
    return rational_power(fmpq(kernel[1]), power) if kernel[0] == "prime" else _kernel(kernel, power)


def _times(left: Product, right: Product) -> tuple[Product, fmpq]:
    """The product, and the rational that whole powers of primes give."""
    if not left or not right:
        return left or right, fmpq(1)
    powers, factor = dict(left), fmpq(1)
    for kernel, power in right:
        total = powers.pop(kernel, _ZERO) + power
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
        if number.bit_length() > _MOST_FACTORED:
            raise Unproven(f"a root of {c}")
        for prime, count in number.factor():
            power = q * sign * count
            whole = power.floor()
            found = (
                found * rational(fmpq(prime) ** int(whole)) * _kernel(("prime", int(prime)), power - whole)
            )
    return found


@cache
def is_constant_kernel(kernel: Kernel) -> bool:
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


def is_zero(total: Sum) -> bool:
    """Whether it is identically zero, as far as the rules show: denominators cleared, cos^2 = 1 - sin^2."""
    for _ in range(200):
        if not total.terms:
            return True
        changed = _cleared(total)
        if changed == total and (changed := _expanded(total)) == total:
            return False
        if len(changed.terms) > _MOST_CLEARED:
            return False
        total = changed
    return False


def reduced(total: Sum) -> Sum:
    """The sum with whole powers multiplied out, and cos^2 = 1 - sin^2."""
    while (changed := _expanded(total)) != total:
        total = changed
    return total


def _cleared(total: Sum) -> Sum:
    """The sum times each kernel that stands in a denominator."""
    for kernel in {kernel for product in total.terms for kernel, _ in product if kernel[0] == "sum"}:
        lowest = min(dict(product).get(kernel, _ZERO) for product in total.terms)
        if lowest < 0:
            total = total * _kernel(kernel, -lowest)
    return total


def _expanded(total: Sum) -> Sum:
    """The sum with whole powers multiplied out, one step in each product."""
    found = rational(0)
    for product, c in total.terms.items():
        step = Sum({product: c})
        for kernel, power in product:
            name, argument = kernel
            number = argument.as_rational() if name == "log" else None
            composite = number is not None and power >= 1 and _in_primes(number) != _kernel(kernel, fmpq(1))
            if composite or (name == "sum" and power >= 1) or (name == "cos" and power >= 2):
                rest = Sum({product - {(kernel, power)}: c})
                if number is not None:
                    step = rest * _in_primes(number) * _kernel(kernel, power - 1)
                elif name == "sum":
                    step = rest * argument * _kernel(kernel, power - 1)
                else:
                    square = rational(1) - _kernel(("sin", argument), fmpq(2))
                    step = rest * square * _kernel(kernel, power - 2)
                break
        found = found + step
    return found


def sign(total: Sum) -> int:
    """-1, 0 or 1 for a constant; raises `Unproven` where it is not known."""
    for bits in PRECISIONS:
        around = ball(total, bits)
        if around > 0:
            return 1
        if around < 0:
            return -1
        if bits == PRECISIONS[0] and is_zero(total):
            return 0
    raise Unproven(f"it is not known whether {total} is zero")


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


# Functions


def exp(x: Sum) -> Sum:
    """exp, of each term by itself: exp(c log(s)) = s^c."""
    found = rational(1)
    for product, c in x.terms.items():
        found = found * _exp_of_term(product, c)
    return found


def _exp_of_term(product: Product, c: fmpq) -> Sum:
    if len(product) == 1:
        (((name, argument), power),) = product
        if name == "log" and power == 1:
            return argument**c
        if name == "w" and power == 1 and argument > 0:
            return _kernel(("w", argument - 1), c)
    return _kernel(("exp", product), c)


def log(x: Sum) -> Sum:
    """log, of each positive factor by itself."""
    if len(x.terms) == 1:
        ((product, c),) = x.terms.items()
        short = max(c.p.bit_length(), c.q.bit_length()) <= _MOST_FACTORED
        if c > 0 and short and all(is_positive(kernel) for kernel, _ in product):
            found = rational(0) if c == 1 else _log_of_rational(c)
            return reduce(Sum.__add__, (_log_of(k) * rational(p) for k, p in product), found)
    return kernel("log", x)


def _log_of_rational(c: fmpq) -> Sum:
    return kernel("log", rational(c)) if c > 1 else -kernel("log", rational(1 / c))


def _in_primes(c: fmpq) -> Sum:
    """Its logarithm by those of primes."""
    found = rational(0)
    for number, side in ((c.p, 1), (c.q, -1)):
        for prime, count in number.factor() if number != 1 else ():
            found = found + kernel("log", rational(int(prime))) * rational(side * count)
    return found


def _log_of(kernel_: Kernel) -> Sum:
    name, argument = kernel_
    if name == "exp":
        return Sum({argument: fmpq(1)})
    if name == "w":
        return kernel("w", argument + 1)
    if name == "sum":
        return kernel("log", argument)
    return _log_of_rational(fmpq(argument)) if name == "prime" else kernel("log", _kernel(kernel_, fmpq(1)))


def _is_negative(x: Sum) -> bool:
    """Whether an odd function is written with the other sign of this argument: by its first term."""
    return x.terms[min(x.terms, key=named)] < 0


def _odd(name: str, x: Sum) -> Sum:
    if not x.terms:
        return x
    return -kernel(name, -x) if _is_negative(x) else kernel(name, x)


def erf(x: Sum) -> Sum:
    """The error function, odd."""
    return _odd("erf", x)


def tanh(x: Sum) -> Sum:
    """tanh, by exp of 2x; of a constant of which no power is known as exp it is a kernel."""
    square, one = exp(x + x), rational(1)
    if x.is_constant and any(name == "exp" for product in square.terms for (name, _), _ in product):
        return _odd("tanh", x)
    return (square - one) / (square + one)


def _root(number: int) -> Sum:
    return rational_power(fmpq(number), fmpq(1, 2))


def _tangents() -> Iterable[tuple[Sum, fmpq]]:
    """tan(pi r) and r, for the r below 1/2 where it has square roots only."""
    one = rational(1)
    yield from ((one, fmpq(1, 4)), (_root(3), fmpq(1, 3)), (_root(3) / rational(3), fmpq(1, 6)))
    yield from ((_root(2) - one, fmpq(1, 8)), (_root(2) + one, fmpq(3, 8)))
    yield from ((rational(2) - _root(3), fmpq(1, 12)), (rational(2) + _root(3), fmpq(5, 12)))


def atan(x: Sum) -> Sum:
    """The arctangent, odd; a multiple of pi where it is known to be one."""
    for tangent, part in _tangents():
        for side in (1, -1):
            if x == (tangent if side == 1 else -tangent):
                return rational(side * part) * kernel("pi")
    return _odd("atan", x)


def asin(x: Sum) -> Sum:
    """The arcsine, as an arctangent but at both ends."""
    number = x.as_rational()
    if number is not None and abs(number) == 1:
        return rational(number / 2) * kernel("pi")
    return atan(x / (rational(1) - x * x) ** fmpq(1, 2))


def sin(x: Sum) -> Sum:
    """The sine, odd; with square roots at multiples of pi/4 and pi/6."""
    turns = x.terms.get(frozenset({(("pi", None), fmpq(1))}), _ZERO)
    rest = x - rational(turns) * kernel("pi")
    turns -= 2 * (turns / 2).floor()
    quarter = int((2 * turns).floor())  # quarters of a turn
    left = turns - fmpq(quarter, 2)
    if not rest.terms:
        known = {fmpq(0): rational(0), fmpq(1, 6): rational(fmpq(1, 2)), fmpq(1, 4): _root(2) / rational(2),
                 fmpq(1, 3): _root(3) / rational(2), fmpq(1, 2): rational(1)}  # fmt: skip
        at = left if quarter % 2 == 0 else fmpq(1, 2) - left
        if at in known:
            return known[at] if quarter < 2 else -known[at]
    inner = rest + rational(left) * kernel("pi")
    found = _odd("sin", inner) if quarter % 2 == 0 else _cos(inner)
    return found if quarter < 2 else -found


def _cos(x: Sum) -> Sum:
    if not x.terms:
        return rational(1)
    return kernel("cos", -x if _is_negative(x) else x)


def cos(x: Sum) -> Sum:
    """The cosine, a sine."""
    return sin(x + rational(fmpq(1, 2)) * kernel("pi"))
