"""What f is, worked out a second time: text to numbers of 80 digits, and where f has no real value.

Nothing here is shared with the code under test: Python's `ast` reads the text, mpmath evaluates it by the functions
of `real.py`, and `sampling.py` differentiates by finite differences. Where f has no real value `Undefined` is raised.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from mpmath import mp, mpf
from real import FUNCTIONS, TooLarge, Undefined, Value, quotient, rational_power, real_power

DIGITS = 80
APART = mpf(1) / 1024  # a zero is one of its own if there is none so far from it
Test = Callable[[mpf], bool]


@dataclass(frozen=True)
class Watched:
    """A part of f whose zeros matter, and the conditions under which f depends on it."""

    value: Value
    conditions: tuple[Test, ...]

    def at(self, x: mpf) -> mpf | None:
        """Its value; None where f does not depend on it, or has none."""
        try:
            return self.value(x) if all(test(x) for test in self.conditions) else None
        except (Undefined, TooLarge):
            return None


class Oracle:
    """The function that a text writes.

    >>> Oracle("v**2 + 1")(mpf(3))
    mpf('10.0')
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.forbidden: list[Watched] = []  # where one of these is zero, f is not defined
        self.switches: list[Watched] = []  # where one of these is zero, f may have a kink or a bend
        self._conditions: tuple[Test, ...] = ()
        self._value = self._read(ast.parse(self.text, mode="eval").body)

    def __call__(self, x: mpf | int | str) -> mpf:
        """f(x); raises `Undefined` or `TooLarge`."""
        return _at(self._value, mpf(x))

    def _read(self, node: ast.expr) -> Value | Fraction:
        match node:
            case ast.Constant():
                return Fraction((ast.get_source_segment(self.text, node) or "").replace("_", ""))
            case ast.Name(id="v"):
                return lambda x: x
            case ast.Name(id="pi"):
                return lambda x: +mp.pi
            case ast.Name(id="e" | "E"):
                return lambda x: +mp.e
            case ast.UnaryOp(op=ast.USub()):
                inner = self._read(node.operand)
                return -inner if isinstance(inner, Fraction) else lambda x: -inner(x)
            case ast.UnaryOp(op=ast.UAdd()):
                return self._read(node.operand)
            case ast.BinOp(op=ast.Pow()):
                return self._power(self._read(node.left), self._read(node.right))
            case ast.BinOp():
                return self._operation(node)
            case ast.Call(func=ast.Name(id="Piecewise")):
                return self._piecewise(node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, [self._read(argument) for argument in node.args])
        raise ValueError(f"not in the grammar: {ast.dump(node)}")

    def _watch(self, watched: list[Watched], value: Value | Fraction) -> None:
        watched.append(Watched(lambda x: _at(value, x), self._conditions))

    def _operation(self, node: ast.BinOp) -> Value | Fraction:
        left, right = self._read(node.left), self._read(node.right)
        if isinstance(node.op, ast.Div):
            self._watch(self.forbidden, right)
            if isinstance(left, Fraction) and isinstance(right, Fraction) and right:
                return left / right
            return lambda x: quotient(_at(left, x), _at(right, x))
        do = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}[type(node.op)]
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return do(left, right)
        return lambda x: do(_at(left, x), _at(right, x))

    def _power(self, base: Value | Fraction, exponent: Value | Fraction) -> Value | Fraction:
        if isinstance(exponent, Fraction):
            if exponent.denominator == 1 and isinstance(base, Fraction) and (base or exponent > 0):
                return base ** int(exponent)
            if exponent < 0:
                self._watch(self.forbidden, base)
            elif exponent.denominator > 1:
                self._watch(self.switches, base)
            return lambda x: rational_power(_at(base, x), exponent)
        return lambda x: real_power(_at(base, x), exponent(x))

    def _call(self, name: str, arguments: list[Value | Fraction]) -> Value:
        if name in ("Max", "max", "Min", "min"):
            for n, one in enumerate(arguments):
                for other in arguments[:n]:
                    self._watch(self.switches, lambda x, a=one, b=other: _at(a, x) - _at(b, x))
            choose = max if name.casefold() == "max" else min
            return lambda x: choose(_at(argument, x) for argument in arguments)
        [inner] = arguments
        self._watch(self.switches, inner)
        if name == "tan":
            self._watch(self.forbidden, lambda x: mp.cos(_at(inner, x)))
        if name == "log" or name == "ln":
            self._watch(self.forbidden, inner)
        if name == "atanh":
            self._watch(self.forbidden, lambda x: 1 - _at(inner, x) ** 2)
        function = FUNCTIONS[name]
        return lambda x: function(_at(inner, x))

    def _piecewise(self, node: ast.Call) -> Value:
        cases: list[tuple[Value | Fraction, Test]] = []
        outside = self._conditions
        for case in node.args:
            assert isinstance(case, ast.Tuple)
            test = self._condition(case.elts[1])
            before = tuple(lambda x, t=earlier: not t(x) for _, earlier in cases)
            self._conditions = (*outside, *before, test)
            cases.append((self._read(case.elts[0]), test))
            self._conditions = outside

        def value(x: mpf) -> mpf:
            return _at(next(chosen for chosen, test in cases if test(x)), x)

        return value

    def _condition(self, node: ast.expr) -> Test:
        match node:
            case ast.Constant(value=True):
                return lambda x: True
            case ast.BoolOp() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                operands = node.values if isinstance(node, ast.BoolOp) else [node.left, node.right]
                tests = [self._condition(each) for each in operands]
                every = all if isinstance(node.op, (ast.And, ast.BitAnd)) else any
                return lambda x: every(test(x) for test in tests)
            case ast.Compare():
                sides = [self._read(side) for side in (node.left, *node.comparators)]
                for a, b in itertools.pairwise(sides):
                    self._watch(self.switches, lambda x, a=a, b=b: _at(a, x) - _at(b, x))
                compare = [_COMPARE[type(relation)] for relation in node.ops]
                return lambda x: all(
                    holds(_at(a, x), _at(b, x))
                    for holds, a, b in zip(compare, sides, sides[1:], strict=False)
                )
        raise ValueError(f"not a condition: {ast.dump(node)}")

    @cached_property
    def bends(self) -> tuple[mpf, ...]:
        """Places where a kink, a jump or a steep passage may be: the zeros of what f switches by."""
        found = {mpf(0)} | {mpf(sign * float(c)) for c in _constants(self.text) for sign in (1, -1)}
        for watched in self.switches:
            found.update(_crossings(watched, 8))
        return tuple(sorted(found))[:60]

    def undefined(self, near: Iterable[mpf] = ()) -> mpf | None:
        """A v at or next to which f has no real value, if sampling finds one."""
        with mp.workdps(DIGITS):
            for x in sorted({*_grid(), *self.bends, *near}):
                if self._fails(x):
                    return x
            for watched in self.forbidden:
                for x in (*_crossings(watched, 4), *_touches(watched, 4)):
                    if _vanishes(watched, x) and not any(_vanishes(watched, x + d) for d in (-APART, APART)):
                        return x
        return None

    def _fails(self, x: mpf) -> bool:
        """Whether f has no real value at x, and not for rounding: 1 - tanh(100) is not zero."""
        try:
            self(x)
        except Undefined as error:
            if error.clear:
                return True
        except TooLarge:
            return False
        else:
            return False
        if abs(x) > 1:
            return self._defined(x - APART) and self._defined(x + APART)
        with mp.workdps(2000):
            return not self._defined(x)

    def _defined(self, x: mpf) -> bool:
        try:
            self(x)
        except Undefined:
            return False
        except TooLarge:
            return True
        return True


