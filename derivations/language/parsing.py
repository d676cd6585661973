"""A user's text to a SymPy expression in v, by a whitelist: nothing of the text is ever evaluated as code.

Python's own `ast` reads the text; each node is then translated by hand, and what has no translation is
refused with a caret under its place. Numbers are exact: 0.01 is 1/100.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from time import thread_time
from typing import NoReturn

from sympy import (
    Abs,
    E,
    Eq,
    Expr,
    Heaviside,
    Max,
    Min,
    Ne,
    Piecewise,
    Pow,
    Rational,
    S,
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
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from sympy import And as Both
from sympy import Or as Either
from sympy.logic.boolalg import Boolean

from derivations.language.activation import v
from derivations.language.deadline import time_limit
from derivations.language.hints import called, instead
from derivations.language.pieces import Unproven

LONGEST, DEEPEST = 2000, 60  # characters; nested operations
MOST_DIGITS, LARGEST_POWER = 50, 100  # of a number; of an exponent
LONGEST_SECONDS, ON_A_BUSY_MACHINE = 0.8, 8.0  # where other work takes most of that time

_BY_OWN_NAME = [
    exp, log, sqrt, Abs, sign, Heaviside, erf, erfc, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh,
    acosh, atanh,
]  # fmt: skip
_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {function.__name__: function for function in _BY_OWN_NAME} | {
    "abs": Abs,
    "ln": log,
    "relu": lambda x: Max(0, x),
    "sigmoid": lambda x: 1 / (1 + exp(-x)),
    "softplus": lambda x: log(1 + exp(x)),
}
_PARTIAL: dict[str, Callable[..., Expr]] = {
    "log": log, "ln": log, "tan": tan, "asin": asin, "acos": acos, "acosh": acosh, "atanh": atanh,
    "sqrt": lambda x, evaluate: Pow(x, S.Half, evaluate=evaluate),
}  # fmt: skip
_OF_SEVERAL = {"Max": Max, "max": Max, "Min": Min, "min": Min}
CONSTANTS = {"v": v, "pi": pi, "e": E, "E": E}
_KNOWN = [*CONSTANTS, *_FUNCTIONS, *_OF_SEVERAL, "Piecewise"]
_RELATIONS: dict[type[ast.cmpop], Callable[[Expr, Expr], Boolean]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: Eq,
    ast.NotEq: Ne,
}


class ParseError(ValueError):
    """Text that is no expression in v: what would be right, then the text, and a caret under the place."""


@dataclass(frozen=True)
class Written:
    """What a text writes: the expression, and the operations as they stand there, before SymPy cancels any.

    An operation within a case is a `Piecewise` that has it in that case, and 1 in all others.
    """

    expression: Expr
    operations: tuple[Expr, ...]


def parse(text: str) -> Expr:
    """The expression in v that the text writes, real or not; raises `ParseError`.

    >>> parse("v*tanh(log(1 + exp(v))) + 0.01*v")
    v*tanh(log(exp(v) + 1)) + v/100
    """
    return read(text).expression


def read(text: str) -> Written:
    """The expression in v that the text writes, and its operations; raises `ParseError`."""
    began = thread_time()
    for seconds in (LONGEST_SECONDS, ON_A_BUSY_MACHINE):
        try:
            with time_limit(seconds):
                reader = _Reader(text)
                return Written(reader.read(), tuple(reader.operations))
        except Unproven:
            if thread_time() - began > LONGEST_SECONDS / 8:  # more than most take
                break
        except (ArithmeticError, RecursionError):
            break
    raise ParseError("the expression has numbers too large, or is too involved, to be read")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.operations: dict[Expr, None] = {}
        self.cases: list[list[tuple[Expr, Boolean]]] = []  # what holds before the case that is being read

    def read(self) -> Expr:
        if len(self.text) > LONGEST:
            raise ParseError(f"an expression has at most {LONGEST:,} characters, this one {len(self.text):,}")
        if "#" in self.text:
            self._refuse_at(self.text.index("#"), "an expression has no comment")
        if not self.text.isascii() or not self.text.isprintable():
            place = next(n for n, c in enumerate(self.text) if not (c.isascii() and c.isprintable()))
            self._refuse_at(place, f"the character {self.text[place]!a} is not used in expressions")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as "1if": refused below in our own words
                tree = ast.parse(self.text, mode="eval")
        except SyntaxError as error:
            self._refuse_at((error.offset or 1) - 1, error.msg)
        except (RecursionError, MemoryError, ValueError):
            raise ParseError("the expression is nested too deeply") from None
        self._check_depth(tree)
        result = self._expression(tree.body)
        return self._checked(tree.body, result)

    def _check_depth(self, tree: ast.AST) -> None:
        waiting = [(tree, 0)]
        while waiting:
            node, depth = waiting.pop()
            if depth > DEEPEST:
                raise ParseError(f"operations are nested at most {DEEPEST} deep")
            waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]

    def _expression(self, node: ast.expr) -> Expr:
        if isinstance(node, ast.Constant):
            return self._number(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            operand = self._expression(node.operand)
            return -operand if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Attribute) and (hint := self._instead(node.attr)):
            self._refuse(node, f"names stand alone: {hint}")
        return self._refuse(node, "only numbers, v, + - * / **, and calls of the known functions are allowed")

    def _number(self, node: ast.Constant) -> Expr:
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            self._refuse(node, "this is not a real number")
        written = ast.get_source_segment(self.text, node) or ""
        mantissa, _, exponent = written.lower().replace("_", "").partition("e")
        if written.lower().startswith(("0x", "0o", "0b")):
            self._refuse(node, "numbers are written in decimal")
        if len(written) > MOST_DIGITS or (exponent and abs(int(exponent)) > LARGEST_POWER):
            self._refuse(
                node, f"a number has at most {MOST_DIGITS} digits and exponents up to {LARGEST_POWER}"
            )
        exact = Fraction(mantissa) * Fraction(10) ** int(exponent or 0)
        return Rational(exact.numerator, exact.denominator)

    def _name(self, node: ast.Name) -> Expr:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        return self._refuse(node, self._unknown(node.id))

    def _unknown(self, name: str) -> str:
        if name in _FUNCTIONS or name in _OF_SEVERAL:
            return f"this is a function: write {name}(v)"
        if len(name) == 1:
            return f"{name!r} is not known: the variable is written v"
        if hint := self._instead(name):
            return f"{name!r} is not known: {hint}"
        near = get_close_matches(name, _KNOWN, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(_KNOWN)}."
        return f"{name!r} is not known; {hint}"

    def _instead(self, name: str) -> str | None:
        return instead(name, _FUNCTIONS, CONSTANTS)

    def _operation(self, node: ast.BinOp) -> Expr:
        left, right = self._expression(node.left), self._expression(node.right)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            if right == 0:
                self._refuse(node.right, "this is zero, and nothing can be divided by it")
            self._note(Pow(right, -1, evaluate=False))
            return left / right
        if isinstance(node.op, ast.Pow):
            return self._power(node, left, right)
        hint = "a power is written v**2" if isinstance(node.op, ast.BitXor) else "only + - * / ** are allowed"
        return self._refuse(node, hint)

    def _power(self, node: ast.BinOp, base: Expr, exponent: Expr) -> Expr:
        """base ** exponent, if neither it nor what it is part of grows beyond reading."""
        if exponent.is_number and not (exponent.is_real and abs(exponent.evalf(5)) <= LARGEST_POWER):
            self._refuse(node.right, f"exponents are real numbers up to {LARGEST_POWER}")
        if base == 0 and exponent.is_nonpositive is not False:
            self._refuse(node, "zero has positive powers only")
        if base.is_Rational and exponent.is_Integer:
            digits = max(len(str(base.p)), len(str(base.q))) * abs(int(exponent))
            if digits > 4 * MOST_DIGITS:
                self._refuse(node, f"a number has at most {MOST_DIGITS} digits")
        self._note(Pow(base, exponent, evaluate=False))
        return base**exponent

    def _note(self, operation: Expr) -> None:
        """Remember an operation, in the case that it stands in; not one on numbers that clearly gives one."""
        if operation.has(v) or not operation.is_real:
            for before in reversed(self.cases):
                *others, (_, condition) = before
                operation = Piecewise(*others, (operation, condition), (1, True), evaluate=False)
            self.operations[operation] = None

    def _call(self, node: ast.Call) -> Expr:
        if not isinstance(node.func, ast.Name):
            hint = self._instead(called(node)) or "only the known functions can be called"
            self._refuse(node.func, f"functions are called by their names alone: {hint}")
        name = node.func.id
        if node.keywords:
            self._refuse(node.keywords[0].value, "arguments have no names here")
        if name == "Piecewise":
            return self._piecewise(node)
        if name not in _FUNCTIONS and name not in _OF_SEVERAL:
            self._refuse(node.func, self._unknown(name))
        if not node.args or (name in _FUNCTIONS and len(node.args) != 1):
            self._refuse(node, f"{name} takes {'one argument' if name in _FUNCTIONS else 'arguments'}")
        arguments = [self._checked(argument, self._expression(argument)) for argument in node.args]
        if name in _PARTIAL:
            self._note(_PARTIAL[name](*arguments, evaluate=False))
        return self._checked(node, {**_FUNCTIONS, **_OF_SEVERAL}[name](*arguments))

    def _piecewise(self, node: ast.Call) -> Expr:
        cases: list[tuple[Expr, Boolean]] = []
        for argument in node.args:
            if not (isinstance(argument, ast.Tuple) and len(argument.elts) == 2):
                self._refuse(argument, "each case is written (expression, condition)")
            value, condition = argument.elts
            holds = self._condition(condition)
            self.cases.append([*((S.One, other) for _, other in cases), (S.One, holds)])
            cases.append((self._expression(value), holds))
            self.cases.pop()
        if not cases or cases[-1][1] != True:  # noqa: E712 - SymPy's own
            self._refuse(node, "the last case is to have the condition True, so that every v has a value")
        return self._checked(node, Piecewise(*cases))

    def _condition(self, node: ast.expr) -> Boolean:
        if isinstance(node, ast.Constant) and node.value is True:
            return S.true
        if isinstance(node, ast.BoolOp):
            parts = [self._condition(value) for value in node.values]
            return Both(*parts) if isinstance(node.op, ast.And) else Either(*parts)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            parts = [self._condition(node.left), self._condition(node.right)]
            return Both(*parts) if isinstance(node.op, ast.BitAnd) else Either(*parts)
        if isinstance(node, ast.Compare):
            sides = [self._expression(side) for side in (node.left, *node.comparators)]
            if all(type(relation) in _RELATIONS for relation in node.ops):
                pairs = zip(node.ops, sides, sides[1:], strict=False)
                return Both(*(_RELATIONS[type(relation)](a, b) for relation, a, b in pairs))
        return self._refuse(
            node, "a condition compares with < <= > >= == !=, joined by and, or; or it is True"
        )

    def _checked(self, node: ast.expr, value: Expr) -> Expr:
        """The value, if it is a real one for real v, as far as SymPy can tell at a glance."""
        if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity) or value.has(S.ImaginaryUnit):
            self._refuse(node, "this is not real, or not finite, whatever v is")
        return value

    def _refuse(self, node: ast.AST, message: str) -> NoReturn:
        self._refuse_at(getattr(node, "col_offset", 0), message)

    def _refuse_at(self, place: int, message: str) -> NoReturn:
        shown = "".join(c if c.isprintable() else "?" for c in self.text)
        start = max(0, place - 60)
        line = shown[start : start + 100]
        raise ParseError(f"{message}\n{line}\n{' ' * (place - start)}^") from None
