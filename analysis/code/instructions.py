"""SymPy expressions as lines of torch calls, and where these keep what they compute on the way."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import reduce

from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Expr,
    Heaviside,
    Max,
    Min,
    Mul,
    Or,
    Piecewise,
    Pow,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)  # fmt: skip
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from analysis.code.named import Erfc, Expm1, IfPositive, Log1p, Logistic, LogOnePlusExp

_NAMES = re.compile(r"\b(?:v|t\d+)\b")  # of values that may be overwritten once they have been read
_NUMBERS = re.compile(r"constant\(([^()]+)\)")


@dataclass(frozen=True)
class Line:
    """A call, without its end, and the name of its result."""

    call: str
    out: str

    @property
    def reads(self) -> list[str]:
        """The names of the values that the call reads and that may be overwritten after."""
        return list(dict.fromkeys(_NAMES.findall(self.call)))


@dataclass(frozen=True)
class Code:
    """The body of a function, how many calls it makes, and how many scratch buffers it needs."""

    body: str
    calls: int
    scratch: int


class Writer:
    """Writes expressions as torch calls, innermost first; `places` says where the values of symbols are.

    Numbers become tensors of the type of the buffer `like`. Values in between are named t0, t1, ... until
    they are given places.
    """

    def __init__(self, like: str, places: dict[Basic, str]) -> None:
        self.like, self.places = like, places
        self.lines: list[Line] = []
        self.values = 0

    def finished(self) -> Code:
        """The function's body. A value takes a place that is needed no more, which is likely in the cache."""
        last_read = {name: n for n, line in enumerate(self.lines) for name in line.reads}
        scratch, free, places = 0, list[str](), dict[str, str]()
        body = []
        for n, line in enumerate(self.lines):
            here = {name: places.get(name, name) for name in line.reads}
            free += [place for name, place in here.items() if last_read[name] == n]
            if line.out in ("v", "slope", "delta"):
                places[line.out] = line.out
            elif free:
                places[line.out] = free.pop()
            else:
                places[line.out] = f"scratch[{scratch}]"
                scratch += 1
            call = _NAMES.sub(lambda name: here[name[0]], line.call)  # noqa: B023
            call = _NUMBERS.sub(rf"constant(\1, {self.like})", call)
            if call != f"copy({places[line.out]}":  # to where it is already
                body.append(f"    torch.{call}, out={places[line.out]})\n")
        return Code("".join(body), len(body), scratch)

    def share(self, shared: list[tuple[Symbol, Basic]]) -> Writer:
        """Write the values that several results share."""
        for name, value in shared:
            boolean = isinstance(value, Boolean)
            self.places[name] = self.condition(value) if boolean else self._operand(value)
        return self

    def put(self, **results: Expr) -> Writer:
        """Write each result into the place of its name; only the last may take the place of an operand."""
        for place, result in results.items():
            self.write(result, place)
        return self

    def multiply(self, slope: Expr) -> Writer:
        """Multiply delta by f'(v)."""
        self._call("mul", ["delta", self._operand(slope)], "delta")
        return self

    def write(self, expression: Basic, out: str | None = None) -> str:
        """Write the code that puts the expression's value into `out` or into a new scratch buffer."""
        if isinstance(expression, Add):
            return self._sum(expression, out)
        if isinstance(expression, Mul):
            number, rest = expression.as_independent(*expression.free_symbols)
            factors = [*reversed(Mul.make_args(rest)), *([number] if number != 1 else [])]
            return self._chain("mul", [self._operand(factor) for factor in factors], out)
        if isinstance(expression, (Max, Min)):
            call = "maximum" if isinstance(expression, Max) else "minimum"
            return self._chain(call, [self._operand(argument) for argument in expression.args], out)
        if isinstance(expression, Piecewise):
            return self._choice(expression, out)
        if isinstance(expression, Pow):
            return self._power(expression, out)
        if isinstance(expression, Heaviside):
            at_zero = self._operand(expression.args[1])
            return self._call("heaviside", [self._operand(expression.args[0]), at_zero], out)
        if isinstance(expression, IfPositive):
            decider, above, below = map(self._operand, expression.args)
            return self._call("where", [f"torch.gt({decider}, {self._number(0)})", above, below], out)
        if isinstance(expression, LogOnePlusExp):
            return self._call("logaddexp", [self._operand(expression.args[0]), self._number(0)], out)
        if expression.func in _CALLS:
            return self._call(_CALLS[expression.func], [self._operand(expression.args[0])], out)
        if expression.is_number or expression in self.places:
            return self._call("copy", [self._operand(expression)], out)
        raise NotImplementedError(f"no torch code is known for {expression.func.__name__}")

    def _operand(self, expression: Basic) -> str:
        """A number as a constant, or the place of a value."""
        if expression.is_number:
            return self._number(expression)
        return self.places[expression] if expression in self.places else self.write(expression)

    def _number(self, number: Basic | int) -> str:
        value = float(number)
        if not math.isfinite(value):
            raise NotImplementedError(f"no torch code is known for {number}")
        return f"constant({value!r})"

    def _call(self, name: str, operands: list[str], out: str | None) -> str:
        if out is None:
            out, self.values = f"t{self.values}", self.values + 1
        self.lines.append(Line(f"{name}({', '.join(operands)}", out))
        return out

    def _chain(self, name: str, operands: list[str], out: str | None) -> str:
        """A call of two operands, over a list; only the last writes `out`, which may be read until then."""
        *inner, last = operands
        total = inner[0]
        for operand in inner[1:]:
            total = self._call(name, [total, operand], None)
        return self._call(name, [total, last], out)

    def _sum(self, expression: Add, out: str | None) -> str:
        """A sum, a pass over memory for each term: `add` scales it, `addcmul` also multiplies two factors."""
        constant, terms = expression.as_independent(*expression.free_symbols)
        scaled = [term.as_coeff_Mul() for term in Add.make_args(terms)]
        if constant:
            total = self._operand(constant)
        else:
            scaled.sort(key=lambda pair: pair[0] != 1)
            total = self._operand(Mul(*scaled.pop(0)))
        steps = [self._term(float(factor), term) for factor, term in scaled]
        for n, (call, operands) in enumerate(steps, start=1):
            total = self._call(call, [total, *operands], out if n == len(steps) else None)
        return total

    def _term(self, factor: float, term: Expr) -> tuple[str, list[str]]:
        """The call that adds factor * term, and its operands."""
        pair = (term.base, term.base) if isinstance(term, Pow) and term.exp == 2 else term.args
        if term not in self.places and len(pair) == 2 and (isinstance(term, Mul) or pair[0] is pair[1]):
            return "addcmul", [*map(self._operand, pair), f"value={factor!r}"]
        return "add", [self._operand(term), f"alpha={factor!r}"]

    def _power(self, expression: Pow, out: str | None) -> str:
        base, exponent = self._operand(expression.base), expression.exp
        if exponent in (-2, -3, -4):
            base, exponent = self._call("reciprocal", [base], None), -exponent
        if exponent in (2, 3, 4):  # pow takes ten times as long as a product
            return self._chain("mul", [base] * exponent, out)
        if exponent in _POWERS:
            return self._call(_POWERS[exponent], [base], out)
        return self._call("pow", [base, self._operand(exponent)], out)

    def _choice(self, expression: Piecewise, out: str | None) -> str:
        """Nested `where`, the last case innermost; 0 below a point and 1 above is a comparison by itself."""
        *cases, (otherwise, _) = expression.args
        if [value for value, _ in expression.args] == [0, 1] and isinstance(cases[0][1], Relational):
            above = cases[0][1].negated
            operands = [self._operand(above.lhs), self._operand(above.rhs)]
            return self._call(_RELATIONS[above.rel_op], operands, out)
        total = self._operand(otherwise)
        for n, (value, condition) in enumerate(reversed(cases), start=1):
            operands = [self.condition(condition), self._operand(value), total]
            total = self._call("where", operands, out if n == len(cases) else None)
        return total

    def condition(self, condition: Basic) -> str:
        """The torch expression of a condition; a tensor of bools, which is small."""
        if condition in self.places:
            return self.places[condition]
        if isinstance(condition, (And, Or)):
            call = "torch.logical_and" if isinstance(condition, And) else "torch.logical_or"
            return reduce(lambda left, right: f"{call}({left}, {right})", map(self.condition, condition.args))
        if isinstance(condition, Relational) and condition.rel_op in _RELATIONS:
            left, right = self._operand(condition.lhs), self._operand(condition.rhs)
            return f"torch.{_RELATIONS[condition.rel_op]}({left}, {right})"
        raise NotImplementedError(f"no torch code is known for the condition {condition}")


_RELATIONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_POWERS = {-S.One: "reciprocal", S.Half: "sqrt", -S.Half: "rsqrt"}
_SAME_NAME = [
    exp, log, sign, Abs, erf, erfc, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh,
]  # fmt: skip
_CALLS = {function: function.__name__.lower() for function in _SAME_NAME} | {
    Logistic: "sigmoid",
    Erfc: "erfc",
    Expm1: "expm1",
    Log1p: "log1p",
}
