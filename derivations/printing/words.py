"""SymPy in words, as a person would read it out: the alternative text of a formula."""

from __future__ import annotations

from sympy import (
    Add,
    Basic,
    Derivative,
    Expr,
    Float,
    Function,
    Indexed,
    Mul,
    Pow,
    Rational,
    Rel,
    S,
    exp,
    fraction,
)
from sympy.core.function import AppliedUndef
from sympy.printing.str import StrPrinter

from derivations.printing.cases import Chain
from derivations.printing.digits import first_digits
from derivations.printing.formulas import Formulas

_FUNCTIONS = {
    "log": "the logarithm", "sin": "the sine", "cos": "the cosine", "tan": "the tangent",
    "erf": "the error function", "sign": "the sign", "Max": "the largest", "Min": "the smallest",
}  # fmt: skip
_RELATIONS = {
    "<": "less than", "<=": "at most", ">": "greater than", ">=": "at least", "==": "equals",
    "!=": "other than",
}  # fmt: skip
_POWERS = {2: "squared", 3: "cubed"}


class PlainWords(StrPrinter):
    """SymPy's order; what is longer than a word is told to have ended."""

    printmethod = "_words"

    def _print_Add(self, expr: Add, order: str | None = None) -> str:
        first, *others = self._as_ordered_terms(expr, order=order)
        said = self._print(first)
        for term in others:
            minus = term.could_extract_minus_sign()
            said += f" {'minus' if minus else 'plus'} {self._print(-term if minus else term)}"
        return said

    def _print_Mul(self, expr: Mul) -> str:
        above, below = fraction(expr)
        if below != 1:
            sign = "minus " if above.could_extract_minus_sign() else ""
            return sign + self._over(-above if sign else above, below)
        if expr.could_extract_minus_sign():
            return f"minus {self._grouped(-expr)}"
        return " times ".join(map(self._grouped, expr.args))

    def _over(self, above: Expr, below: Expr) -> str:
        said = f"{self._print(above)} over {self._print(below)}"
        return said if above.is_Atom and below.is_Atom else f"the fraction {said}, end of fraction"

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if expr.exp is S.Half:
            return f"the square root of {self._print(expr.base)}, end of root"
        if expr.exp.is_Rational and expr.exp < 0:
            return self._over(S.One, expr.base**-expr.exp)
        return f"{self._grouped(expr.base)} {self._power(expr.exp)}"

    def _power(self, exponent: Expr) -> str:
        if exponent in _POWERS:
            return _POWERS[exponent]
        end = "" if exponent.is_Atom or (-exponent).is_Atom else ", end of power"
        return f"to the power {self._print(exponent)}{end}"

    def _grouped(self, expr: Expr) -> str:
        """A factor: a sum is put in parentheses."""
        said = self._print(expr)
        return f"open parenthesis {said} close parenthesis" if expr.is_Add else said

    def _print_exp(self, expr: Expr) -> str:
        return f"e {self._power(expr.args[0])}"

    def _print_Exp1(self, expr: Expr) -> str:
        return "e"

    def _print_Infinity(self, expr: Expr) -> str:
        return "infinity"

    def _print_NegativeInfinity(self, expr: Expr) -> str:
        return "minus infinity"

    def _print_Rational(self, expr: Rational) -> str:
        return f"{'minus ' if expr < 0 else ''}{abs(expr.p)} over {expr.q}"

    def _print_Integer(self, expr: Expr) -> str:
        return f"{'minus ' if expr < 0 else ''}{abs(expr)}"

    _print_NegativeOne = _print_Integer  # noqa: N815

    def _print_Float(self, expr: Float) -> str:
        return f"about {first_digits(expr)}".replace("-", "minus ")

    def _print_Abs(self, expr: Expr) -> str:
        return f"the absolute value of {self._print(expr.args[0])}, end of absolute value"

    def _print_Function(self, expr: Expr) -> str:
        name = _FUNCTIONS.get(expr.func.__name__, expr.func.__name__)
        inner = " and ".join(map(self._print, expr.args))
        simple = len(expr.args) == 1 and expr.args[0].is_Atom
        return f"{name} of {inner}" if simple else f"{name} of {inner}, end of argument"

    _print_Max = _print_Min = _print_log = _print_Heaviside = _print_sign = _print_Function  # noqa: N815

    def _print_KroneckerDelta(self, expr: Expr) -> str:
        return f"the Kronecker delta of {' and '.join(map(self._print, expr.args))}"

    def _print_Derivative(self, expr: Derivative) -> str:
        function, variable = expr.expr, self._print(expr.variables[0])
        if isinstance(function, AppliedUndef):
            return f"{function.func} prime of {variable}"
        return f"the derivative of {self._print(function)} with respect to {variable}"

    def _print_Indexed(self, expr: Indexed) -> str:
        letter, _, layer = str(expr.base).partition("^")
        above = f" superscript {_spelt(layer)}" if layer else ""
        return f"{letter}{above} sub {' '.join(map(self._print, expr.indices))}"

    def _print_Symbol(self, expr: Basic) -> str:
        head, _, index = str(expr).partition("_")
        return f"{head} sub {_spelt(index.strip('{}'))}" if index else head

    def _print_Sum(self, expr: Expr) -> str:
        over = [
            f"the sum over {self._print(index)} from {self._print(first)} to {self._print(last)} of "
            for index, first, last in expr.limits
        ]
        return f"{''.join(over)}{self._print(expr.function)}, end of sum"

    def _print_Piecewise(self, expr: Expr) -> str:
        cases = [
            f"{self._print(value)} otherwise"
            if condition is S.true
            else f"{self._print(value)} for {self._print(condition)}"
            for value, condition in expr.args
        ]
        return f"cases: {'; '.join(cases)}; end of cases"

    def _print_Relational(self, expr: Rel) -> str:
        return f"{self._print(expr.lhs)} {_RELATIONS[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_And(self, expr: Expr) -> str:
        return " and ".join(map(self._print, expr.args))

    def _print_Or(self, expr: Expr) -> str:
        return " or ".join(map(self._print, expr.args))

    def _print_FiniteSet(self, expr: Expr) -> str:
        return f"the set of {' and '.join(map(self._print, expr.args))}"

    def _print_Union(self, expr: Expr) -> str:
        return " together with ".join(map(self._print, expr.args))

    def _print_Interval(self, expr: Expr) -> str:
        left = ", not included," if expr.left_open and expr.start.is_finite else ""
        right = ", not included" if expr.right_open and expr.end.is_finite else ""
        return f"the interval from {self._print(expr.start)}{left} to {self._print(expr.end)}{right}"


