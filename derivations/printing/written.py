"""Functions as people write them: decimals where the definition had them, sigma(v), 1 - tanh^2.

Each form is an expression of SymPy still, equal to the one that is proven things of: `plain` gives that back.
"""

from __future__ import annotations

from typing import Any

from sympy import And, Basic, Expr, Float, Function, Ne, Piecewise, Rational, exp, expand, primefactors, tanh

from derivations.calculus.backpropagation import Equation, backpropagation, with_this_slope
from derivations.calculus.differentiation import Differentiation
from derivations.language.activation import v

_LONG = 4  # digits above or below, from which on a fraction beside decimals is a decimal as well


class Decimal(Expr):
    """A positive rational number that is printed as a decimal."""

    is_commutative = True
    is_positive = True

    def __new__(cls, number: Rational | Decimal) -> Decimal:
        """Keep the number, a Rational above zero."""
        return number if isinstance(number, Decimal) else Expr.__new__(cls, number)

    @property
    def number(self) -> Rational:
        """What it is."""
        return self.args[0]

    def doit(self, **hints: Any) -> Rational:
        """The number."""
        return self.number

    def _eval_evalf(self, precision: int) -> Float:
        return self.number._eval_evalf(precision)


class sigma(Function):  # noqa: N801 - printed by its name
    """The logistic function 1/(1 + e^-v)."""

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative in terms of itself."""
        return self * (1 - self)

    def doit(self, **hints: Any) -> Expr:
        """What it stands for."""
        return 1 / (1 + exp(-self.args[0]))


def plain(expression: Basic) -> Basic:
    """The expression with numbers and functions in place of what only print has."""
    return expression.replace(Decimal, lambda number: number).replace(sigma, lambda at: sigma(at).doit())


def function_as_written(slopes: Differentiation) -> Expr:
    """f(v), in decimals where its definition has them."""
    return as_defined(slopes.expression, slopes)


def slope_as_written(slopes: Differentiation) -> Expr:
    """f'(v), by sigma(v) where f is made of it, else as `slope_in_v`.

    >>> from derivations import activations, differentiate
    >>> slope_as_written(differentiate(activations["sigmoid"].expression))
    (1 - sigma(v))*sigma(v)
    """
    by_sigma = _with_sigma(slopes.expression)
    if len(slopes.pieces) == 1 and by_sigma.has(sigma) and not by_sigma.has(exp):
        return as_defined(by_sigma.diff(v), slopes)
    return slope_in_v(slopes)


def slope_in_v(slopes: Differentiation, slope: Expr | None = None) -> Expr:
    """f'(v), or another form of it, by elementary functions; its cases leave out where there is no derivative."""
    slope = _by_squares(slopes) if slope is None else slope
    if isinstance(slope, Piecewise) and slopes.period is None:
        inside = And(*(Ne(v, kink) for kink in slopes.not_differentiable_at))
        slope = Piecewise(*((value, And(condition, inside)) for value, condition in slope.args))
    return as_defined(slope, slopes)


def delta_as_written(slopes: Differentiation) -> Equation:
    """The delta recursion with this f'(v) put in."""
    return with_this_slope(backpropagation().hidden_delta, slope_in_v(slopes))


def as_defined(expression: Basic, slopes: Differentiation) -> Basic:
    """The expression in decimals, if the definition of the activation has them.

    >>> from derivations import activations, differentiate
    >>> as_defined(Rational(1, 100), differentiate(activations["lecun"].expression))
    Decimal(1/100)
    """
    if not _has_decimals(slopes.expression):
        return expression
    return expression.xreplace(
        {number: _decimal(number) for number in expression.atoms(Rational) if _is_decimal(number)}
    )


def _decimal(number: Rational) -> Expr:
    return Decimal(number) if number > 0 else -Decimal(-number)


def _has_decimals(definition: Expr) -> bool:
    """Whether a number of it has a denominator as decimals have: one half and one quarter are fractions to anyone."""
    return any(_is_short_decimal(number) for number in definition.atoms(Rational))


def _is_short_decimal(number: Rational) -> bool:
    return bool(number.q % 5 == 0 and number.q > 5 and set(primefactors(number.q)) <= {2, 5})


def _is_decimal(number: Rational) -> bool:
    """Whether it is a decimal, beside other decimals."""
    long = number.q != 1 and max(len(str(abs(number.p))), len(str(number.q))) >= _LONG
    return _is_short_decimal(number) or long


def _with_sigma(expression: Expr) -> Expr:
    """1/(1 + e^-a) as sigma(a)."""
    return expression.replace(_is_logistic, lambda part: sigma(-(part.base - 1).args[0]))


def _is_logistic(part: Basic) -> bool:
    return bool(part.is_Pow and part.exp == -1 and isinstance(part.base - 1, exp))


def _by_squares(slopes: Differentiation) -> Expr:
    """c - a tanh^2 in decimals as a (1 - tanh^2) + (c - a); other forms of f' as they are."""
    constant, rest = expand(slopes.derivative).as_coeff_Add()
    number, square = rest.as_coeff_Mul()
    is_square = square.is_Pow and square.exp == 2 and isinstance(square.base, tanh)
    if not (is_square and number < 0 and _has_decimals(slopes.expression)):
        return slopes.derivative
    factor = Decimal(-number) if number != -1 else 1
    return factor * (1 - square) + (constant + number)
