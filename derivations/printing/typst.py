"""SymPy to Typst's mathematics."""

from __future__ import annotations

from sympy import Basic, Derivative, Expr, Float, Function, Indexed, Mul, Pow, Rational, S, exp, fraction
from sympy.core.function import AppliedUndef
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from derivations.printing.digits import first_digits
from derivations.printing.formulas import Formulas

_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log": "ln", "Max": "max", "Min": "min"}
_OPERATORS = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "ln", "max", "min", "arcsin", "arccos", "arctan"}


class PlainTypst(StrPrinter):
    """SymPy's order; a function without a Typst name is set upright."""

    printmethod = "_typst"  # not SymPy's own _sympystr, which Indexed has

    def _print_Mul(self, expr: Mul) -> str:
        above, below = fraction(expr)
        if below != 1:
            sign = "- " if above.could_extract_minus_sign() else ""
            above = -above if sign else above
            return f"{sign}frac({self._print(above)}, {self._print(below)})"
        if expr.could_extract_minus_sign():
            return f"- {self.parenthesize(-expr, PRECEDENCE['Mul'])}"
        return " ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in expr.args)

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if expr.exp is S.Half:
            return f"sqrt({self._print(expr.base)})"
        if expr.exp.is_Rational and expr.exp < 0:
            return f"frac(1, {self._print(expr.base**-expr.exp)})"
        base = self.parenthesize(expr.base, PRECEDENCE["Pow"])
        base = f"({base})" if isinstance(expr.base, Indexed) else base  # which has a superscript already
        return f"{base}^({self._print(expr.exp)})"

    def _print_exp(self, expr: Expr) -> str:
        return f"e^({self._print(expr.args[0])})"

    def _print_Exp1(self, expr: Expr) -> str:
        return "e"

    def _print_Infinity(self, expr: Expr) -> str:
        return "infinity"

    def _print_NegativeInfinity(self, expr: Expr) -> str:
        return "- infinity"

    def _print_Rational(self, expr: Rational) -> str:
        sign = "- " if expr < 0 else ""
        return f"{sign}frac({abs(expr.p)}, {expr.q})"

    def _print_Float(self, expr: Float) -> str:
        return f"{first_digits(expr)} dots"

    def _print_Abs(self, expr: Expr) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_Function(self, expr: Expr) -> str:
        name = _NAMES.get(expr.func.__name__, expr.func.__name__)
        shown = name if name in _OPERATORS or len(name) == 1 else f'op("{name}")'
        return f"{shown}({', '.join(map(self._print, expr.args))})"

    _print_Max = _print_Min = _print_log = _print_Heaviside = _print_sign = _print_Function  # noqa: N815

    def _print_KroneckerDelta(self, expr: Expr) -> str:
        return f"delta_({' '.join(map(self._print, expr.args))})"

    def _print_Derivative(self, expr: Derivative) -> str:
        function, variable = expr.expr, self._print(expr.variables[0])
        if isinstance(function, AppliedUndef):
            return f"{function.func}'({variable})"
        return f"frac(partial {self._print(function)}, partial {variable})"

    def _print_Indexed(self, expr: Indexed) -> str:
        letter, _, layer = str(expr.base).partition("^")
        above = f"^(({layer}))" if layer else ""
        return f"{letter}{above}_({' '.join(map(self._print, expr.indices))})"

    def _print_Symbol(self, expr: Basic) -> str:
        head, _, index = str(expr).partition("_")
        return f"{head}_({index.strip('{}')})" if index else head

    def _print_Sum(self, expr: Expr) -> str:
        signs = [
            f"sum_({self._print(index)} = {self._print(first)})^({self._print(last)})"
            for index, first, last in expr.limits
        ]
        return f"{' '.join(signs)} {self.parenthesize(expr.function, PRECEDENCE['Mul'])}"

    def _print_Piecewise(self, expr: Expr) -> str:
        cases = [
            f'{self._print(value)} & "otherwise"'
            if condition is S.true
            else f'{self._print(value)} & "for" {self._print(condition)}'
            for value, condition in expr.args
        ]
        return f"cases({', '.join(cases)})"

    def _print_Equality(self, expr: Expr) -> str:
        return f"{self._print(expr.lhs)} = {self._print(expr.rhs)}"

    def _print_And(self, expr: Expr) -> str:
        return " and ".join(map(self._print, expr.args))

    def _print_Or(self, expr: Expr) -> str:
        return " or ".join(map(self._print, expr.args))

    def _print_FiniteSet(self, expr: Expr) -> str:
        return f"{{ {', '.join(map(self._print, expr.args))} }}"

    def _print_Union(self, expr: Expr) -> str:
        return " union ".join(map(self._print, expr.args))

    def _print_Interval(self, expr: Expr) -> str:
        left, right = "(["[not expr.left_open], ")]"[not expr.right_open]
        return f"lr({left} {self._print(expr.start)}, {self._print(expr.end)} {right})"


class _Typst(Formulas, PlainTypst):
    """The same in the order in which people write."""

    def _over(self, above: str, below: str) -> str:
        return f"frac({above}, {below})"

    def _fraction(self, above: int, below: int) -> str:
        return self._over(str(above), str(below)) if below != 1 else str(above)

    def _negative(self, printed: str) -> str:
        return f"- {printed}"

    def _set(self, elements: list[str]) -> str:
        return f"{{ {', '.join(elements)} }}"

    def _begun(self, digits: str) -> str:
        return f"{digits} dots"

    def _cases(self, found: list[tuple[str, str]]) -> str:
        rows = [f'{value} & "for" {condition}' for value, condition in found]
        return f"cases({', '.join(rows)})"

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if (
            isinstance(expr.base, Function)
            and not isinstance(expr.base, exp)
            and expr.exp.is_Integer
            and expr.exp > 0
        ):
            name, _, inner = self._print(expr.base).partition("(")
            if not name.startswith(("abs", "op")):
                return f"{name}^{expr.exp}({inner}"
        return super()._print_Pow(expr, rational)

    def _print_Sum(self, expr: Expr) -> str:
        signs = [
            f"sum_({self._print(index)} = {self._print(first)})^({self._print(last)})"
            for index, first, last in reversed(expr.limits)
        ]
        return " ".join([*signs, self._factor(expr.function)])

    def _print_sigma(self, expr: Expr) -> str:
        return f"sigma({self._print(expr.args[0])})"


def typst(expression: Basic) -> str:
    """The Typst mathematics of an expression, without dollar signs.

    >>> from derivations.language.activation import v
    >>> typst(1 / (1 + v**2))
    'frac(1, v^(2) + 1)'
    """
    return _Typst().doprint(expression)


def plain_typst(expression: Basic) -> str:
    """The same in SymPy's order."""
    return PlainTypst().doprint(expression)
