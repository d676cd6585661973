"""Elementary functions of exact numbers: roots, exp, log, erf, tanh, sines and arctangents.

Each takes a sum and gives a sum, by identities of real numbers wherever both sides are defined; what no identity
simplifies becomes a kernel.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from flint import fmpq

from derivations.arithmetic.exact import (
    MOST_FACTORED,
    ONE,
    ZERO,
    Kernel,
    Product,
    Sum,
    is_positive,
    kernel,
    kernel_power,
    named,
    rational,
    rational_power,
)
from derivations.arithmetic.identities import reduced, sign


def power_of(x: Sum, q: fmpq) -> Sum:
    """x ** q, where (1 - sin(a)^2)^(1/2) = |cos(a)| for a constant a."""
    cosine = _root_of_cosine(x) if q.q == 2 else None
    return x**q if cosine is None else cosine ** fmpq(q.p)


def _root_of_cosine(x: Sum) -> Sum | None:
    """|cos(a)| where x is 1 - sin(a)^2 for a constant a; None for anything else."""
    others = [product for product in x.terms if product != ONE]
    if len(others) != 1 or len(others[0]) != 1 or not x.is_constant:
        return None
    (((name, argument), power),) = others[0]
    if name != "sin" or power != 2 or x.terms.get(ONE) != 1 or x.terms[others[0]] != -1:
        return None
    cosine = cos(argument)
    return cosine if sign(cosine) > 0 else -cosine


def exp(x: Sum) -> Sum:
    """exp, of each term by itself: exp(c log(s)) = s^c."""
    found = rational(1)
    for product, c in reduced(x).terms.items():  # as SymPy writes the square of a root
        found = found * _exp_of_term(product, c)
    return found


def _exp_of_term(product: Product, c: fmpq) -> Sum:
    if len(product) == 1:
        (((name, argument), power),) = product
        if name == "log" and power == 1:
            return power_of(argument, c)
        if name == "w" and power == 1 and argument > 0:
            return kernel_power(("w", argument - 1), c)
    return kernel_power(("exp", product), c)


def log(x: Sum) -> Sum:
    """log, of each positive factor by itself."""
    if len(x.terms) == 1:
        ((product, c),) = x.terms.items()
        short = max(c.p.bit_length(), c.q.bit_length()) <= MOST_FACTORED
        if c > 0 and short and all(is_positive(kernel) for kernel, _ in product):
            found = rational(0) if c == 1 else _log_of_rational(c)
            return reduce(Sum.__add__, (_log_of(k) * rational(p) for k, p in product), found)
    return kernel("log", x)


def _log_of_rational(c: fmpq) -> Sum:
    return kernel("log", rational(c)) if c > 1 else -kernel("log", rational(1 / c))


def _log_of(kernel_: Kernel) -> Sum:
    name, argument = kernel_
    if name == "exp":
        return Sum({argument: fmpq(1)})
    if name == "w":
        return kernel("w", argument + 1)
    if name == "sum":
        return kernel("log", argument)
    return (
        _log_of_rational(fmpq(argument)) if name == "prime" else kernel("log", kernel_power(kernel_, fmpq(1)))
    )


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
    """tanh, by exp of 2x where x is a logarithm; else a kernel, odd."""
    if len(x.terms) != 1 or not any(name == "log" for product in x.terms for (name, _), _ in product):
        return _odd("tanh", x)
    square, one = exp(x + x), rational(1)
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
    return atan(x / power_of(rational(1) - x * x, fmpq(1, 2)))


def sin(x: Sum) -> Sum:
    """The sine, odd; with square roots at multiples of pi/4 and pi/6."""
    turns = x.terms.get(frozenset({(("pi", None), fmpq(1))}), ZERO)
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
    if left > fmpq(1, 4):  # so that sin(x + pi/3) and cos(x - pi/6) are written alike
        quarter, left = quarter + 1, left - fmpq(1, 2)
    inner = rest + rational(left) * kernel("pi")
    found = _odd("sin", inner) if quarter % 2 == 0 else _cos(inner)
    return found if quarter % 4 < 2 else -found


def _cos(x: Sum) -> Sum:
    if not x.terms:
        return rational(1)
    return kernel("cos", -x if _is_negative(x) else x)


def cos(x: Sum) -> Sum:
    """The cosine, a sine."""
    return sin(x + rational(fmpq(1, 2)) * kernel("pi"))