def _vanishes(watched: Watched, x: mpf) -> bool:
    value = watched.at(x)
    return value is not None and abs(value) < mpf(10) ** -35


def _at(value: Value | Fraction, x: mpf) -> mpf:
    return mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value(x)


def _constants(text: str) -> Iterator[Fraction]:
    yield from (Fraction(written) for written in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text))


_COMPARE: dict[type[ast.cmpop], Callable[[mpf, mpf], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _grid(count: int = 400) -> list[mpf]:
    logarithmic = [sign * mpf(10) ** (mpf(k) / 8) for k in range(-32, 33) for sign in (1, -1)]
    linear = [mpf(k) / 12 + mpf(1) / 1009 for k in range(-count // 3, count // 3)]
    return [mpf(0), *logarithmic, *linear]


def _crossings(watched: Watched, most: int) -> list[mpf]:
    """Where it changes sign between points of a grid, by bisection; zeros at points of the grid too."""
    found = []
    with mp.workdps(40):
        grid = sorted(_grid(), key=float)
        values = [watched.at(x) for x in grid]
        pairs = list(zip(grid, values, strict=True))
        for (a, at_a), (b, at_b) in itertools.pairwise(pairs):
            if at_a is None or at_b is None:
                continue
            if at_a == 0:
                found.append(a)
            elif at_a * at_b < 0:
                found.append(_bisected(watched, a, b, at_a))
    return sorted(found, key=abs)[:most]


def _bisected(watched: Watched, a: mpf, b: mpf, at_a: mpf) -> mpf:
    for _ in range(140):
        middle = (a + b) / 2
        value = watched.at(middle)
        if value is None or value == 0:
            return middle
        a, b = (middle, b) if value * at_a > 0 else (a, middle)
    return (a + b) / 2


def _touches(watched: Watched, most: int) -> list[mpf]:
    """Where its size has a minimum between points of a grid, by ternary search."""
    found = []
    grid = sorted(_grid(), key=float)
    with mp.workdps(15):
        sizes = [None if (value := watched.at(x)) is None else abs(value) for x in grid]
    for n in range(1, len(grid) - 1):
        around = sizes[n - 1 : n + 2]
        if None in around or not (around[1] <= around[0] and around[1] <= around[2]) or around[1] > 0.1:
            continue
        a, b = grid[n - 1], grid[n + 1]
        for _ in range(110):
            third = (b - a) / 3
            left, right = watched.at(a + third), watched.at(b - third)
            if left is None or right is None:
                break
            a, b = (a, b - third) if abs(left) <= abs(right) else (a + third, b)
        found.append((a + b) / 2)
    return sorted(found, key=abs)[:most]
