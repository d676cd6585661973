"""Expressions in print: as TeX, as text for a terminal, as decimals."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from sympy import (
    Basic,
    Derivative,
    Equality,
    Expr,
    FiniteSet,
    Float,
    Function,
    Indexed,
    IndexedBase,
    Interval,
    Pow,
    Rational,
    Set,
    Symbol,
    Union,
    oo,
    pretty,
)
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from derivations.calculus.backpropagation import Equation

DIGITS = 20  # significant digits of a decimal that has no short exact form
LONGEST_DENOMINATOR = 10**8  # beyond it a fraction is shown as a decimal
SHOWN = 7  # digits that people are shown of a number without a closed form
_SUPERSCRIPTS = str.maketrans("rR+-1()", "ʳᴿ⁺⁻¹⁽⁾")
_SUBSCRIPTS = str.maketrans("r+-1", "ᵣ₊₋₁")
_GREEK = {"delta": "δ", "mu": "μ", "epsilon": "ε"}


class _TeX(LatexPrinter):
    """SymPy's LaTeX with the report's letters: w^{(r)}_{ij}, f'(v), and sets as mathematicians write them."""

    def _print_Indexed(self, expr: Indexed) -> str:
        letter, _, layer = str(expr.base).partition("^")
        body = rf"\{letter}" if len(letter) > 1 else letter
        superscript = f"^{{({layer})}}" if layer else ""
        indices = "".join(f"{self._print(index)} " for index in expr.indices).strip()
        return f"{body}{superscript}_{{{indices}}}"

    def _print_Pow(self, expr: Pow) -> str:
        if isinstance(expr.base, Indexed) and expr.exp.is_Integer and expr.exp > 0:
            # A letter with a layer has a superscript already: TeX refuses a second.
            return rf"\left({self._print(expr.base)}\right)^{{{self._print(expr.exp)}}}"
        return super()._print_Pow(expr)

    def _print_Derivative(self, expr: Derivative) -> str:
        function, variable = expr.expr, expr.variables[0]
        if isinstance(function, AppliedUndef):
            return rf"{function.func}'\left({self._print(variable)}\right)"
        return rf"\frac{{\partial {self._print(function)}}}{{\partial {self._print(variable)}}}"

    def _print_Float(self, expr: Expr) -> str:
        return rf"{first_digits(expr)}\ldots"

    def _print_FiniteSet(self, expr: FiniteSet) -> str:
        return r"\left\{" + ", ".join(map(self._print, expr.args)) + r"\right\}"


def tex(expression: Basic) -> str:
    r"""The TeX of an expression, a set or an equation.

    >>> from sympy import Interval
    >>> tex(Interval.Lopen(0, Rational(1, 4)))
    '\\left(0, \\frac{1}{4}\\right]'
    """
    shown = expression.replace(
        lambda part: part.is_Rational and part.q > LONGEST_DENOMINATOR, lambda part: part.evalf(DIGITS)
    )
    return _TeX({"fold_short_frac": False, "ln_notation": True}).doprint(shown)


def equation_tex(equation: Equation) -> str:
    """left = right in TeX; an update is an assignment."""
    sign = r"\leftarrow" if equation.label.endswith("update") else "="
    return f"{tex(equation.left)} {sign} {tex(equation.right)}"


def text(expression: Basic) -> str:
    """Unicode mathematics for a terminal, over several lines where it must."""
    shown = expression.replace(
        lambda part: isinstance(part, Derivative) and isinstance(part.expr, AppliedUndef),
        lambda part: Function("f′")(part.variables[0]),
    ).replace(Indexed, lambda base, *indices: Indexed(IndexedBase(_unicode(str(base))), *indices))
    shown = shown.xreplace(
        {symbol: Symbol(_unicode(symbol.name)) for symbol in shown.free_symbols if symbol.is_Symbol}
    )
    return pretty(shown, use_unicode=True, wrap_line=False)


def _unicode(name: str) -> str:
    """delta^r+1 as δ⁽ʳ⁺¹⁾, n_{r+1} as nᵣ₊₁, mu as μ."""
    letter, _, layer = name.partition("^")
    head, _, index = letter.partition("_")
    superscript = f"({layer})".translate(_SUPERSCRIPTS) if layer else ""
    return _GREEK.get(head, head) + index.strip("{}").translate(_SUBSCRIPTS) + superscript


def intervals(values: Set) -> tuple[Interval | FiniteSet, ...]:
    """The disjoint parts of a range, ascending; an isolated value is a set of one."""
    parts: list[Set] = []
    for part in values.args if isinstance(values, Union) else (values,):
        parts += [FiniteSet(point) for point in part] if isinstance(part, FiniteSet) else [part]
    return tuple(sorted(parts, key=lambda part: part.inf.evalf(30)))


def first_digits(number: Expr) -> str:
    """The digits with which a number begins, cut off and not rounded: more are to be thought of.

    >>> first_digits(Float("1.09983932", 20)), first_digits(Float("-0.0998393195", 20))
    ('1.099839', '-0.09983931')
    """
    exact = Decimal(str(number.evalf(DIGITS)))
    return f"{exact.quantize(Decimal(1).scaleb(exact.adjusted() - SHOWN + 1), ROUND_DOWN):f}"


def decimal(number: Expr) -> str:
    """A decimal string: exact where it is short, else of 20 significant digits.

    >>> decimal(Rational(1, 4)), decimal(Rational(1, 3)), decimal(-oo)
    ('0.25', '0.33333333333333333333', '-inf')
    """
    if number in (oo, -oo):
        return "inf" if number == oo else "-inf"
    digits = str(number.evalf(DIGITS))
    exact = number.is_Rational and Rational(digits) == number
    return (digits.rstrip("0").rstrip(".") or "0") if exact and "." in digits else digits


def inline(expression: Basic) -> str:
    """An expression on one line of a terminal."""
    if isinstance(expression, Set):
        return set_text(expression)
    if isinstance(expression, Equality):
        return f"{inline(expression.lhs)} = {inline(expression.rhs)}"
    if isinstance(expression, Derivative) and isinstance(expression.expr, AppliedUndef):
        return f"{expression.expr.func}′({inline(expression.variables[0])})"
    if isinstance(expression, Float):
        return f"{first_digits(expression)}…"
    return str(expression).replace("oo", "∞").replace("_u", "u").replace("**", "^").replace("*", "·")


def set_text(values: Set) -> str:
    """A range on one line: (0, 1/4], {0, 1}, [0, 1) ∪ {2}."""
    if isinstance(values, FiniteSet):
        return "{" + ", ".join(map(inline, values)) + "}"
    if isinstance(values, Union):
        return " ∪ ".join(map(set_text, intervals(values)))
    left, right = "(["[values.start in values], ")]"[values.end in values]
    return f"{left}{inline(values.start)}, {inline(values.end)}{right}"
