"""What the printers of formulas have in common: how a product, a sum and a case are put together from their parts."""

from __future__ import annotations

from sympy import Add, Expr, FiniteSet, Piecewise, Pow, S, Sum
from sympy.printing.printer import Printer

from derivations.printing.arrangement import common_tanh, is_negative, product, terms
from derivations.printing.cases import Chain, cases, elements, indicator
from derivations.printing.digits import DIGITS, decimal, first_digits
from derivations.printing.written import Decimal

_SHORT = 8  # digits of a decimal that is shown in full
_BEGUN = 5  # digits that are shown of a longer one


class Formulas(Printer):
    """A printer that prints in the order of `arrangement`. A language says how a fraction, a power and so on look."""

    times, plus, minus = " ", " + ", " - "
    small = False  # whether fractions are no higher than a letter

    def _as_ordered_terms(self, expr: Expr, order: str | None = None) -> list[Expr]:
        return terms(expr)

    def _print_Add(self, expr: Expr, order: str | None = None) -> str:
        together = common_tanh(expr)
        if together is not None:
            return self._print(together)
        first, *others = terms(expr)
        printed = self._print(first)
        for term in others:
            sign, size = (self.minus, -term) if is_negative(term) else (self.plus, term)
            printed += sign + (self._factor(size) if isinstance(size, Piecewise) else self._print(size))
        return printed

    def _print_Mul(self, expr: Expr) -> str:
        found = product(expr)
        if found.number != 1 and self.small:  # a fraction on one line is not written before other factors
            found.above.insert(0, S(found.number.p))
            found.below.insert(0, S(found.number.q))
            found.number = S.One
        parts = [self._fraction(found.number.p, found.number.q)] if found.number != 1 else []
        if found.below:
            parts.append(self._over(self._numerator(found.above), self._numerator(found.below)))
        else:
            parts += [self._factor(factor) for factor in found.above]
        parts += [self._factor(factor) for factor in found.after[:-1]]
        parts += [self._last(factor) for factor in found.after[-1:]]
        return self._negative(self.times.join(parts)) if found.negative else self.times.join(parts)

    def _numerator(self, factors: list[Expr]) -> str:
        """What stands above or below a line: a sum alone needs no parentheses there."""
        if len(factors) == 1:
            return self._print(factors[0])
        return self.times.join([*map(self._factor, factors[:-1]), *map(self._last, factors[-1:])]) or "1"

    def _factor(self, factor: Expr) -> str:
        """One factor of several."""
        printed = self._print(factor)
        open_ended = isinstance(factor, (Add, Sum)) or (
            isinstance(factor, Piecewise) and indicator(factor) is None
        )
        return self._brackets(printed) if open_ended else printed

    def _last(self, factor: Expr) -> str:
        """The last factor: nothing comes after a sum that could be taken to belong to it."""
        return self._print(factor) if isinstance(factor, Sum) else self._factor(factor)

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        if expr.exp.is_Rational and expr.exp < 0:
            return self._over("1", self._print(Pow(expr.base, -expr.exp)))
        return super()._print_Pow(expr)

    def _print_Piecewise(self, expr: Piecewise) -> str:
        where = indicator(expr)
        if where is not None:
            return self._bracket(self._chain(where))
        try:
            found = cases(expr)
        except ValueError:
            return super()._print_Piecewise(expr)
        return self._cases([(self._print(value), self._chain(condition)) for value, condition in found])

    def _print_FiniteSet(self, expr: FiniteSet) -> str:
        return self._set([self._print(element) for element in elements(expr)])

    def _print_KroneckerDelta(self, expr: Expr) -> str:
        one, other = expr.args
        return self._bracket(self._chain((one, "=", other)))

    def _chain(self, chain: Chain) -> str:
        return " ".join(
            self._relation(part) if isinstance(part, str) else self._print(part) for part in chain
        )

    def _print_Decimal(self, expr: Decimal) -> str:
        digits = decimal(expr.number)
        if len(digits) <= _SHORT:
            return digits
        return self._begun(first_digits(expr.number.evalf(DIGITS), _BEGUN))

    def _set(self, elements: list[str]) -> str:
        return "{" + ", ".join(elements) + "}"

    def _negative(self, printed: str) -> str:
        return f"-{printed}"

    def _brackets(self, printed: str) -> str:
        return f"({printed})"

    def _bracket(self, condition: str) -> str:
        """Iverson's bracket, which is 1 where the condition holds, and 0 elsewhere."""
        return f"[{condition}]"

    def _relation(self, sign: str) -> str:
        return sign
