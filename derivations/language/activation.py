"""What an activation is: one SymPy expression in the real variable v."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Float, Rational, Symbol, sympify

v = Symbol("v", real=True)
y = Symbol("y", real=True)


class UnknownActivation(KeyError, ValueError):  # noqa: N818 - reads as what is wrong
    """A name that neither the registry nor the wider atlas has; the message names the nearest ones."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Activation:
    """An activation function f(v): `title` is its printed name, `source` a key of the bibliography.

    The expression may be in any one symbol: it is kept in v, and a float of it as the decimal that it was written as.
    """

    name: str
    expression: Expr
    title: str = ""
    source: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "expression", in_v(self.expression))
        object.__setattr__(self, "title", self.title or self.name)


def in_v(expression: object) -> Expr:
    """An expression in any one symbol as one in v; raises `ValueError` where it has several, `TypeError` of others.

    >>> in_v(0.5 * Symbol("x") ** 2)
    v**2/2
    """
    if isinstance(expression, str):
        raise TypeError(f"the text {expression!r} is no expression yet: write parse({expression!r})")
    found = sympify(expression)
    if not isinstance(found, Expr):
        raise TypeError(f"an expression of SymPy is wanted, not {type(expression).__name__}")
    if len(found.free_symbols) > 1:
        names = " and ".join(sorted(map(str, found.free_symbols)))
        raise ValueError(
            f"an activation is a function of one variable, but {found} has {names}: "
            "put numbers for the others, as in expression.subs(a, 2)"
        )
    floats = {number: Rational(str(number)) for number in found.atoms(Float)}
    # What is replaced is evaluated anew: an expression in v stays as it was built.
    return found.xreplace(floats | dict.fromkeys(found.free_symbols - {v}, v))
