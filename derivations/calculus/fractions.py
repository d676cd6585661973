"""The nicest of the equivalent fractions of exponentials and roots, in little time whatever their digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from sympy import Expr, Pow, Rational, Symbol, cancel, exp, expand, factor, floor, igcd, ilcm, together

from derivations.arithmetic import identities
from derivations.arithmetic.points import Smooth, symbolic
from derivations.language.activation import v
from derivations.language.deadline import time_limit
from derivations.language.pieces import Unproven

_ROOTS = 12  # the highest root that is taken for the unknown of a fraction
_PATIENT = 400  # terms of a sum that is to be zero
PATIENCE = 2.0  # seconds for a form that is only nicer


def nicest(slope: Expr) -> Expr:
    """The shortest of the equivalent fractions, each proven to be equal: no new function is brought in."""
    best = slope
    for form in (together, cancel, factor):
        try:
            with time_limit(PATIENCE):
                found = by_letters(slope, form)
        except Unproven:
            continue
        if found.count_ops() < best.count_ops() and identical(found, slope):
            best = found
    return best


def identical(one: Expr, other: Expr) -> bool:
    """Whether two smooth formulas are proven to be equal for all v."""
    try:
        return identities.is_zero(symbolic(Smooth(one, 0)) - symbolic(Smooth(other, 0)), _PATIENT)
    except Unproven:
        return False


def by_letters(slope: Expr, form: Callable[[Expr], Expr]) -> Expr:
    """A rational form, found with letters for exponentials and for roots of many digits.

    SymPy takes exp(v/500) for the unknown of exp(-851 v/500), and a polynomial of degree 1702 takes for ever.
    """
    steps: dict[tuple[Expr, Expr], list[Expr]] = {}
    for base, inner in (part.as_base_exp() for part in slope.atoms(exp, Pow)):
        if _is_line(inner):
            steps.setdefault((base, _zero(inner)), []).append(inner.coeff(v, 1))
    units = {which: _unit(each) for which, each in steps.items()}
    letters: dict[Expr, tuple[Expr, Expr]] = {}  # letter -> base and exponent

    def named(base: Expr, inner: Expr) -> Expr:
        known = (name for name, power in letters.items() if power == (base, inner))
        name = next(known, Symbol(f"E{len(letters)}", positive=True))
        letters[name] = (base, inner)
        return name

    def letter(part: Expr) -> Expr:
        base, inner = part.as_base_exp()
        if not inner.free_symbols:
            return base ** floor(inner) * named(base, inner - floor(inner))
        unit = units.get((base, _zero(inner))) if _is_line(inner) else None
        if unit is None:
            return named(base, inner)
        return named(base, expand(unit * (v - _zero(inner)))) ** (inner.coeff(v, 1) / unit)

    found = form(slope.replace(_is_lettered, letter))
    for name, (base, inner) in reversed(letters.items()):
        found = found.replace(
            lambda part, name=name: part.is_Pow and part.base == name,
            lambda part, base=base, inner=inner: base ** expand(inner * part.exp),
        ).xreplace({name: base**inner})
    return found


def _is_lettered(part: Expr) -> bool:
    """Whether it is an exponential, also of what has a letter in it, or a root of many digits."""
    if not isinstance(part, (exp, Pow)):
        return False
    base, inner = part.as_base_exp()
    return bool(inner.free_symbols or (inner.is_Rational and inner.q > _ROOTS and not base.is_number))


def _zero(inner: Expr) -> Expr:
    """The v at which a line k v + c is zero."""
    step = inner.coeff(v, 1)
    return -(inner - step * v) / step


def _is_line(inner: Expr) -> bool:
    """Whether it is k v + c with a rational k."""
    step = inner.coeff(v, 1)
    return bool(step.is_Rational and step != 0 and not (inner - step * v).has(v))


def _unit(steps: Sequence[Expr]) -> Expr | None:
    """The number that all are whole multiples of, if these are small."""
    below = reduce(ilcm, (step.q for step in steps))
    unit = Rational(reduce(igcd, (step.p * (below // step.q) for step in steps)), below)
    return unit if max(abs(step / unit) for step in steps) <= 12 else None
