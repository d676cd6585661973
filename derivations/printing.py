"""A derivation in print: as TeX, as terminal text, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

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
    Rational,
    Set,
    Symbol,
    Union,
    factor,
    oo,
    pretty,
    together,
)
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

from derivations.activations import v
from derivations.backpropagation import Equation
from derivations.certificates import Cell, PieceCertificate, critical_value, interval_between, limit_at
from derivations.derivation import Derivation
from derivations.typst import typst

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

    def _print_Derivative(self, expr: Derivative) -> str:
        function, variable = expr.expr, expr.variables[0]
        if isinstance(function, AppliedUndef):
            return rf"{function.func}'\left({self._print(variable)}\right)"
        return rf"\frac{{\partial {self._print(function)}}}{{\partial {self._print(variable)}}}"

    def _print_Float(self, expr: Expr) -> str:
        return rf"{expr.evalf(SHOWN)}\ldots"

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


def as_dict(derivation: Derivation) -> dict[str, Any]:
    """The stable form for other programs: what `--format json` prints."""
    slopes, proven = derivation.slopes, derivation.gradient_range
    return {
        "name": derivation.activation.name,
        "expression": str(derivation.activation.expression),
        "derivative": str(slopes.derivative),
        "in_terms_of_output": None if slopes.in_terms_of_output is None else str(slopes.in_terms_of_output),
        "not_differentiable_at": [str(point) for point in slopes.not_differentiable_at],
        "certificate": proven.kind,
        "gradient_range": [
            {
                "lower": decimal(part.inf),
                "upper": decimal(part.sup),
                "lower_closed": part.inf in part,
                "upper_closed": part.sup in part,
                "exact_lower": _exact(part.inf),
                "exact_upper": _exact(part.sup),
            }
            for part in intervals(proven.values)
        ],
    }


def _exact(end: Expr) -> str | None:
    """The closed form of an end, or None where only a decimal is known."""
    if end in (oo, -oo):
        return decimal(end)
    return None if isinstance(end, Float) else str(end)


def as_json(derivation: Derivation) -> str:
    """`as_dict`, as text."""
    return json.dumps(as_dict(derivation), indent=2, ensure_ascii=False)


def proof(piece: PieceCertificate, show: Any = tex, math: str = "${}$") -> list[str]:
    """The proof of one piece's range, sentence by sentence; `show` prints an expression, set in `math`."""

    def m(expression: Basic) -> str:
        return math.format(show(expression))

    low, high = piece.extremes
    values = m(interval_between(low, high))
    where = (
        f"For {m(v)} in {m(Interval.open(piece.start, piece.end))}" if piece.bounded else f"For all {m(v)}"
    )
    if piece.periodic:
        where = f"On one period, of length {m(piece.end - piece.start)}"
    kinds = [cell.kind for cell in piece.cells]
    if "constant" in kinds:
        return [f"{where}, the derivative is the constant {m(low.value)}."]
    if "swinging" in kinds:
        return [
            f"{where}, the derivative swings between ever larger values of both signs: it takes every one."
        ]
    critical = [cell for cell in piece.cells if cell.kind == "critical"]
    zeros = (
        f"only at {' and '.join(_critical_point(cell, m) for cell in critical)}" if critical else "nowhere"
    )
    steps = [
        f"{where}, the derivative has the slope {m(_shortest(piece.slope.diff(v)))}, which is zero {zeros}."
    ]
    if critical:
        reached = " and ".join(m(critical_value(piece.slope, cell).value) for cell in critical)
        steps.append(f"There the derivative is {reached}; between, it is monotone.")
    if kinds[0] == kinds[-1] == "monotone" and not piece.periodic:
        left, right = (m(limit_at(piece, end)) for end in (piece.start, piece.end))
        steps.append(f"Towards the ends it tends to {left} and {right}, which it does not reach there.")
    if "within" in kinds:
        steps.append("Where its slope changes sign again and again, it stays strictly between its extremes.")
    steps.append(f"So it takes exactly the values {values}.")
    return steps


