"""SymPy to TeX: as people write it, and in SymPy's own order, which other programs are given."""

from __future__ import annotations

import re
from collections.abc import Callable

from sympy import Basic, Derivative, Expr, FiniteSet, Indexed, Pow, Rational, Sum
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from derivations.printing.digits import DIGITS, LONGEST_DENOMINATOR, first_digits
from derivations.printing.formulas import Formulas

SETTINGS = {"fold_short_frac": False, "ln_notation": True}
_TALL = ("\\frac", "\\sum", "\\begin")  # what parentheses have to grow for
_ONE = re.compile(r"\S*|\([^()]*\)(\^\{\d\})?|\\sqrt\{[^{}]*\}")  # what a slash may have after it
_SUM = re.compile(r"\S [+-] ")
_RELATIONS = {"<=": r"\leq", ">=": r"\geq", "!=": r"\neq"}


class PlainTeX(LatexPrinter):
    """SymPy's LaTeX, in its order, with the report's letters and with sets as mathematicians write them."""

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


class TeX(Formulas, PlainTeX):
    """The same in the order in which people write, and with parentheses no larger than what they hold."""

    def _over(self, above: str, below: str) -> str:
        if self.small and _ONE.fullmatch(below) and not any(part in above + below for part in _TALL):
            outside, count = above, 1  # what no parentheses hold together
            while count:
                outside, count = re.subn(r"\([^()]*\)", "", outside)
            if not _SUM.search(outside):
                return f"{above} / {below}"
        return rf"\frac{{{above}}}{{{below}}}"

    def _fraction(self, above: int, below: int) -> str:
        return self._over(str(above), str(below)) if below != 1 else str(above)

    def _print_Rational(self, expr: Rational) -> str:
        return self._print_Mul(expr) if expr.q != 1 else str(expr)

    def _negative(self, printed: str) -> str:
        return f"- {printed}"

    def _brackets(self, printed: str) -> str:
        tall = any(part in printed for part in _TALL)
        return rf"\left({printed}\right)" if tall else f"({printed})"

    _add_parens = _brackets

    def _bracket(self, condition: str) -> str:
        return rf"\left[{condition}\right]" if "\\frac" in condition else f"[{condition}]"

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if isinstance(expr.base, Indexed) and expr.exp.is_Integer and expr.exp > 0:
            return f"({self._print(expr.base)})^{{{self._print(expr.exp)}}}"
        return super()._print_Pow(expr, rational)

    def _set(self, elements: list[str]) -> str:
        inner = ", ".join(elements)
        return rf"\left\{{{inner}\right\}}"

    def _relation(self, sign: str) -> str:
        return _RELATIONS.get(sign, sign)

    def _begun(self, digits: str) -> str:
        return rf"{digits}\ldots"

    def _cases(self, found: list[tuple[str, str]]) -> str:
        rows = r" \\ ".join(rf"{value} & \text{{for}}\: {condition}" for value, condition in found)
        return rf"\begin{{cases}} {rows} \end{{cases}}"

    def _print_ExpBase(self, expr: Expr, exp: str | None = None) -> str:
        return self._with_small(super()._print_ExpBase, expr, exp)

    def _print_Function(self, expr: Expr, exp: str | None = None) -> str:
        return self._tight(self._with_small(super()._print_Function, expr, exp))

    def _print_log(self, expr: Expr, exp: str | None = None) -> str:
        return self._tight(self._with_small(super()._print_log, expr, exp))

    def _print_Max(self, expr: Expr, exp: str | None = None) -> str:
        return self._tight(self._with_small(super()._print_Max, expr, exp))

    _print_Min = _print_Max  # noqa: N815

    def _with_small(self, printer: Callable[[Expr, str | None], str], expr: Expr, exp: str | None) -> str:
        """What the printer makes of it, with fractions that are as high as a letter."""
        before, self.small = self.small, True
        printed = printer(expr, exp)
        self.small = before
        return printed

    def _print_sigma(self, expr: Expr, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return self._with_small(
            lambda at, _: rf"\sigma{power}{self._brackets(self._print(at))}", expr.args[0], exp
        )

    def _print_KroneckerDelta(self, expr: Expr, exp: str | None = None) -> str:
        return super()._print_KroneckerDelta(expr)  # its power is itself

    def _print_Derivative(self, expr: Derivative) -> str:
        return self._tight(super()._print_Derivative(expr))

    def _tight(self, printed: str) -> str:
        """f(v), and f with larger parentheses only where it is a function of something tall."""
        for opening, closing in ((r"{\left(", r" \right)}"), (r"\left(", r"\right)")):
            if opening in printed and printed.endswith(closing):
                head, _, inner = printed.removesuffix(closing).partition(opening)
                return head + self._brackets(inner)
        return printed

    def _print_Sum(self, expr: Sum) -> str:
        signs = [
            rf"\sum_{{{self._print(index)}={self._print(first)}}}^{{{self._print(last)}}}"
            for index, first, last in reversed(expr.limits)
        ]
        return " ".join([*signs, self._factor(expr.function)])

    def _print_Union(self, expr: Basic) -> str:
        return r" \cup ".join(map(self._print, expr.args))


def tex(expression: Basic) -> str:
    r"""The TeX of an expression, a set or an equation.

    >>> from sympy import Interval, Rational
    >>> tex(Interval.Lopen(0, Rational(1, 4)))
    '\\left(0, \\frac{1}{4}\\right]'
    """
    return TeX(SETTINGS).doprint(_shortened(expression))


def tex_in_text(expression: Basic) -> str:
    r"""The same between words, with fractions that do not touch the lines above and below where that can be.

    >>> from sympy import Interval, Rational
    >>> tex_in_text(Interval.Lopen(0, Rational(1, 4)))
    '\\left(0, 1 / 4\\right]'
    """
    printer = TeX(SETTINGS)
    printer.small = True
    return printer.doprint(_shortened(expression))


def plain_tex(expression: Basic) -> str:
    """The same in SymPy's order."""
    return PlainTeX(SETTINGS).doprint(_shortened(expression))


def _shortened(expression: Basic) -> Basic:
    """Fractions of many digits as decimals."""
    return expression.replace(
        lambda part: part.is_Rational and part.q > LONGEST_DENOMINATOR, lambda part: part.evalf(DIGITS)
    )
