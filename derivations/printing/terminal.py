"""SymPy to a terminal: Unicode mathematics over several lines, or on one; and the same in SymPy's own order."""

from __future__ import annotations

from sympy import (
    Add,
    Basic,
    Derivative,
    Equality,
    Expr,
    FiniteSet,
    Float,
    Function,
    Indexed,
    IndexedBase,
    Pow,
    Rel,
    S,
    Set,
    Sum,
    Symbol,
    Union,
    pretty,
)
from sympy.core.function import AppliedUndef
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode
from sympy.printing.pretty.stringpict import prettyForm, stringPict
from sympy.printing.str import StrPrinter

from derivations.printing.arrangement import common_tanh, product
from derivations.printing.cases import cases, indicator, intervals
from derivations.printing.digits import first_digits
from derivations.printing.formulas import Formulas

_SUPERSCRIPTS = str.maketrans("rR+-1()", "ʳᴿ⁺⁻¹⁽⁾")
_SUBSCRIPTS = str.maketrans("r+-1", "ᵣ₊₋₁")
_GREEK = {"delta": "δ", "mu": "μ", "epsilon": "ε"}
_RELATIONS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_NAMES = {"log": "ln", "Max": "max", "Min": "min", "Abs": "abs", "sigma": "σ"}


class _Lines(Formulas, PrettyPrinter):
    """SymPy's pretty printer in the order in which people write, with the report's letters."""

    def _print_Mul(self, expr: Expr) -> prettyForm:
        found = product(expr)
        parts = [self._quotient([S(found.number.p)], [S(found.number.q)])] if found.number != 1 else []
        if found.below:
            parts.append(self._quotient(found.above, found.below))
        else:
            parts += map(self._form, found.above)
        parts += map(self._form, found.after)
        form = prettyForm.__mul__(*parts)
        if not found.negative:
            return form
        before_a_line = found.below and len(parts) == 1
        return prettyForm(*form.left("- " if before_a_line else "-"), binding=prettyForm.NEG)

    def _quotient(self, above: list[Expr], below: list[Expr]) -> prettyForm:
        over = prettyForm.__mul__(*map(self._form, above)) if above else prettyForm("1")
        return over / prettyForm.__mul__(*map(self._form, below))

    def _form(self, factor: Expr) -> prettyForm:
        form = self._print(factor)
        return (
            prettyForm(*form.parens()) if isinstance(factor, Add) and form.binding != prettyForm.ADD else form
        )

    def _print_Add(self, expr: Expr, order: str | None = None) -> prettyForm:
        together = common_tanh(expr)
        return PrettyPrinter._print_Add(self, expr, order) if together is None else self._print(together)

    def _print_Pow(self, expr: Pow, rational: bool = False) -> prettyForm:
        if expr.exp.is_Rational and expr.exp < 0:
            return prettyForm("1") / self._print(Pow(expr.base, -expr.exp))
        return PrettyPrinter._print_Pow(self, expr)

    def _print_Symbol(self, expr: Symbol, bold_name: bool = False) -> prettyForm:
        return prettyForm(_unicode(expr.name))

    def _print_Indexed(self, expr: Indexed) -> prettyForm:
        inside = ", ".join(_unicode(str(index)) for index in expr.indices)
        return prettyForm(f"{_unicode(str(expr.base))}[{inside}]")

    def _print_Derivative(self, expr: Derivative) -> prettyForm:
        if isinstance(expr.expr, AppliedUndef):
            return self._applied(f"{expr.expr.func}′", expr.variables[0])
        return super()._print_Derivative(expr)

    def _print_log(self, expr: Expr) -> prettyForm:
        return self._applied("ln", expr.args[0])

    def _print_sigma(self, expr: Expr) -> prettyForm:
        return self._applied("σ", expr.args[0])

    def _applied(self, name: str, at: Expr) -> prettyForm:
        form = prettyForm(*self._print(at).parens())
        form = prettyForm(*form.left(name))
        form.binding = prettyForm.FUNC
        return form

    def _print_Piecewise(self, expr: Expr) -> prettyForm:
        where = indicator(expr)
        if where is not None:
            return self._bracket_form([self._part(part) for part in where])
        try:
            found = cases(expr)
        except ValueError:
            return PrettyPrinter._print_Piecewise(self, expr)
        rows = [
            (self._print(value), stringPict(*stringPict.next("for ", *map(self._part, condition))))
            for value, condition in found
        ]
        wide = max(value.width() for value, _ in rows)
        lines = [
            prettyForm(*stringPict.next(value, " " * (wide - value.width() + 2), condition))
            for value, condition in rows
        ]
        if len(lines) == sum(line.height() for line in lines) == 2:
            lines.insert(1, prettyForm(" "))  # a brace is three lines high
        widest = max(line.width() for line in lines)
        stacked = prettyForm(
            *stringPict.stack(*(prettyForm(*line.right(" " * (widest - line.width()))) for line in lines))
        )
        form = prettyForm(*stacked.parens("{", ""))
        form.baseline = form.height() // 2
        form.binding = prettyForm.OPEN
        return form

    def _part(self, part: Basic | str) -> prettyForm:
        return prettyForm(f" {_RELATIONS.get(part, part)} ") if isinstance(part, str) else self._print(part)

    def _bracket_form(self, parts: list[prettyForm]) -> prettyForm:
        form = prettyForm(*prettyForm(*stringPict.next(*parts)).parens("[", "]"))
        form.binding = prettyForm.ATOM
        return form

    def _print_KroneckerDelta(self, expr: Expr) -> prettyForm:
        one, other = map(self._print, expr.args)
        return self._bracket_form([one, prettyForm(" = "), other])

    def _print_Decimal(self, expr: Expr) -> prettyForm:
        return prettyForm(super()._print_Decimal(expr))

    def _begun(self, digits: str) -> str:
        return f"{digits}…"


