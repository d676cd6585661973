"""Rows of tables about activations, in Markdown: their gradient ranges, an atlas of them, their shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Expr, Function, Interval, Set, Symbol, oo

from derivations.calculus.facts import Facts
from derivations.calculus.ranges import GradientRange
from derivations.language.activation import v
from derivations.printing.derived import Derived
from derivations.printing.tex import tex
from derivations.printing.written import as_defined, function_as_written, slope_as_written

Row = dict[str, str]

#: the columns of each table, and how they are headed in Markdown
RANGES = {
    "activation": "Activation",
    "function": "Function $f(v)$",
    "slope": "Derivative $f'(v)$",
    "range": "Gradient range",
}
ATLAS = {
    "name": "Activation",
    "function": "Function and derivative",
    "range": "Gradient range",
    "certificate": "Proof",
    "kinks": "Kinks",
}
SHAPES = {
    "name": "Activation",
    "values": "Values",
    "constants": "$L$",
    "words": "Shape",
    "changes": "$f'$ changes sign at",
}

ON_A_PAGE = 6  # activations: for the formulas and curves of more a page has no room
NONE, UNKNOWN = "–", "?"
# Characters of an end of a range that is written in closed form, in a wide column and in a narrow one.
_WIDE, _NARROW = 30, 13
_OPERATIONS = 6  # that a closed form in a wide column may have, and must stay below
_DIGITS = 20  # of an end that is given as a decimal, of which print shows the first


def range_rows(derived: Iterable[Derived]) -> list[Row]:
    """What f, f' and the gradient range are; of the activation, its name."""
    return [
        {
            "activation": derivation.activation.name,
            "function": f"${tex(function_as_written(derivation.slopes))}$",
            "slope": f"${tex(slope_as_written(derivation.slopes))}$",
            "range": "unproven" if derivation.unproven else f"${tex(_range_of_slope(derivation))}$",
        }
        for derivation in derived
    ]


def where_sigma(rows: Iterable[Row]) -> str:
    """What sigma(v) stands for, to end a caption with, if a formula of the rows has it."""
    used = any(r"\sigma" in cell for row in rows for cell in row.values())
    return r"; $\sigma(v)$ is $1 / (1 + e^{-v})$" if used else ""


def range_ends(derived: Iterable[Derived]) -> str:
    """The least and the greatest value of each proven gradient range, in words."""
    return "; ".join(
        f"{derivation.activation.title}: range from {float(derivation.gradient_range.values.inf):.3g} "
        f"to {float(derivation.gradient_range.values.sup):.3g}"
        for derivation in derived
        if not derivation.unproven
    )


def atlas_rows(derived: Iterable[Derived]) -> list[Row]:
    """What an atlas says of each, with its source and the kind of its certificate."""
    return [
        {
            "name": f"{derivation.activation.title}<br>{_source(derivation)}",
            "function": _formulas(
                function_as_written(derivation.slopes), slope_as_written(derivation.slopes)
            ),
            "range": NONE if derivation.unproven else f"${tex(_short(_range_of_slope(derivation)))}$",
            "certificate": "unproven" if derivation.unproven else derivation.gradient_range.kind,
            "kinks": _points(
                [as_defined(kink, derivation.slopes) for kink in derivation.slopes.not_differentiable_at]
            )
            or NONE,
        }
        for derivation in derived
    ]


def shape_rows(derived: Iterable[Derived]) -> list[Row]:
    """What is proven of each beside the gradient range: the ranges of f and f'', Lipschitz constants, shape."""
    return [_shape(derivation.activation.title, derivation.facts) for derivation in derived]


def _shape(title: str, facts: Facts) -> Row:
    words = [facts.monotone, facts.convex, facts.parity]
    return {
        "name": title,
        "values": f"$f$: {_range(facts.values)}<br>$f''$: {_range(facts.curvature)}",
        "constants": f"$f$: {_constant(facts.lipschitz)}<br>$f'$: {_constant(facts.slope_lipschitz)}",
        "words": ", ".join(word for word in words if word not in (None, "no", "neither")) or NONE,
        "changes": _changes(facts),
    }


def _formulas(function: Expr, slope: Expr) -> str:
    """What f and f' are, one below the other; u is the inner function of both, if it is no multiple of v."""
    composed = [
        part
        for part in function.atoms(Function) & slope.atoms(Function)
        if len(part.args) == 1 and part.args[0].as_independent(v)[1] != v
    ]
    lines = {"f": function, "f'": slope}
    if composed:
        outer = max(composed, key=lambda part: (part.count_ops(), str(part)))
        inner = Symbol("u", real=True)
        lines = {name: formula.xreplace({outer: outer.func(inner)}) for name, formula in lines.items()}
        lines["u"] = outer.args[0]
    return "<br>".join(f"${name} = {tex(formula)}$" for name, formula in lines.items())


def _range_of_slope(derivation: Derived) -> Set:
    return as_defined(derivation.gradient_range.values, derivation.slopes)


def _source(derivation: Derived) -> str:
    """The literature's key of an activation, as Pandoc cites it."""
    source = derivation.activation.source
    return f"[@{source}]" if source else "of this study"


def _points(points: Sequence[Expr]) -> str:
    if len(points) == 2 and points[0] == -points[1]:
        return rf"$\pm {tex(points[1])}$"
    return ", ".join(f"${tex(point)}$" for point in points)


def _range(proven: GradientRange | None) -> str:
    """A proven range of f or f''."""
    return UNKNOWN if proven is None else f"${tex(_short(proven.values, narrow=True))}$"


def _constant(value: Expr | None) -> str:
    """A Lipschitz constant, or that there is none."""
    return UNKNOWN if value is None else "none" if value == oo else f"${tex(_narrow(value))}$"


def _changes(facts: Facts) -> str:
    """Where f' changes its sign, of a periodic one with the period."""
    if facts.slope_changes_sign is None:
        return UNKNOWN
    points = _points([_narrow(point) for point in facts.slope_changes_sign])
    return f"{points} + ${tex(facts.period)} n$" if points and facts.period is not None else points or NONE


def _short(values: Set, narrow: bool = False) -> Set:
    """A range whose ends are short."""
    end = _narrow if narrow else _wide
    return values.replace(
        lambda part: isinstance(part, Interval),
        lambda part: Interval(end(part.start), end(part.end), part.left_open, part.right_open),
    )


def _wide(end: Expr) -> Expr:
    """In closed form where that is short, else its first digits."""
    return end if end.count_ops() < _OPERATIONS and len(str(end)) < _WIDE else end.evalf(_DIGITS)


def _narrow(end: Expr) -> Expr:
    """The same for a narrow column."""
    return end if len(str(end)) < _NARROW else end.evalf(_DIGITS)
