"""Values of an expression, right to the last bit of a double, by ball arithmetic of enough bits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property

from flint import arb, ctx
from sympy import (
    Abs,
    Add,
    Basic,
    Expr,
    Float,
    Heaviside,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Rational,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    cot,
    coth,
    csch,
    erf,
    erfc,
    exp,
    log,
    pi,
    sec,
    sech,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)  # fmt: skip
from sympy.core.numbers import Exp1
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanTrue, Or

from analysis.code.named import IfPositive
from derivations import v
from derivations.arithmetic.points import as_ball

BITS = (128, 512, 3000, 40000)  # the last tells 1 - tanh(1e4)**2, which is about exp(-2e4), from 0
ENOUGH = 60  # right bits: seven more than a double has
# What no precision can tell from 0. As a number it would be 0 where denormals are flushed, as in training, and this
# file another file to those who look for what a result was made with.
NOTHING = arb(10) ** -320

_METHODS: dict[type, Callable[[arb], arb]] = {
    function: getattr(arb, function.__name__)
    for function in (
        exp, log, erf, erfc, sin, cos, tan, cot, asin, acos, atan, sinh, cosh, tanh, coth, sech, csch, sec,
        asinh, acosh, atanh,
    )
}  # fmt: skip


class Truth:
    """An expression in v as a function to doubles: NaN where it has no real value, or none can be told."""

    def __init__(self, expression: Expr) -> None:
        self.expression = expression
        self.known: dict[float, float] = {}

    @cached_property
    def derivative(self) -> Truth:
        """The derivative of the expression, by the rules."""
        return Truth(self.expression.diff(v))

    def __call__(self, x: float) -> float:
        """The value at x."""
        if x not in self.known:
            self.known[x] = value(self.expression, arb(x))
        return self.known[x]


def value(expression: Expr, at: arb | None = None) -> float:
    """The value of an expression, v being `at`."""
    before = ctx.prec
    try:
        for bits in BITS:
            ctx.prec = bits
            ball = _Balls(at).of(expression)
            if ball.is_finite() and (ball.rel_accuracy_bits() >= ENOUGH or abs(ball) < NOTHING):
                return _double(ball)
    except (_Undecided, ArithmeticError):
        return math.nan
    finally:
        ctx.prec = before
    return (
        math.inf if not ball.is_finite() and ball.contains(arb(10) ** 400) and not ball.is_nan() else math.nan
    )


def _double(ball: arb) -> float:
    try:
        return float(ball.mid())
    except OverflowError:
        return math.inf


class _Undecided(Exception):  # noqa: N818 - a finding
    """A comparison of two balls that meet."""


class _Balls:
    """The balls of an expression's parts, v being one; each computed once."""

    def __init__(self, at: arb | None) -> None:
        self.known: dict[Basic, arb] = {} if at is None else {v: at}

    def of(self, part: Basic) -> arb:
        if part not in self.known:
            self.known[part] = self._of(part)
        return self.known[part]

    def _of(self, part: Basic) -> arb:
        if isinstance(part, (Rational, Float)):  # a joint without a closed form is known by its decimal
            return as_ball(Rational(part))
        if part is pi:
            return arb.pi()
        if isinstance(part, Exp1):
            return arb.const_e()
        if isinstance(part, Add):
            return sum(map(self.of, part.args[1:]), self.of(part.args[0]))
        if isinstance(part, Mul):
            return math.prod(map(self.of, part.args[1:]), start=self.of(part.args[0]))
        if isinstance(part, Pow):
            return self._power(part)
        if part.func in _METHODS:
            return _METHODS[part.func](self.of(part.args[0]))
        return self._switch(part)

    def _power(self, part: Pow) -> arb:
        base, exponent = self.of(part.base), part.exp
        if exponent.is_Integer:
            power = base ** abs(int(exponent))
            return power if exponent > 0 else 1 / power
        if exponent.is_Rational and exponent.q == 2:
            root = base.sqrt() ** abs(int(exponent.p))
            return root if exponent > 0 else 1 / root
        if base.is_zero() and exponent.is_positive:
            return arb(0)
        return base ** self.of(exponent)

    def _switch(self, part: Basic) -> arb:
        if isinstance(part, Abs):
            return abs(self.of(part.args[0]))
        if isinstance(part, (Max, Min)):
            first, *others = map(self.of, part.args)
            for other in others:
                first = first.max(other) if isinstance(part, Max) else first.min(other)
            return first
        if isinstance(part, (sign, Heaviside)):
            direction = _direction(self.of(part.args[0]))
            if isinstance(part, sign):
                return arb(direction)
            return arb(max(0, direction)) if direction else self.of(part.args[1])
        if isinstance(part, IfPositive):
            decider, above, below = part.args
            return self.of(above if _direction(self.of(decider)) > 0 else below)
        if isinstance(part, Piecewise):
            return next(self.of(case) for case, condition in part.args if self._holds(condition))
        raise _Undecided

    def _holds(self, condition: Basic) -> bool:
        if isinstance(condition, BooleanTrue):
            return True
        if isinstance(condition, (And, Or)):
            return (all if isinstance(condition, And) else any)(map(self._holds, condition.args))
        if not isinstance(condition, Relational):
            raise _Undecided
        direction = _direction(self.of(condition.lhs) - self.of(condition.rhs))
        return {"<": direction < 0, "<=": direction <= 0, ">": direction > 0, ">=": direction >= 0}[
            condition.rel_op
        ]


def _direction(ball: arb) -> int:
    if ball > 0:
        return 1
    if ball < 0:
        return -1
    if ball.is_zero():
        return 0
    raise _Undecided