def _critical_point(cell: Cell, m: Any) -> str:
    """A critical point, exact or to ten digits."""
    if cell.point is not None:
        return f"{m(v)} = {m(cell.point)}"
    return f"{m(v)} \u2248 {m(((cell.start + cell.end) / 2).evalf(DIGITS))}"


def _shortest(expression: Expr) -> Expr:
    return min((expression, together(expression), factor(expression)), key=lambda form: form.count_ops())


def markdown(derivation: Derivation) -> str:
    """The derivation as Markdown with TeX, which Jupyter shows."""
    return _document(derivation, tex, "**{}**", "$${}$$")


def typst_document(derivation: Derivation) -> str:
    """The derivation as a piece of a Typst document."""
    return _document(derivation, typst, "*{}*", "$ {} $")


def _document(derivation: Derivation, show: Callable[[Basic], str], strong: str, display: str) -> str:
    slopes, proven = derivation.slopes, derivation.gradient_range
    recursion = derivation.hidden_delta_of_output or derivation.hidden_delta
    parts = [
        strong.format(derivation.activation.title),
        display.format(f"f(v) = {show(derivation.activation.expression)}"),
        display.format(f"f'(v) = {show(slopes.derivative)}"),
    ]
    if slopes.in_terms_of_output is None:
        parts.append("No closed form of $f'$ in terms of the output $y = f(v)$ was found.")
    else:
        parts.append(f"In terms of the output $y = f(v)$: $f' = {show(slopes.in_terms_of_output)}$.")
    parts += [" ".join(proof(piece, show)) for piece in proven.certificate.pieces]
    parts.append(f"Gradient range ({proven.kind}): ${show(proven.values)}$.")
    parts += [
        "Delta recursion of a hidden layer:",
        display.format(f"{show(recursion.left)} = {show(recursion.right)}"),
    ]
    return "\n\n".join(parts)


def terminal(derivation: Derivation) -> str:
    """The derivation as it is read in a terminal."""
    slopes, proven = derivation.slopes, derivation.gradient_range

    def equation(left: Expr, right: Expr) -> str:
        return text(Equality(left, right, evaluate=False))

    parts = [
        derivation.activation.title,
        equation(Symbol("f(v)"), derivation.activation.expression),
        equation(Symbol("f′(v)"), slopes.derivative),
    ]
    if slopes.in_terms_of_output is None:
        parts.append("No closed form of f′ in terms of the output y = f(v) was found.")
    else:
        parts += ["In terms of the output y = f(v):", equation(Symbol("f′"), slopes.in_terms_of_output)]
    if slopes.not_differentiable_at:
        parts.append(f"Not differentiable at v = {', '.join(map(str, slopes.not_differentiable_at))}.")
    parts += ["\n".join(proof(piece, _inline, "{}")) for piece in proven.certificate.pieces]
    parts += [
        f"At v = {point} the pieces meet smoothly, with the derivative {value}."
        for point, value in proven.certificate.joints
    ]
    parts.append(f"Gradient range: {set_text(proven.values)}   ({proven.kind})")
    recursion = derivation.hidden_delta_of_output or derivation.hidden_delta
    parts += ["Delta recursion of a hidden layer:", equation(recursion.left, recursion.right)]
    return "\n\n".join(parts)


def _inline(expression: Basic) -> str:
    """An expression on one line of a terminal."""
    if isinstance(expression, Set):
        return set_text(expression)
    if isinstance(expression, Equality):
        return f"{_inline(expression.lhs)} = {_inline(expression.rhs)}"
    if isinstance(expression, Float):
        return f"{expression.evalf(SHOWN)}…"
    return str(expression).replace("oo", "∞").replace("_u", "u").replace("**", "^").replace("*", "·")


def set_text(values: Set) -> str:
    """A range on one line: (0, 1/4], {0, 1}, [0, 1) ∪ {2}."""
    if isinstance(values, FiniteSet):
        return "{" + ", ".join(map(_inline, values)) + "}"
    if isinstance(values, Union):
        return " ∪ ".join(map(set_text, intervals(values)))
    left, right = "(["[values.start in values], ")]"[values.end in values]
    return f"{left}{_inline(values.start)}, {_inline(values.end)}{right}"