class _Words(Formulas, PlainWords):
    """The same in the order in which people write."""

    times, plus, minus = " times ", " plus ", " minus "

    def _over(self, above: str, below: str) -> str:
        said = f"{above} over {below}"
        return said if " " not in above + below else f"the fraction {said}, end of fraction"

    def _fraction(self, above: int, below: int) -> str:
        return f"{above} over {below}" if below != 1 else str(above)

    def _negative(self, printed: str) -> str:
        return f"minus {printed}"

    def _brackets(self, printed: str) -> str:
        return f"open parenthesis {printed} close parenthesis"

    def _bracket(self, condition: str) -> str:
        return f"one if {condition}, else zero"

    def _chain(self, chain: Chain) -> str:
        if len(chain) < 5:
            return super()._chain(chain)
        low, left, middle, right, high = chain
        after = {"<": "greater than", "<=": "at least"}[str(left)]
        return f"{self._print(middle)} {after} {self._print(low)} and {super()._chain((right, high))}"

    def _set(self, elements: list[str]) -> str:
        return f"the set of {' and '.join(elements)}"

    def _relation(self, sign: str) -> str:
        return "is" if sign == "=" else _RELATIONS[sign]

    def _begun(self, digits: str) -> str:
        return f"about {digits}"

    def _cases(self, found: list[tuple[str, str]]) -> str:
        return f"cases: {'; '.join(f'{value} for {condition}' for value, condition in found)}; end of cases"

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if isinstance(expr.base, Function) and not isinstance(expr.base, exp) and expr.exp in _POWERS:
            name, of, inner = self._print(expr.base).partition(" of ")
            return f"{name} {_POWERS[expr.exp]}{of}{inner}"
        return super()._print_Pow(expr, rational)

    def _print_Sum(self, expr: Expr) -> str:
        over = [
            f"the sum over {self._print(index)} from {self._print(first)} to {self._print(last)} of "
            for index, first, last in reversed(expr.limits)
        ]
        return f"{''.join(over)}{self._print(expr.function)}, end of sum"


def _spelt(layer: str) -> str:
    return layer.replace("+", " plus ").replace("-", " minus ")


def words(expression: Basic) -> str:
    """The expression in words.

    >>> from derivations.language.activation import v
    >>> words(1 / (1 + v**2))
    'the fraction 1 over v squared plus 1, end of fraction'
    """
    return _Words().doprint(expression)


def plain_words(expression: Basic) -> str:
    """The same in SymPy's order."""
    return PlainWords().doprint(expression)
