"""What f and f' are, worked out a second time: text to numbers of 80 digits, f' by finite differences.

Nothing here differentiates symbolically, and nothing is shared with the code under test: Python's `ast`
reads the text, mpmath evaluates it, and where f has no real value `Undefined` is raised.
"""

from __future__ import annotations

import ast
import itertools
import operator
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import mpmath
from mpmath import mp, mpf

DIGITS = 80
STEP = mpf(10) ** -17
HUGEST_EXPONENT, FASTEST_WAVE = 10**100, 10**25  # beyond them a sample is passed over
AGREEMENT, EXACT = mpf(10) ** -8, mpf(10) ** -30
TINY = mpf(10) ** -55  # a root is taken for zero, and a base below zero by less for rounding

APART = mpf(1) / 1024  # a zero is one of its own if there is none so far from it

Value = Callable[[mpf], mpf]
Test = Callable[[mpf], bool]


class Undefined(ArithmeticError):  # noqa: N818 - reads as what is wrong
    """f has no real value there; `clear` is whether by more than rounding could do."""

    def __init__(self, reason: str, clear: bool = True) -> None:
        super().__init__(reason)
        self.clear = clear


class TooLarge(ArithmeticError):  # noqa: N818
    """A number that is too large to be worked with; it says nothing about f."""


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
            return lambda x: _quotient(_at(left, x), _at(right, x))
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
            return lambda x: _rational_power(_at(base, x), exponent)
        return lambda x: _real_power(_at(base, x), exponent(x))

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


def _quotient(a: mpf, b: mpf) -> mpf:
    if b == 0:
        raise Undefined("division by zero", clear=False)
    return a / b


def _rational_power(base: mpf, exponent: Fraction) -> mpf:
    if base == 0 and exponent < 0:
        raise Undefined("zero to a negative power", clear=False)
    if exponent.denominator == 1:
        return base ** int(exponent)
    if base < -TINY:
        raise Undefined("a negative number to a power that is not whole is complex")
    if exponent.denominator == 2:
        return mp.sqrt(max(base, 0)) ** exponent.numerator
    return mp.root(max(base, 0), exponent.denominator) ** exponent.numerator


def _real_power(base: mpf, exponent: mpf) -> mpf:
    if base == 0:
        if exponent < 0:
            raise Undefined("zero to a negative power", clear=False)
        return mpf(exponent == 0)
    if base < 0:
        if exponent != mp.nint(exponent) or abs(exponent) > 10**6:
            raise Undefined("a negative number to a power that is not whole is complex")
        return base ** int(exponent)
    return _exp(exponent * mp.log(base))


def _exp(x: mpf) -> mpf:
    if abs(x) > HUGEST_EXPONENT:
        raise TooLarge
    return mp.exp(x)


def _log(x: mpf) -> mpf:
    if x <= 0:
        raise Undefined("the logarithm of no positive number", clear=x < -TINY)
    return mp.log(x)


def _wave(function: Value) -> Value:
    def wave(x: mpf) -> mpf:
        if abs(x) > FASTEST_WAVE:
            raise TooLarge
        return function(x)

    return wave


def _within(function: Value, low: float, high: float, open_: bool = False) -> Value:
    def inside(x: mpf) -> mpf:
        if x < low - TINY or x > high + TINY or (open_ and x in (low, high)):
            raise Undefined(f"it is outside of {low} to {high}", clear=x < low - TINY or x > high + TINY)
        return function(min(max(x, low), high))

    return inside


def _hyperbolic(x: mpf) -> tuple[mpf, mpf]:
    return _exp(x), _exp(-x)


def _tanh(x: mpf) -> mpf:
    if abs(x) > HUGEST_EXPONENT:
        return mpf(1 if x > 0 else -1)
    return mp.tanh(x)


def _erf(x: mpf) -> mpf:
    return mpf(1 if x > 0 else -1) if abs(x) > 10**6 else mp.erf(x)


