"""What an expression does towards infinity, proven for a whole tail w >= T: its sign, limit, and a ball.

An expression is brought to a fraction N/D of sums of monomials c w^a exp(p(w)). The coefficients may hold
atoms: quantities with a known limit and, for every T, a ball that holds them for all w >= T. Divided by the
fastest growing monomial, every other one falls to zero, and monotonically so from where a + w p'(w) stays
negative. So a ball computed at T holds the sum on the whole tail, not only at samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from flint import arb
from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    S,
    Symbol,
    asinh,
    atan,
    cos,
    cosh,
    coth,
    csch,
    erf,
    erfc,
    exp,
    expand,
    fraction,
    log,
    oo,
    pi,
    powdenest,
    powsimp,
    sech,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
    together,
)  # fmt: skip

from derivations.language.pieces import Unproven
from derivations.proofs.balls import ball, hull

w = Symbol("w", positive=True)
STARTS = [2**n for n in range(14)]  # where a tail may begin
_OF_EXP = (sinh, cosh, sech, csch, coth)


@dataclass(frozen=True)
class Monomial:
    """w^power exp(exponent); the exponent is a sum of growing terms, such as -w^2/2 or -exp(w)."""

    power: Expr
    exponent: Expr

    def over(self, other: Monomial) -> Monomial:
        """The quotient of two."""
        return Monomial(self.power - other.power, expand(self.exponent - other.exponent))

    @cached_property
    def growth(self) -> Expr:
        """1 where it tends to infinity, -1 where it tends to zero, 0 where it is constant."""
        if self.exponent == 0:
            return sign(self.power)
        return sign(Tail(self.exponent).limit())

    def ball(self, start: arb) -> arb:
        """A ball with its values for all w >= start, if it falls from there on; else not finite."""
        if self.growth == 0:
            return arb(1)
        if not self._falls_from(start):
            return arb.nan()
        return hull(arb(0), ball(w**self.power * exp(self.exponent), {w: start}))

    def _falls_from(self, start: arb) -> bool:
        """Whether w times its logarithmic derivative, a + w p'(w), is negative for all w >= start."""
        if self.exponent == 0:
            return self.growth < 0
        return Tail(self.power + w * self.exponent.diff(w)).sign_from(start) == -1


Terms = dict[Monomial, Expr]  # a sum: monomial -> coefficient


@dataclass(frozen=True)
class Atom:
    """A quantity with its limit, if it has one, and a ball around it for all w >= T."""

    limit: Expr | None
    around: Callable[[arb], arb]


