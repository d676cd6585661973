"""Expressions far out: their tails, and samples of them by mpmath."""

from __future__ import annotations

import mpmath
from flint import arb, fmpq
from mpmath import mp, mpf
from sympy import Expr, Rational, lambdify

from derivations import Unproven, v
from derivations.arithmetic.exact import Sum, ball
from derivations.arithmetic.expansions import Tails
from derivations.arithmetic.growths import W
from derivations.arithmetic.jets import Jets, as_fmpq
from derivations.arithmetic.tails import Tail
from derivations.arithmetic.values import STARTS

FACTORS = ("1", "1.01", "1.3", "1.5", "2", "3", "5", "9", "40")


def tail(expression: Expr, start: object = 16, terms: int = 8, order: int = 0) -> Tail:
    """An expression in v for all v >= start."""
    ring = Tails(start if isinstance(start, fmpq) else as_fmpq(Rational(start)), terms)
    return Jets(ring, ring.of(W), order)(expression)[order]


def first_that_works(expression: Expr, ask: str) -> tuple[Tail, object]:
    """The first of the starts that the proofs use at which a question is answered."""
    failed = Unproven("")
    for start, terms in STARTS:
        try:
            found = tail(expression, start, terms)
            return found, getattr(found, ask)()
        except Unproven as error:
            failed = error
    raise failed


def sampled(expression: Expr, start: fmpq) -> list[mpf]:
    function = lambdify(v, expression, "mpmath")
    place = mpf(int(start.p)) / int(start.q)
    with mp.workdps(700):  # 1 - tanh(700)^2 is 1e-607
        return [function(place * mpf(factor)) for factor in FACTORS if place * mpf(factor) < 700]


def signs(values: list[mpf]) -> set[int]:
    """The signs of samples that are not too small for their digits, which the first is not."""
    assert values[0]
    return {int(mpmath.sign(value)) for value in values if value}


def holds(around: arb, value: mpf) -> bool:
    with mp.workdps(60):
        return bool(around.overlaps(arb(mpmath.nstr(value, 50)) + arb(0, 1e-45)))


def as_limit(found: Sum | int) -> mpf:
    if isinstance(found, int):
        return mpf("inf") * found
    with mp.workdps(50):
        return mpf(ball(found, 256).str(45, radius=False))