FUNCTIONS: dict[str, Value] = {
    "exp": _exp,
    "log": _log,
    "ln": _log,
    "sqrt": lambda x: _rational_power(x, Fraction(1, 2)),
    "Abs": abs,
    "abs": abs,
    "sign": mp.sign,
    "Heaviside": lambda x: (1 + mp.sign(x)) / 2,
    "erf": _erf,
    "erfc": lambda x: mpf(0) if x > 10**6 else mpf(2) if x < -(10**6) else mp.erfc(x),
    "sin": _wave(mp.sin),
    "cos": _wave(mp.cos),
    "tan": _wave(mp.tan),
    "asin": _within(mp.asin, -1, 1),
    "acos": _within(mp.acos, -1, 1),
    "atan": mp.atan,
    "sinh": lambda x: (_exp(x) - _exp(-x)) / 2 if abs(x) > 1 else mp.sinh(x),
    "cosh": lambda x: (_exp(x) + _exp(-x)) / 2,
    "tanh": _tanh,
    "asinh": mp.asinh,
    "acosh": _within(mp.acosh, 1, mp.inf),
    "atanh": _within(mp.atanh, -1, 1, open_=True),
    "relu": lambda x: max(x, mpf(0)),
    "sigmoid": lambda x: 1 / (1 + _exp(-x)),
    "softplus": lambda x: mp.log(1 + _exp(x)),
}


def slope(f: Callable[[mpf], mpf], x: mpf, agreement: mpf = AGREEMENT, step: mpf = STEP) -> mpf | None:
    """f'(x) by central differences, extrapolated; None where f has no derivative, or no value nearby.

    Both sides are looked at, at two steps: a kink, a jump or an infinite slope at x is seen. The sides are
    to agree to `agreement`: where f'' jumps or is infinite they do so less well than where f is smooth.
    """
    h = step * max(1, abs(x) / 10**15)
    try:
        here = f(x)
        right = [f(x + n * h) for n in (1, 2, 3, 4)]
        left = [f(x - n * h) for n in (1, 2, 3, 4)]
    except (Undefined, TooLarge):
        return None
    fine, coarse = (right[0] - left[0]) / (2 * h), (right[1] - left[1]) / (4 * h)
    value = (4 * fine - coarse) / 3
    sides = [
        sign * (-25 * here + 48 * f1 - 36 * f2 + 16 * f3 - 3 * f4) / (12 * h)
        for sign, (f1, f2, f3, f4) in ((1, right), (-1, left))
    ]
    noise = (abs(here) + abs(x)) * mpf(10) ** (8 - mp.dps) / h
    allowed = agreement * (1 + abs(value)) + noise
    agree = all(abs(side - value) <= allowed for side in sides)
    agree = agree and abs(fine - coarse) <= AGREEMENT * (1 + abs(value)) + noise
    return value if agree and abs(value) < mpf(10) ** 10 * (1 + abs(here)) / min(1, h * 10**17) else None


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