class _OneLine(Formulas, StrPrinter):
    """The same on one line."""

    times = "·"

    def _over(self, above: str, below: str) -> str:
        return f"{self._grouped(above)}/{self._grouped(below, '·')}"

    def _grouped(self, printed: str, breaks: str = "") -> str:
        """In parentheses where a fraction would otherwise be read as another."""
        depth = 0
        for place, sign in enumerate(printed):
            depth += (sign in "([{") - (sign in ")]}")
            if depth == 0 and (sign in breaks or sign == "/" or (sign in "+-" and place > 0)):
                return f"({printed})"
        return printed

    def _fraction(self, above: int, below: int) -> str:
        return f"{above}/{below}" if below != 1 else str(above)

    def _begun(self, digits: str) -> str:
        return f"{digits}…"

    def _relation(self, sign: str) -> str:
        return _RELATIONS.get(sign, sign)

    def _cases(self, found: list[tuple[str, str]]) -> str:
        return "{" + "; ".join(f"{value} for {condition}" for value, condition in found) + "}"

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if expr.exp == S.Half:
            return f"sqrt({self._print(expr.base)})"
        if expr.exp.is_Rational and expr.exp < 0:
            return self._over("1", self._print(Pow(expr.base, -expr.exp)))
        base, power = (self.parenthesize(part, PRECEDENCE["Pow"]) for part in expr.args)
        return f"{base}^{power}"

    def _print_exp(self, expr: Expr) -> str:
        return f"exp({self._print(expr.args[0])})"

    def _print_Function(self, expr: Expr) -> str:
        name = _NAMES.get(expr.func.__name__, expr.func.__name__)
        return f"{name}({', '.join(map(self._print, expr.args))})"

    _print_log = _print_Max = _print_Min = _print_Abs = _print_sigma = _print_Function  # noqa: N815

    def _print_Infinity(self, expr: Expr) -> str:
        return "∞"

    def _print_NegativeInfinity(self, expr: Expr) -> str:
        return "-∞"

    def _print_Float(self, expr: Float) -> str:
        return f"{first_digits(expr)}…"

    def _print_Derivative(self, expr: Derivative) -> str:
        if isinstance(expr.expr, AppliedUndef):
            return f"{expr.expr.func}′({self._print(expr.variables[0])})"
        return super()._print_Derivative(expr)

    def _print_Symbol(self, expr: Symbol) -> str:
        return "u" if expr.name == "_u" else expr.name

    _print_Dummy = _print_Symbol  # noqa: N815

    def _print_Relational(self, expr: Rel) -> str:
        sign = {"==": "="}.get(expr.rel_op, self._relation(expr.rel_op))
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _print_Union(self, expr: Union) -> str:
        return " ∪ ".join(map(self._print, intervals(expr)))

    def _print_Interval(self, expr: Expr) -> str:
        left, right = "(["[not expr.left_open], ")]"[not expr.right_open]
        return f"{left}{self._print(expr.start)}, {self._print(expr.end)}{right}"

    def _print_Sum(self, expr: Sum) -> str:
        return StrPrinter._print_Sum(self, expr)


