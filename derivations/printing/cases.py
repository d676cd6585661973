"""Cases and sets in the order in which people write them: ascending, each case with its whole condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import (
    And,
    Basic,
    Dummy,
    Eq,
    Expr,
    FiniteSet,
    Ge,
    Gt,
    Indexed,
    Intersection,
    Interval,
    Le,
    Lt,
    Ne,
    Or,
    Piecewise,
    S,
    Set,
    Union,
    oo,
)
from sympy.logic.boolalg import Boolean

#: a < v <= b as ("a", "<", "v", "<=", "b"), or only one side of it
Chain = tuple[Basic | str, ...]


def cases(expression: Piecewise) -> list[tuple[Expr, Chain]]:
    """The cases ascending, each with its whole condition; raises `ValueError` where conditions are no intervals.

    >>> from sympy.abc import v
    >>> cases(Piecewise((1, v < -1), (0, v < 1), (1, v > 1)))
    [(1, (v, '<', -1)), (0, (-1, '<=', v, '<', 1)), (1, (v, '>', 1))]
    """
    variable = _variable(expression)
    return [(value, _chain(variable, part)) for value, part in _parts(expression, variable)]


def indicator(expression: Piecewise) -> Chain | None:
    """Where it is 1, if it is 0 everywhere else and the condition is one interval."""
    try:
        variable = _variable(expression)
        parts = _parts(expression, variable)
    except ValueError:
        return None
    ones = [part for value, part in parts if value == 1]
    values = {value for value, _ in parts}
    return _chain(variable, ones[0]) if values == {S.Zero, S.One} and len(ones) == 1 else None


def _variable(expression: Piecewise) -> Expr:
    """What the conditions are about: one letter, or one element of an array."""
    found = set()
    for _, condition in expression.args:
        elements = condition.atoms(Indexed)
        found |= elements or condition.free_symbols
    if len(found) != 1:
        raise ValueError(f"conditions on {len(found)} variables have no order")
    [variable] = found
    return variable


def _parts(expression: Piecewise, variable: Expr) -> list[tuple[Expr, Interval | FiniteSet]]:
    x, left, found = Dummy(real=True), S.Reals, []
    for value, condition in expression.args:
        try:
            here = left if condition == True else _where(condition.xreplace({variable: x}), x)  # noqa: E712
        except (NotImplementedError, TypeError) as error:
            raise ValueError(str(error)) from None
        found += [(value, part) for part in _intervals(here & left)]
        left -= here
    found.sort(key=lambda entry: (entry[1].inf, entry[1].sup))
    return [*_joined(found)]


#: where x stands in a relation to a number
_PLACES = {
    Lt: lambda end: Interval.open(-oo, end),
    Le: lambda end: Interval(-oo, end),
    Gt: lambda end: Interval.open(end, oo),
    Ge: lambda end: Interval(end, oo),
    Eq: FiniteSet,
    Ne: lambda point: Interval.open(-oo, point) | Interval.open(point, oo),
}


def _where(condition: Boolean, x: Dummy) -> Set:
    """Where a condition holds; where x stands alone, without SymPy's solver, which takes far longer.

    >>> from sympy.abc import x
    >>> _where((x > -1) & (2 >= x), x)
    Interval.Lopen(-1, 2)
    """
    if isinstance(condition, (And, Or)):
        together = Intersection if isinstance(condition, And) else Union
        return together(*(_where(part, x) for part in condition.args))
    if condition.func in _PLACES:
        alone = condition if condition.lhs == x else condition.reversed
        if alone.lhs == x and alone.rhs.is_number:
            return _PLACES[alone.func](alone.rhs)
    return condition.as_set()


def _joined(parts: Iterable[tuple[Expr, Set]]) -> Iterator[tuple[Expr, Set]]:
    """Neighbours with one value are one part."""
    last: tuple[Expr, Set] | None = None
    for value, part in parts:
        together = Union(last[1], part) if last and last[0] == value else None
        if isinstance(together, Interval):
            last = value, together
            continue
        if last:
            yield last
        last = value, part
    if last:
        yield last


def _intervals(values: Set) -> list[Set]:
    parts = values.args if isinstance(values, Union) else (values,) if values else ()
    if not all(isinstance(part, (Interval, FiniteSet)) for part in parts):
        raise ValueError(f"{values} is not made of intervals")
    return [*parts]


def _chain(variable: Expr, part: Set) -> Chain:
    if isinstance(part, FiniteSet):
        return variable, "=", part.args[0]
    left, right = "<" if part.left_open else "<=", "<" if part.right_open else "<="
    if part.start == -oo:
        return variable, right, part.end
    if part.end == oo:
        return variable, left.replace("<", ">"), part.start
    return part.start, left, variable, right, part.end


def elements(values: FiniteSet) -> list[Expr]:
    """The elements, ascending where they are numbers."""
    numbers = all(element.is_number for element in values.args)
    return sorted(values.args, key=lambda element: element.evalf(30)) if numbers else [*values.args]


def intervals(values: Set) -> tuple[Interval | FiniteSet, ...]:
    """The disjoint parts of a range, ascending; an isolated value is a set of one."""
    parts: list[Set] = []
    for part in values.args if isinstance(values, Union) else (values,):
        parts += [FiniteSet(point) for point in part] if isinstance(part, FiniteSet) else [part]
    return tuple(sorted(parts, key=lambda part: part.inf.evalf(30)))