def samples(f: Oracle, near: Iterable[mpf] = (), count: int = 400, seed: int = 0) -> list[mpf]:
    """Points from -10^4 to 10^4: dense about 0, spaced by logarithm, random, close to bends and to `near`."""
    draw = random.Random(seed)
    near = [mpf(x) for x in near]
    points = {
        p + mpf(s) * mpf(10) ** -k for p in near for k in (0, 1, 2, 3, 5) for s in (1, -1, "0.3", "-0.3")
    }
    points.update(near)
    bends = list(f.bends)
    draw.shuffle(bends)
    for bend in bends[: count // 20]:
        points.update(bend + sign * mpf(10) ** -k for k in (0.4, 1, 2, 4) for sign in (1, -1))
    points.update(sign * mpf(10) ** (mpf(k) / 4) for k in range(-24, 17, 2) for sign in (1, -1))
    points.update(mpf(k) / 7 + mpf(1) / 1013 for k in range(-60, 61, 2))
    while len(points) < count:
        points.add(mpf(draw.choice([draw.uniform(-4, 4), draw.uniform(-40, 40), draw.gauss(0, 1)])))
    return sorted(points)


FAR = [sign * mpf(10) ** k for k in (6, 9, 14, 40, 400) for sign in (1, -1)]


def slopes(f: Oracle, points: Iterable[mpf]) -> list[tuple[mpf, mpf]]:
    """Each point about which f is smooth, and the derivative."""
    with mp.workdps(DIGITS):
        found = [(x, slope(f, x, EXACT)) for x in points]
    return [(x, value) for x, value in found if value is not None]


def extreme(f: Oracle, points: list[tuple[mpf, mpf]], sign: int, rounds: int = 40) -> tuple[mpf, mpf]:
    """The largest (sign 1) or smallest (-1) slope: the best of the points, and what is found around it."""
    best = max(range(len(points)), key=lambda n: sign * points[n][1])
    a, b = points[max(best - 1, 0)][0], points[min(best + 1, len(points) - 1)][0]
    found = points[best]
    with mp.workdps(DIGITS):
        for _ in range(rounds):
            tried = [(x, slope(f, x, EXACT)) for x in (a + (b - a) * k / 5 for k in (1, 2, 3, 4))]
            tried = [(x, value) for x, value in tried if value is not None]
            found = max([found, *tried], key=lambda pair: sign * pair[1])
            width = (b - a) / 4
            a, b = found[0] - width, found[0] + width
    return found


@dataclass(frozen=True)
class Part:
    """An interval of a range; one value where both ends are the same."""

    lower: mpf
    upper: mpf
    lower_closed: bool
    upper_closed: bool

    def has(self, value: mpf, tolerance: mpf) -> bool:
        """Whether the value is inside, up to a relative tolerance."""
        with mp.workdps(DIGITS):
            scale = max([1, *(abs(end) for end in (self.lower, self.upper) if mp.isfinite(end))])
            return self.lower - tolerance * scale <= value <= self.upper + tolerance * scale


def has(parts: Iterable[Part], value: mpf, tolerance: mpf) -> bool:
    """Whether one of the parts has the value."""
    return any(part.has(value, tolerance) for part in parts)


def outside(
    f: Oracle, points: Iterable[tuple[mpf, mpf]], parts: list[Part], tolerance: mpf
) -> list[tuple[mpf, mpf]]:
    """The points whose slope is in no part; with more digits too, as differences such as 1 - tanh(v) need."""
    found = [(x, value) for x, value in points if not has(parts, value, tolerance)]
    for digits in (400, 10_000):
        with mp.workdps(digits):
            again = [(x, slope(f, x, EXACT)) for x, _ in found[:5]]
        found = [(x, value) for x, value in again if value is not None and not has(parts, value, tolerance)]
    return found


def attained(f: Oracle, points: Iterable[tuple[mpf, mpf]], part: Part) -> mpf | None:
    """A point at which f' has the value of an end that the part leaves out, to 300 digits.

    Only points near zero are looked at: tanh(400) is 1 to 300 digits too.
    """
    ends = [
        end
        for end, closed in ((part.lower, part.lower_closed), (part.upper, part.upper_closed))
        if not closed
    ]
    close = [x for x, value in points if abs(x) <= 1 and any(abs(value - end) < EXACT for end in ends)]
    with mp.workdps(400):
        for x in close[:8]:
            value = slope(f, x, step=mpf(10) ** -80)
            if value is not None and any(abs(value - end) < mpf(10) ** -300 for end in ends):
                return x
    return None


def number(text: str) -> mpf:
    """A constant of the grammar, or oo, or -oo.

    >>> number("1/4"), number("-oo")
    (mpf('0.25'), mpf('-inf'))
    """
    text = text.strip()
    if text in ("oo", "-oo"):
        return mpf("inf" if text == "oo" else "-inf")
    with mp.workdps(DIGITS):
        return Oracle(text)(mpf(0))


def parts_of(text: str) -> list[Part]:
    """A range as it is printed.

    >>> [part.upper_closed for part in parts_of("{0} ∪ (1/2, 1]")]
    [True, True]
    """
    parts = []
    for written in text.split("∪"):
        written = written.strip()
        inner = _split(written[1:-1])
        if written[0] == "{":
            parts += [Part(number(value), number(value), True, True) for value in inner]
        else:
            low, high = map(number, inner)
            parts.append(Part(low, high, written[0] == "[", written[-1] == "]"))
    return sorted(parts, key=lambda part: part.lower)


def _split(text: str) -> list[str]:
    """At the commas that are in no parentheses."""
    found, depth = [""], 0
    for c in text:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            found.append("")
        else:
            found[-1] += c
    return found


mp.dps = max(mp.dps, 15)
assert mpmath.mp is mp
