"""Forms of one expression that are equal on paper and differ in rounding: which is accurate is measured.

Each form is free to be wrong somewhere, or slow: `repair` tries them, and keeps those that it finds accurate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import mpmath
from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Float,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    S,
    atan,
    cancel,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    factor,
    gcd_list,
    horner,
    lambdify,
    log,
    pi,
    powsimp,
    sign,
    sinh,
    tanh,
    together,
)  # fmt: skip

from analysis.code.named import Erfc, Expm1, IfPositive, Log1p, Logistic, LogOnePlusExp
from derivations import v

MOST_OPERATIONS = 250  # of an expression that is expanded or factored: larger ones take seconds
HIGHEST_POWER = 12  # of one exponential, to algebra
DEGREE = 18  # of polynomials around a point


def forms(expression: Expr) -> Iterator[Expr]:
    """Equal forms, the likeliest first, each once."""
    seen = {expression}
    for rewrite in _REWRITES if expression.count_ops() <= MOST_OPERATIONS else _REWRITES[:2]:
        for way in (named, lambda form: scaled(named(form)), scaled):
            try:
                form = way(rewrite(expression))
            except Exception:
                continue
            if form not in seen and not form.has(S.NaN, S.ComplexInfinity, S.Infinity, S.ImaginaryUnit):
                seen.add(form)
                yield form


def _in_reciprocal(expression: Expr) -> Expr:
    """Quotients of polynomials in 1/v, whose powers do not overflow."""
    t = Dummy("t", real=True)
    return _by(lambda form: cancel(together(form)))(expression.subs(v, 1 / t)).subs(t, 1 / v)


def _rebuilt(expression: Expr, rule: Callable[[Expr], Expr]) -> Expr:
    """The rule applied to every part, innermost first."""
    if not expression.args or expression.is_number:
        return expression
    return rule(expression.func(*(_rebuilt(part, rule) for part in expression.args)))


def named(expression: Expr) -> Expr:
    """1 + erf, exp - 1, log(1 + x) and the like by functions that do not cancel."""
    return _rebuilt(expression, _named)


def _named(expression: Expr) -> Expr:
    if isinstance(expression, log) and isinstance(expression.args[0], Add):
        constant, rest = expression.args[0].as_coeff_Add()
        if constant == 1:
            return LogOnePlusExp(rest.args[0]) if isinstance(rest, exp) else Log1p(rest)
        if constant != 0:
            less = _named(rest + constant - 1)  # of 2 - exp(u) that is 1 - exp(u), which has a name
            return expression if isinstance(less, Add) else Log1p(less)
    if isinstance(expression, Pow) and expression.exp == -1 and isinstance(expression.base, Add):
        one, rest = expression.base.as_coeff_Add()
        if one == 1 and isinstance(rest, exp):
            return Logistic(-rest.args[0])
    return _named_sum(expression) if isinstance(expression, Add) else expression


def _named_sum(expression: Add) -> Expr:
    constant, rest = expression.as_coeff_Add()
    for term in Add.make_args(rest):
        coefficient, part = term.as_coeff_Mul()
        if isinstance(part, LogOnePlusExp) and -coefficient * part.args[0] in (rest - term, *rest.args):
            u = part.args[0]  # log(1 + exp(u)) - u = log(1 + exp(-u))
            return expression - term - -coefficient * u + coefficient * LogOnePlusExp(-u)
        if isinstance(part, (erfc, Erfc)) and constant == -2 * coefficient:
            return expression - constant - term - coefficient * Erfc(-part.args[0])
        if constant and abs(coefficient) == abs(constant):
            pair = _of_one_and(part, coefficient == constant)
            if pair is not None:
                return constant * pair + rest - term
    return expression


def _of_one_and(part: Expr, plus: bool) -> Expr | None:
    """1 + part or 1 - part, without cancellation."""
    if isinstance(part, erf):
        return Erfc(-part.args[0] if plus else part.args[0])
    if isinstance(part, tanh):
        return 2 * Logistic(2 * part.args[0] if plus else -2 * part.args[0])
    if isinstance(part, Pow) and part.exp == 2 and isinstance(part.base, tanh) and not plus:
        return 4 * Logistic(2 * part.base.args[0]) * Logistic(-2 * part.base.args[0])
    if isinstance(part, Logistic) and not plus:
        return Logistic(-part.args[0])
    if isinstance(part, exp) and not plus:
        return -Expm1(part.args[0])
    return None


def conjugated(expression: Expr) -> Expr:
    """a + b as (a^2 - b^2)/(a - b), where one of the two is a root, or has one, of a sum."""
    return _rebuilt(expression, _conjugated)


def _conjugated(expression: Expr) -> Expr:
    if not isinstance(expression, Add):
        return expression
    roots = [term for term in expression.args if _has_root(term)]
    if not 0 < len(roots) < len(expression.args) + (len(roots) == 2):
        return expression
    root = Add(*roots[:1])
    rest = expression - root
    return cancel(together(expand(rest**2 - root**2))) / (rest - root)


def _has_root(term: Expr) -> bool:
    return any(
        isinstance(factor, Pow) and abs(factor.exp) == Rational(1, 2) for factor in Mul.make_args(term)
    )


def scaled(expression: Expr) -> Expr:
    """Every part as a moderate number times one exponential, so that inf/inf and 0*inf do not occur."""
    return _whole(_scaled(expression))


def _whole(pair: tuple[Expr, Expr]) -> Expr:
    return pair[0] * exp(pair[1])


def _scaled(part: Expr) -> tuple[Expr, Expr]:
    """(m, x) with part = m exp(x)."""
    if not part.args or part.is_number:
        return part, S.Zero
    if isinstance(part, Mul):
        pairs = [_scaled(factor) for factor in part.args]
        return Mul(*(m for m, _ in pairs)), Add(*(x for _, x in pairs))
    if isinstance(part, Add):
        return _scaled_sum([_scaled(term) for term in part.args])
    if isinstance(part, Pow) and part.exp.is_number:
        m, x = _scaled(part.base)
        return m**part.exp, x * part.exp
    if part.func in (log, Log1p):
        m, x = _scaled(part.args[0])
        if x == 0:
            return part.func(m), S.Zero
        if part.func is log:
            return x + log(m), S.Zero
        return IfPositive(x, x + log(m + exp(-x)), Log1p(m * exp(x))), S.Zero
    u = [_whole(_scaled(argument)) for argument in part.args]
    if part.func in _SCALED:
        return _SCALED[part.func](u[0])
    return part.func(*u), S.Zero


def _scaled_sum(terms: list[tuple[Expr, Expr]]) -> tuple[Expr, Expr]:
    """The terms over the largest of their exponentials."""
    exponents = list(dict.fromkeys(x for _, x in terms))
    if len(exponents) == 1:
        return Add(*(m for m, _ in terms)), exponents[0]
    largest = Max(*exponents)
    return Add(*(m * exp(x - largest) for m, x in terms)), largest


_SCALED: dict[type, Callable[[Expr], tuple[Expr, Expr]]] = {
    exp: lambda u: (S.One, u),
    cosh: lambda u: ((1 + exp(-2 * Abs(u))) / 2, Abs(u)),
    sinh: lambda u: (-sign(u) * Expm1(-2 * Abs(u)) / 2, Abs(u)),
    Logistic: lambda u: (Logistic(Abs(u)), Min(u, 0)),
    Expm1: lambda u: (-sign(u) * Expm1(-Abs(u)), Max(u, 0)),
}  # fmt: skip


def _by(algebra: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    """The algebra, with exponentials as small whole powers of each other, or as independent.

    exp(0.044715 v) would be the 8943rd power of exp(v/200000) to it, and would take it minutes.
    """

    def rewrite(form: Expr) -> Expr:
        units: dict[Expr, list[Rational]] = {}
        for power in form.atoms(exp):
            coefficient, u = power.args[0].as_coeff_Mul()
            units.setdefault(u, []).append(coefficient)
        symbols: dict[Expr, Expr] = {}
        back: dict[Expr, Expr] = {}
        for u, coefficients in units.items():
            unit = gcd_list(coefficients) if all(c.is_Rational for c in coefficients) else S.Zero
            alike = unit != 0 and max(abs(c / unit) for c in coefficients) <= HIGHEST_POWER
            shared = Dummy("u", real=True)
            for c in coefficients:
                symbol = shared if alike else Dummy("u", real=True)
                symbols[exp(c * u)] = exp(c / unit * symbol) if alike else exp(symbol)
                back[symbol] = unit * u if alike else c * u
        return algebra(form.xreplace(symbols)).xreplace(back)

    return rewrite


_REWRITES: list[Callable[[Expr], Expr]] = [
    lambda form: form,
    _by(conjugated),
    _by(together),
    _by(factor),
    _by(expand),
    _by(lambda form: expand(together(form))),
    lambda form: _by(lambda powers: cancel(together(powers)))(form.rewrite(exp)),
    lambda form: _by(factor)(form.rewrite(exp)),
    lambda form: powsimp(_by(expand)(form.rewrite(exp))),
    _in_reciprocal,
    _by(lambda form: conjugated(together(form))),
    _by(lambda form: conjugated(factor(form))),
]


def around(expression: Expr, point: Expr) -> Expr | None:
    """The Taylor polynomial around a point, where forms have cancelled; None where mpmath finds none."""
    with mpmath.workdps(60):
        try:
            function = lambdify(v, expression, [{"IfPositive": _if_positive}, "mpmath"])
            at = mpmath.mpf(str(point.evalf(60)))
            found = mpmath.taylor(function, at, DEGREE, singular=True)
        except (ArithmeticError, ValueError, TypeError):
            return None
    if not all(isinstance(number, mpmath.mpf) and mpmath.isfinite(number) for number in found):
        return None
    exact = [Float(str(mpmath.nstr(number, 20)), 20) if abs(number) > 1e-25 else S.Zero for number in found]
    step = Dummy("h")
    return horner(Add(*(number * step**n for n, number in enumerate(exact))), wrt=step).subs(step, v - point)


def _if_positive(decider: mpmath.mpf, above: mpmath.mpf, below: mpmath.mpf) -> mpmath.mpf:
    return above if decider > 0 else below


def at_infinity(expression: Expr) -> Iterator[Expr]:
    """Polynomials in 1/v, where arctangents of v and what they cancel with leave next to nothing."""
    if not expression.has(atan):
        return
    for side in (1, -1):
        reflected = expression.replace(atan, lambda u, side=side: side * pi / 2 - atan(1 / u))
        yield expand(reflected)
        polynomial = around(cancel(together(expand(reflected).subs(v, 1 / v))), S.Zero)
        if polynomial is not None:
            yield polynomial.subs(v, 1 / v)
