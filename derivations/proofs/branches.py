"""Which branch of each case distinction holds on an interval or at a point, and whether everything there is real.

`on_interval` gives the one smooth formula that an expression follows between two points, `at_point` the one at a
point. Both prove the sign of every quantity that decides a branch, and of every one that must not be negative, or
zero, for the expression to be a real number; both raise `Unproven`, or `NotReal` where such a sign is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from flint import arb
from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Eq,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Ne,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    acos,
    acosh,
    asin,
    atanh,
    cos,
    cot,
    coth,
    csc,
    csch,
    log,
    sec,
    sign,
    sin,
    tan,
)
from sympy.core.relational import GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan

from derivations.arithmetic import identities
from derivations.arithmetic.points import End, Point, Smooth
from derivations.arithmetic.signs import sign_throughout
from derivations.arithmetic.values import value_at, vanishes_at
from derivations.language.pieces import Unproven


class Needs(Enum):
    """What a quantity has to be, for an operation to give a real number."""

    POSITIVE = "positive"
    NOT_ZERO = "not zero"
    NOT_NEGATIVE = "not negative"

    def met_by(self, sign: int) -> bool:
        """Whether a quantity of this sign is that."""
        return {"positive": sign > 0, "not zero": sign != 0, "not negative": sign >= 0}[self.value]


class NotReal(Unproven):
    """An operation that gives no real number; `part` is that operation, as an expression."""

    def __init__(self, part: Expr) -> None:
        super().__init__(f"{part} is not real everywhere")
        self.part = part


def obligations(part: Expr) -> Iterator[tuple[Expr, Needs]]:
    """What the outermost operation needs, whatever its operands are made of."""
    if isinstance(part, Pow) and part.base is not S.Exp1:
        if not (part.exp.is_number and part.exp.is_Integer):
            fraction = isinstance(part.exp, Rational) and part.exp > 0
            yield part.base, Needs.NOT_NEGATIVE if fraction else Needs.POSITIVE
        elif part.exp < 0:
            yield part.base, Needs.NOT_ZERO
    elif isinstance(part, log):
        yield part.args[0], Needs.POSITIVE
    elif isinstance(part, atanh):
        yield 1 - part.args[0] ** 2, Needs.POSITIVE
    elif isinstance(part, (asin, acos)):
        yield 1 - part.args[0] ** 2, Needs.NOT_NEGATIVE
    elif isinstance(part, acosh):
        yield part.args[0] - 1, Needs.NOT_NEGATIVE
    elif isinstance(part, (tan, sec)):
        yield cos(part.args[0]), Needs.NOT_ZERO
    elif isinstance(part, (cot, csc)):
        yield sin(part.args[0]), Needs.NOT_ZERO
    elif isinstance(part, (coth, csch)):
        yield part.args[0], Needs.NOT_ZERO


def on_interval(expression: Expr, start: End, end: End) -> Expr:
    """The smooth formula strictly between two points."""
    return resolved(expression, lambda formula: sign_throughout(Smooth(formula, 0), start, end))


def at_point(expression: Expr, point: Point) -> Expr:
    """The formula at a point, to be evaluated there."""
    return resolved(expression, lambda formula: sign_at(formula, point))


def sign_at(formula: Expr, point: Point) -> int:
    """The sign of a smooth formula at a point."""
    what = Smooth(formula, 0)
    value = value_at(what, point)
    if not isinstance(value, arb):
        return identities.sign(value)
    if value > 0 or value < 0:
        return 1 if value > 0 else -1
    if vanishes_at(what, 0, point):
        return 0
    raise Unproven(f"it is not known whether {formula} is zero at v = {point.value}")


def resolved(expression: Expr, side: Callable[[Expr], int]) -> Expr:
    """The expression with every case distinction decided by the sign that `side` proves of a formula."""
    known: dict[Basic, Expr] = {}

    def resolve(part: Basic) -> Expr:
        if part not in known:
            known[part] = _part(part, resolve, side)
        return known[part]

    return resolve(expression)


def _part(part: Basic, resolve: Callable[[Basic], Expr], side: Callable[[Expr], int]) -> Expr:
    if not part.args:
        return part
    if isinstance(part, Piecewise):
        for value, condition in part.args:
            if _holds(condition, resolve, side):
                return resolve(value)
        raise Unproven(f"{part} has no value there")
    args = [resolve(argument) for argument in part.args]
    if isinstance(part, Abs):
        return {1: args[0], 0: S.Zero, -1: -args[0]}[side(args[0])]
    if isinstance(part, sign):
        return S(side(args[0]))
    if isinstance(part, Heaviside):
        return {1: S.One, 0: args[1], -1: S.Zero}[side(args[0])]
    if isinstance(part, (Max, Min)):
        best, *others = args
        for other in others:
            if side(other - best) == (1 if isinstance(part, Max) else -1):
                best = other
        return best
    # SymPy may add, multiply and divide, but is not to undo functions: sqrt(x**2), asin(sin(x)).
    if isinstance(part, (Add, Mul)):
        return part.func(*args)
    checked = _checked(part.func(*args, evaluate=False), part, side)
    return 1 / args[0] if isinstance(part, Pow) and part.exp == -1 else checked


def _checked(part: Expr, written: Basic, side: Callable[[Expr], int]) -> Expr:
    """The operation, if it is real."""
    for quantity, needs in obligations(part):
        found = side(quantity)
        if not needs.met_by(found):
            raise NotReal(written)
        if found == 0 and isinstance(part, Pow):
            return S.Zero  # the root of what is zero
    return part


def _holds(condition: Basic, resolve: Callable[[Basic], Expr], side: Callable[[Expr], int]) -> bool:
    """Whether a condition is true there."""
    if condition in (S.true, S.false):
        return condition is S.true
    if isinstance(condition, And):
        return all(_holds(part, resolve, side) for part in condition.args)
    if isinstance(condition, Or):
        return any(_holds(part, resolve, side) for part in condition.args)
    if isinstance(condition, Relational):
        found = side(resolve(condition.lhs) - resolve(condition.rhs))
        allowed = {
            StrictLessThan: (-1,), LessThan: (-1, 0), StrictGreaterThan: (1,), GreaterThan: (0, 1), Eq: (0,),
            Ne: (-1, 1),
        }  # fmt: skip
        return found in allowed[condition.func]
    raise Unproven(f"the condition {condition} is of a kind that the proofs do not know")


def is_continuous(expression: Expr, point: Point) -> bool:
    """Whether no case distinction can make the expression jump at a point at which all of it is defined.

    Elementary functions, Abs, Max and Min are continuous; a sign, a step or a case is, where what decides it is not
    zero. False where that does not show it.
    """

    def side(formula: Expr) -> int:
        return sign_at(formula, point)

    for part in expression.atoms(sign, Heaviside, Piecewise):
        for decider in deciders(part):
            if side(resolved(decider, side)) == 0:
                return False
    return True


def deciders(part: Basic) -> Iterator[Expr]:
    """The quantities at whose zeros a sign, a step or a case may jump."""
    if isinstance(part, Piecewise):
        for _, condition in part.args:
            yield from (relation.lhs - relation.rhs for relation in condition.atoms(Relational))
    else:
        yield part.args[0]