class Tail:
    """One expression of w on tails w >= T."""

    def __init__(self, expression: Expr) -> None:
        self._atoms: dict[Symbol, Atom] = {}
        self._normal_forms: dict[Expr, Expr] = {}
        self._fractions: dict[Expr, tuple[Terms, Terms]] = {}
        self.expression = self._normal(expression)

    def sign(self) -> tuple[int, int]:
        """The sign on a whole tail, and where that tail begins; 0 where the expression is 0."""
        if not self._fraction(self.expression)[0]:
            return 0, 1
        for start in STARTS:
            if side := self.sign_from(arb(start)):
                return side, start
        raise Unproven(f"the sign of {self.expression} towards infinity is not that of its leading terms")

    def sign_from(self, start: arb) -> int:
        """The sign for all w >= start; 0 where that is not known."""
        above, below = (self._over_lead(terms, start) for terms in self._fraction(self.expression))
        if above.contains(0) or below.contains(0):
            return 0
        return (1 if above > 0 else -1) * (1 if below > 0 else -1)

    def limit(self) -> Expr:
        """The limit, exact; oo or -oo where it grows."""
        return self._limit(self.expression)

    def ball(self, start: arb) -> arb:
        """A ball with all values for w >= start; not finite where it does not find one."""
        return self._ball(self.expression, start)

    # Fractions of sums of monomials

    def _fraction(self, normal: Expr) -> tuple[Terms, Terms]:
        if normal not in self._fractions:
            above, below = fraction(together(powdenest(normal)))
            self._fractions[normal] = self._terms(above), self._terms(below)
        return self._fractions[normal]

    def _terms(self, total: Expr) -> Terms:
        """Monomial -> coefficient; what cancels is left out."""
        terms: Terms = {}
        for term in Add.make_args(expand(powsimp(expand(total), combine="exp"))):
            power, exponent, coefficient = S.Zero, S.Zero, S.One
            for factor in Mul.make_args(term):
                base, to = factor.as_base_exp()
                if base == w:
                    power += to
                elif isinstance(factor, exp) or base is S.Exp1:
                    constant, rest = expand(to if base is S.Exp1 else factor.args[0] * 1).as_independent(
                        w, as_Add=True
                    )
                    exponent, coefficient = exponent + rest, coefficient * exp(constant)
                else:
                    coefficient *= factor
            key = Monomial(power, expand(exponent))
            terms[key] = terms.get(key, S.Zero) + coefficient
        return {key: c for key, c in terms.items() if expand(c) != 0 and not (c.is_number and c.equals(0))}

    def _lead(self, terms: Terms) -> Monomial:
        best, *others = terms
        for other in others:
            if other.over(best).growth == 1:
                best = other
        return best

    def _over_lead(self, terms: Terms, start: arb) -> arb:
        """A ball with the sum divided by its leading monomial, for all w >= start."""
        lead = self._lead(terms)
        used = set().union(*(c.free_symbols for c in terms.values()))
        at = {symbol: self._atoms[symbol].around(start) for symbol in used}
        return sum((ball(c, at) * key.over(lead).ball(start) for key, c in terms.items()), arb(0))

    def _limit(self, normal: Expr) -> Expr:
        numerator, denominator = self._fraction(normal)
        if not numerator:
            return S.Zero
        top, bottom = self._lead(numerator), self._lead(denominator)
        growth = top.over(bottom).growth
        ratio = self._limit_of_coefficient(numerator[top]) / self._limit_of_coefficient(denominator[bottom])
        return S.Zero if growth < 0 else ratio if growth == 0 else sign(ratio) * oo

    def _limit_of_coefficient(self, coefficient: Expr) -> Expr:
        limits = {symbol: self._atoms[symbol].limit for symbol in coefficient.free_symbols}
        if None in limits.values():
            raise Unproven(f"{self.expression} has no limit that its leading terms show")
        limit = coefficient.subs(limits)
        if limit.equals(0) is not False:
            raise Unproven(f"the leading terms of {self.expression} cancel in the limit")
        return limit

    def _ball(self, normal: Expr, start: arb) -> arb:
        numerator, denominator = self._fraction(normal)
        if not numerator:
            return arb(0)
        falling = self._lead(numerator).over(self._lead(denominator))
        if falling.growth > 0:
            return arb.nan()
        above, below = (self._over_lead(terms, start) for terms in (numerator, denominator))
        return above / below * falling.ball(start)

    # Normal forms

    def _normal(self, part: Expr) -> Expr:
        """The expression with every function but exp of a polynomial replaced by its expansion."""
        if part not in self._normal_forms:
            self._normal_forms[part] = self._expanded(part)
        return self._normal_forms[part]

    def _expanded(self, part: Expr) -> Expr:
        if not part.has(w) or part == w:
            return part
        if part.is_Add or part.is_Mul:
            return part.func(*map(self._normal, part.args))
        if part.is_Pow and part.exp.is_Integer:
            return self._normal(part.base) ** part.exp
        if part.is_Pow and not part.exp.has(w):
            return self._power(part.base, part.exp)
        if part.is_Pow:
            return self._normal(exp(part.exp * log(part.base)))
        if isinstance(part, _OF_EXP):
            return self._normal(part.rewrite(exp))
        return self._function(part)

    def _function(self, part: Expr) -> Expr:
        inner = self._normal(part.args[0])
        limit = self._limit_or_none(inner)
        if limit is None or (isinstance(part, (sin, cos)) and limit.is_infinite):
            if not isinstance(part, (sin, cos)):
                raise Unproven(f"{part} towards infinity")
            return self._atom(None, lambda start: hull(arb(-1), arb(1)))
        if limit.is_finite:
            return self._around(part.func, inner, limit)
        rule = {exp: self._exp, tanh: self._tanh, erf: self._erf, erfc: self._erfc, atan: self._atan,
                log: self._log, asinh: self._asinh}.get(part.func)  # fmt: skip
        if rule is None:
            raise Unproven(f"{part} towards infinity")
        return rule(inner, 1 if limit == oo else -1)

    def _limit_or_none(self, inner: Expr) -> Expr | None:
        try:
            return self._limit(inner)
        except Unproven:
            return None

    def _atom(self, limit: Expr | None, around: Callable[[arb], arb]) -> Symbol:
        symbol = Dummy("theta")
        self._atoms[symbol] = Atom(limit, around)
        return symbol

    def _around(self, function: Callable[[Expr], Expr], inner: Expr, limit: Expr) -> Expr:
        """F(inner) = F(L) + (inner - L) F'(x), x between inner and its limit L: the mean value theorem."""
        small = inner - limit
        x = Dummy("x")
        slope = function(x).diff(x)
        if expand(small) == 0:
            return function(limit)

        def around(start: arb) -> arb:
            return ball(slope, {x: hull(ball(limit), ball(limit) + self._ball(small, start))})

        return function(limit) + small * self._atom(slope.subs(x, limit), around)

    def _lead_of(self, inner: Expr) -> tuple[Expr, Monomial]:
        """Coefficient and monomial of the leading term of a fraction."""
        numerator, denominator = self._fraction(inner)
        top, bottom = self._lead(numerator), self._lead(denominator)
        above, below = (self._limit_of_coefficient(c) for c in (numerator[top], denominator[bottom]))
        return above / below, top.over(bottom)

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        """base^r = (c mu)^r (base / (c mu))^r, and the last factor tends to 1."""
        inner = self._normal(base)
        coefficient, lead = self._lead_of(inner)
        if not coefficient.is_positive:
            raise Unproven(f"a root of {base}, which is not positive towards infinity")
        scale = w**lead.power * exp(lead.exponent)
        rest = self._around(lambda x: x**exponent, expand(inner / (coefficient * scale)), S.One)
        return (
            coefficient**exponent
            * w ** (lead.power * exponent)
            * exp(expand(lead.exponent * exponent))
            * rest
        )

    def _exp(self, inner: Expr, _: int) -> Expr:
        """exp of what grows, a monomial's exponent, times exp of what tends to a constant."""
        numerator, denominator = self._fraction(inner)
        if len(denominator) != 1:
            raise Unproven(f"exp({inner}) towards infinity")
        ((below, scale),) = denominator.items()
        growing = {key.over(below): c / scale for key, c in numerator.items()}
        grown = S.Zero
        for key, c in growing.items():
            if key.growth == 1:
                if c.free_symbols:
                    raise Unproven(f"exp({inner}) towards infinity")
                grown += c * w**key.power * exp(key.exponent)
        rest = expand(inner - grown)
        return exp(expand(grown)) * (self._normal(exp(rest)) if rest.has(w) else exp(rest))

    def _tanh(self, inner: Expr, side: int) -> Expr:
        falling = self._normal(exp(expand(-2 * side * inner)))
        return side * (1 - falling) / (1 + falling)

    def _erf(self, inner: Expr, side: int) -> Expr:
        return side - side * self._erfc_of_large(side * inner)

    def _erfc(self, inner: Expr, side: int) -> Expr:
        tail = self._erfc_of_large(side * inner)
        return tail if side == 1 else 2 - tail

    def _erfc_of_large(self, inner: Expr) -> Expr:
        """exp(-x^2)/(x sqrt(pi)) theta, 1 - 1/(2 x^2) < theta < 1 (Abramowitz and Stegun, 7.1.23)."""

        def around(start: arb) -> arb:
            return 1 - hull(arb(0), (self._ball(1 / inner, start) ** 2 / 2).upper())

        return self._normal(exp(expand(-(inner**2)))) / (inner * sqrt(pi)) * self._atom(S.One, around)

    def _atan(self, inner: Expr, side: int) -> Expr:
        return side * pi / 2 - self._around(atan, 1 / inner, S.Zero)

    def _log(self, inner: Expr, _: int) -> Expr:
        """log(c exp(p) (1 + s)) = log c + p + log(1 + s)."""
        coefficient, lead = self._lead_of(inner)
        if lead.power != 0 or not coefficient.is_positive:
            raise Unproven(f"log({inner}) towards infinity")
        rest = self._around(log, expand(inner / coefficient * exp(-lead.exponent)), S.One)
        return log(coefficient) + lead.exponent + rest

    def _asinh(self, inner: Expr, side: int) -> Expr:
        return side * self._normal(log(side * inner + sqrt(inner**2 + 1)))
