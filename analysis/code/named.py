"""Functions with a name of their own: their formulas overflow or cancel, or SymPy changes them."""

from __future__ import annotations

from sympy import Expr, Function, Symbol, erfc, exp, log
from sympy.core.function import ArgumentIndexError


class _Named(Function):
    """A function of one argument that torch computes as a whole."""

    def meaning(self) -> Expr:
        """The formula that it stands for."""
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Expr:
        return self.meaning()._eval_evalf(prec)


class Logistic(_Named):
    """1/(1 + exp(-x)), computed without overflow."""

    def meaning(self) -> Expr:
        """The quotient."""
        return 1 / (1 + exp(-self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative, in terms of itself: no quotient of two large numbers."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self * (1 - self)


class LogOnePlusExp(_Named):
    """log(1 + exp(x)), computed without overflow."""

    def meaning(self) -> Expr:
        """The logarithm."""
        return log(1 + exp(self.args[0]))

    def fdiff(self, argindex: int = 1) -> Expr:
        """Its derivative."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return Logistic(self.args[0])


class Erfc(_Named):
    """erfc(x), of which SymPy makes 2 - erfc(-x) where x is negative: that cancels."""

    def meaning(self) -> Expr:
        """The same by SymPy."""
        return erfc(self.args[0])


class Expm1(_Named):
    """exp(x) - 1, computed without cancellation."""

    def meaning(self) -> Expr:
        """The difference."""
        return exp(self.args[0]) - 1


class Log1p(_Named):
    """log(1 + x), computed without cancellation."""

    def meaning(self) -> Expr:
        """The logarithm of the sum."""
        return log(1 + self.args[0])


class IfPositive(Function):
    """Its second argument where the first is positive, else the third: a case that SymPy leaves alone."""

    @classmethod
    def eval(cls, decider: Expr, above: Expr, below: Expr) -> Expr | None:
        """The case that holds, where that is certain."""
        if above == below or decider.is_positive:
            return above
        return below if decider.is_nonpositive else None

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        decider, above, below = self.args
        return IfPositive(decider, above.diff(symbol), below.diff(symbol))
