"""From a SymPy activation to torch code: straight lines that write y = f(v), and f'(v), into given buffers.

f and f' are generated together, so that f' reuses what f has computed: y itself where f' is a function of y,
and every common subexpression otherwise. Each line is one torch call with `out=`: nothing is allocated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Expr,
    Function,
    Heaviside,
    Max,
    Min,
    Mul,
    Or,
    Piecewise,
    Pow,
    S,
    Symbol,
    Wild,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    cse,
    erf,
    erfc,
    exp,
    limit,
    log,
    numbered_symbols,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)  # fmt: skip
from sympy.core.function import ArgumentIndexError
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from derivations import Activation, Differentiation, differentiate, v, y
from derivations.pieces import split

if TYPE_CHECKING:
    import torch

    Pass = Callable[[torch.Tensor, torch.Tensor, list[torch.Tensor]], None]


class Logistic(Function):
    """1/(1 + exp(-x)), computed without overflow."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative, in terms of itself: no quotient of two large numbers."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self * (1 - self)


class LogOnePlusExp(Function):
    """log(1 + exp(x)), computed without overflow."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return Logistic(self.args[0])


@dataclass(frozen=True)
class Generated:
    """Generated torch code: its text, its two functions, and how many scratch buffers of v's shape they need.

    value(v, y, scratch)            leaves f(v) in y
    value_and_slope(v, y, scratch)  leaves f(v) in y and f'(v) in v

    v, y and the scratch buffers are of one shape, and may be views of larger tensors.
    """

    name: str
    source: str
    scratch: int

    @property
    def value(self) -> Pass:
        """The function for f alone."""
        return _compiled(self.source, self.name)["value"]

    @property
    def value_and_slope(self) -> Pass:
        """The function for f and f'."""
        return _compiled(self.source, self.name)["value_and_slope"]


@cache
def generate(activation: Activation) -> Generated:
    """The torch code of an activation and of its derivative; raises `NotImplementedError` by name."""
    slopes = differentiate(activation.expression)
    function, slope = _stable(activation.expression), _slope(activation.expression, slopes)
    alone = _written([], y=function)
    if slopes.in_terms_of_output is not None and not slopes.not_differentiable_at:
        both = _written([], y=function, v=slopes.in_terms_of_output)
    else:
        shared, (function, slope) = cse([function, slope], symbols=numbered_symbols("shared_"))
        both = _written(shared, y=function, v=slope)
    source = f"def value(v, y, scratch):\n{alone.body}\n\ndef value_and_slope(v, y, scratch):\n{both.body}"
    return Generated(activation.name, source, max(alone.buffers, both.buffers))


def _written(shared: list[tuple[Symbol, Basic]], **results: Expr) -> _Writer:
    """The shared values and then each result, into the place of its name."""
    writer = _Writer({v: "v", y: "y"})
    for name, value in shared:
        writer.places[name] = writer.condition(value) if isinstance(value, Boolean) else writer.write(value)
    for place, result in results.items():
        writer.write(result, place)
    return writer


@cache
def _compiled(source: str, name: str) -> dict[str, Pass]:
    """The functions of the source, made when first called for; `constant` is all they need beside torch."""
    import torch

    @cache
    def tensor(number: float, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        return torch.tensor(number, dtype=dtype, device=device)

    namespace: dict[str, Any] = {
        "torch": torch,
        # A number as a tensor of v's own type: another type would cost a copy in every call.
        "constant": lambda number, like: tensor(number, like.dtype, like.device),
    }
    exec(compile(source, f"<generated for {name}>", "exec"), namespace)
    return namespace


def _stable(expression: Expr) -> Expr:
    """The expression with 1/(1 + exp(x)) and log(1 + exp(x)) named, so that neither they nor f' overflow."""
    x = Wild("x")
    return expression.replace(log(1 + exp(x)), LogOnePlusExp(x)).replace(1 / (1 + exp(x)), Logistic(-x))


def _slope(expression: Expr, slopes: Differentiation) -> Expr:
    """f'(v) for all v: at a kink the one-sided derivative of smaller magnitude, as torch has it for ReLU.

    That matters: the units of a dead ReLU layer sit exactly at v = 0.
    """
    formulas = [_stable(part.expression).diff(v) for part in split(expression)]
    cases = []
    for formula, (left, right) in zip(formulas, pairwise(slopes.pieces), strict=False):
        end = left.interval.end
        before, after = limit(left.expression, v, end, "-"), limit(right.expression, v, end, "+")
        cases.append((formula, v <= end if abs(before) <= abs(after) else v < end))
    return Piecewise(*cases, (formulas[-1], True))


class _Writer:
    """Writes expressions as torch calls, innermost first; `places` says where the values of symbols are."""

    def __init__(self, places: dict[Basic, str]) -> None:
        self.places = places
        self.lines: list[str] = []
        self.buffers = 0

    @property
    def body(self) -> str:
        """What has been written, as the body of a function."""
        return "".join(f"    {line}\n" for line in self.lines)

    def write(self, expression: Basic, out: str | None = None) -> str:
        """Write the code that puts the expression's value into `out` or into a new scratch buffer."""
        if isinstance(expression, Add):
            return self._sum(expression, out)
        if isinstance(expression, Mul):
            return self._chain("mul", [self._operand(factor) for factor in reversed(expression.args)], out)
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
        if isinstance(expression, LogOnePlusExp):
            return self._call("logaddexp", [self._operand(expression.args[0]), "constant(0.0, v)"], out)
        if expression.func in _CALLS:
            return self._call(_CALLS[expression.func], [self._operand(expression.args[0])], out)
        if expression.is_number or expression in self.places:
            target = out or self._buffer()
            self.lines.append(f"{target}.copy_({self._operand(expression)})")
            return target
        raise NotImplementedError(f"no torch code is known for {expression.func.__name__}")

    def _operand(self, expression: Basic) -> str:
        """A number as a constant, or the place of a value."""
        if expression.is_number:
            return f"constant({float(expression)!r}, v)"
        return self.places[expression] if expression in self.places else self.write(expression)

    def _buffer(self) -> str:
        self.buffers += 1
        return f"scratch[{self.buffers - 1}]"

    def _call(self, name: str, operands: list[str], out: str | None) -> str:
        target = out or self._buffer()
        self.lines.append(f"torch.{name}({', '.join(operands)}, out={target})")
        return target

    def _chain(self, name: str, operands: list[str], out: str | None) -> str:
        """A call of two operands, over a list; only the last writes `out`, which may be read until then."""
        *inner, last = operands
        total = inner[0]
        for operand in inner[1:]:
            total = self._call(name, [total, operand], None)
        return self._call(name, [total, last], out)

    def _sum(self, expression: Add, out: str | None) -> str:
        """A sum, a pass over memory for each term: `add` scales it, `addcmul` also multiplies two factors."""
        constant, terms = expression.as_coeff_Add()
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
        if exponent == 2:
            return self._call("mul", [base, base], out)
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
_CALLS = {function: function.__name__.lower() for function in _SAME_NAME} | {Logistic: "sigmoid"}
