"""The order in which people write a formula: terms and factors, the same for every language.

SymPy sorts by its own keys, so that a difference may begin with its minus sign and y(1 - y) may read (1 - y)y. The
printers of this room ask here instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sympy import (
    Add,
    Derivative,
    Expr,
    Function,
    Indexed,
    KroneckerDelta,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    factor_terms,
    sqrt,
    tanh,
)

from derivations.printing.written import Decimal

_LONG = 3  # digits of a fraction that still stands above and below a product, and not before it
# What custom puts first or last among terms: the decay of a running mean, and the number that keeps a root from zero.
_CUSTOM = {"beta": 0, "eta": 3}
_OTHERWISE, _LAST = 2, 4
_LETTERS = {"w": 0, "t": 0, "p": 0, "delta": 1}  # the order of arrays in a product; others come after them


def terms(expression: Expr) -> list[Expr]:
    """The terms of a sum: positive ones first.

    Of polynomials SymPy's order is kept. Else a sum with a sign of its own comes first, and larger coefficients come
    before smaller ones, and where these are equal a number before functions and these before products.

    >>> from sympy.abc import w, y
    >>> terms(1 - y**2), terms(tanh(y) / 2 + 1), terms(w - 3)
    ([1, -y**2], [1, tanh(y)/2], [w, -3])
    """
    given = expression.as_ordered_terms()
    by_size = any(term.has(Decimal) for term in given) or not all(map(_is_monomial, given))

    shifts = [term for term in given if isinstance(term, Indexed)]
    if any(not (term.is_Mul and term.has(Indexed)) for term in given if term not in shifts):
        shifts = []  # w y + b is a shifted sum of products, y + 1 is not

    def key(entry: tuple[int, Expr]) -> tuple[bool, int, float, int, int]:
        place, term = entry
        number, rest = split_number(term)
        size = -abs(float(number)) if by_size else 0.0
        factors = 0 if not by_size or rest == 1 else len([*_factors(rest)])
        custom = _LAST if term in shifts else _by_custom(term)
        return is_negative(term), custom, size, factors, place

    return [term for _, term in sorted(enumerate(given), key=key)]


def _is_monomial(term: Expr) -> bool:
    """Whether it is a number times powers of letters."""
    _, rest = split_number(term)
    return all(
        factor.is_number
        or isinstance(factor, (Symbol, Indexed))
        or (factor.is_Pow and factor.exp.is_Integer and isinstance(factor.base, (Symbol, Indexed)))
        for factor in Mul.make_args(rest)
    )


def common_tanh(expression: Expr) -> Expr | None:
    """2 tanh^3 - 2 tanh as a product, which shows that it has the factor 1 - tanh^2; None of other sums."""
    shared = set.intersection(
        *({factor.as_base_exp()[0] for factor in _factors(term)} for term in expression.args)
    )
    if not any(isinstance(factor, tanh) for factor in shared):
        return None
    together = factor_terms(expression)
    return together if together.is_Mul else None


def _by_custom(term: Expr) -> int:
    names = {symbol.name.partition("_")[0] for symbol in term.free_symbols if isinstance(symbol, Symbol)}
    special = [_CUSTOM[name] for name in names & set(_CUSTOM)]
    return min(special) if special else 1 if isinstance(split_number(term)[1], Sum) else _OTHERWISE


def is_negative(term: Expr) -> bool:
    """Whether a minus sign stands before the term."""
    return bool(split_number(term)[0].is_negative)


def split_number(term: Expr) -> tuple[Rational, Expr]:
    """The rational factor, decimals included, and what is left; of a number alone, 1 is left."""
    number, rest = S.One, []
    for factor in _factors(term):
        if factor.is_Rational:
            number *= factor
        elif isinstance(factor, Decimal):
            number *= factor.number
        else:
            rest.append(factor)
    return number, Mul(*rest)


def _factors(expression: Expr) -> Iterator[Expr]:
    """The factors of a product, products inside of it opened."""
    for factor in expression.args if expression.is_Mul else (expression,):
        if factor.is_Mul:
            yield from _factors(factor)
        else:
            yield factor


@dataclass
class Product:
    """A product as it is written: sign, number, fraction, and sums after it.

    >>> from sympy.abc import y
    >>> found = product(-y * (1 - y) / 2)
    >>> found.negative, found.above, found.below
    (True, [y, 1 - y], [2])
    """

    negative: bool = False
    number: Rational = S.One  # that stands before all
    above: list[Expr] = field(default_factory=list)
    below: list[Expr] = field(default_factory=list)
    after: list[Expr] = field(default_factory=list)


def product(expression: Expr) -> Product:
    """How a product is written: letters before functions, and these before sums in parentheses."""
    found = Product()
    for factor in _factors(expression):
        if isinstance(factor, Rational):
            found.number *= factor
        elif factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative:
            found.below.append(
                Pow(factor.base, -factor.exp, evaluate=False) if factor.exp != -1 else factor.base
            )
        elif isinstance(factor, Sum):
            found.after.append(factor)
        else:
            found.above.append(factor)
    _take_numbers_out(found)
    _combine_roots(found)
    found.negative, found.number = found.number < 0, abs(found.number)
    found.above.sort(key=_place)
    found.below.sort(key=_place)
    if any(isinstance(factor, Sum) for factor in found.below):
        found.above, found.after = found.above + found.after, []
    _place_number(found)
    return found


def _take_numbers_out(found: Product) -> None:
    """2 - 2 y^2 as a factor is 2 (1 - y^2), and y^2 - 1 is -(1 - y^2)."""
    alone = len(found.above) == 1 and found.number == 1 and not found.below and not found.after
    for place, factor in enumerate(found.above):
        if not factor.is_Add or alone:
            continue
        number, rest = factor.primitive()
        if number.is_Integer or all(abs(split_number(term)[0]) == 1 for term in rest.args):
            found.number *= number
            factor = rest
        square = factor + 1
        if square.is_Pow and square.exp == 2 and isinstance(square.base, (tanh, Symbol, Indexed)):
            found.number *= -1
            factor = -factor
        found.above[place] = factor


def _combine_roots(found: Product) -> None:
    """v sqrt(2)/2 as v/sqrt(2), and roots of numbers below a product as one."""
    roots = [factor for factor in found.above if _is_root(factor)]
    others = [factor for factor in found.above if not _is_root(factor)]
    if all(factor.is_number for factor in others) and not found.after:
        return
    under = [factor for factor in found.below if _is_root(factor)]
    inside = Mul(*(root.base for root in roots)) / Mul(*(root.base for root in under))
    above, below = inside.as_numer_denom()
    if roots and above.is_Integer and (found.number * above).q < found.number.q:
        found.number, above, below = found.number * above, S.One, below * above
    if not roots and len(under) < 2 and below == Mul(*(root.base for root in under)):
        return
    found.below = [factor for factor in found.below if not _is_root(factor)]
    found.above = others
    if above != 1 and below != 1:
        found.above.append(sqrt(above / below, evaluate=False))
    elif above != 1:
        found.above.append(sqrt(above))
    elif below != 1:
        found.below.append(sqrt(below, evaluate=False))


def _is_root(factor: Expr) -> bool:
    return bool(factor.is_Pow and factor.exp == S.Half and factor.base.is_number)


def _place_number(found: Product) -> None:
    """A short fraction stands above and below the other factors, a long one before them."""
    over, under = found.number.p, found.number.q
    rest = [factor for factor in found.above if not factor.is_number]
    if rest and under != 1 and len(f"{over}{under}") > _LONG:
        return
    if over != 1:
        found.above.insert(0, S(over))
    if under != 1:
        found.below.insert(0, S(under))
    found.number = S.One


def _place(factor: Expr) -> tuple[int, int, str]:
    """Where a factor stands: numbers, letters, arrays, functions, sums."""
    kernel = factor.base if factor.is_Pow and not isinstance(factor.base, Add) else factor
    if isinstance(kernel, Indexed):
        letter = str(kernel.base).partition("^")[0]
        return 5, _LETTERS.get(letter, 2), letter
    for rank, kind in enumerate((Rational, Decimal)):
        if isinstance(kernel, kind):
            return rank, 0, ""
    if kernel.is_number:
        return 1, 0, str(kernel)
    kinds = {KroneckerDelta: 2, Symbol: 3, Derivative: 6, Piecewise: 6, exp: 8, Function: 7, Add: 9, Sum: 11}
    if isinstance(factor, Pow) and isinstance(factor.base, Add):
        return 10, 0, str(factor)
    rank = next((rank for kind, rank in kinds.items() if isinstance(kernel, kind)), 7)
    return rank, 0, str(factor)
