"""SymPy expressions as instructions, which are torch calls."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    cse,
    erf,
    erfc,
    exp,
    log,
    numbered_symbols,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)  # fmt: skip
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from analysis.code.instructions import (
    CONDITION,
    DELTA,
    SCRATCH,
    Constant,
    Instruction,
    Operand,
    Program,
    Register,
)
from analysis.code.named import Erfc, Expm1, IfPositive, Log1p, Logistic, LogOnePlusExp
from analysis.code.registers import allot


class Writer:
    """Writes expressions as instructions, innermost first; the register holds the value of the symbol.

    Every value in between has a register of its own, with the number of the instruction that writes it.
    Numbers become tensors of the type of the first register.
    """

    def __init__(self, symbol: Symbol, register: Register) -> None:
        self.like, self.places = register, dict[Basic, Operand]({symbol: register})
        self.instructions: list[Instruction] = []

    def program(self, name: str, *takes: Register) -> Program:
        """What is written, on as few registers as will do, as a function that takes these buffers."""
        return Program(name, takes, allot(self.instructions))

    def share(self, shared: list[tuple[Symbol, Basic]]) -> Writer:
        """Write the values that several results share."""
        for name, value in shared:
            self.places[name] = self._decision(value) if isinstance(value, Boolean) else self._operand(value)
        return self

    def put(self, result: Expr, out: Register) -> Writer:
        """Write the result into a register; only the last result may take the place of an operand."""
        self._write(result, out)
        return self

    def put_unless_nan(self, result: Expr, out: Register) -> Writer:
        """Write the result into the register that holds the symbol's value, but a NaN there stays."""
        value = self._operand(result)
        self._call("where", [self._decide("eq", [out, out]), value, out], out)
        return self

    def multiply(self, slope: Expr) -> Writer:
        """Multiply delta by f'(v)."""
        self._call("mul", [DELTA, self._operand(slope)], DELTA)
        return self

    def _write(self, expression: Basic, out: Register | None = None) -> Operand:
        """Write what puts the expression's value into `out` or into a new register."""
        if isinstance(expression, Add):
            return self._sum(expression, out)
        if isinstance(expression, Mul):
            number, rest = expression.as_independent(*expression.free_symbols)
            factors = [*reversed(Mul.make_args(rest)), *([number] if number != 1 else [])]
            return self._chain("mul", [self._operand(factor) for factor in factors], out)
        if isinstance(expression, (Max, Min)):
            function = "maximum" if isinstance(expression, Max) else "minimum"
            return self._chain(function, [self._operand(argument) for argument in expression.args], out)
        if isinstance(expression, Piecewise):
            return self._choice(expression, out)
        if isinstance(expression, Pow):
            return self._power(expression, out)
        if isinstance(expression, Heaviside):
            at_zero = self._operand(expression.args[1])
            return self._call("heaviside", [self._operand(expression.args[0]), at_zero], out)
        if isinstance(expression, IfPositive):
            decider, above, below = map(self._operand, expression.args)
            return self._call("where", [self._decide("gt", [decider, self._number(0)]), above, below], out)
        if isinstance(expression, LogOnePlusExp):
            return self._call("logaddexp", [self._operand(expression.args[0]), self._number(0)], out)
        if expression.func in _FUNCTIONS:
            return self._call(_FUNCTIONS[expression.func], [self._operand(expression.args[0])], out)
        if expression.is_number or expression in self.places:
            return self._call("copy", [self._operand(expression)], out)
        raise NotImplementedError(f"no code is known for {expression.func.__name__}")

    def _operand(self, expression: Basic) -> Operand:
        """A number as a constant, or the register of a value."""
        if expression.is_number:
            return self._number(expression)
        return self.places[expression] if expression in self.places else self._write(expression)

    def _number(self, number: Basic | int) -> Constant:
        value = float(number)
        if not math.isfinite(value):
            raise NotImplementedError(f"no code is known for {number}")
        return Constant(value, self.like)

    def _call(
        self, function: str, operands: Sequence[Operand], out: Register | None, **options: float
    ) -> Operand:
        out = out or Register(SCRATCH, len(self.instructions))
        self.instructions.append(Instruction(function, tuple(operands), out, options))
        return out

    def _decide(self, function: str, operands: Sequence[Operand]) -> Operand:
        """A call whose result is a new register of bools."""
        return self._call(function, operands, Register(CONDITION, len(self.instructions)))

    def _chain(self, function: str, operands: list[Operand], out: Register | None) -> Operand:
        """A call of two operands, over a list; only the last writes `out`, which may be read until then."""
        *inner, last = operands
        total = inner[0]
        for operand in inner[1:]:
            total = self._call(function, [total, operand], None)
        return self._call(function, [total, last], out)

    def _sum(self, expression: Add, out: Register | None) -> Operand:
        """A sum, a pass over memory for each term: `add` scales it, `addcmul` also multiplies two factors."""
        constant, terms = expression.as_independent(*expression.free_symbols)
        scaled = [term.as_coeff_Mul() for term in Add.make_args(terms)]
        if constant:
            total = self._operand(constant)
        else:
            scaled.sort(key=lambda pair: pair[0] != 1)
            total = self._operand(Mul(*scaled.pop(0)))
        added = [(float(factor), self._factors(term)) for factor, term in scaled]
        for n, (factor, factors) in enumerate(added, start=1):
            to = out if n == len(added) else None
            if len(factors) == 2:
                total = self._call("addcmul", [total, *factors], to, value=factor)
            else:
                total = self._call("add", [total, *factors], to, alpha=factor)
        return total

    def _factors(self, term: Expr) -> list[Operand]:
        """The term as one operand, or as two whose product it is."""
        pair = (term.base, term.base) if isinstance(term, Pow) and term.exp == 2 else term.args
        if term not in self.places and len(pair) == 2 and (isinstance(term, Mul) or pair[0] is pair[1]):
            return [self._operand(factor) for factor in pair]
        return [self._operand(term)]

    def _power(self, expression: Pow, out: Register | None) -> Operand:
        base, exponent = self._operand(expression.base), expression.exp
        if exponent in (-2, -3, -4):
            base, exponent = self._call("reciprocal", [base], None), -exponent
        if exponent in (2, 3, 4):  # pow takes ten times as long as a product
            return self._chain("mul", [base] * exponent, out)
        if exponent in _POWERS:
            return self._call(_POWERS[exponent], [base], out)
        return self._call("pow", [base, self._operand(exponent)], out)

    def _choice(self, expression: Piecewise, out: Register | None) -> Operand:
        """Nested `where`, the last case innermost; 0 below a point and 1 above is a comparison by itself."""
        *cases, (otherwise, _) = expression.args
        if [value for value, _ in expression.args] == [0, 1] and isinstance(cases[0][1], Relational):
            above = cases[0][1].negated
            operands = [self._operand(above.lhs), self._operand(above.rhs)]
            return self._call(_RELATIONS[above.rel_op], operands, out)
        total = self._operand(otherwise)
        for n, (value, condition) in enumerate(reversed(cases), start=1):
            operands = [self._decision(condition), self._operand(value), total]
            total = self._call("where", operands, out if n == len(cases) else None)
        return total

    def _decision(self, condition: Basic) -> Operand:
        """The register of bools that says where a condition holds."""
        if condition in self.places:
            return self.places[condition]
        if isinstance(condition, (And, Or)):
            function = "logical_and" if isinstance(condition, And) else "logical_or"
            parts = map(self._decision, condition.args)
            return reduce(lambda left, right: self._decide(function, [left, right]), parts)
        if isinstance(condition, Relational) and condition.rel_op in _RELATIONS:
            operands = [self._operand(condition.lhs), self._operand(condition.rhs)]
            return self._decide(_RELATIONS[condition.rel_op], operands)
        raise NotImplementedError(f"no code is known for the condition {condition}")


def in_common(expressions: list[Expr]) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
    """Common subexpressions, which may be shared, and the expressions with their names.

    Those that are numbers are put back, because a buffer holds no number.
    """
    shared, results = cse(expressions, symbols=numbered_symbols("shared_"))
    numbers: dict[Symbol, Expr] = {}
    values = []
    for name, value in shared:
        value = value.xreplace(numbers)
        if value.is_number:
            numbers[name] = value
        else:
            values.append((name, value))
    return values, [result.xreplace(numbers) for result in results]


_RELATIONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_POWERS = {-S.One: "reciprocal", S.Half: "sqrt", -S.Half: "rsqrt"}
_SAME_NAME = [
    exp, log, sign, Abs, erf, erfc, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh,
]  # fmt: skip
_FUNCTIONS = {function: function.__name__.lower() for function in _SAME_NAME} | {
    Logistic: "sigmoid",
    Erfc: "erfc",
    Expm1: "expm1",
    Log1p: "log1p",
}