def text(expression: Basic) -> str:
    """Unicode mathematics for a terminal, over several lines where it must.

    >>> from derivations.language.activation import v
    >>> print(text(1 - v**2))
         2
    1 - v
    """
    before = pretty_use_unicode(True)
    try:
        lines = _Lines({"use_unicode": True, "wrap_line": False}).doprint(expression).splitlines()
    finally:
        pretty_use_unicode(before)
    return "\n".join(line.rstrip() for line in lines)


def inline(expression: Basic) -> str:
    """An expression on one line of a terminal.

    >>> from derivations.language.activation import v
    >>> inline(-v / (1 - v))
    '-v/(1 - v)'
    """
    return _OneLine().doprint(expression)


def set_text(values: Set) -> str:
    """A range on one line: (0, 1/4], {0, 1}, [0, 1) ∪ {2}."""
    return inline(values)


def plain_text(expression: Basic) -> str:
    """The same in SymPy's order."""
    shown = expression.replace(
        lambda part: isinstance(part, Derivative) and isinstance(part.expr, AppliedUndef),
        lambda part: Function("f′")(part.variables[0]),
    ).replace(Indexed, lambda base, *indices: Indexed(IndexedBase(_unicode(str(base))), *indices))
    shown = shown.xreplace(
        {symbol: Symbol(_unicode(symbol.name)) for symbol in shown.free_symbols if symbol.is_Symbol}
    )
    return pretty(shown, use_unicode=True, wrap_line=False)


def plain_inline(expression: Basic) -> str:
    """An expression on one line, in SymPy's order."""
    if isinstance(expression, Set):
        return _plain_set(expression)
    if isinstance(expression, Equality):
        return f"{plain_inline(expression.lhs)} = {plain_inline(expression.rhs)}"
    if isinstance(expression, Derivative) and isinstance(expression.expr, AppliedUndef):
        return f"{expression.expr.func}′({plain_inline(expression.variables[0])})"
    if isinstance(expression, Float):
        return f"{first_digits(expression)}…"
    return str(expression).replace("oo", "∞").replace("_u", "u").replace("**", "^").replace("*", "·")


def _plain_set(values: Set) -> str:
    """A range on one line, in SymPy's order."""
    if isinstance(values, FiniteSet):
        return "{" + ", ".join(map(plain_inline, values)) + "}"
    if isinstance(values, Union):
        return " ∪ ".join(map(_plain_set, intervals(values)))
    left, right = "(["[values.start in values], ")]"[values.end in values]
    return f"{left}{plain_inline(values.start)}, {plain_inline(values.end)}{right}"


def _unicode(name: str) -> str:
    """delta^r+1 as δ⁽ʳ⁺¹⁾, n_{r+1} as nᵣ₊₁, mu as μ."""
    letter, _, layer = name.partition("^")
    head, _, index = letter.partition("_")
    superscript = f"({layer})".translate(_SUPERSCRIPTS) if layer else ""
    return _GREEK.get(head, head) + index.strip("{}").translate(_SUBSCRIPTS) + superscript
